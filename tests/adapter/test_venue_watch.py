"""A venue that is limited is something missing, until it is open again."""

from __future__ import annotations

from typing import Any

import pytest

from paradex_adapter.terms import Draft
from paradex_venue.faults import RestRule
from tests.adapter.node import MARKET
from tests.adapter.opened import BINARY, events_of, opened, reasons, told, until, whole
from tests.simulation import world as simulated
from tests.simulation.world import SETTINGS, world

pytestmark = pytest.mark.anyio


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
