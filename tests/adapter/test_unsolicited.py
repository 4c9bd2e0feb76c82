"""What the venue does to an account that nobody here asked for, as a strategy and the cache have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from paradex_venue.life_rules import LifeRules
from paradex_venue.records import Account
from tests.adapter.conftest import QUIET
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, built, node_config, running, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")


def truth(venue: Venue) -> Account:
    return venue.exchange.accounts[ALICE.address]


async def held(desk: Desk, size: str = "0.4") -> Order:
    """A position of the strategy's."""
    order = desk.probe.market(BUY, size)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled")
    return order


async def resting(desk: Desk, side: OrderSide = SELL, price: str = "96000", **terms: Any) -> Order:
    order = desk.probe.limit(side, "0.1", price, **terms)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    return order


def net(desk: Desk) -> Decimal:
    return sum((each.signed_decimal_qty() for each in desk.cache.positions_open()), Decimal(0))


def made_by_the_venue(desk: Desk) -> list[Order]:
    """The orders that came as reports."""
    return [order for order in desk.cache.orders() if order.init_event.reconciliation]


@asynccontextmanager
async def claiming(venue: Venue) -> AsyncIterator[Desk]:
    """A node whose strategy has whatever happens in BTC."""
    config = node_config(venue)
    async with built(config, external_order_claims=[BTC]) as desk, running(desk):
        await desk.until(lambda: desk.probe.is_running)
        yield desk


async def test_a_liquidation_ends_the_orders_and_reaches_the_position_with_its_penalty(
    venue: Venue
) -> None:
  from nautilus_trader.config import LoggingConfig
  async with trading(venue, logging=LoggingConfig(log_level='WARNING')) as desk:
    await held(desk)
    order = await resting(desk)
    (fill,) = venue.life.liquidate(ALICE.address)
    await desk.told(order, *PLACED, "Canceled")
    print(fill)
    import anyio
    await anyio.sleep(1)
    for o in desk.cache.orders(): print(o, desk.story(o))
    print(desk.cache.positions(), made_by_the_venue(desk))
    await desk.until(lambda: net(desk) == 0)
    (made,) = made_by_the_venue(desk)
    print(desk.story(made), made)
