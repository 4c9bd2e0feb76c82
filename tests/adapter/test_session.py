"""One session and its token against a venue that makes trouble, through real sockets: the ways
through their charts that a day without trouble never takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from paradex_adapter.charts.facts import SessionClosed, SessionUnprotected
from paradex_adapter.errors import OutcomeUnknown, Unauthorized
from paradex_adapter.wire.jsonrpc import INTERNAL_ERROR, PERMISSION_DENIED, RpcError
from tests.adapter.line import PATIENCE, Line, lines

pytestmark = pytest.mark.anyio

CONNECTION, TOKEN = "connection it", "token"
BBO, ORDERS = "bbo.BTC-USD-PERP", "orders.ALL"
NO = {"status": 403, "code": "NOT_ONBOARDED"}
SWITCH = "reply.order.cancel_on_disconnect"


@pytest.fixture
async def line(anyio_backend: str) -> AsyncIterator[Line]:
    async with lines() as line:
        yield line


# Dialling


async def test_a_peer_that_accepts_and_says_nothing_is_dialled_anew_until_it_is_closed(
    line: Line,
) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    async with server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        session = line.open(url=url, dial_timeout=5.0)
        await line.came(CONNECTION, "dial_timeout", count=2)
        await line.until(lambda: session.connection.chart.connecting.is_active)
        session.close()
        await line.came(CONNECTION, "close", "connecting")


# Signing in


async def test_a_venue_that_cannot_issue_a_token_is_asked_again_and_dialled_anew(
    line: Line,
) -> None:
    line.refuse("refuse", status=503)
    session = line.open(token_wait=0.05)
    await line.came(TOKEN, "issue_failed", "requesting")
    await line.came(CONNECTION, "token_unavailable")
    await line.came(TOKEN, "need", "waiting")
    line.tokens.unauthorized("an older one")
    await line.came(TOKEN, "retry", "waiting")
    line.venue.control.clear_faults()
    await line.until(lambda: session.is_ready)


async def test_a_token_that_takes_too_long_is_asked_for_again(line: Line) -> None:
    line.refuse("hang", count=1, seconds=2.0)
    session = line.open()
    await line.came(TOKEN, "issue_timeout", "requesting")
    line.tokens.unauthorized("an older one")
    await line.until(lambda: session.is_ready)


async def test_a_key_the_venue_will_not_sign_in_is_told_and_tried_again(line: Line) -> None:
    line.refuse("refuse", **NO)
    session = line.open()
    await line.came(CONNECTION, "token_refused")
    with pytest.raises(Unauthorized):
        await line.tokens.bearer()
    await line.came(TOKEN, "need", "refused")
    line.venue.control.clear_faults()
    await line.came(TOKEN, "retry", "refused")
    await line.until(lambda: session.is_ready)


async def test_only_the_present_token_is_dropped_when_the_venue_refuses_one(line: Line) -> None:
    await line.ready()
    present = await line.tokens.bearer()
    line.tokens.unauthorized("an older one")
    assert await line.tokens.bearer() == present
    line.refuse("hang", count=1, seconds=0.05)
    line.tokens.unauthorized(present)
    line.tokens.unauthorized(present)
    await line.came(TOKEN, "unauthorized", "requesting")
    assert isinstance(await line.tokens.bearer(), str)


@pytest.mark.parametrize(
    ("kind", "event", "rule"),
    [
        ("refuse", "issue_refused", NO),
        ("refuse", "issue_failed", {"status": 503}),
        ("hang", "issue_timeout", {"seconds": 1.0}),
    ],
)
async def test_a_token_that_cannot_be_replaced_is_used_until_it_expires(
    kind: Any, event: str, rule: dict[str, Any]
) -> None:
    async with lines(jwt_ttl=60.0) as line:
        session = await line.ready(token_wait=0.05)
        line.refuse(kind, **rule)
        await line.came(TOKEN, event, "held.refreshing")
        await line.came(TOKEN, "expired")
        assert session.is_ready  # an open session never signs in again
        with pytest.raises((OutcomeUnknown, Unauthorized)):
            await line.tokens.bearer()
        line.venue.control.clear_faults()
        await line.came(TOKEN, "issued", "requesting", count=2)


# Cancel-on-disconnect


async def test_the_answer_to_a_request_that_was_given_up_arms_as_well(line: Line) -> None:
    line.add("delay", SWITCH, count=2, seconds=0.25)
    session = line.open(cancel_on_disconnect=True)
    await line.came(CONNECTION, "arm_timeout", "session.degraded")
    session.impair("something else")
    await line.came(CONNECTION, "armed", "session.degraded")
    session.restore("something else")
    await line.came(CONNECTION, "armed", "session.authenticated")
    assert set(facts(line, SessionUnprotected)) == {SessionUnprotected("no answer")}


async def test_a_late_refusal_changes_nothing_once_armed(line: Line) -> None:
    line.add("delay", SWITCH, count=1, seconds=0.25)
    line.answer("order.cancel_on_disconnect", RpcError(100, "not now"))
    line.open(cancel_on_disconnect=True)
    await line.came(CONNECTION, "armed", "session.degraded")
    await line.came(CONNECTION, "arm_refused", "session.authenticated")


async def test_a_session_closed_before_it_is_armed_is_disarmed_as_well(line: Line) -> None:
    line.add("delay", SWITCH, count=1, seconds=0.05)
    session = line.open(cancel_on_disconnect=True)
    await line.until(lambda: session.connection.chart.arming.is_active)
    with anyio.fail_after(PATIENCE):
        await session.aclose()
    await line.came(CONNECTION, "close", "session.arming")
    assert facts(line, SessionClosed) == [SessionClosed(is_disarmed=True)]


async def test_a_line_that_breaks_while_it_is_closed_is_closed(line: Line) -> None:
    session = await line.ready(cancel_on_disconnect=True)
    line.add("drop", SWITCH, count=None)
    session.close()
    session.close()
    await line.came(CONNECTION, "close", "closing")
    line.venue.control.cut()
    with anyio.fail_after(PATIENCE):
        await session.aclose()
    await line.came(CONNECTION, "lost", "closing")
    assert facts(line, SessionClosed) == [SessionClosed(is_disarmed=False)]


# Channels


async def test_a_public_session_is_degraded_by_a_channel_without_an_answer(line: Line) -> None:
    session = await line.ready(private=False)
    line.add("drop", "reply.subscribe", count=1)
    session.subscribe(BBO)
    await line.came(CONNECTION, "impaired", "session.connected")
    await line.came(CONNECTION, "restored", "session.degraded")
    assert session.connection.chart.connected.is_active


async def test_a_frame_acknowledges_a_channel_and_a_late_acknowledgement_changes_nothing(
    line: Line,
) -> None:
    session = await line.ready(private=False, ack_timeout=100.0)
    line.add("delay", "reply.subscribe", count=1, seconds=0.4)
    session.subscribe(BBO)
    await line.until(lambda: session.subscriptions)
    while not line.frames:  # a frame cannot be sent before the venue has taken the subscription
        line.venue.control.fill_book("BTC-USD-PERP", [("94000", "1")], [])
        line.venue.control.fill_book("BTC-USD-PERP", [("94001", "1")], [])
        await anyio.wait_all_tasks_blocked()
    chart = f"subscription {BBO}"
    await line.came(chart, "data_seen", "pending")
    await line.came(chart, "acked", "active")


NOT_SIGNED_IN = RpcError(PERMISSION_DENIED, "call auth first")
INTERNAL = RpcError(INTERNAL_ERROR, "internal error")


@pytest.mark.parametrize("state", ["pending", "checking"])
@pytest.mark.parametrize(("error", "event"), [(NOT_SIGNED_IN, "refused"), (INTERNAL, "unanswered")])
async def test_a_channel_refused_for_now_is_asked_for_again(
    line: Line, state: str, error: RpcError, event: str
) -> None:
    chart = f"subscription {ORDERS}"
    session = await line.ready()
    if state == "checking":
        session.subscribe(ORDERS)
        await line.came(chart, "acked")
    line.answer("subscribe", error)
    session.subscribe(ORDERS)
    await line.came(chart, event, state)
    await line.until(lambda: session.subscriptions[ORDERS].chart.active.is_active)


async def test_a_channel_the_venue_does_not_have_is_refused_for_good_and_can_be_let_go(
    line: Line,
) -> None:
    session = await line.ready(private=False)
    session.subscribe("weather.TOKYO")
    await line.came("subscription weather.TOKYO", "refused", "pending")
    assert session.connection.chart.missing == {"weather.TOKYO"}
    session.unsubscribe("weather.TOKYO")
    assert session.connection.chart.connected.is_active


@pytest.mark.parametrize("state", ["idle", "pending", "active", "checking", "failed"])
async def test_a_channel_can_be_let_go_wherever_it_is(line: Line, state: str) -> None:
    """And a gap is told to whoever flows, or is about to."""
    if state in ("checking", "failed"):
        line.add("drop", "reply.subscribe", count=1 if state == "failed" else 0)
    session = line.open(check_interval=1.0) if state == "idle" else await line.ready()
    session.subscribe(ORDERS)
    chart = session.subscriptions[ORDERS].chart
    if state != "idle":
        await line.until(lambda: getattr(chart, state).is_active)
    assert getattr(chart, state).is_active
    session.unsubscribe(ORDERS)
    await line.came(f"subscription {ORDERS}", "unsubscribe", state)
    assert session.subscriptions == {}
    await line.until(lambda: session.is_ready)


@pytest.mark.parametrize("state", ["pending", "checking"])
async def test_a_gap_may_come_while_an_answer_is_outstanding(line: Line, state: str) -> None:
    session = await line.ready()
    session.subscribe(ORDERS)
    chart = session.subscriptions[ORDERS].chart
    await line.until(lambda: getattr(chart, state).is_active)
    session.gapped(ORDERS)
    await line.came(f"subscription {ORDERS}", "gapped", state)
    await line.until(lambda: chart.active.is_active)


async def test_a_session_may_be_lost_while_a_channel_is_checked(line: Line) -> None:
    session = await line.ready()
    session.subscribe(ORDERS)
    chart = session.subscriptions[ORDERS].chart
    await line.came(f"subscription {ORDERS}", "acked")
    line.add("drop", "reply.subscribe", count=1)
    await line.until(lambda: chart.checking.is_active)
    line.venue.control.cut()
    await line.came(f"subscription {ORDERS}", "session_lost", "checking")
    await line.until(lambda: chart.active.is_active)


def facts(line: Line, kind: type) -> list[object]:
    return [fact for fact in line.facts if isinstance(fact, kind)]
