"""E70 to E73: orders that are refused, by the venue or before it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.enums import OrderType, TimeInForce, TrailingOffsetType

from paradex_venue import Venue
from tests.acceptance.tester import (
    BUY,
    NO_LIMITS,
    REJECTED,
    SELL,
    SIZE,
    only,
    only_stops,
    trial,
)

pytestmark = pytest.mark.anyio

TRAILING = {
    "stop_order_type": OrderType.TRAILING_STOP_MARKET,
    "trailing_offset": Decimal(50),
    "trailing_offset_type": TrailingOffsetType.PRICE,
}


@pytest.mark.acceptance("E70", "post-only that would cross")
async def test_a_post_only_order_that_would_take_is_rejected_as_such(venue: Venue) -> None:
    async with trial(venue, test_reject_post_only=True) as at:
        at.quote()
        for number in (0, 1):
            order = await at.order(*REJECTED, number=number)
            assert order.last_event.reason == "POST_ONLY_WOULD_CROSS"
            assert order.last_event.due_post_only


@pytest.mark.acceptance("E71", "reduce-only without a position")
async def test_a_reduce_only_order_without_a_position_is_rejected(venue: Venue) -> None:
    config = NO_LIMITS | {"open_position_on_start_qty": SIZE, "test_reject_reduce_only": True}
    async with trial(venue, **config) as at:
        order = await at.order(*REJECTED)
        assert order.last_event.reason == "REDUCE_ONLY_WILL_INCREASE"
        assert not order.last_event.due_post_only
        assert at.desk.cache.positions() == []


@pytest.mark.acceptance("E72", "unsupported order type")
async def test_an_order_type_that_the_venue_lacks_is_denied(venue: Venue) -> None:
    async with trial(venue, **only_stops(BUY, **TRAILING)) as at:
        at.quote()
        order = await at.order("Initialized", "Denied")
        assert order.last_event.reason.startswith("UNSUPPORTED_ORDER_TYPE: TRAILING_STOP_MARKET; ")
        assert at.truth.orders == []


@pytest.mark.acceptance("E72", "trailing stop, emulated")
async def test_a_type_that_nautilus_emulates_reaches_the_venue_as_a_market_order(
    venue: Venue,
) -> None:
    async with trial(venue, **only_stops(SELL, emulation_trigger="BID_ASK", **TRAILING)) as at:
        at.quote()
        order = await at.order("Initialized", "Emulated", "Updated")
        at.quote("95100", "95120")
        await at.desk.until(lambda: str(order.trigger_price) == "95050.0")
        assert at.truth.orders == []
        at.quote("95040", "95060")
        await at.desk.until(lambda: [each for each in at.orders if each.is_closed])
        (there,) = at.truth.orders
        assert (there.type, there.side, there.remaining) == ("MARKET", "SELL", 0)


@pytest.mark.acceptance("E73", "unsupported time in force")
async def test_a_time_in_force_that_the_venue_lacks_is_denied(venue: Venue) -> None:
    async with trial(venue, **only(BUY, limit_time_in_force=TimeInForce.AT_THE_OPEN)) as at:
        at.quote()
        order = await at.order("Initialized", "Denied")
        assert order.last_event.reason.startswith("UNSUPPORTED_TIME_IN_FORCE: AT_THE_OPEN; ")
        assert at.truth.orders == []
