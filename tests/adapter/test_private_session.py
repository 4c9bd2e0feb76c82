"""What the private session promises, through real sockets: words in order, a line that answers,
cancel-on-disconnect, a venue that is open. What is missing is named, and asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import anyio
import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus

from paradex_adapter.charts.facts import SessionClosed, SessionDegraded, SessionUnprotected
from paradex_adapter.terms import Draft
from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from paradex_venue.rpc import Rpc, RpcError
from statecharts import Emit, Step
from tests.adapter.node import MARKET, trading
from tests.simulation import world as simulated
from tests.simulation.world import SETTINGS, World, world
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

PATIENCE = 6.0
SWITCH = "reply.order.cancel_on_disconnect"
ARMED = {"cancel_on_disconnect": True}
JSON, BINARY = 1, 0
"""Seeds whose venue tells private words in this form."""


@asynccontextmanager
async def opened(
    monkeypatch: pytest.MonkeyPatch, form: int = BINARY, session: Any = None, **settings: Any
) -> AsyncIterator[World]:
    """An account at work. Timers run ten times as fast as the settings say."""
    line = replace(SETTINGS.session, **session or {})
    wanted = replace(SETTINGS, session=line, **settings)
    monkeypatch.setattr(simulated, "SETTINGS", wanted)
    async with world(form) as here:
        await here.open("websocket")
        yield here


async def until(here: World, holds: Callable[[], Any]) -> None:
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(holds)


async def resting(here: World, client_order_id: str = "O-1") -> None:
    draft = Draft(client_order_id, MARKET, "BUY", "LIMIT", "0.1", "94000")
    here.ledger.expect(draft, 0)
    here.account.orders.submit(draft)
    await told(here, client_order_id, "accepted")


async def told(here: World, client_order_id: str, status: str) -> None:
    story = here.ledger.stories[client_order_id]
    await until(here, lambda: story.status == status)


def add(here: World, kind: Any, channel: str, **rule: Any) -> None:
    here.venue.control.add_fault(MessageRule(kind=kind, channel=channel, **rule))


def facts(here: World, kind: type) -> list[Any]:
    """What the charts told of this kind, in order."""
    steps = [record for record in here.records if isinstance(record, Step)]
    emitted = [each.what for step in steps for each in step.effects if isinstance(each, Emit)]
    return [fact for fact in emitted if isinstance(fact, kind)]


def reasons(here: World) -> list[str]:
    """For what the session was degraded."""
    return [fact.reason for fact in facts(here, SessionDegraded)]


def events(here: World, chart: str) -> list[str]:
    steps = [record for record in here.records if isinstance(record, Step)]
    return [step.event for step in steps if step.chart == chart]


def events_of(here: World, chart: str, event: str) -> int:
    return events(here, chart).count(event)


async def whole(here: World) -> None:
    """Wait until nothing promised is missing."""
    chart = here.account.session.connection.chart
    await until(here, lambda: chart.authenticated.is_active)


def at_venue(here: World, client_order_id: str) -> Any:
    (order,) = (each for each in here.truth.orders if each.client_id == client_order_id)
    return order


# Words in order


@pytest.mark.parametrize("form", [JSON, BINARY])
async def test_a_number_that_steps_back_degrades_the_session_until_a_reconciliation(
    monkeypatch: pytest.MonkeyPatch, form: int
) -> None:
    async with opened(monkeypatch, form) as here:
        await resting(here)
        add(here, "step_back", "orders.")
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        await until(here, lambda: reasons(here) == ["orders.ALL: a number stepped back"])
        await whole(here)
        assert events(here, "stream orders.ALL")[-1] == "reconciled"
        assert events(here, "connection private")[-2:] == ["impaired", "restored"]
        assert here.ledger.violations == []


async def test_a_number_that_skips_shows_as_the_next_one_steps_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The venue's numbers are not contiguous: a jump alone says nothing."""
    async with opened(monkeypatch) as here:
        await resting(here)
        add(here, "skip", "orders.")
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        await told(here, "O-1", "partially_filled")
        here.venue.control.trade(ALICE.address, "O-1", "0.03")
        await until(here, lambda: reasons(here) == ["orders.ALL: a number stepped back"])
        await whole(here)


