"""The venue's dead man's switch: armed in each session, let go of before a clean close."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import anyio
import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus

from paradex_adapter.charts.facts import SessionClosed, SessionUnprotected
from paradex_venue import Venue
from paradex_venue.rpc import Rpc, RpcError
from tests.adapter.node import trading
from tests.adapter.opened import (
    ARMED,
    BINARY,
    PATIENCE,
    SWITCH,
    add,
    events,
    events_of,
    facts,
    opened,
    reasons,
    resting,
    told,
    until,
    whole,
)
from tests.simulation import world as simulated
from tests.simulation.world import SETTINGS, world
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio


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
    line = replace(SETTINGS.session, **ARMED, switch_timeout=3.0)
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
