"""Which orders are sent, in which words, and why the others are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from nautilus_trader.common.component import TestClock
from nautilus_trader.common.factories import OrderFactory
from nautilus_trader.model.enums import OrderSide, TimeInForce, TriggerType
from nautilus_trader.model.identifiers import (
    ClientOrderId,
    InstrumentId,
    StrategyId,
    TraderId,
)
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import Order

from paradex_adapter.drafting import Denial, draft
from paradex_adapter.orders import Draft
from paradex_adapter.parsing.instruments import instrument_id, parse_instrument
from paradex_adapter.wire.markets import Market
from paradex_venue.markets import CATALOG, describe

BTC = instrument_id("BTC-USD-PERP")
FACTORY = OrderFactory(TraderId("T-1"), StrategyId("S-1"), TestClock())


def instrument(**limits: Any) -> CryptoPerpetual:
    """BTC as the venue lists it: price increment 0.1, size increment 0.00001, at most 100."""
    market = msgspec.convert(describe(CATALOG["BTC-USD-PERP"]) | limits, Market)
    return parse_instrument(market, 0, None, None)


def limit(quantity: str = "0.10000", price: str = "95000.0", **terms: Any) -> Order:
    return FACTORY.limit(
        BTC, OrderSide.BUY, Quantity.from_str(quantity), Price.from_str(price), **terms
    )


def test_a_limit_order_in_the_venues_words() -> None:
    order = limit(client_order_id=ClientOrderId("O-1"), reduce_only=True)
    assert draft(order, instrument()) == Draft(
        client_order_id="O-1",
        market="BTC-USD-PERP",
        side="BUY",
        type="LIMIT",
        size="0.1",
        price="95000",
        instruction="GTC",
        is_reduce_only=True,
    )


def test_a_market_order_has_no_price() -> None:
    order = FACTORY.market(BTC, OrderSide.SELL, Quantity.from_str("1.50000"))
    wanted = draft(order, instrument())
    assert isinstance(wanted, Draft)
    assert (wanted.type, wanted.side, wanted.price) == ("MARKET", "SELL", "0")


@pytest.mark.parametrize(
    ("terms", "instruction"),
    [
        ({}, "GTC"),
        ({"time_in_force": TimeInForce.IOC}, "IOC"),
        ({"post_only": True}, "POST_ONLY"),
    ],
)
def test_times_in_force(terms: dict[str, Any], instruction: str) -> None:
    wanted = draft(limit(**terms), instrument())
    assert isinstance(wanted, Draft)
    assert wanted.instruction == instruction


def test_decimals_are_written_without_exponent_or_trailing_zeros() -> None:
    wanted = draft(limit("100.00000", "100000.0"), instrument())
    assert isinstance(wanted, Draft)
    assert (wanted.size, wanted.price) == ("100", "100000")


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (limit("0.100001"), "QUANTITY_INCREMENT: 0.100001 is not a multiple of 0.00001"),
        (limit("100.00001"), "QUANTITY_ABOVE_MAXIMUM: 100.00001 is above 100.00000"),
        (limit(price="95000.05"), "PRICE_INCREMENT: 95000.05 is not a multiple of 0.1"),
        (limit(price="0.0"), "PRICE_NOT_POSITIVE: 0"),
        (limit(price="-0.1"), "PRICE_NOT_POSITIVE: -0.1"),
        (
            limit(client_order_id=ClientOrderId("O" * 65)),
            f"CLIENT_ORDER_ID_TOO_LONG: {'O' * 65} has over 64 characters",
        ),
        (
            limit(client_order_id=ClientOrderId("O 1/x")),
            "CLIENT_ORDER_ID_CHARSET: 'O 1/x'; use letters, digits and _ . : -",
        ),
        (
            limit(time_in_force=TimeInForce.DAY),
            "UNSUPPORTED_TIME_IN_FORCE: DAY; use GTC (post-only or not) or IOC",
        ),
        (
            FACTORY.stop_limit(
                BTC,
                OrderSide.BUY,
                Quantity.from_str("0.1"),
                Price.from_str("95000.0"),
                Price.from_str("95000.0"),
                TriggerType.LAST_PRICE,
            ),
            "UNSUPPORTED_ORDER_TYPE: STOP_LIMIT; use MARKET or LIMIT",
        ),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "",
)
def test_what_cannot_be_sent_is_told_with_value_and_remedy(order: Order, reason: str) -> None:
    assert draft(order, instrument()) == Denial(reason)


def test_a_post_only_order_cannot_be_immediate() -> None:
    order = limit(post_only=True, time_in_force=TimeInForce.FOK)
    wanted = draft(order, instrument())
    assert wanted == Denial(
        "UNSUPPORTED_TIME_IN_FORCE: FOK post-only; use GTC (post-only or not) or IOC"
    )


def test_an_instrument_that_is_not_loaded_is_told_with_the_remedy() -> None:
    wanted = draft(limit(), None)
    assert isinstance(wanted, Denial)
    assert wanted.reason == (
        "UNKNOWN_INSTRUMENT: BTC-USD-PERP.PARADEX is not loaded; name it in the instrument "
        "provider's load_ids, or set load_all"
    )


def test_a_price_of_the_finest_increment_is_let_through() -> None:
    wanted = draft(limit("0.00001", "0.1"), instrument())
    assert isinstance(wanted, Draft)
    assert (Decimal(wanted.size), Decimal(wanted.price)) == (Decimal("0.00001"), Decimal("0.1"))


def test_the_instrument_is_named_as_the_venue_names_it() -> None:
    assert InstrumentId.from_str("BTC-USD-PERP.PARADEX") == BTC
