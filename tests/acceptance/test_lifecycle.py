"""E80 to E87: what a strategy does when it starts and stops, and what a restart finds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.enums import OrderStatus, PositionSide
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from tests.acceptance.table import case
from tests.acceptance.tester import (
    BUY,
    LEFT_BEHIND,
    NO_LIMITS,
    PLACED,
    SIZE,
    only,
    restarted,
    trial,
    truth,
    until_there,
)
from tests.adapter.node import BTC, MARKET
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio


@pytest.mark.acceptance("E80", "position opened on start")
async def test_a_position_is_opened_before_the_first_quote(venue: Venue) -> None:
    async with trial(venue, open_position_on_start_qty=SIZE, **NO_LIMITS) as at:
        order = await at.order(*PLACED, "Filled")
        assert at.desk.cache.quote_tick(BTC) is None
        assert (order.side, order.filled_qty.as_decimal()) == (BUY, SIZE)
        assert at.truth.position_size(MARKET) == SIZE


@pytest.mark.acceptance("E81", "orders canceled on stop")
async def test_stopping_cancels_the_strategys_orders(venue: Venue) -> None:
    async with trial(venue) as at:
        at.quote()
        orders = [await at.order(*PLACED, number=number) for number in (0, 1)]
        await at.stop()
        assert {order.status for order in orders} == {OrderStatus.CANCELED}


@pytest.mark.acceptance("E82", "position closed on stop")
async def test_stopping_leaves_neither_position_nor_orders(venue: Venue) -> None:
    async with trial(venue, open_position_on_start_qty=-SIZE) as at:
        await at.order(*PLACED, "Filled")
        at.quote()
        await at.desk.until(lambda: len(at.desk.cache.orders_open()) == 2)
        await at.stop()
        assert at.truth.position_size(MARKET) == 0


@pytest.mark.acceptance("E83", "unsubscribed on stop")
async def test_stopping_unsubscribes_from_the_market(venue: Venue) -> None:
    async with trial(venue, subscribe_trades=True, **NO_LIMITS) as at:
        market = {f"bbo.{MARKET}", f"trades.{MARKET}"}
        at.quote()
        await at.desk.until(lambda: at.desk.cache.quote_tick(BTC))
        await until_there(lambda: market <= _subscribed(venue))
        await at.stop()
        await until_there(lambda: not market & _subscribed(venue))


def _subscribed(venue: Venue) -> set[str]:
    """The channels that anybody is subscribed to."""
    return {name for session in venue.publisher.sessions for name in session.channels}


# What a restart finds


@pytest.mark.parametrize("post_only", [False, True])
@pytest.mark.acceptance("E84", "open orders found")
async def test_a_restart_finds_the_open_orders_as_they_were(venue: Venue, post_only: bool) -> None:
    async with trial(venue, use_post_only=post_only, **LEFT_BEHIND) as at:
        at.quote()
        left = [await at.order(*PLACED, number=number) for number in (0, 1)]
    async with restarted(venue) as after:
        await after.desk.until(lambda: len(after.orders) == 2)
        for order in left:
            found = after.desk.cache.order(order.client_order_id)
            assert _terms(found) == _terms(order)
            assert (found.strategy_id, found.status) == (after.tester.id, OrderStatus.ACCEPTED)
            assert after.desk.story(found) == ["Initialized", "Accepted"]


@pytest.mark.acceptance("E84", "open order found, partly filled")
async def test_a_restart_finds_what_is_filled_of_an_open_order(venue: Venue) -> None:
    async with trial(venue, **only(BUY), **LEFT_BEHIND) as at:
        at.quote()
        order = await at.order(*PLACED)
        venue.control.trade(ALICE.address, order.client_order_id.value, "0.04")
        await at.desk.told(order, *PLACED, "Filled")
    async with restarted(venue) as after:
        found = await after.order("Initialized", "Accepted", "Filled")
        assert found.status == OrderStatus.PARTIALLY_FILLED
        assert (found.filled_qty, found.avg_px) == (order.filled_qty, order.avg_px)
        assert _fills(found) == _fills(order)


@pytest.mark.acceptance("E85", "filled order found")
async def test_a_restart_finds_every_fill_with_its_price_and_commission(venue: Venue) -> None:
    config = {"open_position_on_start_qty": Decimal("1.5"), **NO_LIMITS, **LEFT_BEHIND}
    async with trial(venue, **config) as at:
        order = await at.order(*PLACED, "Filled", "Filled")
    async with restarted(venue) as after:
        found = await after.order("Initialized", "Accepted", "Filled", "Filled")
        assert found.status == OrderStatus.FILLED
        assert _fills(found) == _fills(order)
        there = [(fill.id, fill.price, fill.size, fill.fee) for fill in truth(venue).fills]
        assert [
            (
                fill.trade_id.value,
                fill.last_px.as_decimal(),
                fill.last_qty.as_decimal(),
                fill.commission.as_decimal(),
            )
            for fill in found.events
            if isinstance(fill, OrderFilled)
        ] == there


@pytest.mark.parametrize(
    ("size", "side", "entry"),
    [
        case("E86", "long position found", SIZE, PositionSide.LONG, 95_010),
        case("E87", "short position found", -SIZE, PositionSide.SHORT, 94_990),
    ],
)
async def test_a_restart_finds_the_position_with_its_entry_price(
    venue: Venue, size: Decimal, side: PositionSide, entry: float
) -> None:
    config = {"open_position_on_start_qty": size, **NO_LIMITS, **LEFT_BEHIND}
    async with trial(venue, **config) as at:
        await at.order(*PLACED, "Filled")
    async with restarted(venue) as after:
        (found,) = after.desk.cache.positions_open()
        assert (found.side, found.signed_decimal_qty()) == (side, size)
        assert found.avg_px_open == entry
        assert found.strategy_id == after.tester.id


def _terms(order: Order) -> tuple[object, ...]:
    return (
        order.client_order_id,
        order.venue_order_id,
        order.order_type,
        order.side,
        order.price,
        order.quantity,
        order.time_in_force,
        order.is_post_only,
    )


def _fills(order: Order) -> list[tuple[object, ...]]:
    return [
        (
            fill.trade_id,
            fill.last_px,
            fill.last_qty,
            fill.commission,
            fill.liquidity_side,
            fill.ts_event,
        )
        for fill in order.events
        if isinstance(fill, OrderFilled)
    ]
