"""Orders that the venue keeps in its history only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nautilus_trader.model.enums import OrderStatus

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
