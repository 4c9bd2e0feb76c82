"""A node that starts on an account with a history comes to its orders and its position.

NautilusTrader, left to itself, makes the executions fit the reported position: where one of them
turned the position over it drops every order of the market (upstream, 1.231).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from nautilus_trader.model.identifiers import ClientOrderId

from paradex_venue import Venue
from tests.adapter.agreement import differences
from tests.adapter.node import ASKS, BIDS, MARKET, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

HOUR_MS = 3_600_000
MARKET_ORDER = {"type": "MARKET", "price": None}


async def _turned_over(venue: Venue, elsewhere: Trader) -> None:
    """Short 0.1, then 0.4 bought by one execution: long 0.3, with an order on the book."""
    await elsewhere.log_in()
    await elsewhere.place(side="SELL", size="0.1", client_id="opens", **MARKET_ORDER)
    await elsewhere.place(side="BUY", size="0.4", client_id="turns", **MARKET_ORDER)
    await elsewhere.place(side="BUY", size="0.5", price="94000", client_id="rests")
    venue.control.fill_book(MARKET, BIDS, ASKS)


async def test_orders_survive_an_execution_that_turned_the_position_over(
    venue: Venue, elsewhere: Trader
) -> None:
    await _turned_over(venue, elsewhere)
    account = venue.exchange.accounts[ALICE.address]
    async with trading(venue) as desk:
        await desk.until(lambda: not differences(desk, account))
        names = {order.client_order_id.value for order in desk.cache.orders()}
        assert names == {"opens", "turns", "rests"}
        (position,) = desk.cache.positions_open()
        assert position.signed_decimal_qty() == Decimal("0.3")
        assert position.avg_px_open == 95010.0


async def test_an_order_that_goes_on_filling_is_not_counted_twice(
    venue: Venue, elsewhere: Trader
) -> None:
    await _turned_over(venue, elsewhere)
    account = venue.exchange.accounts[ALICE.address]
    venue.control.trade(ALICE.address, "rests", "0.2")
    async with trading(venue) as desk:
        await desk.until(lambda: not differences(desk, account))
        venue.control.trade(ALICE.address, "rests", "0.1")
        await desk.until(lambda: not differences(desk, account))
        order = desk.cache.order(ClientOrderId("rests"))
        assert order.filled_qty.as_decimal() == Decimal("0.3")
        net = sum(position.signed_decimal_qty() for position in desk.cache.positions_open())
        assert net == Decimal("0.6")


async def test_what_was_executed_before_the_window_is_made_up_for_by_the_position(
    venue: Venue, elsewhere: Trader
) -> None:
    """The window is too short for the history: the position is then reported, and taken over."""
    await _turned_over(venue, elsewhere)
    account = venue.exchange.accounts[ALICE.address]
    for order in account.orders:
        order.created_at -= HOUR_MS
    account.fills[:] = [
        replace(fill, created_at=fill.created_at - HOUR_MS) for fill in account.fills
    ]
    async with trading(venue, engine={"reconciliation_lookback_mins": 5}) as desk:
        net = sum(position.signed_decimal_qty() for position in desk.cache.positions_open())
        assert net == Decimal("0.3")
        await desk.until(lambda: desk.cache.order(ClientOrderId("rests")) is not None)
