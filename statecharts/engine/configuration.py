"""`Configuration`: where a chart may be, and what each event does there. One for all instances.

A chart's instance holds one pointer, to its configuration. Everything else about where it is, with
what its history states remember and whether it is over, is told here, and so is where each event
leads: the cells of a row are compiled when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from statemachine import State

from statecharts.effects import Effect
from statecharts.errors import DefinitionError, UnexpectedEvent

if TYPE_CHECKING:
    from statecharts.engine.program import Program

type Move = Callable[[Any, dict[str, Any]], tuple[Effect, ...]]
"""Takes a chart and an event's data through one step and returns the effects asked for."""

type Cell = tuple[Configuration, Move | None]
"""What an event does: without a move, lead there and nothing else; or whatever the move does."""


class Place(NamedTuple):
    """A configuration as plain data, ids in python-statemachine's order.

    `history` has the states that each history state recorded. `is_over`: no event is taken here.
    """

    states: tuple[str, ...]
    history: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_over: bool = False


class Configuration(dict[str, Cell]):
    """The row of one place: from events to cells. Interned: one for each place of a class."""

    __slots__ = ("active", "busy", "is_restless", "leaves", "place", "program")

    def __init__(self, program: Program, place: Place) -> None:
        super().__init__()
        self.program = program
        self.place = place
        self.active = frozenset(place.states)
        self.leaves = tuple(
            qualified(state)
            for id_, state in program.planner.states.items()  # in document order
            if id_ in self.active and not state.states
        )
        self.is_restless = program.planner.is_restless(place)
        self.busy: Configuration = _Busy(self)

    def __missing__(self, event: str) -> Cell:
        return self.program.cell(self, event)

    def refuse(self, event: str) -> UnexpectedEvent:
        """The exception that says that `event` is not expected here."""
        return UnexpectedEvent(self.program.name, event, self.leaves)

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<{self.program.name} in {'+'.join(self.leaves)}>"

    def __reduce__(self) -> tuple[object, ...]:
        return _find, (self.program.chart, self.place)


class _Busy(Configuration):
    """The same place while hooks run there: it looks the same and takes no event."""

    __slots__ = ()

    def __init__(self, idle: Configuration) -> None:
        for name in ("program", "place", "active", "leaves", "is_restless"):
            setattr(self, name, getattr(idle, name))
        self.busy = self

    def __missing__(self, event: str) -> Cell:
        raise within_a_step(self.program.name, event)


def within_a_step(chart: str, event: str) -> DefinitionError:
    """The refusal of an event that a hook or a guard sends to its own chart."""
    return DefinitionError(
        f"{chart}: a hook sent {event!r} to its own chart, which is in the middle of a step; "
        "ask for what is to happen, or let an eventless transition follow"
    )


def qualified(state: State) -> str:
    """A state's id with the ids of the states around it: `session.authenticated`."""
    around = [parent.id for parent in state.ancestors()]
    return ".".join([*reversed(around), state.id])


def _find(chart: Any, place: Place) -> Configuration:
    program: Program = chart._start.program
    return program.configuration(place)
