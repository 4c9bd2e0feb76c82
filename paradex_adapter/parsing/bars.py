"""The venue's candles to Nautilus bars: which bars there are, and one candle as a bar."""

from __future__ import annotations

from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import BarAggregation, PriceType
from nautilus_trader.model.instruments import Instrument

from paradex_adapter.errors import WireError
from paradex_adapter.parsing.numbers import rounded_price, rounded_quantity
from paradex_adapter.wire.markets import Candle

RESOLUTIONS = (1, 3, 5, 15, 30, 60)
"""Minutes (OpenAPI `GET /markets/klines`)."""

_MINUTES = {BarAggregation.MINUTE: 1, BarAggregation.HOUR: 60}
_PRICE_KINDS = {PriceType.LAST: "last", PriceType.MARK: "mark"}


def resolution(bar_type: BarType) -> int | None:
    """The candles' minutes, or None where the venue has no such bars: it has those of 1, 3, 5, 15,
    30 and 60 minutes, from trades or from mark prices."""
    if not bar_type.is_externally_aggregated() or price_kind(bar_type) is None:
        return None
    minutes = bar_type.spec.step * _MINUTES.get(bar_type.spec.aggregation, 0)
    return minutes if minutes in RESOLUTIONS else None


def price_kind(bar_type: BarType) -> str | None:
    """Which prices the candles are made of (`price_kind`), or None where the venue has none."""
    return _PRICE_KINDS.get(bar_type.spec.price_type)


def bar_from_candle(
    candle: Candle, bar_type: BarType, instrument: Instrument, minutes: int, ts_init: int
) -> Bar:
    """The bar, stamped with its close. Candles are binary floats: they are rounded (half to even)
    to the instrument's precisions."""
    opened, *prices, volume = candle
    ts_event = (opened + minutes * 60_000) * 1_000_000
    try:
        values = [rounded_price(value, instrument.price_precision) for value in prices]
        size = rounded_quantity(volume, instrument.size_precision)
        return Bar(bar_type, *values, size, ts_event, ts_init)
    except (ValueError, OverflowError) as error:
        raise WireError(f"candle {opened} of {bar_type}: {error}") from error
