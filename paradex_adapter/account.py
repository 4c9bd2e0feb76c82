"""`TradingAccount`: one account at the venue. Its token, session, orders and reconciliation.

Composition only, and free of Nautilus: the execution client is its listener.
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import anyio

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    OrderDisputed,
    OrderFact,
    OrderFilled,
    Reconciled,
    SessionLost,
    SubscriptionActive,
)
from paradex_adapter.charts.reconciliation import Reconciliation
from paradex_adapter.charts.requests import Reconcile
from paradex_adapter.environment import Credentials, Endpoints, check_chain
from paradex_adapter.errors import (
    ConfigError,
    OutcomeUnknown,
    Unauthorized,
    VenueError,
    WireError,
)
from paradex_adapter.order_entry import OrderEntry, RestOrderEntry, SessionOrderEntry
from paradex_adapter.orders import Orders
from paradex_adapter.persistence import CONNECT_TIMEOUT_SECS
from paradex_adapter.resync import bring, take_snapshot
from paradex_adapter.session import Session, SessionSettings
from paradex_adapter.terms import Adopted
from paradex_adapter.tokens import TokenKeeper
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.timers import LoopTimers
from paradex_adapter.transport.websocket import dialects
from paradex_adapter.wire import sbe
from paradex_adapter.wire.rest import Account, Balance, Fill, Order, decode
from paradex_adapter.wire.signing import Signer
from statecharts import Driver, Ports, Record, Timers

ORDERS, FILLS, POSITIONS, ACCOUNT = "orders.ALL", "fills.ALL", "positions", "account"
CHANNELS = (ORDERS, FILLS, POSITIONS, ACCOUNT)
LOOKBACK_MS = 10 * 60 * 1000
"""How far before the last word we heard a reconciliation asks for fills: clocks differ, and the
venue's words may be late."""


class AccountListener(Protocol):
    """Who is told."""

    def order_told(self, fact: OrderFact) -> None: ...
    def account_told(self, account: Account, balances: list[Balance]) -> None: ...
    def session_told(self, fact: object) -> None: ...

    def foreign_order_told(self, order: Order) -> None:
        """An order that is none of ours: placed elsewhere, or by the venue."""
        ...

    def foreign_fill_told(self, fill: Fill) -> None:
        """An execution of an order that is none of ours."""
        ...

    def name_of(self, venue_order_id: str) -> str:
        """What we call an order for which the venue has no client id, or `""`."""
        ...

    def adoptable(self, client_order_id: str) -> Adopted | None:
        """An order we know of and that has no charts yet, if it is one and has not ended."""
        ...

    def adoptables(self) -> list[Adopted]:
        """Every order we know of that has not ended."""
        ...

    def troubled(self, what: str, error: Exception) -> None:
        """Something failed that will be tried again, or that cost only itself."""
        ...

    def crashed(self, error: BaseException) -> None:
        """A bug of ours ended a task."""
        ...


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """How long things may take: seconds, unless named otherwise."""

    connect_timeout: float = CONNECT_TIMEOUT_SECS
    order_entry: Literal["websocket", "rest"] = "rest"
    order_timeout: float = 10.0
    sbe_version: int | None = None
    recv_window_ms: int = 10_000
    reconcile_interval: float = 60.0
    backoff: Backoff = Backoff()
    session: SessionSettings = SessionSettings()


async def open_account(
    http: Http,
    endpoints: Endpoints,
    credentials: Credentials,
    listener: AccountListener,
    settings: AccountSettings = AccountSettings(),
    observe: Callable[[Record], None] | None = None,
) -> TradingAccount:
    """Sign in, subscribe, and return when every private channel flows.

    Raises `ConfigError` for what the user can mend, `OutcomeUnknown` when the venue could not be
    reached in time. Whatever was opened is closed again.
    """
    config = await Rest(http).system_config()
    check_chain(config, endpoints)
    key, address = credentials.private_key.reveal(), credentials.l2_address
    signer = Signer(key, address, config.starknet_chain_id)
    account = TradingAccount(http, endpoints, signer, listener, settings, observe)
    try:
        await account.connect()
    except BaseException:
        with anyio.CancelScope(shield=True):
            await account.close()
        raise
    return account


