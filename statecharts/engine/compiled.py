"""`Compiled`: what an instance of a chart is and does. Two pointers, and one look-up an event."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from statecharts.effects import CancelTimer, Effect, Emit, Request, StartTimer
from statecharts.engine.outbox import NOWHERE, Outbox
from statecharts.errors import DefinitionError

if TYPE_CHECKING:
    from statecharts.engine.configuration import Configuration


class Compiled:
    """The base of every chart. A chart of which there are very many declares `__slots__` too."""

    __slots__ = ("_at", "_outbox")

    _at: Configuration
    _outbox: Outbox
    _start: ClassVar[Configuration | None] = None
    """Where charts of this class begin. None: not as compiled ones."""

    def __init__(self) -> None:
        self._outbox = NOWHERE
        start = self._start
        if start is None:
            self._start_otherwise()
        else:
            self._at = start

    def _start_otherwise(self) -> None:
        raise DefinitionError(f"{type(self).__name__} has no states; make one of its subclasses")

    def step(self, event: str, **data: Any) -> tuple[Effect, ...]:
        """Run one event to completion and return, in order, the effects it asked for.

        Raises `UnexpectedEvent` when no transition is enabled. Whatever it raises, the chart is
        then where it was, and nothing is asked for.
        """
        there, move = self._at[event]
        if move is None:
            self._at = there
            return ()
        return move(self, data)

    @property
    def active_leaves(self) -> tuple[str, ...]:
        """The configuration: the qualified ids of the active leaf states, in document order."""
        return self._at.leaves

    def request(self, what: object) -> None:
        """Record: send `what` to the other side."""
        self._outbox += (Request(what),)

    def emit(self, what: object) -> None:
        """Record: tell our own side `what`."""
        self._outbox += (Emit(what),)

    def start_timer(self, event: str, delay: float) -> None:
        """Record: send `event` to this chart after `delay` seconds."""
        self._outbox += (StartTimer(event, delay),)

    def cancel_timer(self, event: str) -> None:
        """Record: forget the timer named `event`."""
        self._outbox += (CancelTimer(event),)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'+'.join(self.active_leaves)}>"


def context(chart: Any) -> dict[str, Any]:
    """What a chart remembers besides where it is: its fields, in slots or not."""
    fields: dict[str, Any] = getattr(chart, "__dict__", {}).copy()
    for name in _slots(chart.__class__):
        if hasattr(chart, name):
            fields[name] = getattr(chart, name)
    return fields


@cache
def _slots(chart: type) -> tuple[str, ...]:
    kinds = (kind for kind in chart.__mro__ if kind is not Compiled)
    members = (member for kind in kinds for member in vars(kind).items())
    return tuple(name for name, value in members if inspect.ismemberdescriptor(value))
