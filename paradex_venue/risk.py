"""What only the matching engine can object to: margin, position, crossing and slippage.

An objection is a cancel reason: it closes an order that was let in, it does not refuse a request.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from paradex_venue.book import Book
from paradex_venue.changes import Change
from paradex_venue.coverage import is_covered
from paradex_venue.margin import margin_of, open_orders
from paradex_venue.markets import Market
from paradex_venue.records import Account, Order, opposite, sign_of

# How far an RPI order may lie beyond the best opposite quote, in parts of the price.
RPI_CROSSING = Decimal("0.0005")


@dataclass(frozen=True, slots=True)
class Risk:
    """Views of the engine's books; nothing is changed through them."""

    markets: Mapping[str, Market]
    marks: Mapping[str, Decimal]
    books: Mapping[str, Book]

    def objection(self, order: Order, account: Account) -> str:
        """The cancel reason of an order that may not enter, or empty."""
        if account.house:
            return ""
        if order.reduce_only and not is_covered(order, account):
            return "REDUCE_ONLY_WILL_INCREASE"
        if order.triggered_at and self._is_beyond_band(order):
            return "EXCEEDS_MAX_SLIPPAGE"
        if self._exceeds_position_limit(order, account):
            return "ORDER_EXCEEDS_POSITION_LIMIT"
        if not self._is_affordable(order, account):
            return "NOT_ENOUGH_MARGIN"
        if self._would_take(order):
            return "POST_ONLY_WOULD_CROSS"
        return ""

    def objection_to_change(self, order: Order, account: Account, change: Change) -> str:
        """Why an order may not change so, or empty; what waits is looked at when it triggers."""
        if order.status == "UNTRIGGERED":
            return ""
        # It may have been triggered, filled or canceled since the change was asked for.
        if order.status != "OPEN" or change.trigger_price != order.trigger_price:
            return "ORDER_IS_NOT_OPEN"
        size = change.total(order)
        if size <= order.filled:
            return "INVALID_ORDER_SIZE"
        if size < order.size and change.price == order.price:
            return ""
        changed = copy.copy(order)
        changed.size, changed.price, changed.remaining = size, change.price, size - order.filled
        return self.objection(changed, account)

    def is_sound(self, order: Order, account: Account) -> bool:
        """Whether the account can still afford an order that rests, should it be met now."""
        return account.house or self._is_affordable(order, account)

    def limit(self, order: Order, account: Account) -> Decimal | None:
        """The worst price of any execution of an order; of a market type the price band."""
        if not order.is_market:
            return order.price
        if account.house:
            return None
        bands = self.markets[order.market].bands
        return self.marks[order.market] * (1 + sign_of(order.side) * bands)

    def average(self, order: Order, account: Account) -> Decimal | None:
        """The worst average price of a market type: its own, or the slippage from the best quote.

        A TP/SL heeds the price band alone.
        """
        if not order.is_market or account.house or order.is_tpsl:
            return None
        if order.vwap_price is not None:
            return order.vwap_price
        touch = self.books[order.market].best(opposite(order.side))
        quote = touch[0] if touch else self.marks[order.market]
        return quote * (1 + sign_of(order.side) * self.markets[order.market].max_slippage)

    def remainder_reason(self, order: Order) -> str:
        """Why what is left of a MARKET or IOC order is canceled."""
        if not order.is_market:
            return "REMAINING_IOC_CANCEL"
        if self.books[order.market].best(opposite(order.side)) is not None:
            return "EXCEEDS_MAX_SLIPPAGE"
        return "REMAINING_IOC_CANCEL" if order.filled else "EMPTY_MARKET"

    def _would_take(self, order: Order) -> bool:
        """Whether an order that must not take would; RPI takes nothing, but keeps its distance."""
        book, price = self.books[order.market], order.price
        if order.instruction == "RPI":
            price *= 1 - sign_of(order.side) * RPI_CROSSING
            best = book.best(opposite(order.side))
            return best is not None and sign_of(order.side) * (price - best[0]) > 0
        return order.instruction == "POST_ONLY" and book.would_cross(order.side, price)

    def _is_beyond_band(self, order: Order) -> bool:
        """Whether a limit that waited for its trigger lies beyond the band of today's mark."""
        mark, bands = self.marks[order.market], self.markets[order.market].bands
        if order.is_market:
            return False
        if order.side == "BUY":
            return order.price > mark * (1 + bands)
        return order.price < mark * (1 - bands)

    def _exceeds_position_limit(self, order: Order, account: Account) -> bool:
        resting = account.open_orders(order.market)
        others = [o.remaining for o in resting if o.side == order.side and o.id != order.id]
        after = account.position_size(order.market) * sign_of(order.side)
        return after + sum(others, order.remaining) > self.markets[order.market].position_limit

    def _is_affordable(self, order: Order, account: Account) -> bool:
        resting = [o for o in open_orders(account) if o.id != order.id]
        after = margin_of(account, [*resting, order], self.markets, self.marks)
        if after.free >= 0:
            return True
        before = margin_of(account, resting, self.markets, self.marks)
        return after.initial <= before.initial
