"""A bench to try one chart on."""

from __future__ import annotations

from statecharts import Chart, Driver, Step, Unexpected
from statecharts.testing import Recorder, VirtualTimers


class Bench[C: Chart]:
    """One chart under its own guards, on a real driver, virtual time and recording ports."""

    def __init__(self, chart: C) -> None:
        self.chart = chart
        self.timers = VirtualTimers()
        self.recorder = Recorder()
        self.driver = Driver(
            type(chart).__name__, chart, self.recorder.ports(self.timers), self.recorder.observe
        )

    @property
    def where(self) -> str:
        return "+".join(self.chart.active_leaves)

    @property
    def armed(self) -> set[str]:
        return set(self.driver.armed)

    def dispatch(self, event: str, **data: object) -> list[object]:
        """Send an event of ours; what it made the chart ask and tell."""
        self.recorder.clear()
        self.driver.dispatch(event, **data)
        return self._outcome()

    def receive(self, event: str, **data: object) -> list[object]:
        """Send an event of the venue's that is expected; what it made the chart ask and tell."""
        self.recorder.clear()
        self.driver.receive(event, **data)
        assert isinstance(self.recorder.records[0], Step), f"{event} is unexpected in {self.where}"
        return self._outcome()

    def stray(self, event: str, **data: object) -> bool:
        """Send an event of the venue's; whether it was unexpected, and changed nothing."""
        self.recorder.clear()
        before = self.where, self.armed
        self.driver.receive(event, **data)
        (record,) = self.recorder.records
        return isinstance(record, Unexpected) and (self.where, self.armed) == before

    def wait(self, seconds: float) -> list[object]:
        """Let time pass; what the timers made the chart ask and tell."""
        self.recorder.clear()
        self.timers.advance(seconds)
        return self._outcome()

    def _outcome(self) -> list[object]:
        return [effect.what for effect in self.recorder.effects]
