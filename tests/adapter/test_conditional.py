"""Orders that wait for the mark, through a real node."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.enums import (
    LiquiditySide,
    OrderSide,
    OrderStatus,
    OrderType,
    TriggerType,
)
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from paradex_venue.faults import MessageRule
from paradex_venue.records import Order as VenueOrder
from tests.adapter.conftest import in_both_dialects
from tests.adapter.node import BTC, MARKET, Desk, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")


def conditional(desk: Desk, kind: OrderType, side: OrderSide, **terms: Any) -> Order:
    """An order of 0.1 BTC; `trigger_price` and `price` as text."""
    instrument = desk.cache.instrument(BTC)
    prices = {
        name: instrument.make_price(terms.pop(name))
        for name in ("price", "trigger_price")
        if name in terms
    }
    make = getattr(desk.probe.order_factory, kind.name.lower())
    quantity = instrument.make_qty(terms.pop("size", "0.1"))
    return make(BTC, side, quantity, trigger_type=TriggerType.MARK_PRICE, **prices, **terms)


async def waiting(desk: Desk, kind: OrderType, side: OrderSide, **terms: Any) -> Order:
    """As `conditional`, accepted."""
    order = conditional(desk, kind, side, **terms)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    return order


def at_venue(venue: Venue, order: Order) -> VenueOrder:
    account = venue.exchange.accounts[ALICE.address]
    (found,) = (each for each in account.orders if each.client_id == order.client_order_id.value)
    return found


async def long_position(desk: Desk) -> None:
    entry = desk.probe.market(BUY, "0.1")
    desk.probe.submit_order(entry)
    await desk.told(entry, *PLACED, "Filled")


# What they go through


@in_both_dialects
async def test_a_stop_market_order_waits_and_takes_what_it_gets(desk: Desk, venue: Venue) -> None:
    order = await waiting(desk, OrderType.STOP_MARKET, BUY, trigger_price="95200")
    there = at_venue(venue, order)
    assert (there.status, there.type) == ("UNTRIGGERED", "STOP_MARKET")
    assert there.trigger_price == Decimal(95200)
    assert order.status == OrderStatus.ACCEPTED
    venue.control.set_mark(MARKET, "95200")
    await desk.told(order, *PLACED, "Filled")
    assert order.status == OrderStatus.FILLED
    assert order.last_event.liquidity_side == LiquiditySide.TAKER


async def test_a_stop_limit_order_is_triggered_and_rests_at_its_limit(
    desk: Desk, venue: Venue
) -> None:
    order = await waiting(
        desk, OrderType.STOP_LIMIT, SELL, trigger_price="94900", price="95100", post_only=True
    )
    venue.control.set_mark(MARKET, "94900")
    await desk.told(order, *PLACED, "Triggered")
    assert order.status == OrderStatus.TRIGGERED
    assert order.ts_triggered == at_venue(venue, order).updated_at * 1_000_000
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "Triggered", "Filled")


@in_both_dialects
async def test_a_stop_limit_order_that_finds_somebody_is_triggered_and_filled(
    desk: Desk, venue: Venue
) -> None:
    order = await waiting(desk, OrderType.STOP_LIMIT, BUY, trigger_price="95200", price="95300")
    venue.control.set_mark(MARKET, "95200")
    await desk.told(order, *PLACED, "Triggered", "Filled")


@pytest.mark.parametrize(
    ("kind", "terms", "then"),
    [
        (OrderType.MARKET_IF_TOUCHED, {}, ("Filled",)),
        (OrderType.LIMIT_IF_TOUCHED, {"price": "94900"}, ("Triggered", "Filled")),
        (OrderType.LIMIT_IF_TOUCHED, {"price": "95100"}, ("Triggered",)),
    ],
)
async def test_a_profit_is_taken_when_the_mark_touches_it(
    desk: Desk, venue: Venue, kind: OrderType, terms: dict[str, Any], then: tuple[str, ...]
) -> None:
    await long_position(desk)
    order = await waiting(desk, kind, SELL, trigger_price="95300", reduce_only=True, **terms)
    assert at_venue(venue, order).type.startswith("TAKE_PROFIT_")
    venue.control.set_mark(MARKET, "95299")
    venue.control.set_mark(MARKET, "95300")
    await desk.told(order, *PLACED, *then)


async def test_an_order_whose_trigger_is_reached_already_goes_off_at_once(
    desk: Desk, venue: Venue
) -> None:
    order = conditional(desk, OrderType.STOP_LIMIT, BUY, trigger_price="94000", price="95300")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Triggered", "Filled")


async def test_an_order_that_waits_is_canceled(desk: Desk, venue: Venue) -> None:
    order = await waiting(desk, OrderType.STOP_MARKET, BUY, trigger_price="95200")
    desk.probe.cancel_order(order)
    await desk.told(order, *PLACED, "PendingCancel", "Canceled")
    venue.control.set_mark(MARKET, "95200")
    assert at_venue(venue, order).filled == 0


async def test_an_order_that_the_venue_refuses_when_it_goes_off_is_canceled(
    desk: Desk, venue: Venue
) -> None:
    """Its position is gone. To Nautilus it was accepted long ago."""
    await long_position(desk)
    order = await waiting(
        desk, OrderType.STOP_MARKET, SELL, trigger_price="94000", reduce_only=True
    )
    desk.probe.close_all_positions(BTC)
    await desk.until(lambda: not desk.cache.positions_open())
    venue.control.set_mark(MARKET, "94000")
    await desk.told(order, *PLACED, "Canceled")


# Changing them


@in_both_dialects
async def test_price_size_and_trigger_of_a_waiting_order_are_modified(
    desk: Desk, venue: Venue
) -> None:
    order = await waiting(desk, OrderType.STOP_LIMIT, BUY, trigger_price="95200", price="95300")
    instrument = desk.cache.instrument(BTC)
    terms = {
        "quantity": instrument.make_qty("0.2"),
        "price": instrument.make_price("95500"),
        "trigger_price": instrument.make_price("95400"),
    }
    desk.probe.modify_order(order, **terms)
    await desk.told(order, *PLACED, "PendingUpdate", "Updated")
    assert (order.quantity, order.price, order.trigger_price) == tuple(terms.values())
    there = at_venue(venue, order)
    assert (there.size, there.price, there.trigger_price) == (
        Decimal("0.2"),
        Decimal(95500),
        Decimal(95400),
    )


async def test_the_trigger_of_a_stop_market_order_is_modified(desk: Desk, venue: Venue) -> None:
    order = await waiting(desk, OrderType.STOP_MARKET, BUY, trigger_price="95200")
    instrument = desk.cache.instrument(BTC)
    desk.probe.modify_order(order, trigger_price=instrument.make_price("95400"))
    await desk.told(order, *PLACED, "PendingUpdate", "Updated")
    assert order.trigger_price == instrument.make_price("95400")
    venue.control.set_mark(MARKET, "95300")
    assert at_venue(venue, order).status == "UNTRIGGERED"


async def test_the_trigger_of_an_order_that_went_off_is_modified_no_more(
    desk: Desk, venue: Venue
) -> None:
    order = await waiting(
        desk, OrderType.STOP_LIMIT, SELL, trigger_price="94900", price="95100", post_only=True
    )
    venue.control.set_mark(MARKET, "94900")
    await desk.told(order, *PLACED, "Triggered")
    desk.probe.modify_order(order, trigger_price=desk.cache.instrument(BTC).make_price("94800"))
    await desk.told(order, *PLACED, "Triggered", "PendingUpdate", "ModifyRejected")
    assert order.status == OrderStatus.TRIGGERED


# When words are late or lost


async def test_an_order_that_went_off_while_the_session_was_down_is_told_so(
    desk: Desk, venue: Venue
) -> None:
    order = await waiting(
        desk, OrderType.STOP_LIMIT, SELL, trigger_price="94900", price="95100", post_only=True
    )
    venue.control.cut("all")
    venue.control.set_mark(MARKET, "94900")
    venue.control.trade(ALICE.address, order.client_order_id.value, "0.04")
    await desk.told(order, *PLACED, "Triggered", "Filled")
    assert order.status == OrderStatus.PARTIALLY_FILLED


async def test_an_execution_that_overtakes_the_word_of_the_trigger_brings_it_along(
    desk: Desk, venue: Venue
) -> None:
    order = await waiting(desk, OrderType.STOP_LIMIT, BUY, trigger_price="95200", price="95300")
    venue.control.add_fault(MessageRule(kind="delay", channel="orders.", count=3, seconds=0.2))
    venue.control.set_mark(MARKET, "95200")
    await desk.told(order, *PLACED, "Triggered", "Filled")


# Those of somebody else


async def test_a_waiting_order_is_found_again_by_the_next_process(venue: Venue) -> None:
    async with trading(venue) as desk:
        order = await waiting(desk, OrderType.STOP_LIMIT, BUY, trigger_price="95200", price="95300")
    async with trading(venue) as desk:
        found = desk.cache.order(order.client_order_id)
        assert (found.status, found.order_type) == (OrderStatus.ACCEPTED, OrderType.STOP_LIMIT)
        assert (found.trigger_price, found.price) == (order.trigger_price, order.price)
        assert found.trigger_type == TriggerType.MARK_PRICE
        venue.control.set_mark(MARKET, "95200")
        await desk.until(lambda: found.is_closed)
        story = [type(event).__name__ for event in found.events]
        assert story[-2:] == ["OrderTriggered", "OrderFilled"]


@in_both_dialects
@pytest.mark.parametrize("is_known", [True, False], ids=["before", "while"])
async def test_a_stop_on_the_whole_position_has_the_positions_size(
    venue: Venue, elsewhere: Trader, is_known: bool
) -> None:
    """Set in the venue's own interface, where its size is written as 0 until it goes off."""

    async def protect() -> None:
        await elsewhere.place(
            side="SELL",
            type="STOP_LOSS_MARKET",
            size="0",
            price="0",
            trigger_price="94000",
            flags=["REDUCE_ONLY"],
        )

    await elsewhere.log_in()
    await elsewhere.place(side="BUY", type="MARKET", size="0.3", price="0")
    if is_known:
        await protect()
    async with trading(venue) as desk:
        if not is_known:
            await protect()
        await desk.until(lambda: desk.cache.orders_open())
        (stop,) = desk.cache.orders_open()
        assert (stop.order_type, stop.status) == (OrderType.STOP_MARKET, OrderStatus.ACCEPTED)
        assert (stop.quantity.as_decimal(), stop.side) == (Decimal("0.3"), SELL)
        assert stop.is_reduce_only
        assert stop.trigger_price == desk.cache.instrument(BTC).make_price("94000")
        venue.control.set_mark(MARKET, "94000")
        await desk.until(lambda: stop.is_closed)
        assert (stop.status, stop.filled_qty.as_decimal()) == (OrderStatus.FILLED, Decimal("0.3"))
        await desk.until(lambda: not desk.cache.positions_open())
