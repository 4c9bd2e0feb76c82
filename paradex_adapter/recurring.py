"""`Recurring`: work that is demanded again and again, and done one at a time until it succeeds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

from paradex_adapter.charts.facts import Reconciled
from paradex_adapter.charts.reconciliation import Reconciliation
from paradex_adapter.charts.requests import Reconcile
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.transport.tasks import Tasks
from statecharts import Driver, Ports, Record, Timers


class Recurring:
    """A reconciliation chart at work. `work` returns the venue's time at which it asked (ms), and
    `done` is told of it once nothing was demanded since."""

    def __init__(
        self,
        name: str,
        chart: Reconciliation,
        work: Callable[[], Awaitable[int]],
        tasks: Tasks,
        timers: Timers,
        troubled: Callable[[str, Exception], None],
        *,
        done: Callable[[int], None] = lambda at: None,
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self._name = name
        self._work = work
        self._tasks = tasks
        self._troubled = troubled
        self._done = done
        self.driver = Driver(name, chart, Ports(self._request, self._emit, timers), observe)

    @property
    def chart(self) -> Reconciliation:
        return self.driver.chart

    def start(self) -> None:
        """Take demands from now on."""
        self.driver.dispatch("start")

    def demand(self) -> None:
        """Do it soon, and not earlier than now."""
        self.driver.dispatch("begin")

    def stop(self) -> None:
        """Take no more demands, and forget what was demanded."""
        self.driver.dispatch("stop")
        self.driver.stop()

    def _request(self, what: object) -> None:
        assert isinstance(what, Reconcile)
        self._tasks.start_soon(self._attempt)

    def _emit(self, fact: object) -> None:
        assert isinstance(fact, Reconciled)
        self._done(fact.at)

    async def _attempt(self) -> None:
        # What is given up must not complete later: it asked before the demands made since.
        with anyio.move_on_after(self.chart.run_timeout_secs):
            try:
                at = await self._work()
            except (VenueError, OutcomeUnknown, WireError) as error:
                self._troubled(self._name, error)
                self.driver.receive("failed")
            else:
                self.driver.receive("completed", at=at)
