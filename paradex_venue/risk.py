"""What only the matching engine can object to: margin, position, crossing and slippage.

An objection is a cancel reason: it closes an order that was let in, it does not refuse a request.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from paradex_venue.book import Book
from paradex_venue.margin import margin_of, open_orders
from paradex_venue.markets import Market
from paradex_venue.records import Account, Order, opposite, sign_of


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
        if order.reduce_only and not reduces(order, account):
            return "REDUCE_ONLY_WILL_INCREASE"
        if order.triggered_at and self._is_beyond_band(order):
            return "EXCEEDS_MAX_SLIPPAGE"
        if self._exceeds_position_limit(order, account):
            return "ORDER_EXCEEDS_POSITION_LIMIT"
        if not self._is_affordable(order, account):
            return "NOT_ENOUGH_MARGIN"
        book = self.books[order.market]
        if order.instruction == "POST_ONLY" and book.would_cross(order.side, order.price):
            return "POST_ONLY_WOULD_CROSS"
        return ""

    def objection_to_change(
        self, order: Order, account: Account, size: Decimal, price: Decimal
    ) -> str:
        """Why a resting order may not have this size and price, or empty."""
        if order.status != "OPEN":
            return "ORDER_IS_NOT_OPEN"
        if size <= order.filled:
            return "INVALID_ORDER_SIZE"
        if size < order.size and price == order.price:
            return ""
        changed = copy.copy(order)
        changed.size, changed.price, changed.remaining = size, price, size - order.filled
        return self.objection(changed, account)

    def limit(self, order: Order, account: Account) -> Decimal | None:
        """The worst price at which an order may trade; for MARKET within slippage and band."""
        if not order.is_market:
            return order.price
        touch = self.books[order.market].best(opposite(order.side))
        if touch is None or account.house:
            return None
        market, direction = self.markets[order.market], sign_of(order.side)
        limits = [self.marks[order.market] * (1 + direction * market.bands)]
        # A TP/SL heeds the price band alone.
        if not order.is_tpsl:
            limits.append(touch[0] * (1 + direction * market.max_slippage))
        if order.vwap_price is not None:
            limits.append(order.vwap_price)
        return min(limits) if direction > 0 else max(limits)

    def remainder_reason(self, order: Order) -> str:
        """Why what is left of a MARKET or IOC order is canceled."""
        if not order.is_market:
            return "REMAINING_IOC_CANCEL"
        if self.books[order.market].best(opposite(order.side)) is not None:
            return "EXCEEDS_MAX_SLIPPAGE"
        return "REMAINING_IOC_CANCEL" if order.filled else "EMPTY_MARKET"

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


def reduces(order: Order, account: Account) -> bool:
    """Whether what remains of an order brings the position towards zero and not beyond."""
    held = account.position_size(order.market)
    return held * sign_of(order.side) < 0 and order.remaining <= abs(held)