@pytest.mark.parametrize("channel", ["orders.", "fills.", "positions", "account"])
async def test_words_that_come_twice_degrade_nothing(
    monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    async with opened(monkeypatch) as here:
        add(here, "duplicate", channel, count=None)
        await resting(here)
        here.venue.control.trade(ALICE.address, "O-1")
        await told(here, "O-1", "filled")
        assert reasons(here) == []


@pytest.mark.parametrize("channel", ["positions", "account"])
async def test_numbers_of_positions_and_totals_are_watched_too(
    monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    async with opened(monkeypatch, JSON) as here:
        await resting(here)
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await told(here, "O-1", "partially_filled")
        await until(here, lambda: "heard" in events(here, f"stream {channel}"))
        add(here, "step_back", channel)
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await until(here, lambda: reasons(here) == [f"{channel}: a number stepped back"])
        await whole(here)


@pytest.mark.parametrize("channel", ["orders.ALL", "fills.ALL", "positions", "account"])
async def test_a_frame_that_cannot_be_read_is_a_word_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    async with opened(monkeypatch) as here:
        here.account.push_received(channel, b'{"id": 7, "seq_no": "?"}')
        assert reasons(here) == [f"{channel}: a frame could not be read"]
        await whole(here)
        assert [trouble.split(":")[0] for trouble in here.ledger.troubles] == ["a private frame"]


async def test_a_frame_of_no_known_channel_may_be_a_word_of_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        here.account.binary_received(b"\x00" * 40)
        assert len(reasons(here)) == 4
        await whole(here)


async def test_what_is_missing_while_something_else_is_being_asked_for_is_asked_for_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        await resting(here)
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await told(here, "O-1", "partially_filled")
        slow = RestRule(kind="slow", method="GET", path="/fills", seconds=0.3)
        here.venue.control.add_fault(slow)
        here.account.push_received("orders.ALL", b"{}")
        stream = here.account.feed.streams["orders.ALL"].chart
        assert stream.broken.is_active
        here.account.push_received("orders.ALL", b"{}")
        add(here, "step_back", "orders.")
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await whole(here)
        assert set(events(here, "stream orders.ALL")) >= {"heard", "missed", "reconciled"}
        assert reasons(here) == ["orders.ALL: a frame could not be read"]
        assert events_of(here, "reconciliation", "completed") >= 2
        assert here.ledger.stories["O-1"].filled == at_venue(here, "O-1").filled


async def test_a_session_lost_with_words_missing_starts_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        await resting(here)
        slow = RestRule(kind="slow", method="GET", path="/fills", seconds=0.2)
        here.venue.control.add_fault(slow)
        here.account.push_received("orders.ALL", b"{}")
        here.venue.control.cut("private")
        await until(here, lambda: "lost" in events(here, "stream orders.ALL"))
        await whole(here)
        assert here.account.session.connection.chart.missing == set()
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")


async def test_what_is_said_while_the_session_is_being_closed_is_told_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, session=ARMED | {"switch_timeout": 8.0}) as here:
        await resting(here)
        add(here, "drop", SWITCH, count=None)
        account = here.account
        account.session.close()
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        account.push_received("orders.ALL", b"{}")
        account.reconcile()
        await told(here, "O-1", "partially_filled")
        done = events_of(here, "reconciliation", "completed")
        await until(here, lambda: events_of(here, "reconciliation", "completed") > done)
        assert account.session.connection.chart.closing.is_active
        assert account.feed.streams["orders.ALL"].chart.off.is_active
        assert reasons(here) == []


# A line that answers


async def test_a_word_that_never_came_is_missed_when_rest_knows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, late_ms=150, reconcile_interval=2.0) as here:
        await resting(here)
        stream = here.account.feed.streams["fills.ALL"].chart
        await until(here, lambda: stream.in_step.is_active)
        add(here, "drop", "fills.")
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        (fill,) = here.truth.fills
        await until(here, lambda: reasons(here) == [f"fills.ALL: the word on {fill.id} never came"])
        await whole(here)
        assert "gapped" in events(here, "subscription fills.ALL")
        here.venue.control.trade(ALICE.address, "O-1")
        await told(here, "O-1", "filled")
        assert here.ledger.violations == []


async def test_a_channel_that_falls_silent_while_the_venue_goes_on_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, late_ms=150, reconcile_interval=2.0) as here:
        await resting(here)
        stream = here.account.feed.streams["orders.ALL"].chart
        await until(here, lambda: stream.in_step.is_active)
        add(here, "stall", "orders.ALL", seconds=60.0)
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        order_id = at_venue(here, "O-1").id
        await until(
            here, lambda: reasons(here) == [f"orders.ALL: the word on {order_id} never came"]
        )
        await whole(here)


