"""When the account is held against the venue's, and that doing so never undoes what is known.

The four tests named after review points are what a review of another adapter's recovery asked for
(upstream's pull request 4991): replayed words must leave live state as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import anyio
import msgspec
import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import ClientOrderId

from paradex_adapter.charts.facts import OrderUpdated
from paradex_adapter.terms import Draft
from paradex_adapter.wire.rest import Change
from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from statecharts import Step
from tests.adapter.node import BIDS, MARKET, Desk, trading
from tests.simulation import world as simulated
from tests.simulation.story import Story
from tests.simulation.world import SETTINGS, World, world
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

PATIENCE = 6.0
PLACED = ("Initialized", "Submitted", "Accepted")
D = Decimal


@pytest.fixture
async def here(anyio_backend: str) -> AsyncIterator[World]:
    async with world(0) as here:
        await here.open("websocket")
        yield here


async def until(here: World, holds: Callable[[], Any]) -> None:
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(holds)


async def told(here: World, client_order_id: str, status: str) -> None:
    story = here.ledger.stories[client_order_id]
    await until(here, lambda: story.status == status)


async def resting(here: World, client_order_id: str = "O-1", price: str = "94000") -> None:
    draft = Draft(client_order_id, MARKET, "BUY", "LIMIT", "0.1", price)
    here.ledger.expect(draft, 0)
    here.account.orders.submit(draft)
    await told(here, client_order_id, "accepted")


async def reconciled(here: World) -> None:
    """Reconcile, from beginning to end."""
    before = completed(here)
    here.account.reconcile()
    await until(here, lambda: completed(here) > before)


async def run_once(desk: Desk, *, demanded: bool = True) -> None:
    """Reconcile a node's account, from beginning to end."""
    chart = desk.account.reconciliation.chart
    chart.rest_secs = 0.02
    await desk.until(lambda: chart.idle.is_active)
    if demanded:
        desk.account.reconcile()
    await desk.until(lambda: chart.busy.is_active)
    await desk.until(lambda: chart.idle.is_active)


def completed(here: World) -> int:
    return events(here.records)["completed"]


def events(records: list[Any]) -> Counter[str]:
    """How often each event came to the reconciliation chart."""
    steps = [record for record in records if isinstance(record, Step)]
    return Counter(step.event for step in steps if step.chart == "reconciliation")


def updates(story: Story) -> list[OrderUpdated]:
    return [fact for fact in story.told if isinstance(fact, OrderUpdated)]


def drop(venue: Venue, *channels: str, count: int | None = None) -> None:
    for channel in channels:
        venue.control.add_fault(MessageRule(kind="drop", channel=channel, count=count))


# When


async def test_at_start_after_the_engine_has_taken_the_mass_status(
    venue: Venue, elsewhere: Trader
) -> None:
    """An order found at start has its charts without a word or a command on it: what becomes of it
    later is found out even if the venue never says so."""
    found = await elsewhere.place(price="94000", client_id="earlier")
    drop(venue, "orders.", "fills.")
    async with trading(venue) as desk:
        await desk.until(lambda: desk.account.orders.is_working("earlier"))
        venue.control.trade(ALICE.address, found["id"])
        desk.account.reconcile()
        order = desk.cache.order(ClientOrderId("earlier"))
        await desk.until(lambda: order.status == OrderStatus.FILLED)
        assert desk.story(order) == ["Initialized", "Accepted", "Filled"]


async def test_history_from_before_the_account_was_opened_is_the_mass_statuss_to_tell(
    venue: Venue, elsewhere: Trader
) -> None:
    """Told twice, an execution that the engine has accounted for otherwise would count twice."""
    await elsewhere.place(type="MARKET", price=None, size="0.5")
    async with trading(venue, engine={"reconciliation": False}) as desk:
        for _ in range(2):
            await run_once(desk)
        assert desk.cache.orders() == []
        assert desk.cache.positions() == []


async def test_after_every_private_reconnect(here: World) -> None:
    await resting(here)
    await resting(here, "O-2", "93000")
    for order, status in (("O-1", "filled"), ("O-2", "filled")):
        runs = completed(here)
        here.venue.control.cut("private", refuse_for=0.05)
        here.venue.control.trade(ALICE.address, order)
        await told(here, order, status)
        await until(here, lambda runs=runs: completed(here) > runs)
    assert here.ledger.violations == []


async def test_on_a_gap(here: World) -> None:
    await resting(here)
    runs = completed(here)
    here.venue.control.add_fault(MessageRule(kind="step_back", channel="orders."))
    drop(here.venue, "fills.", count=1)
    here.venue.control.trade(ALICE.address, "O-1", "0.04")
    await told(here, "O-1", "partially_filled")
    await until(here, lambda: completed(here) > runs)


