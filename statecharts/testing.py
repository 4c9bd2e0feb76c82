"""Test support: a clock that moves when told, ports that remember, and a case for every cell.

    @pytest.mark.parametrize("case", cases(explore(Example(Door))), ids=str)
    def test_every_cell_of_the_door(case):
        stage = Stage(case)
        ...

Nothing here is imported at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from statecharts.chart import Chart
from statecharts.driver import Driver
from statecharts.effects import Effect, Emit, Request
from statecharts.explore import Cell, Example, Exploration, Stimulus, force, replay
from statecharts.ports import Ports, Timers
from statecharts.step import Record


class VirtualTimer:
    """A timer of `VirtualTimers`, due at `due` seconds of its clock."""

    def __init__(self, timers: VirtualTimers, due: float, callback: Callable[[], None]) -> None:
        self._timers = timers
        self.due = due
        self.callback = callback

    def cancel(self) -> None:
        """Never call back. Harmless when it has fired, or was cancelled before."""
        self._timers.forget(self)


class VirtualTimers:
    """The `Timers` port on a clock of its own that starts at 0.0 and stands until `advance`."""

    def __init__(self) -> None:
        self.now = 0.0
        self._running: list[VirtualTimer] = []

    def start(self, delay: float, callback: Callable[[], None]) -> VirtualTimer:
        """Call `callback` once, when the clock has advanced by `delay` seconds."""
        _refuse_the_past(delay)
        timer = VirtualTimer(self, self.now + delay, callback)
        self._running.append(timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Let time pass. What falls due fires at its own time: the earliest first, of two due at
        once the one started first, and timers started meanwhile with them."""
        _refuse_the_past(seconds)
        end = self.now + seconds
        while self._running and (first := self._first()).due <= end:
            self.now = first.due
            self.forget(first)
            first.callback()
        self.now = end

    def forget(self, timer: VirtualTimer) -> None:
        """Take `timer` off the clock, if it is on it."""
        if timer in self._running:
            self._running.remove(timer)

    @property
    def pending(self) -> tuple[float, ...]:
        """When each running timer is due, in the order in which they will fire."""
        return tuple(sorted(timer.due for timer in self._running))

    def _first(self) -> VirtualTimer:
        return min(self._running, key=lambda timer: timer.due)


class Recorder:
    """Performs nothing and remembers, in order, what a chart asked for and told, and its steps."""

    def __init__(self) -> None:
        self.effects: list[Request | Emit] = []
        self.records: list[Record] = []

    def ports(self, timers: Timers) -> Ports:
        """Ports that end here, but for the timers."""
        return Ports(
            lambda what: self.effects.append(Request(what)),
            lambda what: self.effects.append(Emit(what)),
            timers,
        )

    def observe(self, record: Record) -> None:
        """Give this to a driver as its observer."""
        self.records.append(record)

    @property
    def requests(self) -> list[object]:
        """What was asked of the other side."""
        return [effect.what for effect in self.effects if isinstance(effect, Request)]

    @property
    def facts(self) -> list[object]:
        """What our own side was told."""
        return [effect.what for effect in self.effects if isinstance(effect, Emit)]

    def clear(self) -> None:
        """Forget it all."""
        self.effects.clear()
        self.records.clear()


@dataclass(frozen=True, slots=True)
class Case:
    """One cell of one chart, as a parameter of a test. Its text is unique, and readable."""

    example: Example
    cell: Cell

    def __str__(self) -> str:
        return f"{self.example.chart.__name__}: {self.cell}"


def cases(exploration: Exploration) -> list[Case]:
    """A case for every cell: for `pytest.mark.parametrize("case", cases(...), ids=str)`."""
    return [Case(exploration.example, cell) for cell in exploration.cells]


class Stage:
    """A real driver, on virtual time and recording ports, brought to where a case begins.

    Guards answer as each stimulus says. What the way there asked for is forgotten; the timers it
    started are running.
    """

    def __init__(self, case: Case) -> None:
        self.timers = VirtualTimers()
        self.recorder = Recorder()
        self.case = case
        chart = replay(case.example, ())
        self.driver: Driver[Chart] = Driver(
            str(case), chart, self.recorder.ports(self.timers), self.recorder.observe
        )
        for stimulus in case.cell.path:
            self.driver.dispatch(stimulus.event, **self._prepare(stimulus))
        self.recorder.clear()

    def dispatch(self) -> None:
        """Send the case's event as our own: `UnexpectedEvent` when the chart refuses it."""
        stimulus = self.case.cell.stimulus
        self.driver.dispatch(stimulus.event, **self._prepare(stimulus))

    def receive(self) -> None:
        """Send the case's event as the other side's."""
        stimulus = self.case.cell.stimulus
        self.driver.receive(stimulus.event, **self._prepare(stimulus))

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What the case says its event asks for."""
        return tuple(asked.effect for asked in self.case.cell.asked)

    def _prepare(self, stimulus: Stimulus) -> Mapping[str, object]:
        force(self.driver.chart, stimulus)
        return self.case.example.of(stimulus.event)


def _refuse_the_past(seconds: float) -> None:
    if not seconds >= 0:
        raise ValueError(f"{seconds!r} seconds: time does not run backwards")