class TradingAccount:
    """Keeps our view of one account equal to the venue's. Made by `open_account`."""

    def __init__(
        self,
        http: Http,
        endpoints: Endpoints,
        signer: Signer,
        listener: AccountListener,
        settings: AccountSettings,
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self._endpoints = endpoints
        self._listener = listener
        self._settings = settings
        self._observe = observe
        self._timers: Timers = LoopTimers()
        self._tasks = Tasks(listener.crashed)
        self._heard_at_ms = 0
        self.tokens = TokenKeeper(
            Rest(http), signer, self._tasks, self._timers, time.time, observe=observe
        )
        self.rest = Rest(http, self.tokens)
        self.session = Session(
            "private",
            dialects(endpoints.ws_url, settings.sbe_version),
            self,
            self._tasks,
            self._timers,
            random.random,
            tokens=self.tokens,
            settings=settings.session,
            observe=observe,
        )
        self.orders = Orders(
            self.rest,
            self._order_entry(),
            signer,
            self._tasks,
            self._timers,
            time.time,
            self._order_told,
            recv_window_ms=settings.recv_window_ms,
            backoff=settings.backoff,
            observe=observe,
            troubled=listener.troubled,
        )
        self.reconciliation = self._repeating("reconciliation", self._reconcile)
        self.refresh = self._repeating("account", self._refresh)

    async def connect(self) -> None:
        """Sign in, subscribe, wait until the channels flow and the account is known."""
        await self._tasks.open()
        await self._sign_in()
        for channel in CHANNELS:
            self.session.subscribe(channel)
        self.session.open()
        try:
            with anyio.fail_after(self._settings.connect_timeout):
                await self.session.wait_until(self._has_settled)
        except TimeoutError:
            raise OutcomeUnknown(
                f"{self._endpoints.ws_url} did not answer within "
                f"{self._settings.connect_timeout:g} s: {self.session.last_failure}"
            ) from None
        if not self._is_flowing():
            raise ConfigError(
                f"{self._endpoints.ws_url} refused the session: {self.session.last_failure}"
            )
        self._heard_at_ms = await self.rest.system_time()
        await self._refresh()
        for driver in (self.reconciliation, self.refresh):
            driver.dispatch("start")
        self._tasks.start_soon(self._reconcile_regularly)

    async def close(self) -> None:
        """Close the session and every timer. Orders stay at the venue as they are."""
        self.session.close()
        await self._tasks.aclose()
        # Only now: a task that ends may still have brought an event, and with it a timer.
        for driver in (self.reconciliation, self.refresh, self.tokens.driver):
            driver.stop()
        self.orders.stop()

    def reconcile(self) -> None:
        """Hold our view against the venue's, soon."""
        self.reconciliation.dispatch("begin")

    def refresh_account(self) -> None:
        """Ask for balances and margins, soon."""
        self.refresh.dispatch("begin")

    def _order_entry(self) -> OrderEntry:
        over_rest = RestOrderEntry(self.rest)
        if self._settings.order_entry == "rest":
            return over_rest
        limiter, timeout = self.rest.limits.orders, self._settings.order_timeout
        return SessionOrderEntry(self.session, over_rest, limiter, timeout)

    async def _sign_in(self) -> None:
        try:
            await self.tokens.bearer()
        except Unauthorized as error:
            raise ConfigError(
                f"{self._endpoints.rest_url} will not sign the account in ({error.message}): "
                "check that l2_address and l2_private_key belong together, that the account has "
                "been onboarded there, and that the environment is the right one"
            ) from None

    def _is_flowing(self) -> bool:
        drivers = self.session.subscriptions.values()
        return all(driver.chart.active.is_active for driver in drivers)

    def _has_settled(self) -> bool:
        """Whether connecting has ended, well or badly."""
        drivers = self.session.subscriptions.values()
        refused = any(driver.chart.rejected.is_active for driver in drivers)
        return self._is_flowing() or refused or self.session.connection.chart.disconnected.is_active

    # What the session brings

    def session_changed(self, fact: object) -> None:
        match fact:
            case SubscriptionActive() if self._is_flowing():
                # Not earlier: what happens between a snapshot and a subscription would be lost.
                self._adopt_all()
                self.orders.session_ready()
                self.reconcile()
            case SessionLost():
                self.orders.session_lost()
        self._listener.session_told(fact)

    def push_received(self, channel: str, data: bytes) -> None:
        try:
            match channel:
                case "orders.ALL":
                    self._order_seen(decode(data, Order))
                case "fills.ALL":
                    self._fill_seen(decode(data, Fill))
                case _:
                    self.refresh_account()  # positions and account: REST has them whole
        except WireError as error:
            self.frame_refused(error)

    def binary_received(self, frame: bytes) -> None:
        try:
            message = sbe.decode(frame)
            match message:
                case sbe.OrderEvent() | sbe.FillEvent():
                    self._event_seen(sbe.as_rest(message))
                case sbe.PositionEvent() | sbe.AccountEvent():
                    self.refresh_account()
        except WireError as error:
            self.frame_refused(error)

    def frame_refused(self, error: WireError) -> None:
        """What it said is unknown: ask for everything."""
        self._listener.troubled("a private frame", error)
        self.reconcile()

    def _event_seen(self, event: object) -> None:
        match event:
            case Order():
                self._order_seen(event)
            case Fill():
                self._fill_seen(event)

    # To whom the venue's words belong

    def _order_seen(self, order: Order) -> None:
        self._heard_at_ms = max(self._heard_at_ms, order.last_updated_at)
        name = order.client_id or self._listener.name_of(order.id)
        if self._is_ours(name):
            self.orders.order_seen(name, order)
        else:
            self._listener.foreign_order_told(order)

    def _fill_seen(self, fill: Fill) -> None:
        self._heard_at_ms = max(self._heard_at_ms, fill.created_at)
        name = fill.client_id or self._listener.name_of(fill.order_id)
        if self._is_ours(name):
            self.orders.fill_seen(name, fill)
        else:
            self._listener.foreign_fill_told(fill)

    def _is_ours(self, client_order_id: str) -> bool:
        if not client_order_id:
            return False
        if not self.orders.knows(client_order_id):
            adopted = self._listener.adoptable(client_order_id)
            if adopted is None:
                return False
            self.orders.adopt(adopted)
        return True

    def _adopt_all(self) -> None:
        for adopted in self._listener.adoptables():
            if not self.orders.knows(adopted.client_order_id):
                self.orders.adopt(adopted)

    def _order_told(self, fact: OrderFact) -> None:
        self._listener.order_told(fact)
        if isinstance(fact, OrderFilled | OrderDisputed):
            self.refresh_account()

    # What is asked for again and again

    def _repeating(self, name: str, work: Callable[[], Awaitable[None]]) -> Driver[Reconciliation]:
        def request(what: object) -> None:
            assert isinstance(what, Reconcile)
            self._tasks.start_soon(self._attempt, name, driver, work)

        def emit(fact: object) -> None:
            assert isinstance(fact, Reconciled)

        chart = Reconciliation(self._settings.backoff)
        driver = Driver(name, chart, Ports(request, emit, self._timers), self._observe)
        return driver

    async def _attempt(
        self, name: str, driver: Driver[Reconciliation], work: Callable[[], Awaitable[None]]
    ) -> None:
        try:
            await work()
        except (VenueError, OutcomeUnknown, WireError) as error:
            self._listener.troubled(name, error)
            driver.receive("failed")
        else:
            driver.receive("completed")

    async def _reconcile(self) -> None:
        start_at = max(0, self._heard_at_ms - LOOKBACK_MS)
        snapshot = await take_snapshot(self.rest, start_at)
        bring(snapshot, self.orders, self._fill_seen, self._order_seen)
        self._listener.account_told(snapshot.account, snapshot.balances)

    async def _reconcile_regularly(self) -> None:
        """A word that the venue did not send is not missed until somebody asks."""
        while True:
            await anyio.sleep(self._settings.reconcile_interval)
            self.reconcile()

    async def _refresh(self) -> None:
        account = await self.rest.account()
        self._listener.account_told(account, await self.rest.balances())
