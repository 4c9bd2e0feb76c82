"""Commands on one order that come in one tick, and executions that come between."""

from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import CancelOrder, ModifyOrder, SubmitOrder
from nautilus_trader.model.enums import OrderSide, OrderStatus
from nautilus_trader.model.objects import Price
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from paradex_venue.records import Order as VenueOrder
from tests.adapter.conftest import in_both_dialects
from tests.adapter.node import BTC, Desk, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

BUY = OrderSide.BUY
PLACED = ("Initialized", "Submitted", "Accepted")


def at_venue(venue: Venue, order: Order) -> VenueOrder | None:
    orders = venue.exchange.accounts[ALICE.address].orders
    found = [each for each in orders if each.client_id == order.client_order_id.value]
    assert len(found) <= 1, "placed twice"
    return found[0] if found else None


def a_bid(desk: Desk, price: str = "94000") -> Order:
    return desk.probe.limit(BUY, "0.1", price)


async def resting(desk: Desk) -> Order:
    order = a_bid(desk)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    return order


def cancel_of(desk: Desk, order: Order) -> CancelOrder:
    return CancelOrder(
        trader_id=desk.node.trader_id,
        strategy_id=desk.probe.id,
        instrument_id=BTC,
        client_order_id=order.client_order_id,
        venue_order_id=order.venue_order_id,
        command_id=UUID4(),
        ts_init=0,
    )


def modify_of(desk: Desk, order: Order, price: str) -> ModifyOrder:
    return ModifyOrder(
        trader_id=desk.node.trader_id,
        strategy_id=desk.probe.id,
        instrument_id=BTC,
        client_order_id=order.client_order_id,
        venue_order_id=order.venue_order_id,
        quantity=None,
        price=Price.from_str(price),
        trigger_price=None,
        command_id=UUID4(),
        ts_init=0,
    )


async def settled(desk: Desk, order: Order) -> None:
    """Its charts are where nothing is awaited any more."""
    name = order.client_order_id.value
    await desk.until(lambda: desk.states.get(f"command {name}") in ("idle", "ended"))


# The order is not there yet


async def test_a_cancel_in_the_tick_of_the_submit_is_carried_out(desk: Desk, venue: Venue) -> None:
    """Nautilus sends it past the risk engine: it comes first."""
    order = a_bid(desk)
    desk.probe.submit_order(order)
    desk.probe.cancel_order(order)
    await desk.told(order, *PLACED, "Canceled")
    assert at_venue(venue, order).cancel_reason == "USER_CANCELED"
    await settled(desk, order)


async def test_a_cancel_long_before_the_submit_is_carried_out_after_it(
    desk: Desk, venue: Venue
) -> None:
    order = a_bid(desk)
    desk.cache.add_order(order)
    desk.node.kernel.exec_engine.execute(cancel_of(desk, order))
    await desk.until(lambda: desk.states.get(f"command {order.client_order_id}"))
    desk.account.reconcile()
    await desk.until(lambda: desk.states["reconciliation"] == "busy.running")
    await desk.until(lambda: desk.states["reconciliation"] != "busy.running")
    assert desk.story(order) == ["Initialized"]
    assert at_venue(venue, order) is None
    ids = {"trader_id": desk.node.trader_id, "strategy_id": desk.probe.id}
    submit = SubmitOrder(**ids, order=order, command_id=UUID4(), ts_init=0)
    desk.node.kernel.exec_engine.execute(submit)
    await desk.told(order, *PLACED, "Canceled")


async def test_submit_change_and_cancel_in_one_tick(desk: Desk, venue: Venue) -> None:
    order = a_bid(desk)
    desk.probe.submit_order(order)
    desk.probe.modify_order(order, price=desk.cache.instrument(BTC).make_price("94100"))
    desk.probe.cancel_order(order)
    await desk.until(lambda: order.is_closed)
    assert order.status == OrderStatus.CANCELED
    assert at_venue(venue, order).price == Decimal(94000)


async def test_a_change_in_the_tick_of_the_submit_is_made_once_the_order_rests(
    desk: Desk, venue: Venue
) -> None:
    order = a_bid(desk)
    desk.probe.submit_order(order)
    desk.probe.modify_order(order, price=desk.cache.instrument(BTC).make_price("94100"))
    await desk.told(order, *PLACED, "Updated")
    assert at_venue(venue, order).price == Decimal(94100)
    await settled(desk, order)


# The order rests


async def test_of_two_changes_in_one_tick_both_are_made(desk: Desk, venue: Venue) -> None:
    order, instrument = await resting(desk), desk.cache.instrument(BTC)
    desk.probe.modify_order(order, price=instrument.make_price("94100"))
    desk.probe.modify_order(order, quantity=instrument.make_qty("0.2"))
    await desk.until(lambda: order.quantity == instrument.make_qty("0.2"))
    assert order.price == instrument.make_price("94100")
    assert order.status == OrderStatus.ACCEPTED
    there = at_venue(venue, order)
    assert (there.price, there.size) == (Decimal(94100), Decimal("0.2"))
    await settled(desk, order)


