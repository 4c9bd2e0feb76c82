"""A step of several microsteps: eventless transitions and the ends of states follow the event.

The order of things is that of python-statemachine's `processing_loop`: eventless transitions and
the events of ended states first, then the event, then those again until nothing moves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from statecharts.effects import Effect
from statecharts.engine.circles import refuse_endless
from statecharts.engine.configuration import Configuration
from statecharts.engine.outbox import NOWHERE

if TYPE_CHECKING:
    from statecharts.engine.program import Program

type Data = dict[str, Any]

type Selected = tuple[int, ...]
"""For each active leaf the index of the transition that it selects, or `source.NONE`."""


@dataclass(frozen=True, slots=True)
class Microstep:
    """Taking some transitions: `act` calls their hooks. What follows is as in `Plan`."""

    act: Callable[[Any, Data], None]
    there: Configuration
    raised: tuple[str, ...]
    ending: str | None


def run(chart: Any, event: str, data: Data, selected: Selected | None = None) -> tuple[Effect, ...]:
    """Take `chart` through the step of `event`: all of it, or none of it if something raises.

    `selected` are the transitions that the event takes, if its guards were asked already.
    """
    here = chart._at
    chart._outbox, chart._at = (), here.busy
    try:
        there = _Step(chart, here).take(event, data, selected)
        effects: tuple[Effect, ...] = chart._outbox
    except BaseException:
        chart._at = here
        raise
    finally:
        chart._outbox = NOWHERE
    chart._at = there
    return effects


class _Step:
    """One step on its way, `at` the configuration that it has come to."""

    def __init__(self, chart: Any, here: Configuration) -> None:
        self.chart = chart
        self.at = here
        self._program: Program = self.at.program
        self._raised: deque[str] = deque()
        self._ending: str | None = None
        self._microsteps = 0

    def take(self, event: str, data: Data, selected: Selected | None) -> Configuration:
        here = self.at
        if selected is None:
            self._settle()
            self._end()
            if self.at.place.is_over:
                return self.at
            selected = self._select(event, data)
        if selected is None:
            raise here.refuse(event)
        self._perform(event, data, selected)
        while not self.at.place.is_over:
            moved = self._settle()
            self._end()
            if not moved:
                break
        return self.at

    def _settle(self) -> bool:
        """Follow eventless transitions and the events raised; whether anything moved."""
        moved = False
        while True:
            event, selected = None, self._select(None, {})
            if selected is None:
                if not self._raised:
                    return moved
                event = self._raised.popleft()
                selected = self._select(event, {})
            if selected is not None:
                self._perform(event, {}, selected)
                moved = True

    def _end(self) -> None:
        """The chart is over when the state at its root that ended is still active."""
        ending, self._ending = self._ending, None
        if ending and self._program.planner.is_done(self.at.place, ending):
            self.at = self._program.configuration(self.at.place._replace(is_over=True))

    def _select(self, event: str | None, data: Data) -> Selected | None:
        """What the active leaves select for `event`; None when that is nothing."""
        outbox, self.chart._outbox = self.chart._outbox, NOWHERE
        self.chart._at = self.at.busy
        selected: Selected | None = self._program.select(self.at, event, self.chart, data)
        self.chart._outbox = outbox
        return selected

    def _perform(self, event: str | None, data: Data, selected: Selected) -> None:
        self._microsteps += 1
        refuse_endless(self._program.name, self._microsteps)
        microstep = self._program.microstep(self.at, event, selected)
        microstep.act(self.chart, data)
        self.at = microstep.there
        self._raised.extend(microstep.raised)
        self._ending = microstep.ending or self._ending
