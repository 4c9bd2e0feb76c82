"""Retail price improvement: hidden, never taking, met by retail alone."""

from __future__ import annotations

from typing import Any

import pytest

from paradex_venue.events import BookChanged, Filled, Traded
from paradex_venue.records import Account, Order
from paradex_venue.refusal import Refused
from paradex_venue.rules import OrderRules
from tests.venue.world import BTC, D, World

ALLOWED = OrderRules(rpi="allow")
RPI = {"instruction": "RPI", "price": "94995"}


@pytest.fixture
def world() -> World:
    world = World(rules=ALLOWED)
    world.quote({"94990": "1"}, {"95000": "1"})
    world.events.clear()
    return world


def retail(world: World) -> Account:
    account = world.exchange.open_account("0xd", "", D(10**9), house=True)
    account.retail = True
    return account


def test_an_account_that_is_not_whitelisted_is_refused() -> None:
    with pytest.raises(Refused, match="RPI_ACCOUNT_NOT_WHITELISTED"):
        World().submit(**RPI)


@pytest.mark.parametrize("kind", ["MARKET", "STOP_LIMIT"])
def test_only_limit_orders_can_be_rpi(world: World, kind: str) -> None:
    terms: dict[str, Any] = RPI | {"type": kind}
    if kind == "STOP_LIMIT":
        terms["trigger_price"] = "96000"
    with pytest.raises(Refused, match="VALIDATION_ERROR"):
        world.submit(**terms)


def test_the_public_book_does_not_show_one(world: World) -> None:
    order = world.place(**RPI)
    assert order.status == "OPEN"
    assert world.engine.books[BTC].best("BUY") == (94990, 1)
    assert world.heard(BookChanged) == []


def test_an_order_by_api_passes_it_by(world: World) -> None:
    order = world.place(**RPI)
    world.place(world.bob, type="MARKET", side="SELL", price=None, size="0.5")
    assert (order.status, order.remaining) == ("OPEN", D("0.1"))
    assert world.heard(Traded)[0].trade.price == 94990


def test_retail_meets_it_first_where_it_is_better(world: World) -> None:
    order = world.place(**RPI)
    world.engine.sweep(retail(world), BTC, "SELL", D("0.5"))
    prices = [event.trade.price for event in world.heard(Traded)]
    assert prices == [94995, 94990]
    fill = world.heard(Filled)[0].fill
    assert (fill.fill_type, fill.flags, fill.fee) == ("RPI", ("interactive", "rpi"), 0)
    assert order.status == "CLOSED"


def test_retail_meets_it_last_at_one_price(world: World) -> None:
    order = world.place(**(RPI | {"price": "94990"}))
    world.engine.sweep(retail(world), BTC, "SELL", D("0.5"))
    assert order.status == "OPEN"
    world.engine.sweep(retail(world), BTC, "SELL", D("0.55"))
    assert order.remaining == D("0.05")


@pytest.mark.parametrize(
    ("price", "expected"),
    [("95047.5", ("OPEN", "")), ("95047.6", ("CLOSED", "POST_ONLY_WOULD_CROSS"))],
)
def test_it_may_cross_the_book_by_five_hundredths_of_a_percent(
    world: World, price: str, expected: tuple[str, str]
) -> None:
    order = world.place(**(RPI | {"price": price}))
    assert (order.status, order.cancel_reason) == expected
    assert world.heard(Traded) == []


def test_it_may_rest_where_there_is_no_book() -> None:
    assert World(rules=ALLOWED).place(**RPI).status == "OPEN"


def test_it_is_changed_and_canceled_like_any_other(world: World) -> None:
    order = world.place(**RPI)
    world.amend(order, price="94996")
    assert world.engine.hidden[BTC].best("BUY") == (94996, D("0.1"))
    world.amend(order, size="0.05")
    assert world.engine.hidden[BTC].best("BUY") == (94996, D("0.05"))
    _cancel(world, order)
    assert world.engine.hidden[BTC].best("BUY") is None


def _cancel(world: World, order: Order) -> None:
    world.exchange.cancel(order)
    world.settle()
    assert (order.status, order.cancel_reason) == ("CLOSED", "USER_CANCELED")
