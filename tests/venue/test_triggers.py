"""Which way the mark must go to set an order off, and who waits where."""

from __future__ import annotations

import pytest

from paradex_venue.records import Order, OrderType, Side
from paradex_venue.triggers import Triggers, condition_of, is_met
from tests.venue.world import BTC, D

DIRECTIONS: list[tuple[OrderType, Side, str]] = [
    ("STOP_MARKET", "BUY", "ABOVE"),
    ("STOP_LIMIT", "SELL", "BELOW"),
    ("STOP_LOSS_MARKET", "BUY", "ABOVE"),
    ("STOP_LOSS_LIMIT", "SELL", "BELOW"),
    ("TAKE_PROFIT_MARKET", "BUY", "BELOW"),
    ("TAKE_PROFIT_LIMIT", "SELL", "ABOVE"),
]


def order(number: int, condition: str = "ABOVE", **terms: object) -> Order:
    known: dict[str, object] = {
        "id": str(number),
        "account": "0xa",
        "market": BTC,
        "side": "BUY",
        "type": "STOP_MARKET",
        "instruction": "GTC",
        "size": D(1),
        "price": D(0),
        "trigger_price": D(100),
        "condition": condition,
    }
    return Order(**(known | terms))  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "side", "condition"), DIRECTIONS)
def test_stops_go_against_the_side_and_take_profits_with_it(
    kind: OrderType, side: Side, condition: str
) -> None:
    assert condition_of(kind, side, D(100), None) == condition


@pytest.mark.parametrize(("trigger", "condition"), [("101", "ABOVE"), ("99", "BELOW")])
def test_a_generic_stop_may_wait_for_the_mark_from_where_it_is(
    trigger: str, condition: str
) -> None:
    assert condition_of("STOP_LIMIT", "SELL", D(trigger), D(100)) == condition
    assert condition_of("STOP_LIMIT", "BUY", D(trigger), D(100)) == condition


def test_a_stop_loss_goes_by_its_side_wherever_the_mark_is() -> None:
    assert condition_of("STOP_LOSS_MARKET", "SELL", D(101), D(100)) == "BELOW"


@pytest.mark.parametrize(
    ("mark", "above", "below"), [("99", False, True), ("100", True, True), ("101", True, False)]
)
def test_the_trigger_price_itself_sets_off(mark: str, above: bool, below: bool) -> None:
    assert is_met("ABOVE", D(100), D(mark)) is above
    assert is_met("BELOW", D(100), D(mark)) is below
    assert not is_met(None, D(100), D(mark))


def test_orders_are_set_off_in_the_order_they_came_and_only_once() -> None:
    triggers = Triggers()
    first, second, other = order(1), order(2), order(3, "BELOW")
    for each in (first, second, other):
        triggers.add(each)
    assert triggers.due(BTC, D(101)) == [first, second]
    triggers.remove(first)
    triggers.remove(first)
    assert triggers.due(BTC, D(101)) == [second]
    assert triggers.due("ETH-USD-PERP", D(101)) == []


def test_waiting_orders_are_known_by_account() -> None:
    triggers = Triggers()
    mine, hers = order(1), order(2, account="0xb")
    triggers.add(mine)
    triggers.add(hers)
    assert triggers.waiting(BTC, "0xb") == [hers]
