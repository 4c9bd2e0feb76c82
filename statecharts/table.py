"""The chart as data: its states and transitions, read from the class without running anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from statemachine import State
from statemachine.graph import iterate_states
from statemachine.spec_parser import names_in_boolean_expr
from statemachine.transition import Transition as LibraryTransition

from statecharts.chart import Chart, qualified


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state. `id` is qualified; `parent` is the id of the state around it, or `""`."""

    id: str
    parent: str
    is_initial: bool
    is_final: bool
    is_compound: bool
    is_parallel: bool


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """One declared transition. `index` is its place in the table; ids are qualified.

    `guard` is the text on the diagram (`""` when unguarded), `atoms` the names it is made of.
    """

    index: int
    source: str
    event: str
    guard: str
    target: str
    is_internal: bool
    atoms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A chart's declaration. Order is that of the class body."""

    name: str
    states: tuple[StateRow, ...]
    events: tuple[str, ...]
    transitions: tuple[TransitionRow, ...]

    def around(self, state: str) -> tuple[str, ...]:
        """`state` and the states around it, innermost first."""
        parts = state.split(".")
        return tuple(".".join(parts[:end]) for end in range(len(parts), 0, -1))

    def listed(self, configuration: tuple[str, ...], event: str) -> tuple[TransitionRow, ...]:
        """The transitions declared for `event` on the active states, innermost first."""
        active = [state for leaf in configuration for state in self.around(leaf)]
        return tuple(
            row
            for state in dict.fromkeys(active)
            for row in self.transitions
            if row.source == state and row.event == event
        )

    def atoms(self, configuration: tuple[str, ...], event: str) -> tuple[str, ...]:
        """The guards that `event` may ask in `configuration`, in the order of asking."""
        rows = self.listed(configuration, event)
        return tuple(dict.fromkeys(atom for row in rows for atom in row.atoms))


def read(chart: type[Chart]) -> Table:
    """The table of `chart`."""
    return Table(
        name=chart.__name__,
        states=tuple(_state_row(state) for state in iterate_states(chart.states)),
        events=tuple(_events(chart)),
        transitions=tuple(_transition_rows(chart)),
    )


def guards(chart: type[Chart]) -> tuple[str, ...]:
    """The name of every guard of `chart`."""
    rows = read(chart).transitions
    return tuple(dict.fromkeys(atom for row in rows for atom in row.atoms))


def identify(chart: type[Chart]) -> dict[int, int]:
    """From `id()` of the library's transition object to the index of its row."""
    return {
        id(transition): index for index, (transition, _) in enumerate(_library_transitions(chart))
    }


def identified(chart: type[Chart]) -> dict[tuple[int, str], int]:
    """From `id()` of the library's transition object, and an event of it, to its row's index."""
    listed = enumerate(_library_transitions(chart))
    return {(id(transition), event): index for index, (transition, event) in listed}


def _state_row(state: State) -> StateRow:
    return StateRow(
        id=qualified(state),
        parent=qualified(state.parent) if state.parent else "",
        is_initial=bool(state.initial),
        is_final=bool(state.final),
        is_compound=bool(state.is_compound),
        is_parallel=bool(state.parallel),
    )


def _events(chart: type[Chart]) -> Iterator[str]:
    return iter(dict.fromkeys(row.event for row in _transition_rows(chart)))


def _library_transitions(chart: type[Chart]) -> Iterator[tuple[LibraryTransition, str]]:
    for state in iterate_states(chart.states):
        for transition in state.transitions:
            if not transition.initial:
                for event in transition.events:
                    yield transition, str(event.id)


def _transition_rows(chart: type[Chart]) -> Iterator[TransitionRow]:
    for index, (transition, event) in enumerate(_library_transitions(chart)):
        specs = list(transition.cond)
        texts = [_guard_text(spec, is_alone=len(specs) == 1) for spec in specs]
        yield TransitionRow(
            index=index,
            source=qualified(transition.source),
            event=event,
            guard=" and ".join(texts),
            target=qualified(transition.target or transition.source),
            is_internal=bool(transition.internal) or transition.target is None,
            atoms=tuple(dict.fromkeys(atom for spec in specs for atom in _atoms(spec))),
        )


def _guard_text(spec: Any, is_alone: bool) -> str:
    text = spec.func if isinstance(spec.func, str) else spec.func.__name__
    if " " in text and not (is_alone and spec.expected_value):
        text = f"({text})"
    return text if spec.expected_value else f"not {text}"


def _atoms(spec: Any) -> Iterator[str]:
    text = spec.func if isinstance(spec.func, str) else spec.func.__name__
    yield from sorted(names_in_boolean_expr(text), key=text.index)