async def test_a_quiet_line_is_checked_and_one_without_an_answer_is_degraded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = {"check_interval": 0.5, "ack_timeout": 0.5}
    async with opened(monkeypatch, session=line) as here:
        add(here, "drop", "reply.subscribe", count=1)
        await until(here, lambda: len(reasons(here)) == 1)
        assert reasons(here)[0] in here.account.session.subscriptions
        assert not here.account.session.takes_orders
        await whole(here)
        assert here.account.session.takes_orders
        assert "lost" not in events(here, "connection private")


async def test_while_the_line_is_mute_orders_are_asked_for_over_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = {"check_interval": 0.5, "ack_timeout": 0.5}
    async with opened(monkeypatch, session=line, reconcile_interval=600.0) as here:
        await resting(here)
        for channel in ("reply.subscribe", "orders.", "fills."):
            add(here, "drop", channel, count=None)
        await until(here, lambda: "orders.ALL" in reasons(here))
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")
        assert "unserved" not in events(here, "connection private")
        assert here.ledger.stories["O-1"].filled == at_venue(here, "O-1").filled
        assert here.ledger.violations == []


async def test_a_line_that_stays_mute_is_given_up_for_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("paradex_adapter.charts.subscription.MAX_ATTEMPTS", 2)
    line = {"check_interval": 0.5, "ack_timeout": 0.2}
    async with opened(monkeypatch, session=line) as here:
        add(here, "drop", "reply.subscribe", count=None)
        await until(here, lambda: "unserved" in events(here, "connection private"))
        here.venue.control.clear_faults()
        await whole(here)
        assert events(here, "connection private").count("opened") >= 2


async def test_a_subscription_the_venue_dropped_stands_again_and_what_was_missed_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, session={"check_interval": 2.0}) as here:
        await resting(here)
        publisher = here.venue.control._publisher
        for session in publisher.sessions:
            publisher.unsubscribe(session, "orders.ALL")
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")
        assert reasons(here) == ["orders.ALL: the venue had dropped the subscription"]
        await whole(here)


# Cancel-on-disconnect


async def test_after_a_real_cut_the_venue_has_canceled_our_orders_and_we_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, session=ARMED) as here:
        await resting(here)
        here.venue.control.cut("private", refuse_for=0.1)
        await told(here, "O-1", "canceled")
        assert here.truth.live == {}
        await whole(here)
        assert events(here, "connection private").count("armed") == 2
        await resting(here, "O-2")
        assert here.ledger.violations == []


async def test_without_it_orders_outlive_a_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as here:
        await resting(here)
        here.venue.control.cut("private")
        await until(here, lambda: "lost" in events(here, "connection private"))
        await whole(here)
        assert [order.client_id for order in here.truth.live.values()] == ["O-1"]


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_clean_close_leaves_the_orders_as_they_are(
    monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    async with opened(monkeypatch, session={"cancel_on_disconnect": wanted}) as here:
        await resting(here)
        await here.close()
        await until(here, lambda: not here.venue.control._publisher.sessions)
        await until(here, lambda: not here.venue.exchange._queue)
        assert [order.client_id for order in here.truth.live.values()] == ["O-1"]
        assert facts(here, SessionClosed) == ([SessionClosed(is_disarmed=True)] if wanted else [])
        assert here.ledger.violations == []


async def test_a_close_that_the_venue_does_not_confirm_is_bounded_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, session=ARMED | {"switch_timeout": 1.0}) as here:
        add(here, "drop", SWITCH, count=None)
        with anyio.fail_after(PATIENCE):
            await here.close()
        assert facts(here, SessionClosed) == [SessionClosed(is_disarmed=False)]


async def test_a_switch_without_an_answer_is_an_alert_and_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = replace(SETTINGS.session, **ARMED, switch_timeout=0.5)
    monkeypatch.setattr(simulated, "SETTINGS", replace(SETTINGS, session=line))
    async with world(BINARY) as here:
        add(here, "drop", SWITCH, count=1)
        await here.open("websocket")
        assert facts(here, SessionUnprotected) == [SessionUnprotected("no answer")]
        assert reasons(here) == ["cancel_on_disconnect"]
        assert here.account.session.takes_orders
        await whole(here)
        await resting(here)
        here.venue.control.cut("private")
        await told(here, "O-1", "canceled")


