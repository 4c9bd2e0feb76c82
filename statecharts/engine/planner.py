"""What a microstep does, worked out by python-statemachine's own planners on a stand-in.

Nothing about the structure of charts is decided here: which states are left and entered, in which
order, what history stands for, which of two conflicting transitions wins and when a chart is over
are all asked of `Engine`, the one that the reference runs on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from types import SimpleNamespace
from typing import Any, cast

from statemachine import State
from statemachine.graph import iterate_states
from statemachine.orderedset import OrderedSet
from statemachine.transition import Transition

from statecharts.engine.configuration import Place
from statecharts.engine.reference import Engine, number_in_document_order


@dataclass(frozen=True, slots=True)
class Group:
    """Hooks that are called together, and what python-statemachine tells them by these names."""

    specs: tuple[Any, ...]
    told: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Plan:
    """One microstep: hooks to call before the configuration changes to `target`, and after.

    `raised` are the events of states that are done; `ending` is the state at the root whose end
    would end the chart, once the events raised are dealt with.
    """

    leaving: tuple[Group, ...]
    arriving: tuple[Group, ...]
    target: Place
    raised: tuple[str, ...]
    ending: str | None


class Planner:
    """Answers what happens in one chart class, without ever making or running a chart."""

    def __init__(self, chart: Any) -> None:
        self._chart = chart
        self.states: dict[str, State] = {state.id: state for state in iterate_states(chart.states)}
        self.transitions: list[Transition] = [
            transition for state in self.states.values() for transition in state.transitions
        ]
        self.index = {id(transition): at for at, transition in enumerate(self.transitions)}
        self._machine: Any = SimpleNamespace(
            model=None,
            enable_self_transition_entries=chart.enable_self_transition_entries,
            _get_initial_configuration=lambda: [chart.initial_state],
            _put_nonblocking=lambda trigger, internal: self._raised.append(str(trigger.event)),
        )
        self._engine = Engine.standing_in(self._machine)
        self._raised: list[str] = []
        self._lock = RLock()  # there is one stand-in, and charts may be stepped by several threads

    def start(self) -> Plan:
        """Entering the chart."""
        with self._lock:
            self._stand(Place(()))
            transitions = cast(Any, self._engine)._initial_transitions(None)
            return self._plan(Place(()), transitions, [], OrderedSet())

    def step(self, place: Place, selected: Sequence[Transition]) -> Plan:
        """Taking the transitions that the active leaves selected, in the order of the leaves."""
        with self._lock:
            self._stand(place)
            winners = list(self._engine._filter_conflicting_transitions(OrderedSet(selected)))
            leaving, left = self._engine._prepare_exit_states(winners)
            groups = [_group(transition.before, transition) for transition in winners]
            groups += [_group(i.state.exit, i.transition, source=i.state) for i in leaving]
            return self._plan(place, winners, groups, left)

    def lanes(self, place: Place, event: str | None) -> list[list[Transition]]:
        """For each active leaf the transitions that `event` may take, innermost first.

        None stands for no event: those are the eventless transitions.
        """
        matches: Callable[[Transition], bool] = (
            (lambda transition: transition.is_eventless)
            if event is None
            else (lambda transition: transition.match(event))
        )
        active = [self.states[id_] for id_ in place.states]
        return [
            [
                transition
                for state in (leaf, *leaf.ancestors())
                for transition in state.transitions
                if id(transition) in self.index and not transition.initial and matches(transition)
            ]
            for leaf in active
            if leaf.is_atomic
        ]

    def is_restless(self, place: Place) -> bool:
        """Whether an eventless transition might leave this place."""
        return any(self.lanes(place, None))

    def is_expected(self, event: str) -> bool:
        """Whether some transition of the chart, wherever it starts, is for `event`."""
        return any(not each.initial and each.match(event) for each in self.transitions)

    def is_done(self, place: Place, root: str) -> bool:
        """Whether the state `root` is active and everything in it has ended."""
        with self._lock:
            self._stand(place)
            return root in place.states and self._engine.is_in_final_state(self.states[root])

    def _stand(self, place: Place) -> None:
        """Put the stand-in where a machine would be."""
        number_in_document_order(self._chart)
        self._machine.configuration = OrderedSet(self.states[id_] for id_ in place.states)
        self._machine.history_values = {
            id_: [self.states[recorded] for recorded in states] for id_, states in place.history
        }
        self._engine.running = not place.is_over
        self._engine._root_parallel_final_pending = None
        self._raised.clear()

    def _plan(
        self,
        place: Place,
        transitions: list[Transition],
        leaving: list[Group],
        left: OrderedSet[State],
    ) -> Plan:
        before = self._machine.configuration
        entering, by_default, history, after = self._engine._prepare_entry_states(
            transitions, left, before
        )
        self._machine.configuration = after
        defaults = {info.state.id for info in by_default}
        arriving = [
            group
            for info in entering
            for group in _entry(info, info.state.id in defaults, history.get(info.state.id, ()))
        ]
        for info in entering:
            if info.state.final:
                self._engine._handle_final_state(info.state, [])
        ending = self._engine._root_parallel_final_pending
        return Plan(
            leaving=(*leaving, *(_group(transition.on, transition) for transition in transitions)),
            arriving=(*arriving, *(_after(transition) for transition in transitions)),
            target=self._place(place.is_over),
            raised=tuple(self._raised),
            ending=ending.id if ending else None,
        )

    def _place(self, is_over: bool) -> Place:
        history = self._machine.history_values
        return Place(
            tuple(state.id for state in self._machine.configuration),
            tuple((id_, tuple(state.id for state in history[id_])) for id_ in sorted(history)),
            is_over or not self._engine.running,
        )


def _group(
    specs: Any, transition: Transition, source: State | None = None, target: State | None = None
) -> Group:
    """What `EventData` tells of `transition` while `source` is left or `target` is entered."""
    return Group(
        tuple(specs),
        {
            "transition": transition,
            "source": source or transition.source,
            "target": target or transition.target,
            "state": source or target or transition.source,
        },
    )


def _entry(info: Any, by_default: bool, history: Sequence[Any]) -> Iterator[Group]:
    """Entering one state: its hooks, those of its initial transition, those of its history."""
    yield _group(info.state.enter, info.transition, target=info.state)
    initial = [transition for transition in info.state.transitions if transition.initial]
    if by_default and len(initial) == 1:
        yield _group(initial[0].on, info.transition, target=info.state)
    for remembered in history:
        yield _group(remembered.transition.on, remembered.transition)


def _after(transition: Transition) -> Group:
    return _group(transition.after, transition, target=transition.target)
