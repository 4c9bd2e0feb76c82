"""What the venue keeps of a market's past: trades, funding, candles. Pages are joined here.

Answers are ascending in time and within the window asked for (milliseconds, both ends included),
whatever the venue's pages hold. More than the bounds below is a `HistoryTooLong`, never a part that
would pass for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass

import msgspec

from paradex_adapter.errors import HistoryTooLong, WireError
from paradex_adapter.transport.http import Params
from paradex_adapter.transport.rest import MAX_PAGES, Rest
from paradex_adapter.wire.markets import Candle, Candles, FundingData, Trade

TRADES_PAGE_SIZE = 1_000
FUNDING_PAGE_SIZE = 5_000
"""The largest pages (OpenAPI `GET /trades`, `GET /funding/data`)."""
CANDLES_AT_ONCE = 500
"""The venue names no bound for `GET /markets/klines`; this is ours."""


@dataclass(frozen=True, slots=True)
class Window:
    """Milliseconds since the epoch, both ends included; `at_most` of the latest rows, if given."""

    start_at: int
    end_at: int
    at_most: int | None = None

    def __contains__(self, at: int) -> bool:
        return self.start_at <= at <= self.end_at


class _Page[T](msgspec.Struct):
    results: list[T]
    next: str | None = None


class MarketRecords:
    """The past of markets, over the public endpoints. Raises what `Rest` raises."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def trades(self, market: str, window: Window) -> list[Trade]:
        """`GET /trades`; within a millisecond in the order of their ids, which are digits."""
        found = await self._pages(
            "/trades", _Page[Trade], TRADES_PAGE_SIZE, market, window, lambda trade: trade.id
        )
        found.sort(key=lambda trade: (trade.created_at, len(trade.id), trade.id))
        return _latest(found, window.at_most)

    async def funding(self, market: str, window: Window) -> list[FundingData]:
        """`GET /funding/data`."""
        found = await self._pages(
            "/funding/data",
            _Page[FundingData],
            FUNDING_PAGE_SIZE,
            market,
            window,
            lambda funding: funding.created_at,
        )
        found.sort(key=lambda funding: funding.created_at)
        return _latest(found, window.at_most)

    async def candles(self, symbol: str, minutes: int, kind: str, window: Window) -> list[Candle]:
        """`GET /markets/klines` of the prices `kind`: candles that opened within the window. Times
        without a candle are left out, as the venue leaves them out."""
        query: Params = {"symbol": symbol, "resolution": str(minutes), "price_kind": kind}
        found: dict[int, Candle] = {}
        for number, (start, end) in enumerate(_pieces(window, CANDLES_AT_ONCE * minutes * 60_000)):
            if number == MAX_PAGES:
                raise HistoryTooLong(
                    f"{symbol} may have over {MAX_PAGES * CANDLES_AT_ONCE} candles of {minutes} "
                    "min there: ask for a shorter window"
                )
            asked = {**query, "start_at": start, "end_at": end}
            answer = await self._rest.public("/markets/klines", Candles, asked)
            found |= {candle[0]: candle for candle in answer.results if candle[0] in window}
            if _suffices(found, window):
                break
        return _latest([found[opened] for opened in sorted(found)], window.at_most)

    async def _pages[T: (Trade, FundingData)](
        self,
        path: str,
        shape: type[_Page[T]],
        page_size: int,
        market: str,
        window: Window,
        identity: Callable[[T], object],
    ) -> list[T]:
        """Follow `next`, from the latest page backwards, to the end or to what suffices. A row
        that two pages hold is one."""
        size = min(page_size, window.at_most or page_size)
        query: Params = {"market": market, "page_size": size}
        query = {**query, "start_at": window.start_at, "end_at": window.end_at}
        found: dict[object, T] = {}
        cursors: set[str | None] = {None}
        cursor: str | None = None
        while len(cursors) <= MAX_PAGES:
            page = await self._rest.public(path, shape, {**query, "cursor": cursor})
            found |= {identity(row): row for row in page.results if row.created_at in window}
            cursor = page.next
            if not cursor or _suffices(found, window):
                return list(found.values())
            if cursor in cursors:
                raise WireError(f"GET {path} repeats a cursor: its pages never end")
            cursors.add(cursor)
        raise HistoryTooLong(f"GET {path} has over {len(found)} rows: ask for a shorter window")


def _pieces(window: Window, length: int) -> Iterator[tuple[int, int]]:
    """The window in pieces of at most `length` milliseconds, from its end backwards."""
    end = window.end_at
    while end >= window.start_at:
        start = max(end + 1 - length, window.start_at)
        yield start, end
        end = start - 1


def _suffices(found: Sized, window: Window) -> bool:
    return window.at_most is not None and len(found) >= window.at_most


def _latest[T](rows: list[T], at_most: int | None) -> list[T]:
    return rows[-at_most:] if at_most else rows