async def test_on_demand(here: World) -> None:
    await resting(here)
    drop(here.venue, "orders.", count=1)
    here.venue.control.cancel(ALICE.address, "O-1")
    here.account.reconcile()
    await told(here, "O-1", "canceled")


async def test_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated, "SETTINGS", replace(SETTINGS, reconcile_interval=0.5))
    async with world(0) as here:
        await here.open("websocket")
        await resting(here)
        drop(here.venue, "orders.", count=1)
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")
        assert events(here.records)["due"] > 0
        assert here.ledger.violations == []


async def test_one_that_fails_or_takes_too_long_is_tried_again(here: World) -> None:
    await resting(here)
    drop(here.venue, "orders.", "fills.")
    here.venue.control.trade(ALICE.address, "O-1", "0.04")
    here.account.reconciliation.chart.run_timeout_secs = 1.0
    hang = RestRule(kind="hang", method="GET", path="/positions", count=1, seconds=2.0)
    refuse = RestRule(kind="refuse", method="GET", path="/positions", count=1)
    for rule in (hang, refuse):
        here.venue.control.add_fault(rule)
    here.account.reconcile()
    await until(here, lambda: events(here.records)["run_timeout"])
    here.account.reconciliation.chart.run_timeout_secs = 60.0
    await until(here, lambda: events(here.records)["failed"])
    here.account.reconcile()
    await until(here, lambda: completed(here))
    await told(here, "O-1", "partially_filled")


@pytest.mark.parametrize("state", ["idle", "busy", "resting", "waiting"])
async def test_none_goes_on_after_the_account_is_closed(here: World, state: str) -> None:
    chart = here.account.reconciliation.chart
    if state == "waiting":
        here.venue.control.add_fault(RestRule(kind="refuse", method="GET", path="/fills"))
    if state != "idle":
        here.account.reconcile()
    await until(here, lambda: getattr(chart, state).is_active)
    await here.close()  # the world counts the timers
    assert chart.off.is_active
    assert here.ledger.violations == []


async def test_a_word_with_a_time_of_tomorrow_does_not_blind_the_next_ones(here: World) -> None:
    """What is asked for begins some time before the last word that was heard."""
    asked: list[int] = []
    send = here.http.send

    async def noted(method: str, path: str, **options: Any) -> bytes:
        if path == "/fills":
            asked.append(options["params"]["start_at"])
        return await send(method, path, **options)

    here.http.send = noted  # type: ignore[method-assign]
    now = here.venue.exchange.now_ms()
    word = {"id": "1", "market": MARKET, "side": "BUY", "type": "LIMIT", "status": "CLOSED"}
    sizes = {"size": "1", "remaining_size": "1", "last_updated_at": now + 10**12}
    here.account.push_received("orders.ALL", msgspec.json.encode(word | sizes))
    await reconciled(here)
    assert asked
    assert max(asked) <= now


# The four review points, and what is like them


async def test_a_replayed_fill_does_not_cancel_the_sibling_of_a_bracket(
    desk: Desk, venue: Venue
) -> None:
    """A strategy that cancels the sibling once its own count of executions is complete: 0.06 of
    0.1 replayed is not 0.12, and the sibling is canceled once."""
    take = desk.probe.limit(OrderSide.SELL, "0.1", "96000")
    stop = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
    counted: list[Decimal] = []

    def on_event(event: Any) -> None:
        if isinstance(event, OrderFilled) and event.client_order_id == take.client_order_id:
            counted.append(event.last_qty.as_decimal())
            if sum(counted) >= D("0.1"):
                desk.probe.cancel_order(stop)

    desk.node.kernel.msgbus.subscribe("events.order.*", on_event)
    for order in (take, stop):
        desk.probe.submit_order(order)
        await desk.told(order, *PLACED)
    venue.control.trade(ALICE.address, take.client_order_id.value, "0.06")
    await desk.until(lambda: counted == [D("0.06")])
    for _ in range(2):
        await run_once(desk)
    venue.control.cut("private")  # and again, after a reconnect
    await run_once(desk, demanded=False)
    assert counted == [D("0.06")]
    assert desk.story(stop) == list(PLACED)
    venue.control.trade(ALICE.address, take.client_order_id.value)
    await desk.told(stop, *PLACED, "PendingCancel", "Canceled")
    assert counted == [D("0.06"), D("0.04")]


