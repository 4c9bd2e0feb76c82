"""The matching engine: what becomes of orders once they are let in, and the books of account.

Synchronous and without I/O. Every public method is one step: it runs to its end, then announces
what changed, in order, through `emit`. House accounts are traded with like any other, but their
orders and fills are neither announced nor archived.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from paradex_venue.amounts import ZERO
from paradex_venue.book import Book, Execution, Resting
from paradex_venue.changes import Change
from paradex_venue.clock import Clock
from paradex_venue.conditional import Conditionals
from paradex_venue.config import VenueConfig
from paradex_venue.coverage import fit_to_position, uncovered
from paradex_venue.events import Event, OrderChanged, Traded
from paradex_venue.fees import Fee
from paradex_venue.ids import Ids
from paradex_venue.ledger import Ledger
from paradex_venue.margin import Margin, margin_of, open_orders
from paradex_venue.markets import Market
from paradex_venue.matching import Incoming, match
from paradex_venue.records import (
    Account,
    Fill,
    Liquidity,
    Order,
    RequestInfo,
    Side,
    Trade,
    opposite,
)
from paradex_venue.risk import Risk
from paradex_venue.step import Step
from paradex_venue.tape import Tape


class Engine:
    def __init__(
        self,
        clock: Clock,
        markets: Mapping[str, Market],
        emit: Callable[[Event], None],
        config: VenueConfig,
    ) -> None:
        self.markets = markets
        self.marks = {symbol: market.reference for symbol, market in markets.items()}
        self.books = {symbol: Book() for symbol in markets}
        # RPI orders, which the public books do not show and retail alone can meet.
        self.hidden = {symbol: Book() for symbol in markets}
        self.accounts: dict[str, Account] = {}
        # Every order of a client; of a house, those that are live.
        self.orders: dict[str, Order] = {}
        self.tapes = {symbol: Tape() for symbol in markets}
        # Quote volume since the venue opened.
        self.volumes = dict.fromkeys(markets, ZERO)
        self.risk = Risk(markets, self.marks, self.books)
        self.ids = Ids(clock)
        self.ledger = Ledger(clock, self.ids, self.marks, emit, config.life)
        self.conditionals = Conditionals(clock, config, self.marks, self)
        self._rules = config.rules
        # Reasons for which the next orders of an account are closed, whatever they ask for.
        self.doom: dict[str, list[str]] = {}
        self._clock = clock
        self._emit = emit
        self._step = Step(self.ids, self.marks, self.books, emit)

    # ---- steps ----

    def enter(self, order: Order) -> None:
        """Have an order wait for its trigger; or check its risk, match it, then rest it or close
        it. One that was closed meanwhile stays closed."""
        if order.status == "NEW":
            self.admit(order)
            self._conclude(order.market)

    def set_mark(self, symbol: str, mark: Decimal) -> None:
        """The mark price of a market is `mark` from now on: trigger what waited for it."""
        self.marks[symbol] = mark
        self.conditionals.trigger(symbol)
        self._conclude(symbol)

    def pause_triggers(self, is_paused: bool) -> None:
        """Trigger nothing until told otherwise; then whatever the marks of that moment meet."""
        self.conditionals.is_paused = is_paused
        for symbol in self.markets:
            self.conditionals.trigger(symbol)
            self._conclude(symbol)

    def cancel(self, order: Order, reason: str) -> None:
        """Close an order that is still live; one that closed meanwhile stays as it is."""
        if order.is_live:
            self.close(order, reason)
            self._conclude(order.market)

    def amend(self, order: Order, change: Change) -> None:
        """Change a resting order's price or size, or an untriggered one's trigger price too."""
        account = self.accounts[order.account]
        problem = self.risk.objection_to_change(order, account, change)
        status: Literal["REJECTED", "SUCCESS"] = "REJECTED" if problem else "SUCCESS"
        order.request = RequestInfo(change.request_id, status, problem)
        if problem:
            self.announce(order)
        elif order.status == "UNTRIGGERED":
            self.conditionals.change(order, change)
        else:
            self._amend_resting(order, change)
        self._conclude(order.market)

    def take(self, maker: Order, size: Decimal, taker: Account) -> None:
        """Trade `size` of a resting order with `taker`, wherever in the book it stands."""
        side = opposite(maker.side)
        order = self._house_order(taker, maker.market, side, size, maker.price)
        self.book_of(maker).reduce(maker.id, size)
        self._trade(order, Execution(maker.id, maker.price, size))
        self.close(order, "")
        self._conclude(maker.market)

    def quote(
        self, house: Account, symbol: str, wanted: Mapping[tuple[Side, Decimal], Decimal]
    ) -> None:
        """Make the resting orders of a house in one market what `wanted` says, in one step."""
        standing = {(order.side, order.price): order for order in house.open_orders(symbol)}
        for key, order in standing.items():
            if wanted.get(key) != order.remaining:
                self.close(order, "USER_CANCELED")
        for (side, price), size in wanted.items():
            known = standing.get((side, price))
            if known is None or not known.is_live:
                self.admit(self._house_order(house, symbol, side, size, price))
        self._conclude(symbol)

    def sweep(self, house: Account, symbol: str, side: Side, size: Decimal) -> Decimal:
        """A house's market order; returns what was filled of it."""
        order = self._house_order(house, symbol, side, size, None)
        self.admit(order)
        self._conclude(symbol)
        return order.filled

    def move(
        self, account: Account, counterpart: Account | None, side: Side, trade: Trade, fee: Fee
    ) -> Fill:
        """The venue moves a position by nobody's order, to `counterpart` where there is one."""
        if trade.trade_type == "LIQUIDATION":
            self.tapes[trade.market].append(trade)
            self._emit(Traded(trade))
        self.touch(account, trade.market)
        fill = self.ledger.book_move(account, side, trade, fee)
        if counterpart is not None:
            self.touch(counterpart, trade.market)
            self.ledger.book_move(counterpart, opposite(side), trade, Fee(ZERO))
        self._conclude(trade.market)
        return fill

    def reinstate(self, order: Order, size: Decimal, price: Decimal, reason: str) -> None:
        """Take back a fill of an order, which then waits again; or is closed, with a `reason`."""
        is_filled = not order.is_live and not order.cancel_reason
        if order.id in (book := self.book_of(order)):
            book.remove(order.id)
        order.remaining += size
        order.filled_value -= price * size
        order.updated_at = self.now_ms()
        if is_filled and reason:
            order.cancel_reason = reason
        account = self.accounts[order.account]
        if order.is_live or (is_filled and not reason):
            account.live[order.id] = order
            self._execute(order)
        else:
            self.announce(order)
        self.moved(account, order.market)

    def moved(self, account: Account, symbol: str) -> None:
        """Announce a position that is another than before."""
        self.touch(account, symbol)
        self._conclude(symbol)

    def tell(self, account: Account) -> None:
        """Announce an account that changed by itself."""
        self._step.tell_account(account, (), self.now_ms())

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
            interactive=house.retail,
            created_at=self.now_ms(),
        )
        self.orders[order.id] = house.live[order.id] = order
        return order

    def admit(self, order: Order) -> None:
        """The first thing that becomes of an order that is NEW, within a step."""
        account = self.accounts[order.account]
        if order.is_conditional:
            self.conditionals.wait(order, account)
            return
        if order.is_tpsl:
            fit_to_position(order, account)
        reason = self._doom_of(account) or self.risk.objection(order, account)
        if reason:
            self.close(order, reason)
        else:
            self._execute(order)

    def _doom_of(self, account: Account) -> str:
        reasons = self.doom.get(account.address)
        return reasons.pop(0) if reasons else ""

    def _amend_resting(self, order: Order, change: Change) -> None:
        """Less size at the same price keeps the place in line; anything else loses it and may
        trade."""
        book, size = self.book_of(order), change.total(order)
        is_smaller = change.price == order.price and size <= order.size
        is_smaller = is_smaller and self._rules.modified_priority == "smaller"
        if is_smaller:
            book.reduce(order.id, order.size - size)
        else:
            book.remove(order.id)
        order.size, order.remaining, order.price = size, size - order.filled, change.price
        if is_smaller:
            order.updated_at = self.now_ms()
            self.announce(order)
        else:
            self._execute(order)

    def _execute(self, order: Order) -> None:
        outcome = match(self._books_for(order), self._incoming(order))
        for order_id in outcome.unsound:
            self.close(self.orders[order_id], "NOT_ENOUGH_MARGIN")
        for execution in outcome.executions:
            self._trade(order, execution)
        for order_id in outcome.expired:
            self.close(self.orders[order_id], "SELF_TRADE")
        if outcome.is_self_trade:
            self.close(order, "SELF_TRADE")
        elif not order.remaining:
            self.close(order, "")
        elif order.is_market or order.instruction == "IOC":
            self.close(order, self.risk.remainder_reason(order))
        else:
            self._rest(order)

    def _incoming(self, order: Order) -> Incoming:
        account = self.accounts[order.account]
        return Incoming(
            side=order.side,
            size=order.remaining,
            owner=order.account,
            stp=order.stp,
            limit=self.risk.limit(order, account),
            average=self.risk.average(order, account),
            increment=self.markets[order.market].increment,
            is_sound=self._is_sound if self._rules.maker_margin == "cancel" else None,
        )

    def _is_sound(self, order_id: str) -> bool:
        order = self.orders[order_id]
        return self.risk.is_sound(order, self.accounts[order.account])

    def _books_for(self, order: Order) -> Sequence[Book]:
        """What an order may meet: RPI nothing, retail RPI orders too, any other the book."""
        if order.instruction == "RPI":
            return ()
        book, hidden = self.books[order.market], self.hidden[order.market]
        return (book, hidden) if order.interactive else (book,)

    def book_of(self, order: Order) -> Book:
        """Where an order rests."""
        books = self.hidden if order.instruction == "RPI" else self.books
        return books[order.market]

    def _rest(self, order: Order) -> None:
        order.status, order.updated_at = "OPEN", self.now_ms()
        self.book_of(order).add(
            Resting(order.id, order.account, order.side, order.price, order.remaining)
        )
        self.announce(order)

    def close(self, order: Order, reason: str) -> None:
        book = self.book_of(order)
        if order.id in book:
            book.remove(order.id)
        order.status, order.cancel_reason, order.updated_at = "CLOSED", reason, self.now_ms()
        account = self.accounts[order.account]
        account.live.pop(order.id, None)
        if account.house:
            del self.orders[order.id]
        self.announce(order)
        self.conditionals.closed(order)

    def announce(self, order: Order) -> None:
        order.seq_no = self.ids.sequence()
        account = self.accounts[order.account]
        self._step.changed(account, order)
        if not account.house:
            self._emit(OrderChanged(copy.copy(order)))

    # ---- money ----

    def _trade(self, taker: Order, execution: Execution) -> None:
        maker, book = self.orders[execution.order_id], self.books[taker.market]
        price, size = execution.price, execution.size
        trade = Trade(
            id=self.ids.fill(),
            market=taker.market,
            side=taker.side,
            price=price,
            size=size,
            # The step's one change of the book, if this is part of it, is still to be counted.
            seq_no=book.seq_no + book.is_changed,
            created_at=self.now_ms(),
            trade_type="RPI" if maker.instruction == "RPI" else "FILL",
            flags=_flags(taker, maker),
        )
        self.tapes[taker.market].append(trade)
        self.volumes[taker.market] += price * size
        self._emit(Traded(trade))
        self._fill(taker, "TAKER", trade)
        self._fill(maker, "MAKER", trade)
        if taker.remaining and self._rules.taker_told == "each":
            taker.status = "OPEN"
            self.announce(taker)
        if maker.remaining:
            self.announce(maker)
        else:
            self.close(maker, "")

    def _fill(self, order: Order, liquidity: Liquidity, trade: Trade) -> None:
        order.remaining -= trade.size
        order.filled_value += trade.price * trade.size
        order.updated_at = trade.created_at
        account = self.accounts[order.account]
        self.touch(account, order.market)
        self.ledger.book_order(account, order, liquidity, trade)

    def touch(self, account: Account, symbol: str) -> None:
        """The account's position in a market moves in this step."""
        self._step.moved(account, symbol)

    # ---- the end of a step ----

    def _conclude(self, symbol: str) -> None:
        self._expire_reduce_only()
        self.hidden[symbol].take_changes()
        self._step.tell(symbol, self.now_ms())

    def _expire_reduce_only(self) -> None:
        """Orders that the position no longer covers are canceled."""
        for account, symbol in self._step.take_stirred():
            for order in uncovered(account, symbol):
                self.close(order, "REDUCE_ONLY_WILL_INCREASE")
            self.conditionals.expire(account, symbol)


def _flags(taker: Order, maker: Order) -> tuple[str, ...]:
    """How the venue marks the fills of a trade."""
    interactive = ("interactive",) if taker.interactive or maker.interactive else ()
    return (*interactive, "rpi") if maker.instruction == "RPI" else interactive
