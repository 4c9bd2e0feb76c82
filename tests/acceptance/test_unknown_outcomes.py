"""E74 to E78: where the venue said nothing there is no rejection, and no end either."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule, RpcRule, Rule
from tests.acceptance.tester import (
    BUY,
    PLACED,
    REJECTED,
    WAYS,
    only,
    state,
    trial,
    truth,
    until_there,
)
from tests.adapter.node import Desk, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

FOLLOWS = {"modify_orders_to_maintain_tob_offset": True}


def _failures(method: str, path: str, rpc: str) -> list[Any]:
    """Ways in which the answer to a request that was executed does not say so. Nothing is read in
    the answer to a single cancel but that there is one."""
    rest = partial(RestRule, method=method, path=path, count=None)
    failed = partial(rest, kind="fail")
    unread = [pytest.param("rest", failed(status=201, body="<html>"), id="not to be read")]
    return [
        pytest.param("websocket", RpcRule(method=rpc, is_executed=True, count=None), id="rpc"),
        pytest.param("websocket", MessageRule(kind="drop", channel=f"reply.{rpc}"), id="cut"),
        pytest.param("rest", rest(kind="reset"), id="reset"),
        pytest.param("rest", rest(kind="hang"), id="hang"),
        pytest.param("rest", failed(status=502, body="<html>Bad Gateway</html>"), id="502"),
        pytest.param("rest", failed(status=503), id="503"),
        *([] if rpc == "order.cancel" else unread),
    ]


WINDOW_MS = 500
"""For how long the venue takes a request that is lost on purpose: it is waited out."""


def _node(way: str, **execution: Any) -> dict[str, Any]:
    return {"execution": {"order_entry": way, "http_timeout_secs": 1.0} | execution}


def _break(venue: Venue, fault: Rule) -> None:
    """A request fails by `fault`, nothing is told, and whoever asks gets no answer."""
    venue.control.add_fault(fault)
    venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=None))
    venue.control.add_fault(RestRule(kind="refuse", method="GET", count=None))


def _mend(venue: Venue, desk: Desk) -> None:
    """There is evidence again, and it is asked for."""
    venue.control.clear_faults()
    desk.account.reconcile()


@pytest.mark.parametrize(("way", "fault"), _failures("POST", "/orders", "order.create"))
@pytest.mark.acceptance("E74", "submit without an answer")
async def test_an_order_without_an_answer_stays_in_flight_until_it_is_found(
    venue: Venue, way: str, fault: Rule
) -> None:
    async with trial(venue, node=_node(way), **only(BUY)) as at:
        _break(venue, fault)
        at.quote()
        await until_there(lambda: at.truth.live)
        if isinstance(fault, MessageRule):
            venue.control.cut("private", refuse_for=0.1)
        (order,) = at.orders
        await at.desk.until(lambda: state(at.desk, order) == "unconfirmed.unknown")
        assert at.desk.story(order) == ["Initialized", "Submitted"]
        assert at.desk.cache.orders_inflight() == [order]
        _mend(venue, at.desk)
        await at.desk.told(order, *PLACED)
        assert len(at.truth.orders) == 1


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        pytest.param("websocket", RpcRule(method="order.create"), id="rpc"),
        pytest.param("rest", RestRule(kind="limit", method="POST", path="/orders"), id="429"),
    ],
)
@pytest.mark.acceptance("E74", "submit without an answer that never arrived")
async def test_an_order_is_rejected_only_once_the_venue_could_take_it_no_more(
    venue: Venue, way: str, fault: Rule
) -> None:
    async with trial(venue, node=_node(way, recv_window_ms=WINDOW_MS), **only(BUY)) as at:
        _break(venue, fault)
        at.quote()
        await at.desk.until(
            lambda: at.orders and state(at.desk, at.orders[0]) == "unconfirmed.unknown"
        )
        (order,) = at.orders
        assert at.desk.story(order) == ["Initialized", "Submitted"]
        _mend(venue, at.desk)
        await at.desk.told(order, *REJECTED)
        submitted, rejected = order.events[1:]
        assert rejected.ts_init - submitted.ts_init >= WINDOW_MS * 1_000_000
        assert at.truth.orders == []


@pytest.mark.parametrize(("way", "fault"), _failures("DELETE", "/orders", "order.cancel"))
@pytest.mark.acceptance("E75", "cancel without an answer")
async def test_a_cancel_without_an_answer_is_neither_rejected_nor_taken_for_done(
    venue: Venue, way: str, fault: Rule
) -> None:
    async with trial(venue, node=_node(way), **only(BUY)) as at:
        at.quote()
        order = await at.order(*PLACED)
        _break(venue, fault)
        at.tester.cancel_order(order)
        if isinstance(fault, MessageRule):
            await until_there(lambda: not at.truth.live)
            venue.control.cut("private", refuse_for=0.1)
        await at.has_heard("command", order, "cancel_unanswered")
        assert order.status == OrderStatus.PENDING_CANCEL
        _mend(venue, at.desk)
        await at.desk.told(order, *PLACED, "PendingCancel", "Canceled")


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        pytest.param("websocket", RpcRule(method="order.cancel"), id="rpc"),
        pytest.param("rest", RestRule(kind="limit", method="DELETE", path="/orders"), id="429"),
    ],
)
@pytest.mark.acceptance("E75", "cancel that never arrived")
async def test_a_cancel_that_never_arrived_is_asked_for_again(
    venue: Venue, way: str, fault: Rule
) -> None:
    async with trial(venue, node=_node(way), **only(BUY)) as at:
        at.quote()
        order = await at.order(*PLACED)
        venue.control.add_fault(fault)
        at.tester.cancel_order(order)
        await at.desk.told(order, *PLACED, "PendingCancel", "Canceled")
        assert fault.count == 0


@pytest.mark.parametrize(("way", "fault"), _failures("PUT", "/orders", "order.modify"))
@pytest.mark.acceptance("E76", "modify without an answer")
async def test_a_change_without_an_answer_is_neither_rejected_nor_taken_for_done(
    venue: Venue, way: str, fault: Rule
) -> None:
    async with trial(venue, node=_node(way), **only(BUY, **FOLLOWS)) as at:
        at.quote()
        order = await at.order(*PLACED)
        _break(venue, fault)
        at.quote("95000", "95020")
        if isinstance(fault, MessageRule):
            await until_there(lambda: at.at_venue(order).price == 94_950)
            venue.control.cut("private", refuse_for=0.1)
        await at.has_heard("command", order, "modify_unanswered")
        assert at.desk.story(order) == [*PLACED, "PendingUpdate"]
        _mend(venue, at.desk)
        await at.desk.told(order, *PLACED, "PendingUpdate", "Updated")
        assert str(order.price) == "94950.0"


@pytest.mark.acceptance("E76", "modify that never arrived")
async def test_a_change_that_never_arrived_is_asked_for_again(venue: Venue) -> None:
    node = _node("websocket", recv_window_ms=4 * WINDOW_MS)
    async with trial(venue, node=node, **only(BUY, **FOLLOWS)) as at:
        at.quote()
        order = await at.order(*PLACED)
        venue.control.add_fault(RpcRule(method="order.modify"))
        at.quote("95000", "95020")
        await at.has_heard("command", order, "modify_unanswered")
        assert at.desk.story(order) == [*PLACED, "PendingUpdate"]
        await at.desk.told(order, *PLACED, "PendingUpdate", "Updated")
        assert at.at_venue(order).price == 94_950


BATCHES = {"POST": "order.create_batch", "DELETE": "order.cancel_batch"}


@pytest.mark.parametrize(("way", "fault"), _failures("POST", "/orders/batch", BATCHES["POST"]))
@pytest.mark.acceptance("E77", "batch submit without an answer")
async def test_no_order_of_a_batch_without_an_answer_is_rejected(
    venue: Venue, way: str, fault: Rule
) -> None:
    async with trading(venue, **_node(way)) as desk:
        _break(venue, fault)
        orders = _together(desk)
        await until_there(lambda: len(truth(venue).live) == 3)
        if isinstance(fault, MessageRule):
            venue.control.cut("private", refuse_for=0.1)
        await desk.until(lambda: {state(desk, each) for each in orders} == {"unconfirmed.unknown"})
        for order in orders:
            assert desk.story(order) == ["Initialized", "Submitted"]
        _mend(venue, desk)
        for order in orders:
            await desk.told(order, *PLACED)
        assert len(truth(venue).orders) == 3


@pytest.mark.parametrize(("way", "fault"), _failures("DELETE", "/orders/batch", BATCHES["DELETE"]))
@pytest.mark.acceptance("E77", "batch cancel without an answer")
async def test_no_cancel_of_a_batch_without_an_answer_is_rejected(
    venue: Venue, way: str, fault: Rule
) -> None:
    async with trading(venue, **_node(way)) as desk:
        orders = await _resting(desk)
        _break(venue, fault)
        desk.probe.cancel_orders(orders)
        await until_there(lambda: not truth(venue).live)
        if isinstance(fault, MessageRule):
            venue.control.cut("private", refuse_for=0.1)
        _mend(venue, desk)
        for order in orders:
            await desk.told(order, *PLACED, "PendingCancel", "Canceled")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.acceptance("E78", "one order of a batch rejected")
async def test_of_a_batch_only_the_order_that_the_venue_refuses_is_rejected(
    venue: Venue, way: str
) -> None:
    venue.exchange.rules = replace(venue.exchange.rules, batch_breach="one")
    async with trading(venue, execution={"order_entry": way}) as desk:
        good, bad, other = _together(desk, "94000", "194000", "93000")
        await desk.told(bad, *REJECTED)
        assert bad.last_event.reason.startswith("VALIDATION_ERROR: ")
        for order in (good, other):
            await desk.told(order, *PLACED)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.acceptance("E78", "one cancel of a batch too late")
async def test_of_a_batch_only_the_order_that_cannot_be_canceled_ends_otherwise(
    venue: Venue, way: str
) -> None:
    async with trading(venue, execution={"order_entry": way}) as desk:
        first, late, last = await _resting(desk)
        for channel in ("orders.", "fills."):
            venue.control.add_fault(MessageRule(kind="drop", channel=channel))
        venue.control.trade(ALICE.address, late.client_order_id.value)
        desk.probe.cancel_orders([first, late, last])
        await desk.told(late, *PLACED, "PendingCancel", "Filled")
        for order in (first, last):
            await desk.told(order, *PLACED, "PendingCancel", "Canceled")


def _together(desk: Desk, *prices: str) -> list[Order]:
    """Limit orders, submitted as one list."""
    limits = prices or ("94000", "93000", "92000")
    orders = [desk.probe.limit(BUY, "0.1", each) for each in limits]
    desk.probe.submit_order_list(desk.probe.order_factory.create_list(orders))
    return orders


async def _resting(desk: Desk) -> list[Order]:
    orders = _together(desk)
    for order in orders:
        await desk.told(order, *PLACED)
    return orders
