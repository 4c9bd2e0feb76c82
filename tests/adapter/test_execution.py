"""Orders through a real node: what a strategy is told, and in which order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import CancelOrder, ModifyOrder
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import (
    LiquiditySide,
    OrderSide,
    OrderStatus,
    PositionSide,
    TimeInForce,
)
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import ClientOrderId
from nautilus_trader.model.objects import Money, Price
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from paradex_venue.records import Account
from tests.adapter.node import ASKS, BTC, MARKET, Desk, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")
WAYS = ("websocket", "rest")


def sent(desk: Desk) -> int:
    """How many requests have counted as orders."""
    return desk.account.rest.limits.orders.figures.passed


def truth(venue: Venue) -> Account:
    return venue.exchange.accounts[ALICE.address]


def fills(order: Order) -> list[OrderFilled]:
    return [event for event in order.events if isinstance(event, OrderFilled)]


async def resting(desk: Desk, side: OrderSide = BUY, price: str = "94000") -> Order:
    """An order on the book, far from the market."""
    order = desk.probe.limit(side, "0.1", price)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    return order


# What orders go through


async def test_a_resting_order_is_accepted_with_the_venues_id_and_canceled(
    desk: Desk, venue: Venue
) -> None:
    order = await resting(desk)
    (at_venue,) = truth(venue).orders
    assert order.venue_order_id.value == at_venue.id
    assert (at_venue.price, at_venue.size) == (Decimal(94000), Decimal("0.1"))
    desk.probe.cancel_order(order)
    await desk.told(order, *PLACED, "PendingCancel", "Canceled")
    assert at_venue.cancel_reason == "USER_CANCELED"


async def test_a_market_order_is_filled_level_by_level(desk: Desk, venue: Venue) -> None:
    order = desk.probe.market(BUY, "1.5")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled", "Filled")
    assert order.status == OrderStatus.FILLED
    told = [
        (fill.trade_id.value, fill.last_px, fill.last_qty.as_decimal(), fill.liquidity_side)
        for fill in fills(order)
    ]
    taker = LiquiditySide.TAKER
    first, second = truth(venue).fills
    assert told == [
        (first.id, Price.from_str("95010.0"), Decimal(1), taker),
        (second.id, Price.from_str("95020.0"), Decimal("0.5"), taker),
    ]
    assert fills(order)[0].commission == Money(first.fee, fills(order)[0].commission.currency)
    (position,) = desk.cache.positions_open()
    assert (position.side, position.quantity.as_decimal()) == (PositionSide.LONG, Decimal("1.5"))


async def test_a_crossing_limit_order_takes_what_there_is_and_rests(
    desk: Desk, venue: Venue
) -> None:
    order = desk.probe.limit(BUY, "1.2", "95010")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled")
    assert order.status == OrderStatus.PARTIALLY_FILLED
    venue.control.trade(ALICE.address, order.venue_order_id.value)
    await desk.told(order, *PLACED, "Filled", "Filled")
    assert [fill.liquidity_side for fill in fills(order)] == [
        LiquiditySide.TAKER,
        LiquiditySide.MAKER,
    ]


async def test_ioc_takes_what_there_is_and_the_rest_is_canceled(desk: Desk) -> None:
    order = desk.probe.limit(SELL, "1.5", "94990", time_in_force=TimeInForce.IOC)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled", "Canceled")
    assert order.filled_qty.as_decimal() == 1


async def test_ioc_that_meets_nobody_is_canceled_and_not_expired(desk: Desk) -> None:
    order = desk.probe.limit(BUY, "0.1", "94000", time_in_force=TimeInForce.IOC)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Canceled")


async def test_a_post_only_order_rests_as_a_maker(desk: Desk, venue: Venue) -> None:
    order = desk.probe.limit(BUY, "0.1", "95000", post_only=True)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "Filled")
    assert fills(order)[0].liquidity_side == LiquiditySide.MAKER


async def test_a_post_only_order_that_would_cross_is_rejected_as_such(desk: Desk) -> None:
    order = desk.probe.limit(BUY, "0.1", "95010", post_only=True)
    desk.probe.submit_order(order)
    await desk.told(order, "Initialized", "Submitted", "Rejected")
    assert order.last_event.due_post_only
    assert order.last_event.reason == "POST_ONLY_WOULD_CROSS"


async def test_a_reduce_only_order_without_a_position_is_rejected(desk: Desk) -> None:
    order = desk.probe.limit(SELL, "0.1", "94990", reduce_only=True)
    desk.probe.submit_order(order)
    await desk.told(order, "Initialized", "Submitted", "Rejected")
    assert order.last_event.reason == "REDUCE_ONLY_WILL_INCREASE"
    assert not order.last_event.due_post_only


async def test_a_reduce_only_order_closes_the_position(desk: Desk, venue: Venue) -> None:
    entry = desk.probe.market(BUY, "0.1")
    desk.probe.submit_order(entry)
    await desk.told(entry, *PLACED, "Filled")
    desk.probe.close_all_positions(BTC)
    await desk.until(lambda: not desk.cache.positions_open())
    assert truth(venue).position_size(MARKET) == 0


async def test_the_venues_refusal_is_a_rejection_with_its_code(desk: Desk, venue: Venue) -> None:
    venue.control.set_status("cancel_only")
    order = desk.probe.limit(BUY, "0.1", "94000")
    desk.probe.submit_order(order)
    await desk.told(order, "Initialized", "Submitted", "Rejected")
    assert order.last_event.reason.startswith("SYSTEM_STATUS_CANCEL_ONLY: ")


@pytest.mark.parametrize("order_entry", WAYS)
async def test_orders_of_a_list_are_submitted_in_one_request(
    venue: Venue, order_entry: str
) -> None:
    async with trading(venue, execution={"order_entry": order_entry}) as desk:
        orders = [desk.probe.limit(BUY, "0.1", price) for price in ("94000", "94100")]
        desk.probe.submit_order_list(desk.probe.order_factory.create_list(orders))
        for order in orders:
            await desk.told(order, *PLACED)
        assert sent(desk) == 1


async def test_orders_of_a_list_that_cannot_be_sent_are_denied_and_the_others_go(
    desk: Desk,
) -> None:
    good = [desk.probe.limit(BUY, "0.1", price) for price in ("94000", "94100")]
    bad = desk.probe.limit(BUY, "0.1", "94000", time_in_force=TimeInForce.FOK)
    desk.probe.submit_order_list(desk.probe.order_factory.create_list([good[0], bad, good[1]]))
    await desk.told(bad, "Initialized", "Denied")
    for order in good:
        await desk.told(order, *PLACED)
    assert sent(desk) == 1


# Canceling and changing


async def test_cancel_all_takes_the_side_that_is_named_and_leaves_the_other(desk: Desk) -> None:
    bid, ask = await resting(desk), await resting(desk, SELL, "96000")
    desk.probe.cancel_all_orders(BTC, order_side=SELL)
    await desk.until(lambda: ask.is_closed)
    assert ask.status == OrderStatus.CANCELED
    assert bid.status == OrderStatus.ACCEPTED
    desk.probe.cancel_all_orders(BTC)
    await desk.until(lambda: bid.is_closed)


async def test_cancel_all_leaves_the_orders_of_other_strategies_and_of_nobody(
    venue: Venue, elsewhere: object
) -> None:
    async with trading(venue, strategies=2) as desk:
        mine = await resting(desk)
        other = desk.probes[1].limit(BUY, "0.1", "94000")
        desk.probes[1].submit_order(other)
        foreign = await elsewhere.place(price="93000")
        await desk.told(other, *PLACED)
        desk.probe.cancel_all_orders(BTC)
        await desk.until(lambda: mine.is_closed)
        assert other.status == OrderStatus.ACCEPTED
        assert foreign["id"] in truth(venue).live


@pytest.mark.parametrize("order_entry", WAYS)
@pytest.mark.parametrize("command", ["cancel_orders", "cancel_all_orders"])
async def test_several_orders_are_canceled_in_one_request(
    venue: Venue, order_entry: str, command: str
) -> None:
    async with trading(venue, execution={"order_entry": order_entry}) as desk:
        orders = [await resting(desk, price=price) for price in ("94000", "94100", "94200")]
        before = sent(desk)
        if command == "cancel_orders":
            desk.probe.cancel_orders(orders)
        else:
            desk.probe.cancel_all_orders(BTC)
        await desk.until(lambda: all(order.is_closed for order in orders))
        assert {order.status for order in orders} == {OrderStatus.CANCELED}
        assert sent(desk) - before == 1


async def test_cancel_all_takes_along_what_is_just_being_sent(desk: Desk, venue: Venue) -> None:
    orders = [desk.probe.limit(BUY, "0.1", price) for price in ("94000", "94100")]
    for order in orders:
        desk.probe.submit_order(order)
    await desk.until(lambda: all(order.is_inflight for order in orders))
    desk.probe.cancel_all_orders(BTC)
    await desk.until(lambda: all(order.is_closed for order in orders))
    assert {order.status for order in orders} == {OrderStatus.CANCELED}
    assert {order.cancel_reason for order in truth(venue).orders} == {"USER_CANCELED"}


async def test_an_order_is_modified_and_both_sides_have_its_new_terms(
    desk: Desk, venue: Venue
) -> None:
    order = await resting(desk)
    instrument = desk.cache.instrument(BTC)
    price, quantity = instrument.make_price("94100"), instrument.make_qty("0.05")
    desk.probe.modify_order(order, quantity=quantity, price=price)
    await desk.told(order, *PLACED, "PendingUpdate", "Updated")
    assert (order.price, order.quantity) == (price, quantity)
    (there,) = [o for a in venue.exchange.accounts.values() for o in a.live.values() if o.client_id]
    assert (there.price, there.size) == (price.as_decimal(), quantity.as_decimal())
    desk.probe.cancel_order(order)
    await desk.until(lambda: order.is_closed)


async def test_a_change_the_venue_refuses_is_rejected_and_the_order_stands(desk: Desk) -> None:
    order = await resting(desk)
    desk.probe.modify_order(order, price=desk.cache.instrument(BTC).make_price("194000"))
    await desk.told(order, *PLACED, "PendingUpdate", "ModifyRejected")
    assert order.last_event.reason.startswith("VALIDATION_ERROR: ")
    assert order.status == OrderStatus.ACCEPTED
    assert str(order.price) == "94000.0"


async def test_an_order_made_larger_is_filled_by_its_new_quantity(desk: Desk, venue: Venue) -> None:
    order = await resting(desk)
    desk.probe.modify_order(order, quantity=desk.cache.instrument(BTC).make_qty("0.2"))
    await desk.told(order, *PLACED, "PendingUpdate", "Updated")
    venue.control.trade(ALICE.address, order.client_order_id.value, "0.1")
    await desk.told(order, *PLACED, "PendingUpdate", "Updated", "Filled")
    assert order.status == OrderStatus.PARTIALLY_FILLED
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.until(lambda: order.is_closed)
    assert (order.status, len(fills(order))) == (OrderStatus.FILLED, 2)


async def test_a_change_that_cannot_be_asked_for_is_rejected_with_the_remedy(desk: Desk) -> None:
    order = await resting(desk)
    command = ModifyOrder(
        trader_id=desk.node.trader_id,
        strategy_id=order.strategy_id,
        instrument_id=order.instrument_id,
        client_order_id=order.client_order_id,
        venue_order_id=order.venue_order_id,
        quantity=None,
        price=Price.from_str("94000.03"),
        trigger_price=None,
        command_id=UUID4(),
        ts_init=0,
    )
    desk.node.kernel.exec_engine.execute(command)
    await desk.until(lambda: type(desk.events[-1]).__name__ == "OrderModifyRejected")
    assert desk.events[-1].reason == "PRICE_INCREMENT: 94000.03 is not a multiple of 0.1"


async def test_a_cancel_of_an_order_that_ended_is_rejected(desk: Desk) -> None:
    order = await resting(desk)
    desk.probe.cancel_order(order)
    await desk.until(lambda: order.is_closed)
    desk.node.kernel.exec_engine.execute(_cancel(desk, order))
    await desk.until(lambda: type(desk.events[-1]).__name__ == "OrderCancelRejected")
    assert desk.events[-1].reason.startswith("ORDER_ENDED: ")
    assert order.status == OrderStatus.CANCELED


def _cancel(desk: Desk, order: Order) -> CancelOrder:
    return CancelOrder(
        trader_id=desk.node.trader_id,
        strategy_id=desk.probe.id,
        instrument_id=BTC,
        client_order_id=order.client_order_id,
        venue_order_id=order.venue_order_id,
        command_id=UUID4(),
        ts_init=desk.node.kernel.clock.timestamp_ns(),
    )


@pytest.mark.parametrize("order_entry", WAYS)
async def test_a_cancel_that_loses_to_a_fill_ends_as_filled(venue: Venue, order_entry: str) -> None:
    async with trading(venue, execution={"order_entry": order_entry}) as desk:
        order = await resting(desk)
        venue.control.add_fault(MessageRule(kind="delay", channel="reply.", seconds=0.2))
        slow = RestRule(kind="slow", method="DELETE", path="/orders", seconds=0.2)
        venue.control.add_fault(slow)
        venue.exchange.latency = 0.1
        desk.probe.cancel_order(order)
        await desk.until(lambda: order.status == OrderStatus.PENDING_CANCEL)
        venue.control.trade(ALICE.address, order.client_order_id.value)
        await desk.until(lambda: order.is_closed)
        assert order.status == OrderStatus.FILLED


# When answers are missing


@pytest.mark.parametrize("order_entry", WAYS)
async def test_an_order_without_an_answer_is_found_and_accepted_and_never_rejected(
    venue: Venue, order_entry: str
) -> None:
    async with trading(venue, execution={"order_entry": order_entry}) as desk:
        for channel in ("orders.", "reply.order.create"):
            venue.control.add_fault(MessageRule(kind="drop", channel=channel))
        venue.control.add_fault(RestRule(kind="reset", method="POST", path="/orders"))
        order = desk.probe.limit(BUY, "0.1", "94000")
        desk.probe.submit_order(order)
        if order_entry == "websocket":
            await desk.until(lambda: truth(venue).live)
            venue.control.cut("private")  # and with it the answer
        await desk.told(order, *PLACED)
        assert len(truth(venue).orders) == 1


async def test_what_happened_while_the_session_was_down_is_told_afterwards(
    desk: Desk, venue: Venue
) -> None:
    filled, canceled, left = [await resting(desk, price=p) for p in ("94000", "94100", "94200")]
    venue.control.cut("all")
    venue.control.trade(ALICE.address, filled.client_order_id.value, "0.04")
    venue.control.trade(ALICE.address, filled.client_order_id.value)
    venue.control.cancel(ALICE.address, canceled.client_order_id.value)
    await desk.told(filled, *PLACED, "Filled", "Filled")
    await desk.told(canceled, *PLACED, "Canceled")
    assert desk.story(left) == list(PLACED)
    ids = [fill.trade_id.value for fill in fills(filled)]
    assert ids == [fill.id for fill in truth(venue).fills]


async def test_words_that_come_twice_are_told_once(desk: Desk, venue: Venue) -> None:
    for channel in ("orders.", "fills."):
        venue.control.add_fault(MessageRule(kind="duplicate", channel=channel, count=None))
    order = desk.probe.limit(BUY, "1.2", "95010")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled")
    desk.probe.cancel_order(order)
    await desk.told(order, *PLACED, "Filled", "PendingCancel", "Canceled")


async def test_a_fill_that_overtakes_the_acceptance_brings_it_along(
    desk: Desk, venue: Venue
) -> None:
    venue.control.add_fault(MessageRule(kind="delay", channel="orders.", count=2, seconds=0.2))
    order = desk.probe.limit(BUY, "1.2", "95010")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled")


async def test_asking_after_an_order_finds_out_what_was_missed(desk: Desk, venue: Venue) -> None:
    order = await resting(desk)
    for channel in ("orders.", "fills."):
        venue.control.add_fault(MessageRule(kind="drop", channel=channel))
    venue.control.trade(ALICE.address, order.client_order_id.value)
    desk.probe.query_order(order)
    await desk.told(order, *PLACED, "Filled")


async def test_asking_after_an_order_leaves_a_cancel_that_nobody_answered_at_work(
    venue: Venue,
) -> None:
    async with trading(venue, execution={"order_entry": "rest"}) as desk:
        order = await resting(desk)
        rule = RestRule(kind="refuse", method="DELETE", path="/orders", count=None)
        venue.control.add_fault(rule)
        desk.probe.cancel_order(order)
        await desk.until(lambda: order.status == OrderStatus.PENDING_CANCEL)
        desk.probe.query_order(order)
        states, name = desk.states, order.client_order_id.value
        await desk.until(lambda: states[f"order {name}"] == "live.accepted")
        venue.control.clear_faults()
        await desk.told(order, *PLACED, "PendingCancel", "Canceled")


# The account


async def test_the_account_is_told_after_a_fill(desk: Desk, venue: Venue) -> None:
    account = desk.cache.account_for_venue(BTC.venue)
    assert account.balance_total(USDC) == Money(1_000_000, USDC)
    order = desk.probe.market(BUY, "0.1")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled")
    after = Money(truth(venue).balance, USDC)
    assert after < Money(1_000_000, USDC)
    await desk.until(lambda: account.balance_total(USDC) == after)
    assert account.balance_locked(USDC) > Money(0, USDC)


async def test_the_account_is_told_when_asked_for(desk: Desk) -> None:
    told: list[object] = []
    desk.node.kernel.msgbus.subscribe("events.account.*", told.append)
    desk.probe.query_account(desk.execution.account_id)
    await desk.until(lambda: told)
    assert told[0].account_id == desk.execution.account_id


# What is refused here


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (
            lambda probe: probe.order_factory.market_to_limit(BTC, BUY, qty(probe, "0.1")),
            "UNSUPPORTED_ORDER_TYPE: MARKET_TO_LIMIT; use MARKET, LIMIT, STOP_MARKET, STOP_LIMIT, "
            "MARKET_IF_TOUCHED or LIMIT_IF_TOUCHED",
        ),
        (
            lambda probe: probe.limit(BUY, "0.1", "94000", time_in_force=TimeInForce.FOK),
            "UNSUPPORTED_TIME_IN_FORCE: FOK; use GTC (post-only or not) or IOC",
        ),
        (
            lambda probe: probe.limit(BUY, "100", "94000", quote_quantity=True),
            "UNSUPPORTED_QUOTE_QUANTITY: give the quantity in the base currency",
        ),
        (
            lambda probe: probe.limit(BUY, "0.1", "94000", display_qty=qty(probe, "0.05")),
            "UNSUPPORTED_DISPLAY_QTY: 0.05000; the venue has no iceberg orders",
        ),
    ],
    ids=["type", "time in force", "quote quantity", "display quantity"],
)
async def test_what_the_venue_cannot_do_is_denied_before_it_is_sent(
    desk: Desk, venue: Venue, make: object, reason: str
) -> None:
    order = make(desk.probe)
    desk.probe.submit_order(order)
    await desk.told(order, "Initialized", "Denied")
    assert order.last_event.reason == reason
    assert truth(venue).orders == []


def qty(probe: object, text: str) -> object:
    return probe.cache.instrument(BTC).make_qty(text)


def price(probe: object, text: str) -> object:
    return probe.cache.instrument(BTC).make_price(text)


async def test_a_client_order_id_the_venue_cannot_hold_is_denied(desk: Desk) -> None:
    order = desk.probe.limit(BUY, "0.1", "94000", client_order_id=ClientOrderId("O" * 65))
    desk.probe.submit_order(order)
    await desk.told(order, "Initialized", "Denied")
    assert order.last_event.reason.startswith("CLIENT_ORDER_ID_TOO_LONG: ")


async def test_every_order_of_a_bracket_is_denied(desk: Desk) -> None:
    probe = desk.probe
    bracket = probe.order_factory.bracket(
        BTC,
        BUY,
        qty(probe, "0.1"),
        entry_order_type=probe.limit(BUY, "0.1", "94000").order_type,
        entry_price=price(probe, "94000"),
        sl_trigger_price=price(probe, "93000"),
        tp_price=price(probe, "96000"),
    )
    probe.submit_order_list(bracket)
    await desk.until(lambda: all(order.is_closed for order in bracket.orders))
    assert {order.status for order in bracket.orders} == {OrderStatus.DENIED}


# What is left behind


async def test_a_strategy_hears_of_each_order_what_the_cache_has(desk: Desk, venue: Venue) -> None:
    venue.control.fill_book(MARKET, [], ASKS)
    orders = [desk.probe.market(BUY, "0.1"), desk.probe.limit(BUY, "0.1", "94000", post_only=True)]
    for order in orders:
        desk.probe.submit_order(order)
    await desk.told(orders[0], *PLACED, "Filled")
    await desk.told(orders[1], *PLACED)
    for order in orders:
        heard = [e for e in desk.events if e.client_order_id == order.client_order_id]
        assert heard == order.events
