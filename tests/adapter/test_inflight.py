"""The engine's own checks of orders in flight and of open ones, hurried, against a venue that does
not answer. After so many questions the engine ends an order by itself; here it must not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from tests.adapter.node import Desk, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

PLACED = ("Initialized", "Submitted", "Accepted")
PACE = {
    "inflight_check_interval_ms": 10,
    "inflight_check_threshold_ms": 10,
    "inflight_check_retries": 2,
    "open_check_interval_secs": None,
    "open_check_threshold_ms": 10,
    "open_check_missing_retries": 2,
    "open_check_open_only": False,
    "single_order_query_delay_ms": 0,
    "reconciliation_startup_delay_secs": 0.001,
}
QUESTIONS = 10
"""Five times as many as the engine asks before it gives up."""


@asynccontextmanager
async def hasty(venue: Venue, **engine: Any) -> AsyncIterator[tuple[Desk, list[str]]]:
    """A node whose engine is in a hurry, and what it has asked for."""
    execution = {"report_timeout_secs": 0.02, "order_entry": "rest"}
    async with trading(venue, engine=PACE | engine, execution=execution) as desk:
        asked: list[str] = []
        for name in ("_query_order", "generate_order_status_reports"):
            _count(desk, name, asked)
        yield desk, asked


def _count(desk: Desk, name: str, asked: list[str]) -> None:
    original = getattr(desk.execution, name)

    async def counted(command: Any) -> Any:
        asked.append(name)
        try:
            return await original(command)
        finally:
            desk.changes.tell()

    setattr(desk.execution, name, counted)


async def _placed(desk: Desk) -> Order:
    order = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    return order


def _deaf(venue: Venue) -> None:
    """The venue executes what it is sent, and answers no question. Nor does it tell."""
    venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=None))
    venue.control.add_fault(MessageRule(kind="drop", channel="fills.", count=None))
    venue.control.add_fault(RestRule(kind="refuse", method="GET", count=None))
    for method in ("POST", "PUT", "DELETE"):
        venue.control.add_fault(RestRule(kind="fail", method=method, path="/orders", count=None))


async def _hears_again(desk: Desk, venue: Venue) -> None:
    venue.control.clear_faults()
    venue.control.cut("private")


async def test_a_submitted_order_is_not_rejected_for_want_of_answers(venue: Venue) -> None:
    """T5: REJECTED is never left again, though the order is on the book and fills."""
    async with hasty(venue) as (desk, asked):
        _deaf(venue)
        order = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
        desk.probe.submit_order(order)
        await desk.until(lambda: len(asked) > QUESTIONS or order.is_closed)
        assert desk.story(order) == ["Initialized", "Submitted"]
        await _hears_again(desk, venue)
        await desk.told(order, *PLACED)


async def test_a_pending_cancel_is_not_a_cancel_for_want_of_answers(venue: Venue) -> None:
    """T4: a cancel that is unanswered may have been lost to a fill."""
    async with hasty(venue) as (desk, asked):
        order = await _placed(desk)
        venue.control.add_fault(
            RestRule(kind="refuse", method="DELETE", path="/orders", count=None)
        )
        _deaf(venue)
        desk.probe.cancel_order(order)
        await desk.until(lambda: len(asked) > QUESTIONS or order.is_closed)
        assert desk.story(order) == [*PLACED, "PendingCancel"]
        venue.control.trade(ALICE.address, order.client_order_id.value)
        await _hears_again(desk, venue)
        await desk.told(order, *PLACED, "PendingCancel", "Filled")


async def test_a_pending_update_is_not_a_cancel_for_want_of_answers(venue: Venue) -> None:
    """T4: the engine ends an order whose change is unanswered as CANCELED."""
    async with hasty(venue) as (desk, asked):
        order = await _placed(desk)
        _deaf(venue)
        instrument = desk.cache.instrument(order.instrument_id)
        desk.probe.modify_order(order, price=instrument.make_price("93000"))
        await desk.until(lambda: len(asked) > QUESTIONS or order.is_closed)
        assert desk.story(order) == [*PLACED, "PendingUpdate"]
        await _hears_again(desk, venue)
        await desk.told(order, *PLACED, "PendingUpdate", "Updated")
        assert str(order.price) == "93000.0"


async def test_an_order_the_venue_has_not_decided_on_stays_submitted(venue: Venue) -> None:
    """A report of an order that is NEW would count as its acceptance."""
    async with hasty(venue, open_check_interval_secs=0.01) as (desk, asked):
        venue.exchange.latency = 1.2
        order = desk.probe.limit(OrderSide.BUY, "0.1", "95010", post_only=True)
        desk.probe.submit_order(order)
        await desk.until(lambda: len(asked) > QUESTIONS // 2 or order.is_closed)
        assert desk.story(order) == ["Initialized", "Submitted"]
        await desk.told(order, "Initialized", "Submitted", "Rejected")
        assert order.last_event.due_post_only


async def test_an_open_order_is_not_missing_because_the_venue_cannot_be_asked(
    venue: Venue,
) -> None:
    """The open check takes a failed report for one that has no orders in it, and in the end
    rejects what is on the book."""
    async with hasty(venue, open_check_interval_secs=0.01) as (desk, asked):
        order = await _placed(desk)
        venue.control.add_fault(RestRule(kind="refuse", method="GET", count=None))
        await desk.until(lambda: len(asked) > QUESTIONS or order.is_closed)
        assert order.status == OrderStatus.ACCEPTED
        venue.control.clear_faults()
        desk.probe.cancel_order(order)
        await desk.told(order, *PLACED, "PendingCancel", "Canceled")


async def test_the_open_check_leaves_to_events_what_only_they_can_tell(venue: Venue) -> None:
    """A report of a filled order would have the engine make up a fill without a fee, and then
    refuse the true one."""
    async with hasty(venue, open_check_interval_secs=0.01) as (desk, asked):
        order = await _placed(desk)
        venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=None))
        venue.control.add_fault(MessageRule(kind="drop", channel="fills.", count=None))
        venue.control.trade(ALICE.address, order.client_order_id.value, "0.04")
        venue.control.trade(ALICE.address, order.client_order_id.value)
        await desk.told(order, *PLACED, "Filled", "Filled")
        fills = venue.exchange.accounts[ALICE.address].fills
        assert [id.value for id in order.trade_ids] == [fill.id for fill in fills]
        told = sum(event.commission.as_decimal() for event in order.events[-2:])
        assert told == sum(fill.fee for fill in fills)
        assert asked
