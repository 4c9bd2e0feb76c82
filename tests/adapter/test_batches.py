"""Orders that are sent, and canceled, together: each has its own outcome, by either way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import anyio
import pytest

from paradex_adapter.terms import Draft
from paradex_venue.faults import MessageRule, RestRule, RpcRule
from statecharts import Step
from tests.adapter.node import MARKET
from tests.simulation.world import SETTINGS, OrderEntry, World, world
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

PATIENCE = 10.0
WAYS = ("websocket", "rest")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> OrderEntry:
    return request.param


@pytest.fixture
async def here(
    anyio_backend: str, way: OrderEntry, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """With time enough for many orders on a busy machine."""
    patient = replace(SETTINGS, recv_window_ms=5_000, order_timeout=5.0)
    monkeypatch.setattr("tests.simulation.world.SETTINGS", patient)
    async with opened(way) as here:
        yield here


@pytest.fixture
async def in_haste(anyio_backend: str, way: OrderEntry) -> AsyncIterator[World]:
    """With orders that are void soon."""
    async with opened(way) as here:
        yield here


@asynccontextmanager
async def opened(way: OrderEntry) -> AsyncIterator[World]:
    """A world in which the venue's word holds requests back for as long as it says."""
    async with world(0) as here:
        with mock.patch("paradex_adapter.transport.limiter.MAX_HOLD_SECS", 60.0):
            await here.open(way)
            yield here
    assert here.ledger.violations == []


def drafts(count: int, size: str = "0.01") -> list[Draft]:
    prices = (str(94_000 - number) for number in range(count))
    return [
        Draft(f"O-{number}", MARKET, "BUY", "LIMIT", size, price)
        for number, price in enumerate(prices)
    ]


def names(wanted: Sequence[Draft]) -> list[str]:
    return [draft.client_order_id for draft in wanted]


def submit(here: World, wanted: Sequence[Draft]) -> None:
    for draft in wanted:
        here.ledger.expect(draft, 0)
    here.account.orders.submit_all(wanted)


def cancel(here: World, wanted: Sequence[Draft]) -> None:
    for name in names(wanted):
        here.ledger.stories[name].is_cancel_wanted = True
    here.account.orders.cancel_all(names(wanted))


async def told(here: World, wanted: Sequence[Draft], status: str) -> None:
    stories = [here.ledger.stories[name] for name in names(wanted)]
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(lambda: all(each.status == status for each in stories))


async def resting(here: World, count: int) -> list[Draft]:
    wanted = drafts(count)
    submit(here, wanted)
    await told(here, wanted, "accepted")
    return wanted


def steps(here: World) -> list[Step]:
    return [record for record in here.records if isinstance(record, Step)]


def permits(here: World) -> int:
    """How many requests were sent that count as orders."""
    return here.account.rest.limits.orders.figures.passed


# Sending


async def test_orders_of_a_list_leave_in_tens_and_each_is_accepted(here: World) -> None:
    wanted = await resting(here, 23)
    assert permits(here) == 3
    at_venue = [order.client_id for order in here.truth.orders]
    assert sorted(at_venue) == sorted(names(wanted))


async def test_what_the_venue_refuses_as_a_whole_is_refused_for_each(here: World) -> None:
    wanted = drafts(11)
    wanted[3] = replace(wanted[3], size="0.00001")
    submit(here, wanted)
    await told(here, wanted[:10], "rejected")
    await told(here, wanted[10:], "accepted")
    reasons = {here.ledger.stories[name].told[-1].reason for name in names(wanted[:10])}
    assert len(reasons) == 1
    assert here.truth.orders[0].client_id == "O-10"


@pytest.mark.parametrize("pairing", ["index", "compact"])
async def test_where_the_venue_judges_each_order_each_has_its_own_outcome(
    here: World, pairing: Any
) -> None:
    exchange = here.venue.exchange
    exchange.rules = replace(exchange.rules, batch_breach="one", batch_pairing=pairing)
    wanted = drafts(6)
    wanted[1] = replace(wanted[1], size="0.00001")
    wanted[4] = replace(wanted[4], price="1000000")
    submit(here, wanted)
    await told(here, [wanted[1], wanted[4]], "rejected")
    await told(here, [wanted[0], *wanted[2:4], wanted[5]], "accepted")
    size, price = (here.ledger.stories[name].told[-1].reason for name in ("O-1", "O-4"))
    assert "size" in size.lower()
    assert "beyond the band" in price


async def test_a_batch_without_an_answer_is_asked_for_and_never_sent_again(
    here: World, way: OrderEntry
) -> None:
    control = here.venue.control
    control.add_fault(MessageRule(kind="drop", channel="orders.", count=3))
    control.add_fault(MessageRule(kind="drop", channel="reply.order.create_batch"))
    control.add_fault(RestRule(kind="reset", method="POST", path="/orders/batch"))
    wanted = drafts(3)
    submit(here, wanted)
    if way == "websocket":
        with anyio.fail_after(PATIENCE):
            await here.ledger.changes.until(lambda: len(here.truth.live) == 3)
        control.cut("private")
    await told(here, wanted, "accepted")
    assert [order.client_id for order in here.truth.orders] == names(wanted)


