from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.data import BarType
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.test_kit.providers import TestInstrumentProvider

from paradex_adapter.errors import WireError
from paradex_adapter.parsing.bars import bar_from_candle, price_kind, resolution
from paradex_adapter.wire.markets import Candle

OPENED = 1_795_370_400_000


def bar_type(text: str) -> BarType:
    return BarType.from_str(f"BTCUSDT-PERP.BINANCE-{text}")


@pytest.fixture
def instrument() -> Instrument:
    return TestInstrumentProvider.btcusdt_perp_binance()  # one decimal, and three


def candle(*numbers: str) -> Candle:
    opened, high, low, close, volume = map(Decimal, numbers)
    return OPENED, opened, high, low, close, volume


@pytest.mark.parametrize(
    ("text", "minutes", "kind"),
    [
        ("15-MINUTE-LAST-EXTERNAL", 15, "last"),
        ("1-HOUR-MARK-EXTERNAL", 60, "mark"),
        ("1-MINUTE-LAST-INTERNAL", None, "last"),
        ("2-HOUR-LAST-EXTERNAL", None, "last"),
        ("5-MINUTE-BID-EXTERNAL", None, None),
        ("1000-VOLUME-LAST-EXTERNAL", None, "last"),
    ],
)
def test_only_the_venues_own_bars_have_a_resolution(text, minutes, kind) -> None:
    assert (resolution(bar_type(text)), price_kind(bar_type(text))) == (minutes, kind)


def test_a_bar_has_the_instruments_precision_and_the_time_of_its_close(instrument) -> None:
    kind = bar_type("5-MINUTE-LAST-EXTERNAL")
    floats = candle("95000.10000000001", "95000.2", "94999.99999999999", "95000", "1.2345")
    bar = bar_from_candle(floats, kind, instrument, 5, 7)
    assert [str(each) for each in (bar.open, bar.high, bar.low, bar.close, bar.volume)] == [
        "95000.1",
        "95000.2",
        "95000.0",
        "95000.0",
        "1.234",
    ]
    assert (bar.ts_event, bar.ts_init) == ((OPENED + 300_000) * 10**6, 7)


@pytest.mark.parametrize(
    "numbers",
    [("2", "1", "1", "1", "1"), ("1", "1", "1", "1", "-1"), ("1e40", "1e40", "1", "1", "1")],
    ids=["high below open", "negative volume", "too large"],
)
def test_a_candle_that_cannot_be_is_refused(instrument, numbers) -> None:
    with pytest.raises(WireError):
        bar_from_candle(candle(*numbers), bar_type("1-MINUTE-LAST-EXTERNAL"), instrument, 1, 7)
