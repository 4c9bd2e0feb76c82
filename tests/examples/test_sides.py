"""What each side says, read where it keeps its truth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.identifiers import TradeId
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.test_kit.stubs.events import TestEventStubs
from nautilus_trader.test_kit.stubs.execution import TestExecStubs

from examples.demo.sides import order_view, venue_side

MARKET = "ETH-USD-PERP"


def order(**terms: Any) -> dict[str, Any]:
    return {
        "id": "17",
        "client_id": "O-1",
        "size": "0.3",
        "remaining_size": "0.3",
        "avg_fill_price": "",
        "status": "CLOSED",
        "cancel_reason": "",
    } | terms


def truth(*orders: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {
        "orders": list(orders),
        "fills": [],
        "positions": [],
        "balance": {"size": "1000000"},
    } | rest


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        ({"status": "OPEN"}, "open"),
        ({"remaining_size": "0"}, "filled"),
        ({"cancel_reason": "USER_CANCELED"}, "canceled"),
        ({"cancel_reason": "USER_CANCELED", "remaining_size": "0.1"}, "canceled"),
        ({"cancel_reason": "POST_ONLY_WOULD_CROSS"}, "rejected"),
    ],
)
def test_a_closed_order_of_the_venue_is_told_by_what_remains_and_why(
    terms: dict[str, str], status: str
) -> None:
    side = venue_side(truth(order(**terms)), MARKET)

    assert side.orders["O-1"].status == status


def test_an_order_without_a_client_id_goes_by_the_venues() -> None:
    assert list(venue_side(truth(order(client_id="")), MARKET).orders) == ["17"]


def test_the_venues_fees_are_rounded_fill_by_fill_as_nautilus_must() -> None:
    fill = {"size": "0.1", "fee": "0.0000000149"}

    side = venue_side(truth(fills=[fill, fill]), MARKET)

    assert (side.fills, side.traded_qty) == (2, Decimal("0.2"))
    assert side.fees == Decimal("0.00000002")  # not that of 0.0000000298, which is 3e-8


def test_a_market_never_held_is_flat() -> None:
    held = truth(positions=[{"market": "BTC-USD-PERP", "size": "-2"}])

    assert venue_side(held, MARKET).position == 0
    assert venue_side(held, "BTC-USD-PERP").position == -2


def test_the_nodes_average_price_is_exact_and_rounded_as_the_venues() -> None:
    instrument = TestInstrumentProvider.ethusdt_perp_binance()
    twice = TestExecStubs.make_accepted_order(
        instrument=instrument, quantity=Quantity.from_str("0.300")
    )
    for number, (size, price) in enumerate([("0.100", "3200.00"), ("0.200", "3200.01")]):
        twice.apply(
            TestEventStubs.order_filled(
                twice,
                instrument,
                last_qty=Quantity.from_str(size),
                last_px=Price.from_str(price),
                trade_id=TradeId(str(number)),
            )
        )

    assert order_view(twice).average_price == Decimal("3200.00666667")
