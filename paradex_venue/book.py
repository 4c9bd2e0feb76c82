"""One market's order book: price-time priority, and nothing but that.

The book knows orders by id, owner, price and what remains of them. It neither reads a clock nor
knows money; whoever uses it turns executions into trades.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.records import Side, opposite


@dataclass(slots=True)
class Resting:
    """An order waiting in the book."""

    order_id: str
    owner: str
    side: Side
    price: Decimal
    remaining: Decimal


@dataclass(frozen=True, slots=True)
class Execution:
    """The taker met the resting order `order_id`, at that order's price."""

    order_id: str
    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """The new total at a price level; size zero means the level is gone."""

    kind: str  # insert, update, delete
    side: Side
    price: Decimal
    size: Decimal


@dataclass(slots=True)
class _Level:
    total: Decimal = ZERO
    # Insertion order is time priority.
    orders: dict[str, Resting] = field(default_factory=dict)


class _Ladder:
    """One side: its levels, and their prices from best to worst."""

    __slots__ = ("_keys", "_sign", "levels")

    def __init__(self, side: Side) -> None:
        self._sign = -1 if side == "BUY" else 1
        self._keys: list[Decimal] = []
        self.levels: dict[Decimal, _Level] = {}

    def best(self) -> Decimal | None:
        return self._keys[0] * self._sign if self._keys else None

    def prices(self) -> Iterator[Decimal]:
        return (key * self._sign for key in self._keys)

    def level(self, price: Decimal) -> _Level:
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = _Level()
            insort(self._keys, price * self._sign)
        return level

    def drop(self, price: Decimal) -> None:
        del self.levels[price]
        del self._keys[bisect_left(self._keys, price * self._sign)]


class Book:
    """Both sides of one market. `seq_no` counts the published changes, one by one."""

    def __init__(self) -> None:
        self._ladders: dict[Side, _Ladder] = {"BUY": _Ladder("BUY"), "SELL": _Ladder("SELL")}
        self._orders: dict[str, Resting] = {}
        self._touched: dict[tuple[Side, Decimal], None] = {}
        self._published: dict[tuple[Side, Decimal], Decimal] = {}
        self.seq_no = 0

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._orders

    def best(self, side: Side) -> tuple[Decimal, Decimal] | None:
        """Best price of `side` and the size there, or None where the side is empty."""
        ladder = self._ladders[side]
        price = ladder.best()
        return None if price is None else (price, ladder.levels[price].total)

    def levels(self, side: Side, depth: int | None = None) -> list[tuple[Decimal, Decimal]]:
        """`(price, size)` from best to worst, at most `depth` of them."""
        ladder = self._ladders[side]
        prices = list(ladder.prices())[:depth]
        return [(price, ladder.levels[price].total) for price in prices]

    def queue(self, side: Side, price: Decimal) -> list[Resting]:
        """Orders at a price, first in line first."""
        level = self._ladders[side].levels.get(price)
        return list(level.orders.values()) if level else []

    def would_cross(self, side: Side, price: Decimal) -> bool:
        best = self.best(opposite(side))
        return best is not None and _reaches(side, price, best[0])

    def add(self, resting: Resting) -> None:
        """Put an order last in line at its price. It must not cross: match it first."""
        level = self._ladders[resting.side].level(resting.price)
        level.orders[resting.order_id] = resting
        level.total += resting.remaining
        self._orders[resting.order_id] = resting
        self._touch(resting)

    def remove(self, order_id: str) -> None:
        resting = self._orders[order_id]
        self.reduce(order_id, resting.remaining)

    def reduce(self, order_id: str, size: Decimal) -> None:
        """Take `size` off an order, which keeps its place in line; at nothing left it leaves."""
        resting = self._orders[order_id]
        ladder = self._ladders[resting.side]
        level = ladder.levels[resting.price]
        resting.remaining -= size
        level.total -= size
        if not resting.remaining:
            del level.orders[order_id]
            del self._orders[order_id]
        if not level.orders:
            ladder.drop(resting.price)
        self._touch(resting)

    def counterpart(self, side: Side, limit: Decimal | None) -> Resting | None:
        """The first order that one of `side` would meet, if any is within its limit."""
        ladder = self._ladders[opposite(side)]
        price = ladder.best()
        if price is None or (limit is not None and not _reaches(side, limit, price)):
            return None
        return next(iter(ladder.levels[price].orders.values()))

    def _touch(self, resting: Resting) -> None:
        self._touched[resting.side, resting.price] = None

    @property
    def is_changed(self) -> bool:
        """Whether an order was added, reduced or removed since changes were last taken."""
        return bool(self._touched)

    def take_changes(self) -> list[Change]:
        """Levels that differ from what was last taken; counts `seq_no` up when there are any."""
        changes = [change for key in self._touched if (change := self._difference(*key))]
        self._touched.clear()
        if changes:
            self.seq_no += 1
        return changes

    def _difference(self, side: Side, price: Decimal) -> Change | None:
        level = self._ladders[side].levels.get(price)
        known = self._published.get((side, price))
        if level is None:
            if known is None:
                return None
            del self._published[side, price]
            return Change("delete", side, price, ZERO)
        if level.total == known:
            return None
        self._published[side, price] = level.total
        return Change("insert" if known is None else "update", side, price, level.total)


def _reaches(side: Side, limit: Decimal, price: Decimal) -> bool:
    """Whether an order of `side` limited to `limit` may trade at `price`."""
    return limit >= price if side == "BUY" else limit <= price