async def test_orders_the_venue_never_got_are_rejected_once_they_are_void(
    in_haste: World, way: OrderEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = in_haste
    if way == "websocket":
        monkeypatch.setattr(here.account.session, "_call", lambda *_: None)
    else:
        here.venue.control.add_fault(RestRule(kind="refuse", method="POST", path="/orders/batch"))
    wanted = drafts(3)
    submit(here, wanted)
    await told(here, wanted, "rejected")
    assert here.truth.orders == []


# Canceling


async def test_orders_are_canceled_in_tens(here: World) -> None:
    wanted = await resting(here, 12)
    before = permits(here)
    cancel(here, wanted)
    await told(here, wanted, "canceled")
    assert permits(here) - before == 2


async def test_orders_that_are_canceled_as_they_are_sent_are_canceled_together(
    here: World,
) -> None:
    """Their ids are known only with the answer: that is when the cancels leave, as one request."""
    wanted = drafts(5)
    submit(here, wanted)
    cancel(here, wanted)
    await told(here, wanted, "canceled")
    assert permits(here) == 2
    assert {order.cancel_reason for order in here.truth.orders} == {"USER_CANCELED"}


async def test_a_cancel_that_comes_too_late_is_refused_for_its_order_alone(here: World) -> None:
    wanted = await resting(here, 3)
    here.venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=1))
    here.venue.control.cancel(ALICE.address, "O-1")
    cancel(here, wanted)
    await told(here, wanted, "canceled")
    refusals = {step.chart for step in steps(here) if step.event == "cancel_refused"}
    assert refusals == {"command O-1"}


async def test_a_batch_of_cancels_without_an_answer_is_asked_for_again(
    here: World, way: OrderEntry
) -> None:
    control = here.venue.control
    wanted = await resting(here, 3)
    refuse = RestRule(kind="refuse", method="DELETE", path="/orders/batch")
    control.add_fault(refuse)
    if way == "websocket":
        control.cut("private")
    cancel(here, wanted)
    await told(here, wanted, "canceled")


@pytest.mark.parametrize("way", ["websocket"], indirect=True)
async def test_a_cancel_is_not_asked_for_twice_while_it_waits_for_its_turn(here: World) -> None:
    wanted = await resting(here, 3)
    before, limiter = permits(here), here.account.rest.limits.orders
    limiter.hold(1.0)  # the charts' timers, ten times faster here, ask again after 0.3 s
    cancel(here, wanted)
    await told(here, wanted, "canceled")
    assert permits(here) - before == 1


# Without a session


@pytest.mark.parametrize("way", ["websocket"], indirect=True)
async def test_while_the_session_is_down_everything_goes_over_rest(here: World) -> None:
    control, session = here.venue.control, here.account.session
    control.cut("private", refuse_for=30.0)
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(lambda: not session.takes_orders)
    one, *others = drafts(4)
    submit(here, [one])
    submit(here, others)
    await told(here, [one, *others], "accepted")
    cancel(here, others)
    await told(here, others, "canceled")
    assert not session.takes_orders
    control.clear_faults()
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(lambda: session.takes_orders)
    control.add_fault(RestRule(kind="refuse", method="DELETE", path="/orders", count=None))
    cancel(here, [one])
    await told(here, [one], "canceled")


@pytest.mark.parametrize("way", ["websocket"], indirect=True)
@pytest.mark.parametrize("executed", [True, False])
async def test_a_failure_of_the_venue_over_the_session_is_no_refusal_and_not_sent_again(
    in_haste: World, executed: bool
) -> None:
    here = in_haste
    here.venue.control.add_fault(RpcRule(method="order.create_batch", is_executed=executed))
    wanted = drafts(3)
    submit(here, wanted)
    await told(here, wanted, "accepted" if executed else "rejected")
    assert len(here.truth.orders) == (3 if executed else 0)
    if not executed:
        assert here.ledger.stories["O-0"].told[-1].reason.startswith("NOT_FOUND: ")


# Waiting


async def test_an_order_is_signed_when_its_turn_has_come_and_not_before(
    in_haste: World,
) -> None:
    """It waits for longer than a signature is good for."""
    here = in_haste
    window = here.account.orders._recv_window_ms
    here.account.rest.limits.orders.hold(1.5 * window / 1000)
    (wanted,) = drafts(1)
    submit(here, [wanted])
    await told(here, [wanted], "accepted")
    (order,) = here.truth.orders
    assert order.created_at - order.signed_at < window / 2


@pytest.mark.parametrize("way", ["websocket"], indirect=True)
async def test_long_waits_are_told_of_once(here: World) -> None:
    here.account.rest.limits.orders.hold(1.1)
    wanted = drafts(8)
    for draft in wanted:
        here.ledger.expect(draft, 0)
        here.account.orders.submit(draft)
    await told(here, wanted, "accepted")
    (saturation,) = (each for each in here.ledger.troubles if "wait" in each)
    assert saturation.startswith("orders: 1 wait, the last one 1.1 s (limits: 800 in 1 s and 17,")
    figures = here.account.rest.limits.orders.figures
    assert (figures.passed, figures.delayed, figures.saturations) == (8, 8, 1)
    assert figures.longest_wait_secs >= 1.0
