"""One venue and one account of it, in one event loop, joined by real sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Literal
from unittest import mock

import anyio
from anyio.abc import TaskGroup

from paradex_adapter.account import AccountSettings, TradingAccount, open_account
from paradex_adapter.backoff import Backoff
from paradex_adapter.environment import Credentials, Endpoints
from paradex_adapter.errors import OutcomeUnknown, ParadexError
from paradex_adapter.session import SessionSettings
from paradex_adapter.transport import limits
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.limiter import Limiter
from paradex_adapter.transport.timers import LoopTimers
from paradex_venue import Venue, VenueConfig
from paradex_venue.clock import Clock
from paradex_venue.events import Event, OrderChanged
from paradex_venue.records import Account
from statecharts import Record, Unexpected
from tests.simulation.ledger import Ledger
from tests.simulation.setting import Setting
from tests.simulation.virtual import VirtualClock, VirtualLoop
from tests.venue.trader import ALICE

type OrderEntry = Literal["rest", "websocket"]

HASTE = 10.0
"""How much faster than in production the charts' timers run; the settings below are theirs."""
HTTP_TIMEOUT = 0.5
RECV_WINDOW_MS = 400
GRACE_MS = 200
ORDER_TIMEOUT = 0.5
SETTINGS = AccountSettings(
    connect_timeout=10.0,
    order_timeout=ORDER_TIMEOUT,
    recv_window_ms=RECV_WINDOW_MS,
    reconcile_interval=5.0,
    late_ms=1_000,
    backoff=Backoff(first=0.25, cap=4.0),
    session=SessionSettings(
        Backoff(first=0.25, cap=4.0), dial_timeout=5.0, auth_timeout=5.0, ack_timeout=2.0
    ),
)
VENUE = VenueConfig(
    market_maker=False, control=False, latency_open=0.004, jwt_ttl=20.0, require_sbe=True
)


class World:
    """`truth` is the venue's, `ledger` what we were told, `rested` the ids of orders that waited at
    the venue, on its book or for their trigger."""

    def __init__(self, venue: Venue, http: LateHttp, timers: list[HastyTimers]) -> None:
        self.venue = venue
        self._timers = timers
        self.http = http
        self.ledger = Ledger()
        self.records: list[Record] = []
        self.rested: set[str] = set()
        self.account: TradingAccount | None = None
        self.ledger.take_up = self.take_up
        self.ledger.counts_remaining = venue.config.rules.modified_size == "remaining"
        venue.exchange.listeners.append(self._on_event)

    @property
    def truth(self) -> Account:
        return self.venue.exchange.accounts[ALICE.address]

    @property
    def unexpected(self) -> list[Unexpected]:
        """Events of the venue's that a chart did not list."""
        return [record for record in self.records if isinstance(record, Unexpected)]

    async def open(self, order_entry: OrderEntry, settings: AccountSettings | None = None) -> None:
        """Start the account, as a new process would."""
        url = self.venue.rest_url
        credentials = Credentials.resolve(Endpoints(url, ""), ALICE.address, ALICE.private)
        self.account = await open_account(
            self.http,
            Endpoints(url, self.venue.ws_url),
            credentials,
            self.ledger,
            replace(settings or SETTINGS, order_entry=order_entry),
            self._observe,
        )

    async def catch_up(self) -> None:
        """Ask for what happened while nobody listened, as a new process does."""
        assert self.account is not None
        rest = self.account.rest
        self.ledger.open_anew(await rest.open_orders(), await rest.fills(start_at=0))

    async def close(self) -> None:
        self.ledger.is_disarmed = None
        if self.account is not None:
            account, self.account = self.account, None
            await account.close()
            if running := self._timers[-1].running:
                self.ledger.violations.append(f"{running} timers run after the account is closed")

    def take_up(self, client_order_id: str) -> None:
        """Answer for an order, as the platform has its client do."""
        assert self.account is not None
        adopted = self.ledger.adoptable(client_order_id)
        if adopted is not None and not self.account.orders.knows(client_order_id):
            self.account.orders.adopt(adopted)

    def _observe(self, record: Record) -> None:
        self.records.append(record)
        self.ledger.changes.tell()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, OrderChanged) and event.order.status in ("OPEN", "UNTRIGGERED"):
            self.rested.add(event.order.id)
        self.ledger.changes.tell()


