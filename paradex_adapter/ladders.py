"""`Ladders`: at which prices a book has levels, to see when its sides cross. On the hot path."""

from __future__ import annotations

from collections.abc import Iterable

type Levels = Iterable[tuple[int, int]]
"""`(price, size)` at scale 1e-8; size 0 removes the level."""

_NOTHING = 0  # below any bid
_ENDLESS = 1 << 64  # above any ask


class Ladders:
    """The prices of both sides.

    `_top` is no lower than the best bid and `_low` no higher than the best ask, and they need not
    be exact: only when these bounds meet are the sides looked through.
    """

    def __init__(self) -> None:
        self._bids: set[int] = set()
        self._asks: set[int] = set()
        self._top, self._low = _NOTHING, _ENDLESS

    def clear(self) -> None:
        self._bids.clear()
        self._asks.clear()
        self._top, self._low = _NOTHING, _ENDLESS

    def change(self, bids: Levels, asks: Levels) -> bool:
        """Apply a change; whether the book is uncrossed with it."""
        for price, size in bids:
            if not size:
                self._bids.discard(price)
                continue
            self._bids.add(price)
            if price > self._top:
                self._top = price
        for price, size in asks:
            if not size:
                self._asks.discard(price)
                continue
            self._asks.add(price)
            if price < self._low:
                self._low = price
        return self._top < self._low or self._are_apart()

    def _are_apart(self) -> bool:
        self._top = max(self._bids, default=_NOTHING)
        self._low = min(self._asks, default=_ENDLESS)
        return self._top < self._low