async def test_a_change_and_a_cancel_in_one_tick_end_canceled(desk: Desk, venue: Venue) -> None:
    order = await resting(desk)
    desk.probe.modify_order(order, price=desk.cache.instrument(BTC).make_price("94100"))
    desk.probe.cancel_order(order)
    await desk.until(lambda: order.is_closed)
    assert order.status == OrderStatus.CANCELED
    assert at_venue(venue, order).cancel_reason == "USER_CANCELED"
    await settled(desk, order)


async def test_a_change_behind_a_cancel_is_rejected(desk: Desk, venue: Venue) -> None:
    order = await resting(desk)
    desk.probe.cancel_order(order)
    desk.node.kernel.exec_engine.execute(modify_of(desk, order, "94100.0"))
    await desk.until(lambda: order.is_closed)
    (rejected,) = [e for e in desk.events if type(e).__name__ == "OrderModifyRejected"]
    assert rejected.reason.startswith(("CANCEL_PENDING: ", "ORDER_ENDED: "))
    assert order.status == OrderStatus.CANCELED


async def test_two_cancels_in_one_tick_are_one(desk: Desk, venue: Venue) -> None:
    order = await resting(desk)
    desk.probe.cancel_order(order)
    desk.node.kernel.exec_engine.execute(cancel_of(desk, order))
    await desk.told(order, *PLACED, "PendingCancel", "Canceled")


async def test_a_cancel_and_an_execution_in_one_tick_end_as_the_venue_has_it(
    desk: Desk, venue: Venue
) -> None:
    order = await resting(desk)
    desk.probe.cancel_order(order)
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "PendingCancel", "Filled")
    assert order.status == OrderStatus.FILLED
    await settled(desk, order)


async def test_a_cancel_and_a_partial_execution_in_one_tick_end_canceled(
    desk: Desk, venue: Venue
) -> None:
    order = await resting(desk)
    desk.probe.cancel_order(order)
    venue.control.trade(ALICE.address, order.client_order_id.value, "0.04")
    await desk.until(lambda: order.is_closed)
    assert order.status == OrderStatus.CANCELED
    assert order.filled_qty.as_decimal() == Decimal("0.04")


async def test_a_change_and_the_last_execution_in_one_tick_end_filled(
    desk: Desk, venue: Venue
) -> None:
    order = await resting(desk)
    desk.probe.modify_order(order, price=desk.cache.instrument(BTC).make_price("94100"))
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.until(lambda: order.is_closed)
    assert order.status == OrderStatus.FILLED
    await settled(desk, order)


# Executions that overtake the word of a change


@in_both_dialects
async def test_an_execution_that_overtakes_the_word_of_our_increase_is_not_the_last(
    desk: Desk, venue: Venue
) -> None:
    order, instrument = await resting(desk), desk.cache.instrument(BTC)
    venue.control.add_fault(MessageRule(kind="delay", channel="orders.", count=2, seconds=0.1))
    desk.probe.modify_order(order, quantity=instrument.make_qty("0.2"))
    await desk.until(lambda: at_venue(venue, order).size == Decimal("0.2"))
    venue.control.trade(ALICE.address, order.client_order_id.value, "0.1")
    await desk.told(order, *PLACED, "PendingUpdate", "Updated", "Filled")
    assert order.status == OrderStatus.PARTIALLY_FILLED
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "PendingUpdate", "Updated", "Filled", "Filled")
    assert order.status == OrderStatus.FILLED


@in_both_dialects
async def test_an_execution_that_overtakes_the_word_of_somebodys_increase_is_not_the_last(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    order = await resting(desk)
    venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=2))
    there = await elsewhere.get(f"/orders/{order.venue_order_id.value}")
    change = elsewhere.change(there, size="0.2")
    await elsewhere.ask("PUT", f"/orders/{there['id']}", json=change)
    await desk.until(lambda: at_venue(venue, order).size == Decimal("0.2"))
    venue.control.trade(ALICE.address, order.client_order_id.value, "0.1")
    await desk.told(order, *PLACED, "Updated", "Filled")
    assert order.status == OrderStatus.PARTIALLY_FILLED


@in_both_dialects
async def test_an_order_filled_by_the_smaller_size_we_asked_for_ends_filled(
    desk: Desk, venue: Venue
) -> None:
    order, instrument = await resting(desk), desk.cache.instrument(BTC)
    venue.control.add_fault(MessageRule(kind="delay", channel="orders.", count=2, seconds=0.1))
    desk.probe.modify_order(order, quantity=instrument.make_qty("0.05"))
    await desk.until(lambda: at_venue(venue, order).size == Decimal("0.05"))
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "PendingUpdate", "Updated", "Filled")
    assert order.status == OrderStatus.FILLED


@in_both_dialects
async def test_the_last_execution_is_told_though_the_word_of_the_end_is_lost(
    desk: Desk, venue: Venue
) -> None:
    order = await resting(desk)
    venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=1))
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "Filled")
    assert order.status == OrderStatus.FILLED


# A change without an answer


async def test_a_change_that_was_made_without_an_answer_is_found_made(venue: Venue) -> None:
    async with trading(venue, execution={"order_entry": "rest"}) as desk:
        order = await resting(desk)
        venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=1))
        venue.control.add_fault(RestRule(kind="fail", method="PUT", path="/orders"))
        desk.probe.modify_order(order, price=desk.cache.instrument(BTC).make_price("94100"))
        await desk.told(order, *PLACED, "PendingUpdate", "Updated")
        await settled(desk, order)
