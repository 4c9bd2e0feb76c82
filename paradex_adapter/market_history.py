"""What Nautilus requests of a market's past: the venue's records, as Nautilus objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from nautilus_trader.model.data import Bar, BarType, FundingRateUpdate, TradeTick
from nautilus_trader.model.instruments import Instrument

from paradex_adapter.errors import WireError
from paradex_adapter.parsing.bars import bar_from_candle, price_kind, resolution
from paradex_adapter.parsing.figures import funding_rate
from paradex_adapter.parsing.market_data import trade_from_json
from paradex_adapter.transport.market_records import MarketRecords, Window

DEFAULT_ROWS = 1_000
"""How many of the latest are told where neither a start nor a limit is given."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class MarketHistory:
    """Ascending in time, within the window, the latest `limit` of it (0: all).

    A row that cannot be read, or no longer fits the instrument's increments, is left out, and
    `troubled` is told how many were. Raises what `MarketRecords` raises.
    """

    def __init__(
        self,
        records: MarketRecords,
        now_ns: Callable[[], int],
        troubled: Callable[[str, Exception], None],
    ) -> None:
        self._records = records
        self._now_ns = now_ns
        self._troubled = troubled

    async def trades(
        self, instrument: Instrument, start: datetime | None, end: datetime | None, limit: int
    ) -> list[TradeTick]:
        """Trades made in the window."""
        symbol, precisions = instrument.raw_symbol.value, _precisions(instrument)
        rows = await self._records.trades(symbol, self._window(start, end, limit))
        now = self._now_ns()
        return self._read(
            rows, lambda row: trade_from_json(row, instrument.id, *precisions, now), "trades"
        )

    async def funding_rates(
        self, instrument: Instrument, start: datetime | None, end: datetime | None, limit: int
    ) -> list[FundingRateUpdate]:
        """Funding rates that the venue wrote down in the window."""
        symbol, precisions = instrument.raw_symbol.value, _precisions(instrument)
        rows = await self._records.funding(symbol, self._window(start, end, limit))
        now = self._now_ns()
        return self._read(
            rows, lambda row: funding_rate(row, instrument.id, *precisions, now), "funding rates"
        )

    async def bars(
        self,
        bar_type: BarType,
        instrument: Instrument,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> list[Bar]:
        """Bars that opened and closed in the window; a time without trades has none. `WireError`
        where the venue has no such bars."""
        minutes, kind = resolution(bar_type), price_kind(bar_type)
        if minutes is None or kind is None:
            raise WireError(
                f"the venue has no bars {bar_type}: it has EXTERNAL ones of LAST or MARK prices "
                "of 1, 3, 5, 15, 30 and 60 minutes"
            )
        window = self._opening(self._window(start, end, limit), minutes * 60_000, start is None)
        rows = await self._records.candles(instrument.raw_symbol.value, minutes, kind, window)
        now = self._now_ns()
        return self._read(
            rows, lambda row: bar_from_candle(row, bar_type, instrument, minutes, now), "bars"
        )

    def _window(self, start: datetime | None, end: datetime | None, limit: int) -> Window:
        """Up to now where no end is given, and the latest alone where no start is."""
        now_ms = self._now_ns() // 1_000_000
        at_most = limit or (DEFAULT_ROWS if start is None else None)
        start_at = 0 if start is None else -((_EPOCH - start) // _MILLISECOND)
        end_at = now_ms if end is None else min((end - _EPOCH) // _MILLISECOND, now_ms)
        return Window(max(start_at, 0), end_at, at_most)

    def _opening(self, window: Window, step: int, is_open: bool) -> Window:
        """When candles may open that have closed by the window's end. Without a start, no further
        back than the limit reaches if each has trades."""
        end_at = window.end_at - step
        reach = end_at - (window.at_most or 0) * step
        return Window(max(reach, 0) if is_open else window.start_at, end_at, window.at_most)

    def _read[R, D](self, rows: Iterable[R], convert: Callable[[R], D], what: str) -> list[D]:
        found: list[D] = []
        refused: list[WireError] = []
        for row in rows:
            try:
                found.append(convert(row))
            except WireError as error:
                refused.append(error)
        if refused:
            self._troubled(f"{len(refused)} {what} are left out", refused[0])
        return found


def _precisions(instrument: Instrument) -> tuple[int, int]:
    return instrument.price_precision, instrument.size_precision
