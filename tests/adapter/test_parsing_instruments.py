from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nautilus_trader.model.currencies import BTC, USD, USDC
from nautilus_trader.model.enums import CurrencyType
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Money, Price, Quantity

from paradex_adapter.errors import WireError
from paradex_adapter.parsing import parse_instrument
from paradex_adapter.wire.markets import Market
from paradex_adapter.wire.rest import convert

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
LISTED: dict[str, dict[str, Any]] = {
    market["symbol"]: market
    for market in msgspec.json.decode((RESOURCES / "http_get_markets.json").read_bytes())["results"]
}


def _market(symbol: str = "BTC-USD-PERP", /, **changes: object) -> Market:
    return convert(LISTED[symbol] | changes, Market)


def _instrument(symbol: str = "BTC-USD-PERP", /, **changes: object) -> CryptoPerpetual:
    instrument = parse_instrument(_market(symbol, **changes), ts_init=7)
    assert instrument is not None
    return instrument


def test_a_perpetual_has_the_rules_of_its_market() -> None:
    btc = _instrument()
    assert btc.id == InstrumentId.from_str("BTC-USD-PERP.PARADEX")
    assert btc.raw_symbol.value == "BTC-USD-PERP"
    assert (btc.base_currency, btc.quote_currency, btc.settlement_currency) == (BTC, USD, USDC)
    assert (btc.price_precision, btc.size_precision) == (1, 5)
    assert btc.price_increment == Price.from_str("0.1")
    assert btc.size_increment == btc.min_quantity == btc.lot_size == Quantity.from_str("0.00001")
    assert btc.max_quantity == Quantity.from_str("100.00000")
    assert btc.min_notional == Money(10, USD)
    assert (btc.margin_init, btc.margin_maint) == (Decimal("0.02"), Decimal("0.01"))
    assert (btc.maker_fee, btc.taker_fee) == (Decimal("0.00003"), Decimal("0.00045"))
    assert (btc.ts_event, btc.ts_init, btc.multiplier) == (7, 7, Quantity.from_int(1))
    assert not btc.is_inverse
    assert not btc.is_quanto


def test_an_instrument_carries_the_market_as_the_venue_described_it() -> None:
    info = _instrument().info
    assert info["max_open_orders"] == 150
    assert info["fee_config"]["api_fee"]["taker_fee"]["fee"] == "0.00045"


def test_increments_above_one_have_no_decimals() -> None:
    bonk = _instrument("kBONK-USD-PERP")
    assert (bonk.price_precision, bonk.size_precision) == (6, 0)
    assert bonk.size_increment == Quantity.from_int(100)


def test_the_largest_order_is_a_multiple_of_the_increment() -> None:
    assert _instrument("kBONK-USD-PERP").max_quantity == Quantity.from_int(123_456_700)


def test_the_least_notional_is_never_rounded_below_the_venues() -> None:
    assert _instrument("kBONK-USD-PERP").min_notional == Money(Decimal("10.56"), USD)


@pytest.mark.parametrize(
    ("tick", "precision"),
    [("0.10", 1), ("0.25", 2), ("1", 0), ("1.000", 0), ("50", 0), ("0.00000001", 8), ("1e-3", 3)],
)
def test_precision_is_what_the_increment_needs(tick: str, precision: int) -> None:
    btc = _instrument(price_tick_size=tick)
    assert btc.price_precision == precision
    assert btc.price_increment.as_decimal() == Decimal(tick)


def test_an_unknown_base_currency_is_registered_as_a_crypto_asset() -> None:
    base = _instrument("kBONK-USD-PERP", base_currency="kWOOF").base_currency
    assert (base.code, base.precision, base.currency_type) == ("kWOOF", 8, CurrencyType.CRYPTO)


@pytest.mark.parametrize("base", ["EUR", "XAU", "US500"])
def test_a_base_that_is_no_crypto_asset_makes_a_perpetual_too(base: str) -> None:
    assert _instrument(base_currency=base).base_currency.code == base


def test_the_markets_own_fees_rule_and_the_accounts_apply_where_it_has_none() -> None:
    rates = (Decimal("0.1"), Decimal("0.2"))
    own = parse_instrument(_market(), 0, *rates)
    none = parse_instrument(_market("kBONK-USD-PERP"), 0, *rates)
    assert own is not None
    assert none is not None
    assert (own.maker_fee, own.taker_fee) == (Decimal("0.00003"), Decimal("0.00045"))
    assert (none.maker_fee, none.taker_fee) == rates


def test_a_market_with_neither_fees_nor_margins_nor_limits_still_loads() -> None:
    bare = {"fee_config": None, "delta1_cross_margin_params": None}
    btc = _instrument(**bare, max_order_size="", min_notional="0")
    assert (btc.maker_fee, btc.taker_fee, btc.margin_init) == (0, 0, 0)
    assert btc.max_quantity is None
    assert btc.min_notional is None


@pytest.mark.parametrize("symbol", ["BTC-USD-25FEB26-70000-C", "OTC-USD-PERP"])
def test_a_market_that_is_no_perpetual_or_takes_no_orders_is_none(symbol: str) -> None:
    assert parse_instrument(_market(symbol), 0) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"price_tick_size": "free"},
        {"price_tick_size": "0"},
        {"price_tick_size": "-0.1"},
        {"price_tick_size": "0.000000001"},
        {"price_tick_size": "NaN"},
        {"order_size_increment": ""},
        {"order_size_increment": "1e400"},
        {"max_order_size": "lots"},
        {"min_notional": "Infinity"},
        {"base_currency": ""},
        {"symbol": ""},
        {"delta1_cross_margin_params": {"imf_base": "-1", "mmf_factor": "0.5"}},
    ],
)
def test_an_unreadable_market_is_a_wire_error_that_names_it(changes: dict[str, object]) -> None:
    market = _market(**changes)
    with pytest.raises(WireError, match=f"^market {market.symbol} cannot be read: "):
        parse_instrument(market, 0)
