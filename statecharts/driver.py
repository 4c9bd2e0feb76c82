"""`Driver`: feeds one chart and performs what it asks for. The loop between a chart and the world.

Rules
1. Run to completion: every effect of a step is performed before the next event is taken.
2. An event sent from within an effect waits in the inbox; the chart is always settled.
3. A timer that fires after it was cancelled or replaced is dropped, even from the inbox.
4. Unexpected from our own code or a timer: raise. From the other side: count and report.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

from statecharts.chart import Chart
from statecharts.effects import CancelTimer, Effect, Emit, Request, StartTimer
from statecharts.engine import Snapshot, snapshot
from statecharts.errors import InboxFull, UnexpectedEvent
from statecharts.ports import Ports, Timer
from statecharts.step import Origin, Record, Step, Unexpected

INBOX_BOUND = 10_000
"""A chart never has this many events waiting unless something sends in a circle."""

SNAPSHOT_EVERY = 64
"""In how many records there is one that tells the chart as it was before."""


@dataclass(frozen=True, slots=True)
class _Letter:
    event: str
    origin: Origin
    data: dict[str, Any] = field(default_factory=dict)
    generation: int = 0  # of the timer that sent it


class Driver[C: Chart]:
    """Owns one chart. `name` says which one in records: `order O-1`, `subscription bbo.ETH`."""

    def __init__(
        self,
        name: str,
        chart: C,
        ports: Ports,
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self.name = name
        self.chart = chart
        self.unexpected: Counter[tuple[str, str]] = Counter()
        self._ports = ports
        self._observe = observe
        self._reported = 0
        self._inbox: deque[_Letter] = deque()
        self._busy = False
        self._generation = 0
        self._timers: dict[str, tuple[int, Timer]] = {}

    def dispatch(self, event: str, **data: Any) -> None:
        """Send an event of ours. Raises `UnexpectedEvent` when the chart does not list it."""
        self._post(_Letter(event, Origin.LOCAL, data))

    def receive(self, event: str, **data: Any) -> None:
        """Send an event of the other side. One the chart does not list here is counted."""
        self._post(_Letter(event, Origin.REMOTE, data))

    @property
    def armed(self) -> frozenset[str]:
        """The names of the timers that are running."""
        return frozenset(self._timers)

    def stop(self) -> None:
        """Cancel every timer and forget what waits; the chart stays as it is."""
        for _, timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._inbox.clear()

    def _post(self, letter: _Letter) -> None:
        if len(self._inbox) >= INBOX_BOUND:
            raise InboxFull(f"{self.name}: {INBOX_BOUND} events wait; {letter.event!r} is one more")
        self._inbox.append(letter)
        if self._busy:
            return  # called from inside an effect: the loop below will reach it
        self._busy = True
        try:
            while self._inbox:
                self._take(self._inbox.popleft())
        finally:
            self._busy = False

    def _take(self, letter: _Letter) -> None:
        if letter.origin is Origin.TIMER and not self._is_current(letter):
            return
        source, before = self.chart.active_leaves, self._snapshot()
        try:
            effects = self.chart.step(letter.event, **letter.data)
        except UnexpectedEvent:
            if letter.origin is not Origin.REMOTE:
                raise
            self.unexpected[letter.event, "+".join(source)] += 1
            self._report(Unexpected(self.name, letter.event, source, letter.data, before))
            return
        target, data = self.chart.active_leaves, letter.data
        self._report(
            Step(self.name, letter.event, letter.origin, source, target, effects, data, before)
        )
        for effect in effects:
            self._perform(effect)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Request(what):
                self._ports.request(what)
            case Emit(what):
                self._ports.emit(what)
            case StartTimer(event, delay):
                self._start_timer(event, delay)
            case CancelTimer(event):
                self._cancel_timer(event)
            case _:
                assert_never(effect)

    def _start_timer(self, event: str, delay: float) -> None:
        self._cancel_timer(event)
        self._generation += 1
        letter = _Letter(event, Origin.TIMER, generation=self._generation)
        timer = self._ports.timers.start(delay, lambda: self._post(letter))
        self._timers[event] = (letter.generation, timer)

    def _cancel_timer(self, event: str) -> None:
        running = self._timers.pop(event, None)
        if running is not None:
            running[1].cancel()

    def _is_current(self, letter: _Letter) -> bool:
        """Whether this timer still runs; taking it ends it."""
        running = self._timers.get(letter.event)
        if running is None or running[0] != letter.generation:
            return False
        del self._timers[letter.event]
        return True

    def _snapshot(self) -> Snapshot | None:
        is_due = self._observe is not None and self._reported % SNAPSHOT_EVERY == 0
        return snapshot(self.chart, self._reported) if is_due else None

    def _report(self, record: Record) -> None:
        self._reported += 1
        if self._observe is not None:
            self._observe(record)

    def __repr__(self) -> str:
        return f"<Driver {self.name} {'+'.join(self.chart.active_leaves)}>"
