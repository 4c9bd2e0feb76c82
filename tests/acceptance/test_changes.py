"""E30 to E36: orders that follow the market, by change or by replacement."""

from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus, OrderType

from paradex_venue import Venue
from tests.acceptance.table import case
from tests.acceptance.tester import (
    BUY,
    LEFT_BEHIND,
    PLACED,
    SELL,
    only,
    only_stops,
    restarted,
    trial,
)

pytestmark = pytest.mark.anyio

# The market comes closer to neither side's order, so that the tester moves it after the market.
MOVES = {BUY: ("95000", "95020"), SELL: ("94980", "95000")}
FIRST, SECOND = {BUY: "94940.0", SELL: "95060.0"}, {BUY: "94950.0", SELL: "95050.0"}
FOLLOWS = {"modify_orders_to_maintain_tob_offset": True}
REPLACES = {"cancel_replace_orders_to_maintain_tob_offset": True}
STOPS = {"stop_order_type": OrderType.STOP_LIMIT, "stop_limit_offset_ticks": 50}
STOPS |= {"stop_offset_ticks": 5_000}


@pytest.mark.parametrize(
    "side",
    [case("E30", "limit buy modified", BUY), case("E31", "limit sell modified", SELL)],
)
async def test_a_limit_order_is_moved_and_stays_the_same_order(
    venue: Venue, side: OrderSide
) -> None:
    async with trial(venue, **only(side, **FOLLOWS)) as at:
        at.quote()
        order = await at.order(*PLACED)
        before = at.at_venue(order)
        assert before.price == Decimal(FIRST[side])
        at.quote(*MOVES[side])
        await at.desk.told(order, *PLACED, "PendingUpdate", "Updated")
        assert str(order.price) == SECOND[side]
        (there,) = at.truth.live.values()
        assert (there.id, there.price) == (before.id, Decimal(SECOND[side]))


@pytest.mark.parametrize(
    "side",
    [case("E32", "limit buy replaced", BUY), case("E33", "limit sell replaced", SELL)],
)
async def test_a_limit_order_is_canceled_and_another_takes_its_place(
    venue: Venue, side: OrderSide
) -> None:
    async with trial(venue, **only(side, **REPLACES)) as at:
        at.quote()
        await at.order(*PLACED)
        at.quote(*MOVES[side])
        await at.order(*PLACED, "PendingCancel", "Canceled")
        second = await at.order(*PLACED, number=1)
        assert str(second.price) == SECOND[side]
        (there,) = at.truth.live.values()
        assert (there.id, there.price) == (second.venue_order_id.value, Decimal(SECOND[side]))


@pytest.mark.acceptance("E34", "stop's trigger modified")
async def test_the_trigger_and_the_limit_of_a_stop_are_moved(venue: Venue) -> None:
    config = only_stops(BUY, modify_stop_orders_to_maintain_offset=True, **STOPS)
    async with trial(venue, **config) as at:
        at.quote()
        order = await at.order(*PLACED)
        assert (str(order.trigger_price), str(order.price)) == ("95510.0", "95515.0")
        at.quote(*MOVES[BUY])
        await at.desk.told(order, *PLACED, "PendingUpdate", "Updated")
        assert (str(order.trigger_price), str(order.price)) == ("95520.0", "95525.0")
        there = at.at_venue(order)
        assert (there.trigger_price, there.price) == (Decimal("95520"), Decimal("95525"))
        assert there.status == "UNTRIGGERED"


@pytest.mark.acceptance("E35", "stop replaced")
async def test_one_stop_is_left_after_its_replacement_and_a_restart(venue: Venue) -> None:
    replaces = {"cancel_replace_stop_orders_to_maintain_offset": True}
    async with trial(venue, **only_stops(BUY, **STOPS, **replaces, **LEFT_BEHIND)) as at:
        at.quote()
        await at.order(*PLACED)
        at.quote(*MOVES[BUY])
        await at.order(*PLACED, "PendingCancel", "Canceled")
        second = await at.order(*PLACED, number=1)
    async with restarted(venue) as after:
        (found,) = after.desk.cache.orders_open()
        assert (found.client_order_id, found.trigger_price) == (
            second.client_order_id,
            second.trigger_price,
        )


@pytest.mark.acceptance("E36", "modify rejected by the venue")
async def test_a_change_that_the_venue_refuses_leaves_the_order_as_it_was(venue: Venue) -> None:
    async with trial(venue, **only(BUY, **FOLLOWS)) as at:
        at.quote()
        order = await at.order(*PLACED)
        at.quote("104500", "104520")  # beyond the price band about the mark
        await at.desk.told(order, *PLACED, "PendingUpdate", "ModifyRejected")
        assert order.last_event.reason.startswith("VALIDATION_ERROR: ")
        assert (order.status, str(order.price)) == (OrderStatus.ACCEPTED, FIRST[BUY])
        assert at.at_venue(order).price == Decimal(FIRST[BUY])
