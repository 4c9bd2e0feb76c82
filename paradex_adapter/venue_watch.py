"""`VenueWatch`: the venue's status, asked for and told."""

from __future__ import annotations

from collections.abc import Callable

from paradex_adapter.charts.facts import VenueStatusTold
from paradex_adapter.charts.requests import AskStatus
from paradex_adapter.charts.venue_status import VenueStatus
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from statecharts import Driver, Ports, Record, Timers

STATUS_CODES = "SYSTEM_STATUS_"
"""How the codes begin with which the venue refuses what its status does not allow."""


class VenueWatch:
    """The venue status chart at work."""

    def __init__(
        self,
        rest: Rest,
        tasks: Tasks,
        timers: Timers,
        tell: Callable[[VenueStatusTold], None],
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self._rest = rest
        self._tasks = tasks
        self._tell = tell
        ports = Ports(self._request, self._emit, timers)
        self.driver = Driver("venue_status", VenueStatus(), ports, observe)

    def start(self) -> None:
        """Ask from now on."""
        self.driver.dispatch("start")

    def session_ready(self) -> None:
        """A new session has not been told of a limit yet."""
        self.driver.dispatch("session_ready")

    def refused(self, reason: str) -> None:
        """The venue refused something; it may have been for its status."""
        if STATUS_CODES in reason:
            self.driver.receive("hinted")

    def stop(self) -> None:
        """Ask no more."""
        self.driver.dispatch("stop")
        self.driver.stop()

    def _request(self, what: object) -> None:
        assert isinstance(what, AskStatus)
        self._tasks.start_soon(self._ask)

    def _emit(self, fact: object) -> None:
        assert isinstance(fact, VenueStatusTold)
        self._tell(fact)

    async def _ask(self) -> None:
        try:
            status = await self._rest.system_state()
        except (VenueError, OutcomeUnknown, WireError):
            return  # who is not answered knows nothing; the chart asks again
        self.driver.receive("told", status=status)