@asynccontextmanager
async def world(seed: int, setting: Setting | None = None) -> AsyncIterator[World]:
    """A venue with quiet books, and an account of it, not opened yet. Without a `setting` what is
    open is decided as production does, but for private words: JSON and binary, by turns."""
    if setting is None:
        setting = Setting(venue=replace(VENUE, sbe_private=seed % 2 == 0), account=SETTINGS)
    timers: list[HastyTimers] = []

    def new_timers() -> HastyTimers:
        timers.append(HastyTimers())
        return timers[-1]

    with (
        mock.patch("paradex_adapter.account.LoopTimers", new_timers),
        mock.patch("paradex_adapter.orders.VALIDITY_GRACE_MS", GRACE_MS),
        mock.patch("paradex_adapter.transport.limiter.MAX_HOLD_SECS", 1.0 / HASTE),
        _one_time(seed) as clock,
    ):
        async with Venue(setting.venue, clock) as venue, anyio.create_task_group() as mail:
            venue.control.register(setting.owner(ALICE.config()))
            async with LateHttp(venue.rest_url, random.Random(seed), mail) as http:
                world = World(venue, http, timers)
                try:
                    yield world
                finally:
                    with anyio.CancelScope(shield=True):
                        await world.close()
                    mail.cancel_scope.cancel()


@contextmanager
def _one_time(seed: int) -> Iterator[Clock | None]:
    """Where the loop has a time of its own, everybody goes by it, and waits as long in each run of
    a seed; the clock is for the venue."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        yield None
        return
    clock = VirtualClock(loop)
    with (
        mock.patch("paradex_adapter.account.time", SimpleNamespace(time=loop.wall)),
        mock.patch("paradex_adapter.account.random", random.Random(seed)),
        mock.patch.dict(Limiter.__init__.__kwdefaults__, clock=loop.time),
        mock.patch.object(limits, "_of_this_machine", limits._of_this_machine.__wrapped__),
    ):
        yield clock
    clock.close()


class HastyTimers(LoopTimers):
    """Those of one account, and which of them are running."""

    def __init__(self) -> None:
        self._started: list[asyncio.TimerHandle] = []

    def start(self, delay: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        now = asyncio.get_running_loop().time()
        self._started = [handle for handle in self._started if _is_running(handle, now)]
        handle = super().start(delay / HASTE, callback)
        self._started.append(handle)
        return handle

    @property
    def running(self) -> int:
        now = asyncio.get_running_loop().time()
        return sum(_is_running(handle, now) for handle in self._started)


def _is_running(handle: asyncio.TimerHandle, now: float) -> bool:
    return not handle.cancelled() and handle.when() > now


class LateHttp(Http):
    """Loses some orders and cancels on the way: the caller is told that nothing is known, the
    venue gets them later, perhaps after they are void."""

    def __init__(self, url: str, rng: random.Random, mail: TaskGroup) -> None:
        super().__init__(url, timeout=HTTP_TIMEOUT)
        self._rng = rng
        self._mail = mail
        self.lateness = 0.0
        self.delayed = 0

    async def send(self, method: str, path: str, **options: Any) -> bytes:
        is_command = method != "GET" and path.startswith("/orders")
        if is_command and self._rng.random() < self.lateness:
            self.delayed += 1
            if (body := options.get("json")) is not None:
                body()  # signed as it leaves
            delay = self._rng.random() * 1.5 * RECV_WINDOW_MS / 1000
            self._mail.start_soon(self._send_late, delay, method, path, options)
            raise OutcomeUnknown(f"{method} {path}: still on its way")
        return await super().send(method, path, **options)

    async def _send_late(
        self, delay: float, method: str, path: str, options: Mapping[str, Any]
    ) -> None:
        await anyio.sleep(delay)  # what is simulated is time
        with suppress(ParadexError):
            await super().send(method, path, **options)
