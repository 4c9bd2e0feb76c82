"""The matching engine: what becomes of orders once they are let in, and the books of account.

Synchronous and without I/O. Every public method is one step: it runs to its end, then announces
what changed, in order, through `emit`. House accounts are traded with like any other, but their
orders and fills are neither announced nor archived.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.book import Book, Execution, Resting
from paradex_venue.clock import Clock
from paradex_venue.events import (
    AccountChanged,
    BookChanged,
    Event,
    Filled,
    OrderChanged,
    PositionChanged,
    Quote,
    Traded,
)
from paradex_venue.ids import Ids
from paradex_venue.margin import Margin, margin_of, open_orders
from paradex_venue.markets import MAKER_FEE, TAKER_FEE, Market
from paradex_venue.records import (
    Account,
    Fill,
    Liquidity,
    Order,
    Position,
    RequestInfo,
    Side,
    Trade,
    opposite,
)
from paradex_venue.risk import Risk, reduces
from paradex_venue.tape import Tape

FEES: dict[Liquidity, Decimal] = {"MAKER": MAKER_FEE, "TAKER": TAKER_FEE}


class Engine:
    def __init__(
        self, clock: Clock, markets: Mapping[str, Market], emit: Callable[[Event], None]
    ) -> None:
        self.markets = markets
        self.marks = {symbol: market.reference for symbol, market in markets.items()}
        self.books = {symbol: Book() for symbol in markets}
        self.accounts: dict[str, Account] = {}
        # Every order of a client; of a house, those that are live.
        self.orders: dict[str, Order] = {}
        self.tapes = {symbol: Tape() for symbol in markets}
        # Quote volume since the venue opened.
        self.volumes = dict.fromkeys(markets, ZERO)
        self.risk = Risk(markets, self.marks, self.books)
        self.ids = Ids(clock)
        self._clock = clock
        self._emit = emit
        self._tops: dict[str, tuple[Quote, Quote]] = dict.fromkeys(markets, (None, None))
        # Accounts touched in this step, and the markets in which their positions moved.
        self._touched: dict[str, dict[str, None]] = {}

    # ---- steps ----

    def enter(self, order: Order) -> None:
        """Check an order's risk, match it, then rest it or close it; one that was closed while
        it waited stays closed."""
        if order.status == "NEW":
            self._enter(order)
            self._conclude(order.market)

    def cancel(self, order: Order, reason: str) -> None:
        """Close an order that is still live; one that closed meanwhile stays as it is."""
        if order.is_live:
            self._close(order, reason)
            self._conclude(order.market)

    def amend(self, order: Order, size: Decimal, price: Decimal, request_id: str) -> None:
        """Change price or total size (what is filled included) of a resting order.

        Less size at the same price keeps the place in line; anything else loses it and may trade.
        """
        account = self.accounts[order.account]
        problem = self.risk.objection_to_change(order, account, size, price)
        order.request = RequestInfo(request_id, "REJECTED" if problem else "SUCCESS", problem)
        if problem:
            self._announce(order)
        elif price == order.price and size <= order.size:
            self.books[order.market].reduce(order.id, order.size - size)
            order.size, order.remaining = size, size - order.filled
            order.updated_at = self.now_ms()
            self._announce(order)
        else:
            self.books[order.market].remove(order.id)
            order.size, order.remaining = size, size - order.filled
            order.price = price
            self._execute(order)
        self._conclude(order.market)

    def take(self, maker: Order, size: Decimal, taker: Account) -> None:
        """Trade `size` of a resting order with `taker`, wherever in the book it stands."""
        side = opposite(maker.side)
        order = self._house_order(taker, maker.market, side, size, maker.price)
        self.books[maker.market].reduce(maker.id, size)
        self._trade(order, Execution(maker.id, maker.price, size))
        self._close(order, "")
        self._conclude(maker.market)

    def quote(
        self, house: Account, symbol: str, wanted: Mapping[tuple[Side, Decimal], Decimal]
    ) -> None:
        """Make the resting orders of a house in one market what `wanted` says, in one step."""
        standing = {(order.side, order.price): order for order in house.open_orders(symbol)}
        for key, order in standing.items():
            if wanted.get(key) != order.remaining:
                self._close(order, "USER_CANCELED")
        for (side, price), size in wanted.items():
            known = standing.get((side, price))
            if known is None or not known.is_live:
                self._enter(self._house_order(house, symbol, side, size, price))
        self._conclude(symbol)

    def sweep(self, house: Account, symbol: str, side: Side, size: Decimal) -> Decimal:
        """A house's market order; returns what was filled of it."""
        order = self._house_order(house, symbol, side, size, None)
        self._enter(order)
        self._conclude(symbol)
        return order.filled

    # ---- questions ----

    def margin(self, account: Account) -> Margin:
        return margin_of(account, open_orders(account), self.markets, self.marks)

    def open_interest(self, symbol: str) -> Decimal:
        sizes = (account.position_size(symbol) for account in self.accounts.values())
        return sum((size for size in sizes if size > 0), ZERO)

    def now_ms(self) -> int:
        return self._clock.now_ns() // 1_000_000

    # ---- an order's way ----

    def _house_order(
        self, house: Account, symbol: str, side: Side, size: Decimal, price: Decimal | None
    ) -> Order:
        order = Order(
            id=self.ids.order(),
            account=house.address,
            market=symbol,
            side=side,
            type="MARKET" if price is None else "LIMIT",
            instruction="GTC",
            size=size,
            price=price or ZERO,
            created_at=self.now_ms(),
        )
        self.orders[order.id] = house.live[order.id] = order
        return order

    def _enter(self, order: Order) -> None:
        reason = self.risk.objection(order, self.accounts[order.account])
        if reason:
            self._close(order, reason)
        else:
            self._execute(order)

    def _execute(self, order: Order) -> None:
        book = self.books[order.market]
        limit = self.risk.limit(order, self.accounts[order.account])
        match = book.match(order.side, limit, order.remaining, order.account, order.stp)
        for execution in match.executions:
            self._trade(order, execution)
        for order_id in match.expired:
            self._close(self.orders[order_id], "SELF_TRADE")
        if match.is_self_trade:
            self._close(order, "SELF_TRADE")
        elif not order.remaining:
            self._close(order, "")
        elif order.type == "MARKET" or order.instruction == "IOC":
            self._close(order, self.risk.remainder_reason(order))
        else:
            self._rest(order)

    def _rest(self, order: Order) -> None:
        order.status, order.updated_at = "OPEN", self.now_ms()
        self.books[order.market].add(
            Resting(order.id, order.account, order.side, order.price, order.remaining)
        )
        self._announce(order)

    def _close(self, order: Order, reason: str) -> None:
        book = self.books[order.market]
        if order.id in book:
            book.remove(order.id)
        order.status, order.cancel_reason, order.updated_at = "CLOSED", reason, self.now_ms()
        account = self.accounts[order.account]
        account.live.pop(order.id, None)
        if account.house:
            del self.orders[order.id]
        self._announce(order)

    def _announce(self, order: Order) -> None:
        order.seq_no = self.ids.sequence()
        self._touched.setdefault(order.account, {})
        if not self.accounts[order.account].house:
            self._emit(OrderChanged(copy.copy(order)))

    # ---- money ----

    def _trade(self, taker: Order, execution: Execution) -> None:
        maker = self.orders[execution.order_id]
        price, size = execution.price, execution.size
        trade = Trade(
            id=self.ids.fill(),
            market=taker.market,
            side=taker.side,
            price=price,
            size=size,
            # An execution always changes a level: the step's one change is still to be counted.
            seq_no=self.books[taker.market].seq_no + 1,
            created_at=self.now_ms(),
        )
        self.tapes[taker.market].append(trade)
        self.volumes[taker.market] += price * size
        self._emit(Traded(trade))
        self._fill(taker, "TAKER", trade)
        self._fill(maker, "MAKER", trade)
        if maker.remaining:
            self._announce(maker)
        else:
            self._close(maker, "")

    def _fill(self, order: Order, liquidity: Liquidity, trade: Trade) -> None:
        order.remaining -= trade.size
        order.filled_value += trade.price * trade.size
        order.updated_at = trade.created_at
        account = self.accounts[order.account]
        fill = self._settle(account, order, liquidity, trade)
        self._touched.setdefault(account.address, {})[order.market] = None
        if not account.house:
            account.fills.append(fill)
            self._emit(Filled(fill))

    def _settle(self, account: Account, order: Order, liquidity: Liquidity, trade: Trade) -> Fill:
        """Move the account's position and money by one side of a trade."""
        position = account.positions.get(trade.market)
        if position is None:
            position = Position(account=account.address, market=trade.market)
            account.positions[trade.market] = position
        realized = position.apply(order.side, trade.size, trade.price, trade.created_at)
        fee = trade.price * trade.size * FEES[liquidity]
        account.realized += realized
        account.fees += fee
        position.last_fill_id = self.ids.fill()
        return Fill(
            id=position.last_fill_id,
            trade_id=trade.id,
            account=account.address,
            market=order.market,
            order_id=order.id,
            client_id=order.client_id,
            side=order.side,
            liquidity=liquidity,
            price=trade.price,
            size=trade.size,
            remaining=order.remaining,
            fee=fee,
            realized_pnl=realized,
            underlying_price=self.marks[order.market],
            book_seq_no=trade.seq_no,
            created_at=trade.created_at,
        )

    # ---- the end of a step ----

    def _conclude(self, symbol: str) -> None:
        self._expire_reduce_only()
        self._publish_book(symbol)
        touched, self._touched = self._touched, {}
        for address, moved in touched.items():
            account = self.accounts[address]
            if not account.house:
                self._publish_account(account, moved)

    def _expire_reduce_only(self) -> None:
        """Resting reduce-only orders that the position no longer covers are canceled."""
        for address, moved in list(self._touched.items()):
            account = self.accounts[address]
            orders = [order for symbol in moved for order in account.open_orders(symbol)]
            for order in orders:
                if order.reduce_only and not reduces(order, account):
                    self._close(order, "REDUCE_ONLY_WILL_INCREASE")

    def _publish_book(self, symbol: str) -> None:
        book = self.books[symbol]
        changes = tuple(book.take_changes())
        if not changes:
            return
        top = (book.best("BUY"), book.best("SELL"))
        is_new_top = top != self._tops[symbol]
        self._tops[symbol] = top
        self._emit(BookChanged(symbol, book.seq_no, self.now_ms(), changes, *top, is_new_top))

    def _publish_account(self, account: Account, moved: Iterable[str]) -> None:
        for symbol in moved:
            position = account.positions[symbol]
            position.seq_no = self.ids.sequence()
            self._emit(PositionChanged(copy.copy(position), self.marks[symbol]))
        account.updated_at = self.now_ms()
        account.seq_no = self.ids.sequence()
        self._emit(AccountChanged(account.address))
