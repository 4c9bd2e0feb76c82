"""One session and its token at a venue of their own, and what is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio

from paradex_adapter.backoff import Backoff
from paradex_adapter.session import Session, SessionSettings
from paradex_adapter.tokens import TokenKeeper
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.timers import LoopTimers
from paradex_adapter.wire.jsonrpc import RpcError
from paradex_venue import Venue, VenueConfig
from paradex_venue.faults import MessageRule, RestRule, RpcRule
from statecharts import Record, Step
from tests.simulation.changes import Changes
from tests.venue.trader import ALICE

PATIENCE = 5.0
HASTE = 100.0
"""How much faster than in production the timers run whose times cannot be set."""
TIMES = SessionSettings(
    backoff=Backoff(first=3.0, cap=3.0),
    dial_timeout=10.0,
    auth_timeout=100.0,
    ack_timeout=8.0,
    check_interval=10.0,
    switch_timeout=8.0,
)


class Hasty(LoopTimers):
    def start(self, delay: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return super().start(delay / HASTE, callback)


class Line:
    """A session, its token, and what is told of them (`SessionListener`)."""

    def __init__(self, venue: Venue, http: Http, tasks: Tasks) -> None:
        self.venue = venue
        self.changes = Changes()
        self.facts: list[object] = []
        self.frames: list[str] = []
        self.records: list[Record] = []
        self._http = http
        self._tasks = tasks
        self.session: Any = None
        self.tokens: Any = None

    def open(self, *, private: bool = True, url: str = "", **times: Any) -> Session:
        settings = {name: getattr(TIMES, name) for name in TIMES.__slots__} | times
        wait_secs = settings.pop("token_wait", 3.0)
        self.tokens = TokenKeeper(
            Rest(self._http),
            ALICE.signer(),
            self._tasks,
            Hasty(),
            lambda: self.venue.exchange.now_ms() / 1000,
            wait_secs=wait_secs,
            observe=self._observe,
        )
        self.session = Session(
            "it",
            [url or self.venue.ws_url],
            self,
            self._tasks,
            Hasty(),
            lambda: 0.0,
            tokens=self.tokens if private else None,
            settings=SessionSettings(**settings),
            observe=self._observe,
        )
        self.session.open()
        return self.session

    async def ready(self, **settings: Any) -> Session:
        session = self.open(**settings)
        await self.until(lambda: session.is_ready)
        return session

    async def until(self, holds: Callable[[], Any]) -> None:
        with anyio.fail_after(PATIENCE):
            await self.changes.until(holds)

    async def came(self, chart: str, event: str, source: str = "", count: int = 1) -> None:
        """Wait until the chart has taken this event so often, in this state."""
        await self.until(lambda: self._taken(chart, event, source) >= count)

    def _taken(self, chart: str, event: str, source: str) -> int:
        steps = [record for record in self.records if isinstance(record, Step)]
        mine = [step for step in steps if (step.chart, step.event) == (chart, event)]
        return sum(source in ("", step.source[0]) for step in mine)

    def add(self, kind: Any, channel: str, **rule: Any) -> None:
        self.venue.control.add_fault(MessageRule(kind=kind, channel=channel, **rule))

    def refuse(self, kind: Any, **rule: Any) -> None:
        """Nobody is signed in any more."""
        rule = {"method": "POST", "path": "/auth", "count": None} | rule
        self.venue.control.add_fault(RestRule(kind=kind, **rule))

    def answer(self, method: str, error: RpcError) -> None:
        """The next request of this method is refused so."""
        rule = RpcRule(method=method, code=error.code, message=error.message)
        self.venue.control.add_fault(rule)

    def _observe(self, record: Record) -> None:
        self.records.append(record)
        self.changes.tell()

    def push_received(self, channel: str, data: bytes) -> None:
        self.frames.append(channel)
        self.changes.tell()

    def binary_received(self, frame: bytes) -> None: ...
    def frame_refused(self, error: Exception) -> None: ...

    def session_changed(self, fact: object) -> None:
        self.facts.append(fact)
        self.changes.tell()


@asynccontextmanager
async def lines(**venue_settings: Any) -> AsyncIterator[Line]:
    crashes: list[BaseException] = []
    tasks = Tasks(crashes.append)
    await tasks.open()
    config = VenueConfig(market_maker=False, control=False, **venue_settings)
    async with Venue(config) as venue, Http(venue.rest_url, timeout=3.0) as http:
        venue.control.register(ALICE.config())
        line = Line(venue, http, tasks)
        try:
            yield line
        finally:
            if line.session is not None:
                line.session.close()
                line.tokens.driver.stop()
            await tasks.aclose()
    assert crashes == []