def _refuse(self: Rpc, session: Any, params: Any) -> Any:
    raise RpcError(100, "not for this account")


def _confirm_nothing(self: Rpc, session: Any, params: Any) -> Any:
    return {"enabled": False}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_refuse, "100: not for this account"),
        (_confirm_nothing, 'UNCONFIRMED: the venue said yes to something else: {"enabled":false}'),
    ],
)
async def test_a_switch_the_venue_refuses_leaves_a_degraded_session_that_trades(
    monkeypatch: pytest.MonkeyPatch, answer: Any, reason: str
) -> None:
    monkeypatch.setattr(Rpc, "_cancel_on_disconnect", answer)
    monkeypatch.setattr("paradex_adapter.charts.connection.MAX_ARM_ATTEMPTS", 2)
    async with opened(monkeypatch, session=ARMED) as here:
        await resting(here)
        await until(here, lambda: len(facts(here, SessionUnprotected)) == 2)
        assert {fact.reason for fact in facts(here, SessionUnprotected)} == {reason}
        await until(here, lambda: events_of(here, "connection private", "arm_again") == 2)
        assert len(facts(here, SessionUnprotected)) == 2
        assert here.account.session.connection.chart.degraded.is_active


async def test_a_node_has_it_by_its_configuration(venue: Venue) -> None:
    async with trading(venue, execution={"cancel_on_disconnect": True}) as desk:
        await desk.until(lambda: desk.states["connection private"] == "session.authenticated")
        lost, kept = (desk.probe.limit(OrderSide.BUY, "0.1", at) for at in ("94000", "93000"))
        for order, cut in ((lost, True), (kept, False)):
            desk.probe.submit_order(order)
            await desk.until(lambda order=order: order.status == OrderStatus.ACCEPTED)
            if cut:
                venue.control.cut("private")
                await desk.until(lambda: lost.status == OrderStatus.CANCELED)
    live = venue.exchange.accounts[ALICE.address].live.values()
    assert [order.client_id for order in live] == [kept.client_order_id.value]


# A venue that is open


async def test_a_venue_that_is_limited_degrades_the_session_until_it_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        watched = here.account.venue_watch.driver.chart
        await until(here, lambda: watched.ok.is_active)
        here.venue.control.set_status("cancel_only")
        draft = Draft("O-1", MARKET, "BUY", "LIMIT", "0.1", "94000")
        here.ledger.expect(draft, 0)
        here.account.orders.submit(draft)  # refused, which hints at the status
        await told(here, "O-1", "rejected")
        await until(here, lambda: reasons(here) == ["venue cancel_only"])
        here.venue.control.set_status("post_only")
        await until(here, lambda: reasons(here)[-1] == "venue post_only")
        here.venue.control.set_status("ok")
        await whole(here)


@pytest.mark.parametrize("status", ["maintenance", "auction"])
async def test_whatever_limits_the_venue_is_told_once(
    monkeypatch: pytest.MonkeyPatch, status: Any
) -> None:
    async with opened(monkeypatch) as here:
        watch = here.account.venue_watch.driver
        watch.chart.limited_interval_secs = 0.5
        here.venue.exchange.status = status
        watch.receive("hinted")
        await until(here, lambda: reasons(here) == [f"venue {status}"])
        asked = events_of(here, "venue_status", "told")
        await until(here, lambda: events_of(here, "venue_status", "told") >= asked + 2)
        assert reasons(here) == [f"venue {status}"]
        here.venue.exchange.status = "ok"
        await whole(here)


async def test_a_status_the_venue_does_not_tell_is_no_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulated, "SETTINGS", SETTINGS)
    async with world(BINARY) as here:
        hang = RestRule(kind="hang", method="GET", path="/system/state", count=None, seconds=5.0)
        here.venue.control.add_fault(hang)
        await here.open("websocket")
        here.venue.control.cut("private")
        await until(here, lambda: events_of(here, "venue_status", "session_ready") >= 2)
        await whole(here)
        assert here.account.venue_watch.driver.chart.unheard.is_active


async def test_a_new_session_is_degraded_as_well_while_the_venue_is_limited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        here.venue.control.set_status("post_only")
        await until(here, lambda: reasons(here) == ["venue post_only"])
        here.venue.control.cut("private")
        await until(here, lambda: reasons(here) == ["venue post_only"] * 2)
        here.venue.control.set_status("ok")
        await whole(here)
