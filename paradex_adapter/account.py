"""`TradingAccount`: one account at the venue. Its token, session, orders and reconciliation.

Composition only, and free of Nautilus: the execution client is its listener.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import anyio

from paradex_adapter.account_listener import AccountListener
from paradex_adapter.account_news import NEWS, AccountNews
from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    OrderCancelRejected,
    OrderDisputed,
    OrderFact,
    OrderFilled,
    OrderModifyRejected,
    OrderRejected,
    SessionLost,
    SessionReady,
    StreamBroken,
    StreamMended,
    SubscriptionActive,
    SubscriptionFailed,
    SubscriptionLapsed,
    SubscriptionRejected,
    VenueStatusTold,
)
from paradex_adapter.charts.reconciliation import Reconciliation
from paradex_adapter.environment import Credentials, Endpoints, check_chain
from paradex_adapter.errors import ConfigError, OutcomeUnknown, Unauthorized, WireError
from paradex_adapter.order_entry import OrderEntry, RestOrderEntry, SessionOrderEntry
from paradex_adapter.orders import Orders
from paradex_adapter.persistence import CONNECT_TIMEOUT_SECS
from paradex_adapter.private_feed import CHANNELS, FILLS, ORDERS, PrivateFeed
from paradex_adapter.recurring import Recurring
from paradex_adapter.resync import bring, take_snapshot
from paradex_adapter.session import Session, SessionSettings
from paradex_adapter.tokens import TokenKeeper
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.limits import Limits
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.timers import LoopTimers
from paradex_adapter.transport.websocket import dialects
from paradex_adapter.venue_watch import VenueWatch
from paradex_adapter.wire.rest import Fill, Order
from paradex_adapter.wire.signing import Signer
from statecharts import Record, Timers

LOOKBACK_MS = 10 * 60 * 1000
"""How far before the last word we heard a reconciliation asks for fills: clocks differ, and the
venue's words may be late."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """How long things may take: seconds, unless named otherwise.

    `late_ms` is how much later than the fact a channel may tell it; what REST has known for longer
    was left out. `reconcile_rest` and `refresh_rest` keep questions apart: they are metered.
    """

    connect_timeout: float = CONNECT_TIMEOUT_SECS
    order_entry: Literal["websocket", "rest"] = "websocket"
    order_timeout: float = 10.0
    sbe_version: int | None = None
    recv_window_ms: int = 10_000
    reconcile_interval: float = 60.0
    reconcile_rest: float = 1.0
    refresh_rest: float = 0.25
    late_ms: int = 5_000
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
        self._timers: Timers = LoopTimers()
        self._tasks = Tasks(listener.crashed)
        self._heard_at_ms = 0
        self._opened_at_ms = 0
        limits = Limits.at(http.base_url, listener.saturated)
        self.tokens = TokenKeeper(
            Rest(http, limits=limits), signer, self._tasks, self._timers, time.time, observe=observe
        )
        unreadable = partial(listener.troubled, "one of a list")
        self.rest = Rest(http, self.tokens, limits, unreadable)
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
        self.feed = PrivateFeed(self, self._timers, settings.late_ms, observe)
        self.news = AccountNews(self.rest, listener)
        self.venue_watch = VenueWatch(
            self.rest, self._tasks, self._timers, self._status_told, observe
        )
        work = (self._tasks, self._timers, listener.troubled)
        self.reconciliation = Recurring(
            "reconciliation",
            Reconciliation(
                settings.backoff,
                period_secs=settings.reconcile_interval,
                rest_secs=settings.reconcile_rest,
            ),
            self._reconcile,
            *work,
            done=self.feed.reconciled,
            observe=observe,
        )
        self.refresh = Recurring(
            "account",
            Reconciliation(settings.backoff, period_secs=None, rest_secs=settings.refresh_rest),
            self._refresh,
            *work,
            observe=observe,
        )

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
        if not self.session.is_flowing():
            raise ConfigError(
                f"{self._endpoints.ws_url} refused the session: {self.session.last_failure}"
            )
        for channel in NEWS:
            self.session.subscribe(channel, is_dispensable=True)
        self._heard_at_ms = self._opened_at_ms = await self.rest.system_time()
        await self._refresh()
        for each in (self.reconciliation, self.refresh, self.venue_watch):
            each.start()

    async def close(self) -> None:
        """Close the session and every timer. Orders stay at the venue as they are."""
        await self.session.aclose()
        await self._tasks.aclose()
        # Only now: a task that ends may still have brought an event, and with it a timer.
        for each in (self.reconciliation, self.refresh, self.venue_watch):
            each.stop()
        self.tokens.driver.stop()
        self.orders.stop()

    def reconcile(self) -> None:
        """Hold our view against the venue's, soon."""
        self.reconciliation.demand()

    def follow(self, client_order_id: str) -> None:
        """Give the order charts from now on, if it has not ended. `""` is none."""
        self._is_ours(client_order_id)

    def refresh_account(self) -> None:
        """Ask for balances and margins, soon."""
        self.refresh.demand()

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

    def _has_settled(self) -> bool:
        """Whether connecting has ended, well or badly."""
        session = self.session
        refused = any(each.chart.rejected.is_active for each in session.subscriptions.values())
        return session.is_flowing() or refused or session.connection.chart.disconnected.is_active

    # What the session brings (`SessionListener`)

    def session_changed(self, fact: object) -> None:
        match fact:
            case SessionReady():
                self.venue_watch.session_ready()
            case SubscriptionActive(channel) if channel in CHANNELS:
                self.feed.subscribed(channel)
                self._catch_up()
            case SubscriptionFailed(channel) | SubscriptionRejected(channel):
                if channel in (ORDERS, FILLS):
                    self.orders.session_lost()
            case SubscriptionLapsed(channel) if channel in CHANNELS:
                self.feed.missed(channel, "the venue had dropped the subscription")
            case SessionLost():
                self.feed.lost()
                self.orders.session_lost()
        self._listener.session_told(fact)

    def push_received(self, channel: str, data: bytes) -> None:
        if channel not in NEWS:
            self.feed.push_received(channel, data)
            return
        try:
            self.news.push_received(channel, data)
        except WireError as error:
            self.word_unreadable(error)
            self.reconcile()

    def binary_received(self, frame: bytes) -> None:
        self.feed.binary_received(frame)

    def frame_refused(self, error: WireError) -> None:
        self.feed.unreadable(error)

    def _catch_up(self) -> None:
        if self.session.is_flowing():
            # Not earlier: what happens between a snapshot and a subscription would be lost.
            self._adopt_all()
            self.orders.session_ready()
            self.reconcile()

    # What the feed and the watch tell (`FeedListener`)

    def order_heard(self, order: Order) -> None:
        self._order_seen(order)

    def fill_heard(self, fill: Fill) -> None:
        self._fill_seen(fill)

    def account_heard(self) -> None:
        self.refresh_account()

    def word_unreadable(self, error: WireError) -> None:
        self._listener.troubled("a private frame", error)

    def stream_changed(self, fact: StreamBroken | StreamMended) -> None:
        reason = f"{fact.channel}: {fact.reason}"
        if isinstance(fact, StreamBroken):
            self.session.impair(reason)
            self.reconcile()
        else:
            self.session.restore(reason)

    def resubscribe(self, channel: str) -> None:
        self.session.gapped(channel)

    def _status_told(self, fact: VenueStatusTold) -> None:
        self.session.restore(f"venue {fact.before}")
        if fact.status != "ok":
            self.session.impair(f"venue {fact.status}")

    # To whom the venue's words belong

    def _order_seen(self, order: Order) -> None:
        self._heard_at_ms = max(self._heard_at_ms, order.last_updated_at)
        name = order.client_id or self._listener.name_of(order.id)
        if not self._is_ours(name):
            self._listener.foreign_order_told(order)
        elif not self._is_superseded(name, order.id):
            self.orders.order_seen(name, order)

    def _fill_seen(self, fill: Fill) -> None:
        self._heard_at_ms = max(self._heard_at_ms, fill.created_at)
        name = fill.client_id or self._listener.name_of(fill.order_id)
        if self._is_ours(name):
            if not self._is_superseded(name, fill.order_id):
                self.orders.fill_seen(name, fill)
        elif fill.created_at >= self._opened_at_ms:
            # Earlier ones are history: whoever opened the account asks for as much as it wants.
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

    def _is_superseded(self, client_order_id: str, venue_order_id: str) -> bool:
        """A word on an older order of the same name would be taken for one on ours."""
        if not self.orders.is_superseded(client_order_id, venue_order_id):
            return False
        about = f"it is about {venue_order_id}, an older order of that client id: not applied"
        self._listener.troubled(f"a word on {client_order_id}", WireError(about))
        return True

    def _adopt_all(self) -> None:
        for adopted in self._listener.adoptables():
            if not self.orders.knows(adopted.client_order_id):
                self.orders.adopt(adopted)

    def _order_told(self, fact: OrderFact) -> None:
        self._listener.order_told(fact)
        match fact:
            case OrderFilled():
                self.refresh_account()
            case OrderDisputed():
                self.reconcile()
            case OrderRejected() | OrderCancelRejected() | OrderModifyRejected():
                self.venue_watch.refused(fact.reason)

    # What is asked for again and again. Each returns the venue's time at which it asked, if known.

    async def _reconcile(self) -> int:
        self._adopt_all()  # an order without charts would never be missed
        asked_at = await self.rest.system_time()
        self._heard_at_ms = min(self._heard_at_ms, asked_at)  # a word of tomorrow would blind us
        start_at = max(0, self._heard_at_ms - LOOKBACK_MS)
        snapshot = await take_snapshot(self.rest, start_at)
        self.feed.compare(snapshot.orders, snapshot.fills, asked_at)
        bring(snapshot, self.orders, self._fill_seen, self._order_seen)
        self._listener.account_told(snapshot.account, snapshot.balances)
        await self.news.ask(max(start_at, self._opened_at_ms), snapshot.fills)
        return asked_at

    async def _refresh(self) -> int:
        account = await self.rest.account()
        self._listener.account_told(account, await self.rest.balances())
        return 0
