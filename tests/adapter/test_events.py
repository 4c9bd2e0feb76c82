"""What the events say that a strategy is told, and when they say it happened."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus, TriggerType
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from paradex_venue.events import Event, Filled, OrderChanged
from paradex_venue.faults import MessageRule
from paradex_venue.records import Order as VenueOrder
from tests.adapter.node import BTC, MARKET, Desk
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")
NANOS_PER_MILLI = 1_000_000


class Chronicle:
    """What happened at the venue, in its own times."""

    def __init__(self, venue: Venue) -> None:
        self.words: list[VenueOrder] = []
        self.fill_times: list[int] = []
        venue.exchange.listeners.append(self._note)

    def _note(self, event: Event) -> None:
        match event:
            case OrderChanged():
                self.words.append(copy.copy(event.order))
            case Filled():
                self.fill_times.append(event.fill.created_at * NANOS_PER_MILLI)

    def times(self, status: str) -> list[int]:
        """When orders came to that status, or changed in it."""
        return [word.updated_at * NANOS_PER_MILLI for word in self.words if word.status == status]


@pytest.fixture
def chronicle(venue: Venue) -> Iterator[Chronicle]:
    return Chronicle(venue)


def stop_limit(desk: Desk) -> Order:
    instrument = desk.cache.instrument(BTC)
    return desk.probe.order_factory.stop_limit(
        BTC,
        SELL,
        instrument.make_qty("0.1"),
        price=instrument.make_price("95100"),
        trigger_price=instrument.make_price("94900"),
        trigger_type=TriggerType.MARK_PRICE,
        post_only=True,
    )


def time_of(order: Order, name: str) -> int:
    (event,) = (event for event in order.events if type(event).__name__ == f"Order{name}")
    return event.ts_event


async def test_acceptance_change_and_cancel_bear_the_venues_time(
    chronicle: Chronicle, desk: Desk
) -> None:
    order = desk.probe.limit(BUY, "0.1", "94000")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    desk.probe.modify_order(order, price=desk.cache.instrument(BTC).make_price("94100"))
    await desk.told(order, *PLACED, "PendingUpdate", "Updated")
    desk.probe.cancel_order(order)
    await desk.until(lambda: order.is_closed)
    opened, changed = chronicle.times("OPEN")
    assert time_of(order, "Accepted") == opened
    assert time_of(order, "Updated") == changed
    assert [time_of(order, "Canceled")] == chronicle.times("CLOSED")


async def test_trigger_and_execution_bear_the_venues_time(
    chronicle: Chronicle, desk: Desk, venue: Venue
) -> None:
    order = stop_limit(desk)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    venue.control.set_mark(MARKET, "94900")
    await desk.told(order, *PLACED, "Triggered")
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "Triggered", "Filled")
    assert time_of(order, "Accepted") == chronicle.times("UNTRIGGERED")[0]
    assert time_of(order, "Triggered") == chronicle.times("OPEN")[0]
    assert [time_of(order, "Filled")] == chronicle.fill_times


async def test_a_rejection_bears_the_venues_time_and_says_that_it_is_due_to_post_only(
    chronicle: Chronicle, desk: Desk
) -> None:
    order = desk.probe.limit(BUY, "0.1", "95010", post_only=True)
    desk.probe.submit_order(order)
    await desk.told(order, "Initialized", "Submitted", "Rejected")
    assert [order.last_event.ts_event] == chronicle.times("CLOSED")
    assert order.last_event.due_post_only


async def test_an_order_whose_time_is_over_at_the_venue_expires(
    chronicle: Chronicle, desk: Desk, venue: Venue
) -> None:
    order = desk.probe.limit(BUY, "0.1", "94000")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    venue.control.trade(ALICE.address, order.client_order_id.value, "0.04")
    venue.control.cancel(ALICE.address, order.client_order_id.value, "EXPIRED")
    await desk.told(order, *PLACED, "Filled", "Expired")
    assert order.status == OrderStatus.EXPIRED
    assert [time_of(order, "Expired")] == chronicle.times("CLOSED")


async def test_an_order_that_is_being_canceled_is_not_told_triggered(
    desk: Desk, venue: Venue
) -> None:
    """Nautilus could not apply it: the order is canceled, or filled, next."""
    order = stop_limit(desk)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    venue.control.add_fault(MessageRule(kind="delay", channel="reply.order.cancel", seconds=0.2))
    venue.exchange.latency = 0.2
    desk.probe.cancel_order(order)
    venue.control.set_mark(MARKET, "94900")
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "PendingCancel", "Filled")
    assert not order.is_triggered
