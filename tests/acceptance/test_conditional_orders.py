"""E20 to E27: orders that wait for a trigger price."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus, OrderType
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from tests.acceptance.table import case
from tests.acceptance.tester import (
    BUY,
    LEFT_BEHIND,
    PLACED,
    SELL,
    Trial,
    only_stops,
    price,
    quantity,
    restarted,
    trial,
    truth,
)
from tests.adapter.node import BTC, MARKET, Desk, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

STOP_TRIGGERS = {BUY: "95510.0", SELL: "94490.0"}
STOP_LIMITS = {BUY: "95520.0", SELL: "94480.0"}
TOUCH_TRIGGERS = {BUY: "94490.0", SELL: "95510.0"}
TOUCH_LIMITS = {BUY: "94480.0", SELL: "95520.0"}
FAR = {"stop_offset_ticks": 5_000, "stop_limit_offset_ticks": 100}


# Stops, by the tester


@pytest.mark.parametrize(
    "side",
    [
        case("E20", "stop-market buy", BUY),
        case("E21", "stop-market sell", SELL),
    ],
)
async def test_a_stop_market_order_waits_at_the_venue_and_a_restart_finds_it(
    venue: Venue, side: OrderSide
) -> None:
    config = only_stops(side, stop_order_type=OrderType.STOP_MARKET, **FAR, **LEFT_BEHIND)
    async with trial(venue, **config) as at:
        at.quote()
        order = await at.order(*PLACED)
        _waits(at, order, STOP_TRIGGERS[side])
    async with restarted(venue) as after:
        found = await after.order("Initialized", "Accepted")
        assert _terms(found) == _terms(order)
        assert found.status == OrderStatus.ACCEPTED


@pytest.mark.parametrize(
    "side",
    [
        case("E22", "stop-limit buy", BUY),
        case("E23", "stop-limit sell", SELL),
    ],
)
async def test_a_stop_limit_order_waits_and_then_rests_at_its_limit(
    venue: Venue, side: OrderSide
) -> None:
    config = only_stops(side, stop_order_type=OrderType.STOP_LIMIT, **FAR)
    async with trial(venue, **config) as at:
        at.quote()
        order = await at.order(*PLACED)
        _waits(at, order, STOP_TRIGGERS[side], STOP_LIMITS[side])
        # The market stays away: the triggered order finds nobody and rests.
        venue.control.fill_book(MARKET)
        venue.control.set_mark(MARKET, STOP_TRIGGERS[side])
        await at.desk.told(order, *PLACED, "Triggered")
        assert order.status == OrderStatus.TRIGGERED
        assert at.at_venue(order).status == "OPEN"


def _waits(at: Trial, order: Order, trigger: str, limit: str = "") -> None:
    there = at.at_venue(order)
    assert (str(order.trigger_price), there.trigger_price) == (trigger, Decimal(trigger))
    assert there.status == "UNTRIGGERED"
    if limit:
        assert (str(order.price), there.price) == (limit, Decimal(limit))


def _terms(order: Order) -> tuple[Any, ...]:
    """What a restart must find again."""
    limit = order.price if order.has_price else None
    return (
        order.client_order_id,
        order.venue_order_id,
        order.order_type,
        order.side,
        order.quantity,
        order.time_in_force,
        order.trigger_price,
        limit,
    )


# Take-profits: the venue takes them only as reduce-only, which the tester cannot ask for

MIT, LIT = OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED
MIT_OPENS = "REDUCE_ONLY_REQUIRED: MARKET_IF_TOUCHED only reduces a position; set reduce_only=True"
LIT_OPENS = "REDUCE_ONLY_REQUIRED: LIMIT_IF_TOUCHED only reduces a position; set reduce_only=True"


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        case("E24", "market-if-touched buy that may open", MIT, BUY, denied=MIT_OPENS),
        case("E25", "market-if-touched sell that may open", MIT, SELL, denied=MIT_OPENS),
        case("E26", "limit-if-touched buy that may open", LIT, BUY, denied=LIT_OPENS),
        case("E27", "limit-if-touched sell that may open", LIT, SELL, denied=LIT_OPENS),
    ],
)
async def test_a_take_profit_that_may_open_a_position_is_denied(
    venue: Venue, denied: str, kind: OrderType, side: OrderSide
) -> None:
    async with trial(venue, **only_stops(side, stop_order_type=kind, **FAR)) as at:
        at.quote()
        order = await at.order("Initialized", "Denied")
        assert order.last_event.reason == denied
        assert at.truth.orders == []


@pytest.mark.parametrize(
    "side",
    [
        case("E24", "market-if-touched buy, reduce-only", BUY),
        case("E25", "market-if-touched sell, reduce-only", SELL),
    ],
)
async def test_a_touched_take_profit_closes_the_position(venue: Venue, side: OrderSide) -> None:
    async with _with_position(venue, side) as desk:
        terms = {"trigger_price": price(desk, TOUCH_TRIGGERS[side]), "reduce_only": True}
        order = desk.probe.order_factory.market_if_touched(BTC, side, quantity(desk), **terms)
        desk.probe.submit_order(order)
        await desk.told(order, *PLACED)
        (there,) = truth(venue).live.values()
        assert (there.status, there.type) == ("UNTRIGGERED", "TAKE_PROFIT_MARKET")
        venue.control.set_mark(MARKET, TOUCH_TRIGGERS[side])
        await desk.told(order, *PLACED, "Filled")
        await desk.until(lambda: not desk.cache.positions_open())
        assert truth(venue).position_size(MARKET) == 0


@pytest.mark.parametrize(
    "side",
    [
        case("E26", "limit-if-touched buy, reduce-only", BUY),
        case("E27", "limit-if-touched sell, reduce-only", SELL),
    ],
)
async def test_a_touched_take_profit_with_a_limit_rests_until_it_is_met(
    venue: Venue, side: OrderSide
) -> None:
    async with _with_position(venue, side) as desk:
        order = desk.probe.order_factory.limit_if_touched(
            BTC,
            side,
            quantity(desk),
            price=price(desk, TOUCH_LIMITS[side]),
            trigger_price=price(desk, TOUCH_TRIGGERS[side]),
            reduce_only=True,
        )
        desk.probe.submit_order(order)
        await desk.told(order, *PLACED)
        (there,) = truth(venue).live.values()
        assert (there.status, there.type) == ("UNTRIGGERED", "TAKE_PROFIT_LIMIT")
        venue.control.set_mark(MARKET, TOUCH_TRIGGERS[side])
        await desk.told(order, *PLACED, "Triggered")
        venue.control.trade(ALICE.address, order.client_order_id.value)
        await desk.told(order, *PLACED, "Triggered", "Filled")
        assert str(order.last_event.last_px) == TOUCH_LIMITS[side]


@asynccontextmanager
async def _with_position(venue: Venue, side: OrderSide) -> AsyncIterator[Desk]:
    """A node that holds what an order of `side` reduces."""
    async with trading(venue) as desk:
        entry = desk.probe.market(SELL if side == BUY else BUY, "0.1")
        desk.probe.submit_order(entry)
        await desk.told(entry, *PLACED, "Filled")
        yield desk
