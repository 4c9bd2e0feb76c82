"""The front desk: lets requests in or refuses them, and queues them for the matching engine.

The venue answers in two phases. A request that meets the rules is answered at once (an order is
NEW, a cancel or change is queued); `latency_open` seconds later, strictly in the order received,
the engine says what became of it. Synchronous, without I/O; time comes from the clock.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal

from paradex_venue.changes import read_change
from paradex_venue.clock import Clock
from paradex_venue.config import VenueConfig
from paradex_venue.engine import Engine
from paradex_venue.events import Event, OrderChanged
from paradex_venue.markets import CATALOG, Market
from paradex_venue.orders import (
    ModifyRequest,
    OrderRequest,
    Terms,
    check_band,
    check_capacity,
    check_notional,
    check_window,
    read_terms,
)
from paradex_venue.records import Account, Order, RequestInfo
from paradex_venue.refusal import Refused
from paradex_venue.releases import SystemStatus, check_cancel, check_change, check_order, is_near


class Exchange:
    """The truth about orders, fills, positions and balances, per account."""

    def __init__(self, clock: Clock, config: VenueConfig) -> None:
        self.clock = clock
        self.markets = {symbol: CATALOG[symbol] for symbol in config.markets}
        self.status: SystemStatus = "ok"
        self.latency = config.latency_open
        self.listeners: list[Callable[[Event], None]] = []
        self.rules = config.rules
        self._life = config.life
        # Markets that are settled.
        self.closed: set[str] = set()
        self.engine = Engine(clock, self.markets, self.announce, config)
        self.accounts = self.engine.accounts
        self.orders = self.engine.orders
        self._push_new = config.push_new
        self._queue: deque[Callable[[], None]] = deque()

    def now_ms(self) -> int:
        return self.clock.now_ns() // 1_000_000

    def market(self, symbol: str) -> Market:
        """The market, or `Refused`: MARKET_NOT_FOUND."""
        if symbol not in self.markets:
            listed = ", ".join(self.markets)
            raise Refused("MARKET_NOT_FOUND", f"market {symbol} is not listed; there is {listed}")
        return self.markets[symbol]

    def open_markets(self) -> list[Market]:
        return [market for symbol, market in self.markets.items() if symbol not in self.closed]

    def close_market(self, symbol: str) -> None:
        """No order is let into a market any more, and the house leaves it."""
        self.closed.add(symbol)
        for account in self.accounts.values():
            if account.house:
                self.engine.quote(account, symbol, {})

    # ---- accounts ----

    def open_account(
        self, address: str, public_key: str, credit: Decimal, *, house: bool = False
    ) -> Account:
        """Register an account and credit it; one that exists is returned as it is."""
        account = self.accounts.get(address)
        if account is None:
            now = self.now_ms()
            account = Account(address, public_key, house=house, created_at=now, updated_at=now)
            account.deposits = credit
            account.seq_no = self.engine.ids.sequence()
            self.accounts[address] = account
        return account

    # ---- the system ----

    def set_status(self, status: SystemStatus) -> None:
        """Outside of ok nothing is triggered, and orders far from the fair price are canceled."""
        self.status = status
        self.engine.pause_triggers(status != "ok")
        if status in ("cancel_only", "post_only"):
            self._expel()

    def _expel(self) -> None:
        clients = (account for account in self.accounts.values() if not account.house)
        for order in [order for account in clients for order in account.live.values()]:
            fair = self.engine.marks[order.market]
            if order.status == "OPEN" and not is_near(order.price, fair, self._life):
                self.engine.cancel(order, self._life.release_cancel_reason)

    # ---- requests ----

    def prepare(
        self, account: Account, request: OrderRequest, beside: Sequence[Order] = ()
    ) -> Order:
        """The order that `request` asks for, not let in yet; or `Refused`. Orders `beside` it come
        from the same batch."""
        market = self.market(request.market)
        mark = self.engine.marks[market.symbol]
        terms = read_terms(request, market, mark, self.now_ms(), self.rules)
        check_order(self.status, terms.instruction, terms.price, mark, self._life)
        if market.symbol in self.closed:
            raise Refused("MARKET_NOT_OPEN", f"market {market.symbol} is settled")
        if terms.type == "LIMIT":
            check_band(request.side, terms.price, market, mark)
        check_notional(account, request.side, terms, market, mark)
        check_capacity((*account.live.values(), *beside), market)
        self._check_client_id(account, request.client_id, beside)
        return self._order(account, request, terms)

    def submit(self, order: Order) -> None:
        """Let a prepared order in: it is NEW, and waits for the engine."""
        account = self.accounts[order.account]
        self.orders[order.id] = account.live[order.id] = order
        account.orders.append(order)
        if self._push_new:
            self.announce(OrderChanged(copy.copy(order)))
        self._later(lambda: self.engine.enter(order))

    def cancel(self, order: Order) -> None:
        """Queue a cancel; it may lose to a fill. `Refused` where the order is closed already."""
        check_cancel(self.status, self._life)
        if not order.is_live:
            raise Refused("ORDER_IS_CLOSED", f"order {order.id} is closed")
        self._queue_cancel(order)

    def cancel_all(self, account: Account, symbol: str | None = None) -> list[Order]:
        """Queue a cancel for every live order, or those in one market."""
        check_cancel(self.status, self._life)
        return self.abandon(account, symbol)

    def abandon(
        self, account: Account, symbol: str | None = None, only: Sequence[str] | None = None
    ) -> list[Order]:
        """Like `cancel_all`, in whatever status the venue is: nobody asks, somebody is gone.

        `only` names the orders that are meant; None means all.
        """
        orders = [
            order
            for order in account.live.values()
            if symbol in (None, order.market) and (only is None or order.id in only)
        ]
        for order in orders:
            self._queue_cancel(order)
        return orders

    def modify(self, order: Order, request: ModifyRequest) -> None:
        """Queue a change of price, total size or trigger price; the order keeps its id."""
        market, mark = self.market(order.market), self.engine.marks[order.market]
        check_window(request.signature_timestamp, None, self.now_ms(), self.rules)
        change = read_change(order, request, market, mark, self.engine.ids.fill(), self.rules)
        price = change.price if order.status == "OPEN" else mark
        check_change(self.status, price, mark, self._life)
        order.request = RequestInfo(change.request_id, "PENDING")
        self._later(lambda: self.engine.amend(order, change))

    # ---- questions ----

    def order(self, account: Account, order_id: str) -> Order:
        """An order of `account`, live or closed, or `Refused`: ORDER_ID_NOT_FOUND."""
        order = self.orders.get(order_id)
        if order is None or order.account != account.address:
            raise Refused("ORDER_ID_NOT_FOUND", f"order {order_id} is not known")
        return order

    def live_by_client_id(self, account: Account, client_id: str, symbol: str = "") -> Order:
        """A live order of `account`, in one market if one is named, or `Refused`."""
        for order in account.live.values():
            if order.client_id == client_id and symbol in ("", order.market):
                return order
        raise Refused("CLIENT_ORDER_ID_NOT_FOUND", f"no live order has client_id {client_id}")

    def latest_by_client_id(self, account: Account, client_id: str) -> Order:
        """The latest order of that name, live or closed, or `Refused`."""
        for order in reversed(account.orders):
            if order.client_id == client_id:
                return order
        raise Refused("CLIENT_ORDER_ID_NOT_FOUND", f"no order has client_id {client_id}")

    # ---- how it works ----

    def _check_client_id(
        self, account: Account, client_id: str | None, beside: Sequence[Order]
    ) -> None:
        """A client id names one order at a time, or ever."""
        reuse = self.rules.closed_client_id == "reuse"
        earlier = account.live.values() if reuse else account.orders
        if client_id and any(order.client_id == client_id for order in (*earlier, *beside)):
            message = f"client_id {client_id} is {'live' if reuse else 'used'} already"
            raise Refused("DUPLICATED_CLIENT_ID", message)

    def _order(self, account: Account, request: OrderRequest, terms: Terms) -> Order:
        now = self.now_ms()
        return Order(
            id=self.engine.ids.order(),
            account=account.address,
            market=request.market,
            side=request.side,
            type=terms.type,
            instruction=terms.instruction,
            size=terms.size,
            price=terms.price,
            trigger_price=terms.trigger_price,
            condition=terms.condition,
            client_id=request.client_id or "",
            reduce_only=terms.reduce_only,
            stp=request.stp or "EXPIRE_TAKER",
            vwap_price=terms.vwap_price,
            pays_in_dime=bool(request.dime_discount),
            signed_at=request.signature_timestamp,
            created_at=now,
            updated_at=now,
            seq_no=self.engine.ids.sequence(),
        )

    def _queue_cancel(self, order: Order) -> None:
        self._later(lambda: self.engine.cancel(order, "USER_CANCELED"))

    def _later(self, action: Callable[[], None]) -> None:
        # One queue for everything: requests never overtake each other, whatever a timer does.
        self._queue.append(action)
        self.clock.call_later(self.latency, self._run_next)

    def _run_next(self) -> None:
        self._queue.popleft()()

    def announce(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)
