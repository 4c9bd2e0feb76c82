"""Reduce-only, told with the venue's own examples: a long position of 100 ETH."""

from __future__ import annotations

from typing import Any

import pytest

from paradex_venue.events import OrderChanged
from paradex_venue.records import Order
from tests.venue.world import D, World

ETH = "ETH-USD-PERP"
SELL = {"market": ETH, "side": "SELL", "size": "50", "price": "4500"}
REDUCE = SELL | {"flags": ["REDUCE_ONLY"]}


@pytest.fixture
def world() -> World:
    """Alice is long 100 ETH and somebody buys at 4,300."""
    world = World()
    world.alice.deposits = D(10**9)
    world.mark("4300", ETH)
    world.quote({}, {"4300": "100"}, ETH)
    world.place(market=ETH, type="MARKET", price=None, size="100")
    world.quote({"4290": "500"}, {}, ETH)
    world.events.clear()
    return world


def outcome(order: Order) -> tuple[str, str]:
    return order.status, order.cancel_reason


def sell(world: World, **terms: Any) -> Order:
    return world.place(**(REDUCE | terms))


def market_sell(world: World, size: str) -> Order:
    return world.place(market=ETH, side="SELL", type="MARKET", price=None, size=size)


GONE = ("CLOSED", "REDUCE_ONLY_WILL_INCREASE")
STANDING = ("OPEN", "")


def test_a_larger_position_leaves_reduce_only_orders_as_they_are(world: World) -> None:
    order = sell(world, size="100")
    world.quote({}, {"4300": "5"}, ETH)
    world.place(market=ETH, type="MARKET", price=None, size="5")
    assert outcome(order) == STANDING


@pytest.mark.parametrize(
    ("size", "sold", "expected"),
    [("100", "0.1", GONE), ("60", "40", STANDING), ("60", "40.1", GONE)],
)
def test_a_smaller_position_cancels_what_is_larger_than_it(
    world: World, size: str, sold: str, expected: tuple[str, str]
) -> None:
    order = sell(world, size=size)
    market_sell(world, sold)
    assert outcome(order) == expected


def test_a_more_aggressive_order_takes_the_place_of_the_least_aggressive(world: World) -> None:
    near, far = sell(world), sell(world, price="4600")
    world.place(**(SELL | {"size": "1", "price": "4400"}))
    assert (outcome(near), outcome(far)) == (STANDING, GONE)


def test_a_less_aggressive_order_takes_nobodys_place(world: World) -> None:
    orders = [sell(world), sell(world, price="4600")]
    orders.append(world.place(**(SELL | {"size": "1", "price": "4700"})))
    assert [outcome(order) for order in orders] == [STANDING] * 3


def test_a_less_aggressive_reduce_only_order_finds_no_place(world: World) -> None:
    orders = [sell(world), sell(world, price="4600")]
    late = sell(world, size="1", price="4700")
    assert [outcome(order) for order in orders] == [STANDING] * 2
    assert outcome(late) == GONE


def test_at_one_price_the_first_to_come_is_covered_first(world: World) -> None:
    first, second = sell(world, size="60"), sell(world, size="60")
    assert (outcome(first), outcome(second)) == (STANDING, GONE)


def test_one_that_does_not_fit_makes_room_for_the_next(world: World) -> None:
    near = sell(world)
    middle = sell(world, price="4600")
    far = sell(world, price="4700", size="0.1")
    assert outcome(far) == GONE
    world.exchange.cancel(near)
    world.settle()
    assert outcome(sell(world, price="4700", size="0.1")) == STANDING
    assert outcome(middle) == STANDING


def test_a_turned_position_cancels_them_all(world: World) -> None:
    orders = [sell(world, size="1", price=price) for price in ("4500", "4600")]
    market_sell(world, "150")
    assert world.alice.position_size(ETH) == -50
    assert [outcome(order) for order in orders] == [GONE, GONE]


def test_resting_orders_never_reduce_more_than_there_is(world: World) -> None:
    for price in ("4310", "4320", "4330"):
        sell(world, size="50", price=price)
    world.quote({}, {}, ETH)
    world.engine.sweep(world.house, ETH, "BUY", D(500))
    assert world.alice.position_size(ETH) == 0


def test_an_order_that_takes_is_held_against_the_position_alone(world: World) -> None:
    sell(world, size="100")
    order = sell(world, size="10", price="4290", instruction="IOC")
    assert outcome(order) == ("CLOSED", "")
    assert world.alice.position_size(ETH) == 90


def test_a_partly_filled_one_counts_with_what_remains(world: World) -> None:
    order = sell(world, size="100")
    world.engine.take(order, D(30), world.house)
    assert (outcome(order), order.remaining) == (STANDING, 70)
    statuses = [event.order.status for event in world.heard(OrderChanged)]
    assert statuses == ["OPEN", "OPEN"]
