"""An account at work in a world where things break, and what is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import anyio
import pytest

from paradex_adapter.charts.facts import SessionDegraded
from paradex_adapter.terms import Draft
from paradex_venue.faults import MessageRule
from statecharts import Emit, Step
from tests.adapter.node import MARKET
from tests.simulation import world as simulated
from tests.simulation.world import SETTINGS, World, world

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