async def test_a_cancellation_during_recovery_keeps_what_an_earlier_missed_fill_needs(
    here: World,
) -> None:
    """The end of an order that overtakes the recovery of its execution does not suppress it."""
    await resting(here)
    drop(here.venue, "orders.", "fills.")
    here.venue.control.trade(ALICE.address, "O-1", "0.04")
    slow = RestRule(kind="slow", method="GET", path="/fills", count=1, seconds=0.3)
    here.venue.control.add_fault(slow)
    here.account.reconcile()  # it has the execution in hand when the cancellation comes
    await until(here, lambda: slow.count == 0)
    here.venue.control.clear_faults()
    here.venue.control.cancel(ALICE.address, "O-1")
    await told(here, "O-1", "canceled")
    story = here.ledger.stories["O-1"]
    assert (story.filled, len(story.fills)) == (D("0.04"), 1)
    await reconciled(here)
    assert here.ledger.violations == []


async def test_a_fill_missed_by_an_order_that_has_ended_is_told_before_its_end_is_told_again(
    here: World,
) -> None:
    """The mapping of an order that has ended stands until its late executions are in."""
    await resting(here)
    (order,) = here.truth.orders
    told_before = len(here.ledger.stories["O-1"].told)
    drop(here.venue, "fills.")
    here.venue.control.trade(ALICE.address, "O-1", "0.04")
    here.venue.control.cancel(ALICE.address, "O-1")
    here.venue.control.clear_faults()
    await told(here, "O-1", "canceled")
    names = [type(fact).__name__ for fact in here.ledger.stories["O-1"].told[told_before:]]
    assert names == ["OrderFilled", "OrderCanceled"]
    assert order.filled == here.ledger.stories["O-1"].filled


async def test_replays_never_promote_an_older_venue_id(venue: Venue, elsewhere: Trader) -> None:
    """An earlier order of the same client id, closed and partly executed, is replayed while a
    change of the present one is under way: neither its id nor its executions become ours."""
    venue.control.fill_book(MARKET, BIDS, [("95010", "0.04")])
    older = await elsewhere.place(price="95010", size="0.05", client_id="twice")
    await elsewhere.ask("DELETE", f"/orders/{older['id']}")
    await elsewhere.order_when(older["id"], "CLOSED")
    async with trading(venue, engine={"reconciliation": False}) as desk:
        order = desk.probe.limit(
            OrderSide.BUY, "0.1", "94000", client_order_id=ClientOrderId("twice")
        )
        desk.probe.submit_order(order)
        await desk.told(order, *PLACED)
        ours = order.venue_order_id
        drop(venue, "reply.order.modify", "orders.", count=1)
        desk.probe.modify_order(
            order, price=desk.probe.cache.instrument(order.instrument_id).make_price("93000")
        )
        await run_once(desk)
        await desk.until(lambda: desk.story(order)[-1] == "Updated")
        assert ours.value != older["id"]
        assert order.venue_order_id == ours
        believed = desk.account.orders._of("twice").order.chart
        assert (believed.venue_order_id, believed.filled_qty) == (ours.value, 0)
        desk.probe.cancel_order(order)
        await desk.told(order, *PLACED, "PendingUpdate", "Updated", "PendingCancel", "Canceled")


@pytest.mark.parametrize("path", ["/orders", "/fills"])
async def test_an_older_report_never_restores_superseded_state(here: World, path: str) -> None:
    """A snapshot on its way while the stream goes on: terms, executions and the end that came
    meanwhile stand."""
    await resting(here)
    await resting(here, "O-2", "93000")
    await resting(here, "O-3", "92000")
    slow = RestRule(kind="slow", method="GET", path=path, count=1, seconds=0.3)
    here.venue.control.add_fault(slow)
    here.account.reconcile()
    await until(here, lambda: slow.count == 0)
    story = here.ledger.stories["O-1"]
    change = Change(D("0.1"), D(94500))
    story.changes_wanted.append(change)
    here.account.orders.modify("O-1", change)
    here.venue.control.trade(ALICE.address, "O-2", "0.04")
    here.venue.control.cancel(ALICE.address, "O-3")
    await until(here, lambda: updates(story))
    await told(here, "O-2", "partially_filled")
    await told(here, "O-3", "canceled")
    runs = completed(here)
    await until(here, lambda: completed(here) > runs)
    assert [fact.price for fact in updates(story)] == [D(94500)]
    assert story.status == "accepted"
    assert here.ledger.stories["O-2"].status == "partially_filled"
    assert here.ledger.violations == []


# The same client again


async def test_a_node_that_disconnects_and_connects_again_trades_with_the_same_client(
    desk: Desk, venue: Venue
) -> None:
    order = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    await desk.execution._disconnect()
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.execution._connect()
    await desk.told(order, *PLACED, "Filled")
    again = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
    desk.probe.submit_order(again)
    await desk.told(again, *PLACED)
