"""Orders that the venue keeps in its history only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nautilus_trader.model.enums import OrderStatus

from paradex_adapter.order_search import find_order
from paradex_adapter.wire.rest import Order
from paradex_venue import Venue
from paradex_venue.rules import OrderRules
from tests.adapter.conftest import QUIET
from tests.adapter.node import ASKS, BIDS, MARKET, trading
from tests.venue.trader import ALICE, trader

pytestmark = pytest.mark.anyio


async def test_an_order_placed_elsewhere_is_found_by_its_id_once_it_is_closed() -> None:
    """By its contract the venue gives only live orders by their id; this one has no other name."""
    strict = replace(QUIET, rules=OrderRules(closed_by_id="not_found"))
    async with Venue(strict) as venue, trader(venue) as elsewhere:
        venue.control.fill_book(MARKET, BIDS, ASKS)
        placed = await elsewhere.place(price="93000")
        async with trading(venue) as desk:
            await desk.until(lambda: desk.cache.orders_open())
            (order,) = desk.cache.orders_open()
            venue.control.cut("all")
            venue.control.cancel(ALICE.address, placed["id"])
            await desk.until(lambda: order.is_closed)
            assert order.status == OrderStatus.CANCELED


class _Lists:
    """A venue that knows orders from its lists only."""

    def __init__(self, *orders: Order) -> None:
        self._orders = orders

    async def order(self, order_id: str) -> None: ...

    async def order_by_client_id(self, client_id: str) -> None: ...

    async def orders_history(self, *, client_id: str = "", **_: object) -> list[Order]:
        return [order for order in self._orders if client_id in ("", order.client_id)]


def _closed(order_id: str, client_id: str) -> Order:
    terms = {"market": MARKET, "side": "BUY", "type": "LIMIT", "size": "1", "remaining_size": "1"}
    return Order(id=order_id, client_id=client_id, status="CLOSED", **terms)


async def test_of_two_orders_of_one_name_the_one_that_was_asked_for_is_found() -> None:
    venue = _Lists(_closed("1", "mine"), _closed("2", "mine"))
    found = await find_order(venue, "mine", MARKET, "1")
    assert found is not None
    assert found.id == "1"
