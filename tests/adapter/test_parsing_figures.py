from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.identifiers import InstrumentId

from paradex_adapter.errors import WireError
from paradex_adapter.parsing.figures import funding_rate, index_price, mark_price
from paradex_adapter.wire import sbe
from paradex_adapter.wire.markets import FundingData, MarketSummary

BTC = InstrumentId.from_str("BTC-USD-PERP.PARADEX")
AT_MS = 1_795_370_000_456
GRID = (BTC, 1, 5, 7)


def binary(mark: int | None, index: int | None) -> sbe.Summary:
    return sbe.Summary("BTC-USD-PERP", AT_MS * 1_000, 1, mark_price=mark, index_price=index)


def text(mark: str, index: str) -> MarketSummary:
    return MarketSummary(
        symbol="BTC-USD-PERP", mark_price=mark, underlying_price=index, created_at=AT_MS
    )


@pytest.mark.parametrize(
    "summary",
    [binary(9_500_134_999_999, 9_499_925_000_000), text("95001.34999999", "94999.25")],
    ids=["binary", "json"],
)
def test_mark_and_index_are_themselves_rounded_half_to_even(summary) -> None:
    mark, index = mark_price(summary, *GRID), index_price(summary, *GRID)
    assert (str(mark.value), str(index.value)) == ("95001.3", "94999.2")
    for update in (mark, index):
        assert (update.instrument_id, update.ts_event, update.ts_init) == (BTC, AT_MS * 10**6, 7)


@pytest.mark.parametrize("summary", [binary(None, 0), text("", "0")], ids=["binary", "json"])
def test_a_price_that_is_not_named_is_not_told(summary) -> None:
    assert mark_price(summary, *GRID) is None
    assert index_price(summary, *GRID) is None


@pytest.mark.parametrize("mark", ["NaN", "much", "1e40"])
def test_a_mark_that_is_no_price_is_refused(mark: str) -> None:
    with pytest.raises(WireError, match=r"is not a number|cannot be held"):
        mark_price(text(mark, ""), *GRID)


def test_a_rate_keeps_every_digit_of_the_text() -> None:
    told = FundingData(
        market="BTC-USD-PERP",
        funding_rate="-0.000012345678901",
        funding_period_hours=24,
        created_at=AT_MS,
    )
    update = funding_rate(told, *GRID)
    assert update.rate == Decimal("-0.000012345678901")
    assert (update.interval, update.ts_event) == (1440, AT_MS * 10**6)


def test_a_binary_rate_is_at_its_scale() -> None:
    told = sbe.Funding("BTC-USD-PERP", AT_MS * 1_000, 1, 12_345, 0, AT_MS * 1_000, 0, 12_345, 8)
    update = funding_rate(told, *GRID)
    assert (update.rate, update.interval) == (Decimal("0.00012345"), 480)


@pytest.mark.parametrize("hours", [0, -8, 2_000])
def test_a_period_that_is_none_is_left_out(hours: int) -> None:
    told = sbe.Funding("BTC-USD-PERP", 1, 1, 1, 0, 1, 0, 1, hours)
    assert funding_rate(told, *GRID).interval is None
