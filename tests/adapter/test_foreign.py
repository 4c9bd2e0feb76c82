"""Orders that are none of ours, as a node comes to know of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.events import OrderPendingCancel
from nautilus_trader.model.identifiers import AccountId, VenueOrderId
from nautilus_trader.model.orders import Order

from paradex_adapter.adoption import adopted
from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from tests.adapter.node import Desk
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio


def known(desk: Desk, order: dict[str, Any]) -> Order | None:
    client_order_id = desk.cache.client_order_id(VenueOrderId(order["id"]))
    return None if client_order_id is None else desk.cache.order(client_order_id)


def status(desk: Desk, order: dict[str, Any]) -> OrderStatus | None:
    found = known(desk, order)
    return None if found is None else found.status


def story(desk: Desk, order: dict[str, Any]) -> list[str]:
    found = known(desk, order)
    return [] if found is None else desk.story(found)


async def test_a_resting_order_is_known_filled_and_ended_in_this_sequence(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    order = await elsewhere.place(price="94000", size="0.2")
    await desk.until(lambda: status(desk, order) == OrderStatus.ACCEPTED)
    venue.control.trade(ALICE.address, order["id"], "0.05")
    await desk.until(lambda: status(desk, order) == OrderStatus.PARTIALLY_FILLED)
    venue.control.cancel(ALICE.address, order["id"])
    await desk.until(lambda: status(desk, order) == OrderStatus.CANCELED)
    assert story(desk, order) == ["Initialized", "Accepted", "Filled", "Canceled"]
    (fill,) = venue.exchange.accounts[ALICE.address].fills
    told = known(desk, order).events[2]
    assert told.trade_id.value == fill.id
    assert told.commission.as_decimal() == fill.fee
    assert known(desk, order).strategy_id.value == "EXTERNAL"


async def test_a_market_order_comes_with_every_fill_and_its_fee(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    order = await elsewhere.place(type="MARKET", price=None, size="3.5")
    await desk.until(lambda: status(desk, order) == OrderStatus.FILLED)
    assert story(desk, order) == ["Initialized", "Accepted", "Filled", "Filled", "Filled"]
    fills = venue.exchange.accounts[ALICE.address].fills
    assert [id.value for id in known(desk, order).trade_ids] == [fill.id for fill in fills]
    (position,) = desk.cache.positions_open()
    assert position.signed_decimal_qty() == Decimal("3.5")
    fees = sum(fill.fee for fill in fills)
    assert sum(money.as_decimal() for money in position.commissions()) == fees


async def test_an_order_of_the_same_account_with_a_client_id_of_its_own_is_foreign_too(
    desk: Desk, elsewhere: Trader
) -> None:
    order = await elsewhere.place(price="94000", client_id="theirs")
    await desk.until(lambda: status(desk, order) == OrderStatus.ACCEPTED)
    assert known(desk, order).client_order_id.value == "theirs"


async def test_words_that_come_twice_or_late_do_not_count_twice(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    for channel in ("orders.", "fills."):
        venue.control.add_fault(MessageRule(kind="duplicate", channel=channel, count=None))
    venue.control.add_fault(MessageRule(kind="delay", channel="orders.", count=1, seconds=0.1))
    order = await elsewhere.place(price="95010", size="1.2")
    await desk.until(lambda: status(desk, order) == OrderStatus.PARTIALLY_FILLED)
    venue.control.trade(ALICE.address, order["id"])
    await desk.until(lambda: status(desk, order) == OrderStatus.FILLED)
    assert story(desk, order) == ["Initialized", "Accepted", "Filled", "Filled"]


async def test_one_that_was_placed_and_ended_while_the_session_was_down_is_told(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    resting = await elsewhere.place(price="94000", size="0.2")
    await desk.until(lambda: status(desk, resting) == OrderStatus.ACCEPTED)
    venue.control.cut("private", refuse_for=0.2)
    filled = await elsewhere.place(type="MARKET", price=None, size="1.5")
    venue.control.cancel(ALICE.address, resting["id"])
    await desk.until(lambda: status(desk, filled) == OrderStatus.FILLED)
    assert story(desk, filled) == ["Initialized", "Accepted", "Filled", "Filled"]
    await desk.until(lambda: status(desk, resting) == OrderStatus.CANCELED)


async def test_a_strategy_may_cancel_one(desk: Desk, elsewhere: Trader) -> None:
    order = await elsewhere.place(price="94000")
    await desk.until(lambda: status(desk, order) == OrderStatus.ACCEPTED)
    desk.probe.cancel_order(known(desk, order))
    await desk.until(lambda: status(desk, order) == OrderStatus.CANCELED)
    assert story(desk, order) == ["Initialized", "Accepted", "PendingCancel", "Canceled"]


async def test_a_cancel_that_an_earlier_process_asked_for_goes_on(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    at_venue = await elsewhere.place(price="94000")
    await desk.until(lambda: status(desk, at_venue) == OrderStatus.ACCEPTED)
    order = known(desk, at_venue)
    order.apply(_pending_cancel(order))
    desk.account.orders.adopt(adopted(order, 1_000))
    await desk.until(lambda: order.is_closed)
    assert order.status == OrderStatus.CANCELED


def _pending_cancel(order: Order) -> OrderPendingCancel:
    return OrderPendingCancel(
        order.trader_id,
        order.strategy_id,
        order.instrument_id,
        order.client_order_id,
        order.venue_order_id,
        AccountId("PARADEX-1"),
        UUID4(),
        0,
        0,
    )


async def test_one_whose_story_cannot_be_fetched_at_first_is_fetched_later(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    await elsewhere.log_in()
    venue.control.add_fault(RestRule(kind="refuse", method="GET", path="/orders/", count=1))
    response = await elsewhere.ask(
        "POST", "/orders", json=elsewhere.order(type="MARKET", price=None, size="1.5")
    )
    order = response.json()
    await desk.until(lambda: status(desk, order) == OrderStatus.FILLED)
    assert story(desk, order) == ["Initialized", "Accepted", "Filled", "Filled"]


async def test_one_that_ends_while_its_story_is_fetched_does_not_stay_open(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    await elsewhere.log_in()
    slow = RestRule(kind="slow", method="GET", path="/orders/", count=1, seconds=0.2)
    venue.control.add_fault(slow)
    body = elsewhere.order(price="95010", size="1.2")
    order = (await elsewhere.ask("POST", "/orders", json=body)).json()
    account = venue.exchange.accounts[ALICE.address]
    await desk.until(lambda: account.fills)
    venue.control.cancel(ALICE.address, order["id"])
    await desk.until(lambda: status(desk, order) == OrderStatus.CANCELED)
    assert story(desk, order) == ["Initialized", "Accepted", "Filled", "Canceled"]
