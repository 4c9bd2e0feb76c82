"""Charts at random, from a seed: every construct that is compiled, in whatever combination."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from statemachine import HistoryState, State
from statemachine.exceptions import InvalidDefinition
from statemachine.state import NestedStateFactory
from statemachine.transition_list import TransitionList

from statecharts import Chart, DefinitionError
from statecharts.explore import Example

EVENTS = ("go", "turn", "stop")
GUARDS = ("is_one", "is_two", "is_three")
CONDITIONS = (
    {"cond": "is_one"},
    {"cond": "is_two"},
    {"unless": "is_one"},
    {"cond": "is_one and not is_two"},
    {"cond": "is_one or is_three"},
    {"cond": ["is_two", "is_three"]},
    {"cond": "is_flagged"},
    {"cond": "is_one", "unless": "is_two"},
    {"cond": "!is_one ^ (is_two == is_three)"},
)
ACTIONS = ("note", "count", "look", "tell")
DATA = {"p": "pea", "q": "queue"}


def generate(seed: int) -> Example:
    """The chart of `seed`. A draft that is no chart, or that is refused, makes way for another."""
    draw = random.Random(seed)
    while True:
        try:
            chart = _Draft(f"Random{seed}", draw).chart()
        except (DefinitionError, InvalidDefinition):
            continue
        return Example(chart, (), dict.fromkeys((*EVENTS, f"{EVENTS[0]}.sub"), DATA))


class _Draft:
    """One attempt at a chart."""

    def __init__(self, name: str, draw: random.Random) -> None:
        self._name = name
        self._draw = draw
        self._count = 0
        self._parents: list[State] = []
        self._inner: list[State] = []
        self._histories: list[State] = []
        self._start: list[State] = []

    def chart(self) -> type[Chart]:
        body: dict[str, Any] = {
            "__module__": __name__,
            "__qualname__": self._name,
            "validate_disconnected_states": False,
            "validate_trap_states": False,
            "validate_final_reachability": False,
        }
        states = self._states(depth=0)
        self._start = list(_entered(next(iter(states.values()))))
        body |= states
        events = self._transitions([*self._inner, *self._parents])
        body |= events | self._hooks(list(events))
        return type(Chart)(self._name, (_Common, Chart), body)

    def _chance(self, share: float) -> bool:
        return self._draw.random() < share

    # States

    def _states(self, depth: int, parallel: bool = False) -> dict[str, State]:
        names = [self._new_name() for _ in range(self._draw.randint(2, 4 - depth) + (depth == 0))]
        made = {}
        for at, name in enumerate(names):
            initial = at == 0 and not parallel
            made[name] = self._state(name, depth, initial, parallel)
        return made

    def _new_name(self) -> str:
        self._count += 1
        return f"s{self._count}"

    def _state(self, name: str, depth: int, initial: bool, region: bool) -> State:
        if depth < 2 and self._chance(0.75 if region else 0.35):
            return self._compound(name, depth, initial)
        final = not initial and not region and self._chance(0.35 if depth else 0.15)
        state = State(initial=initial, final=final)._set_id(name)
        self._inner.append(state)
        return state

    def _compound(self, name: str, depth: int, initial: bool) -> State:
        parallel = self._chance(0.35)
        base = State.Parallel if parallel else State.Compound
        body: dict[str, Any] = dict(self._states(depth + 1, parallel))
        children = list(body.values())
        if self._chance(0.35):
            history = HistoryState(type=self._draw.choice(["shallow", "deep"]))
            history.to(self._draw.choice(children), on=self._actions())
            body[f"h{name}"] = history
            self._histories.append(history)
        made: Any = NestedStateFactory(name, (base,), body, initial=initial)._set_id(name)
        self._parents.append(made)
        return made

    # Transitions

    def _transitions(self, everything: list[State]) -> dict[str, TransitionList]:
        events: dict[str, TransitionList] = {}
        names = [*EVENTS, *(f"done_state_{parent.id}" for parent in self._parents)]
        for source in everything:
            if source.final or (source in self._parents and self._chance(0.3)):
                continue
            for _ in range(self._draw.randint(1, 3) + (source in self._start)):
                made = self._transition(source, everything)
                if source not in self._start and self._chance(0.06):
                    continue  # eventless: it belongs to no event
                name = self._draw.choice(names if self._chance(0.15) else EVENTS)
                events[name] = events[name] | made if name in events else made
        return events

    def _transition(self, source: State, everything: list[State]) -> TransitionList:
        settings: dict[str, Any] = {"on": self._actions()}
        if self._chance(0.5):
            settings |= self._draw.choice(CONDITIONS)
        if self._chance(0.15):
            settings["before"] = self._actions()
        if self._chance(0.15):
            settings["after"] = self._actions()
        target = self._target(source, everything)
        if target is not None and self._chance(0.25):
            settings["internal"] = target is source or target.is_descendant(source)
        return source.to(target, **settings)

    def _target(self, source: State, everything: list[State]) -> State | None:
        if self._chance(0.12):
            return None
        if self._chance(0.1):
            return source
        if self._histories and self._chance(0.25):
            return self._draw.choice(self._histories)
        return self._draw.choice(everything)

    def _actions(self) -> list[str]:
        return self._draw.choices(ACTIONS, k=self._draw.choice([0, 0, 1, 1, 2]))

    # Hooks

    def _hooks(self, events: list[str]) -> dict[str, Callable[..., None]]:
        names = [
            f"on_{when}_{state.id}"
            for state in (*self._inner, *self._parents)
            for when in (("exit",) if state in self._start else ("enter", "exit"))
        ]
        names += [f"{when}_{event}" for event in events for when in ("before", "on", "after")]
        chosen = [name for name in names if self._chance(0.35)]
        chosen += [f"{when}_transition" for when in ("before", "on", "after") if self._chance(0.07)]
        return {name: self._hook(name) for name in chosen}

    def _hook(self, name: str) -> Callable[..., None]:
        hook = self._draw.choice(SHAPES)(name)
        hook.__name__, hook.__qualname__ = name, f"{self._name}.{name}"
        return hook


def _entered(state: State) -> Iterator[State]:
    """`state` and what is entered with it; `on_enter` hooks would run while a chart is made."""
    yield state
    for child in state.states if state.parallel else state.states[:1]:
        yield from _entered(child)


# Hooks of every shape, which do something that shows


def _plain(name: str) -> Callable[..., None]:
    def hook(self: Any) -> None:
        self.emit(name)

    return hook


def _wanting(name: str) -> Callable[..., None]:
    def hook(self: Any, p: str) -> None:
        self.emit((name, p))

    return hook


def _content(name: str) -> Callable[..., None]:
    def hook(self: Any, p: str = "none", q: str = "none") -> None:
        self.emit((name, p, q))

    return hook


def _keyword(name: str) -> Callable[..., None]:
    def hook(self: Any, *nothing: str, q: str, state: State) -> None:
        self.emit((name, q, state.id, nothing))

    return hook


def _curious(name: str) -> Callable[..., None]:
    def hook(self: Any, event: str | None, source: State, target: State, p: str = "") -> None:
        self.emit((name, event and str(event), source.id, target and target.id, p))

    return hook


def _selfish(name: str) -> Callable[..., None]:
    def hook(self: Any, machine: Any, transition: object) -> None:
        self.start_timer(name, 1.0)
        self.seen.append(machine is self)

    return hook


SHAPES = (_plain, _plain, _plain, _wanting, _content, _keyword, _curious, _selfish)


class _Common:
    """What every chart of the generator can do. Its guards answer as the test says."""

    emit: Any
    request: Any
    active_leaves: Any

    def __init__(self) -> None:
        self.seen: list[object] = []
        self.is_flagged = False
        super().__init__()

    def note(self) -> None:
        self.emit("noted")

    def count(self, p: str = "") -> None:
        self.seen.append(p)

    def look(self, state: State, event: str | None) -> None:
        self.emit((state.id, event and str(event), self.active_leaves))

    def tell(self, p: str, *, q: str = "no q") -> None:
        self.request((p, q))

    def is_one(self) -> bool: ...

    def is_two(self, p: str = "") -> bool: ...

    def is_three(self, q: str, source: State) -> bool: ...
