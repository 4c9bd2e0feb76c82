"""The front desk: lets requests in or refuses them, and queues them for the matching engine.

The venue answers in two phases. A request that meets the rules is answered at once (an order is
NEW, a cancel or change is queued); `latency_open` seconds later, strictly in the order received,
the engine says what became of it. Synchronous, without I/O; time comes from the clock.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Literal

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
    read_price,
    read_size,
    read_terms,
)
from paradex_venue.records import Account, Order, RequestInfo
from paradex_venue.refusal import Refused

SystemStatus = Literal["ok", "maintenance", "cancel_only", "post_only"]


class Exchange:
    """The truth about orders, fills, positions and balances, per account."""

    def __init__(self, clock: Clock, config: VenueConfig) -> None:
        self.clock = clock
        self.markets = {symbol: CATALOG[symbol] for symbol in config.markets}
        self.status: SystemStatus = "ok"
        self.latency = config.latency_open
        self.listeners: list[Callable[[Event], None]] = []
        self.engine = Engine(clock, self.markets, self._emit)
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

    # ---- requests ----

    def prepare(self, account: Account, request: OrderRequest) -> Order:
        """The order that `request` asks for, not let in yet; or `Refused`."""
        market = self.market(request.market)
        terms = read_terms(request, market, self.now_ms())
        mark = self.engine.marks[market.symbol]
        self._check_status(terms.instruction)
        if terms.type == "LIMIT":
            check_band(request.side, terms.price, market, mark)
        check_notional(account, request, terms.size, market, mark)
        check_capacity(account, request, market)
        return self._order(account, request, terms)

    def submit(self, order: Order) -> None:
        """Let a prepared order in: it is NEW, and waits for the engine."""
        account = self.accounts[order.account]
        self.orders[order.id] = account.live[order.id] = order
        account.orders.append(order)
        if self._push_new:
            self._emit(OrderChanged(copy.copy(order)))
        self._later(lambda: self.engine.enter(order))

    def cancel(self, order: Order) -> None:
        """Queue a cancel; it may lose to a fill. `Refused` where the order is closed already."""
        if not order.is_live:
            raise Refused("ORDER_IS_CLOSED", f"order {order.id} is closed")
        self._later(lambda: self.engine.cancel(order, "USER_CANCELED"))

    def cancel_all(self, account: Account, symbol: str | None = None) -> list[Order]:
        """Queue a cancel for every live order, or those in one market."""
        orders = [o for o in account.live.values() if symbol is None or o.market == symbol]
        for order in orders:
            self.cancel(order)
        return orders

    def modify(self, order: Order, request: ModifyRequest) -> None:
        """Queue a change of price or total size; the order keeps its id."""
        market = self.market(order.market)
        check_window(request.signature_timestamp, None, self.now_ms())
        if order.status != "OPEN":
            raise Refused("ORDER_IS_NOT_OPEN", f"order {order.id} is {order.status}")
        if (request.market, request.side, request.type) != (order.market, order.side, order.type):
            raise Refused("VALIDATION_ERROR", "market, side and type of an order cannot change")
        size, price = read_size(request.size, market), read_price(request.price, market)
        if (size, price) == (order.size, order.price):
            raise Refused("INVALID_REQUEST_PARAMETER", "no order parameters changed")
        check_band(order.side, price, market, self.engine.marks[market.symbol])
        request_id = self.engine.ids.fill()
        order.request = RequestInfo(request_id, "PENDING")
        self._later(lambda: self.engine.amend(order, size, price, request_id))

    # ---- questions ----

    def order(self, account: Account, order_id: str) -> Order:
        """An order of `account`, live or closed, or `Refused`: ORDER_ID_NOT_FOUND."""
        order = self.orders.get(order_id)
        if order is None or order.account != account.address:
            raise Refused("ORDER_ID_NOT_FOUND", f"order {order_id} is not known")
        return order

    def live_by_client_id(self, account: Account, client_id: str) -> Order:
        """A live order of `account`, or `Refused`: CLIENT_ORDER_ID_NOT_FOUND."""
        for order in account.live.values():
            if order.client_id == client_id:
                return order
        raise Refused("CLIENT_ORDER_ID_NOT_FOUND", f"no live order has client_id {client_id}")

    # ---- how it works ----

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
            client_id=request.client_id or "",
            reduce_only=request.is_reduce_only,
            stp=request.stp or "EXPIRE_TAKER",
            vwap_price=terms.vwap_price,
            signed_at=request.signature_timestamp,
            created_at=now,
            updated_at=now,
            seq_no=self.engine.ids.sequence(),
        )

    def _check_status(self, instruction: str) -> None:
        if self.status == "maintenance":
            raise Refused("SERVICE_UNAVAILABLE", "the venue is under maintenance", 503)
        if self.status == "cancel_only":
            raise Refused("SYSTEM_STATUS_CANCEL_ONLY", "only cancels are accepted now")
        if self.status == "post_only" and instruction != "POST_ONLY":
            raise Refused("SYSTEM_STATUS_POST_ONLY", "only POST_ONLY orders are accepted now")

    def _later(self, action: Callable[[], None]) -> None:
        # One queue for everything: requests never overtake each other, whatever a timer does.
        self._queue.append(action)
        self.clock.call_later(self.latency, self._run_next)

    def _run_next(self) -> None:
        self._queue.popleft()()

    def _emit(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)
