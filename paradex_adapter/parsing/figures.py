"""Mark prices, index prices and funding rates, from binary frames, JSON pushes and REST bodies.

Mark and index are no orders' prices: the venue computes them finer than the market's tick, so they
are rounded (half to even) to the instrument's precision. A funding rate is told as the venue says
it, for the market's own funding period. Funding is continuous: there is no next payment to name.
"""

from __future__ import annotations

from decimal import Decimal

from nautilus_trader.model.data import FundingRateUpdate, IndexPriceUpdate, MarkPriceUpdate
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.objects import Price

from paradex_adapter.parsing.numbers import VENUE_DECIMALS, decimal, rounded_price
from paradex_adapter.wire import sbe
from paradex_adapter.wire.markets import FundingData, MarketSummary

_LONGEST_INTERVAL = 2**16 - 1
"""Minutes. Nautilus keeps no longer one."""

type Figure = MarkPriceUpdate | IndexPriceUpdate | FundingRateUpdate
type Summary = sbe.Summary | MarketSummary
type Funding = sbe.Funding | FundingData


def mark_price(
    told: Summary,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> MarkPriceUpdate | None:
    """The mark price, or None where the venue names none."""
    value = _price(told.mark_price, price_precision)
    if value is None:
        return None
    return MarkPriceUpdate(instrument_id, value, _summary_time(told), ts_init)


def index_price(
    told: Summary,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> IndexPriceUpdate | None:
    """The price of the underlying, or None where the venue names none."""
    index = told.index_price if isinstance(told, sbe.Summary) else told.underlying_price
    value = _price(index, price_precision)
    if value is None:
        return None
    return IndexPriceUpdate(instrument_id, value, _summary_time(told), ts_init)


def funding_rate(
    told: Funding,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> FundingRateUpdate:
    """The rate for the market's funding period, whose length (minutes) is the interval."""
    if isinstance(told, sbe.Funding):
        rate, ts_event = _unscaled(told.funding_rate), told.created_at * 1_000
    else:
        rate = decimal(told.funding_rate or "0", "funding_rate")
        ts_event = told.created_at * 1_000_000
    minutes = round(told.funding_period_hours * 60)
    interval = minutes if 0 < minutes <= _LONGEST_INTERVAL else None
    return FundingRateUpdate(instrument_id, rate, ts_event, ts_init, interval)


def _price(told: int | str | None, precision: int) -> Price | None:
    if told is None or told == "":
        return None
    value = _unscaled(told) if isinstance(told, int) else decimal(told, "price")
    return rounded_price(value, precision) if value > 0 else None


def _summary_time(told: Summary) -> int:
    if isinstance(told, sbe.Summary):
        return told.timestamp * 1_000
    return told.created_at * 1_000_000


def _unscaled(raw: int) -> Decimal:
    return Decimal(raw).scaleb(-VENUE_DECIMALS)
