"""Ways of an order that no ordinary day takes, through real sockets and in virtual time: words on
an order before it is submitted here, commands that come twice, sessions lost in the midst of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import anyio
import pytest

from paradex_adapter.terms import Adopted, Draft, terms_of
from paradex_venue.faults import MessageRule, RestRule
from tests.adapter.node import MARKET
from tests.simulation.setting import Setting
from tests.simulation.virtual import VirtualLoop
from tests.simulation.world import SETTINGS, VENUE, World, world
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

PATIENCE_SECS = 10.0
LIMIT = Draft("O-1", MARKET, "BUY", "LIMIT", "0.1", "94000")
STOP = replace(LIMIT, type="STOP_LIMIT", trigger_price="95100")
MARKET_ORDER = Draft("O-1", MARKET, "BUY", "MARKET", "0.1", "0")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


@asynccontextmanager
async def opened(**venue: Any) -> AsyncIterator[World]:
    setting = Setting(venue=replace(VENUE, sbe_private=False, **venue), account=SETTINGS)
    async with world(1, setting) as here:
        await here.open("websocket")
        yield here


async def until(here: World, holds: Callable[[], Any]) -> None:
    with anyio.fail_after(PATIENCE_SECS):
        await here.ledger.changes.until(holds)


def steps(here: World) -> list[str]:
    """What the order's chart did, without what it asked for and told."""
    own = [each for each in here.records if each.chart == "order O-1"]
    return [str(each).partition(" / ")[0] for each in own]


def where(here: World) -> str:
    return here.account.orders._of("O-1").order.chart.active_leaves[0]


async def reach(here: World, state: str) -> None:
    await until(here, lambda: here.account.orders.knows("O-1") and where(here) == state)


def submit(here: World, draft: Draft = LIMIT) -> None:
    here.ledger.expect(draft, 0)
    here.account.orders.submit(draft)


def by_hand(here: World, draft: Draft, **more: Any) -> None:
    """The order reaches the venue by another way than ours."""
    terms = {name: getattr(draft, name) for name in ("market", "side", "type", "size", "price")}
    if draft.trigger_price:
        terms["trigger_price"] = draft.trigger_price
    here.venue.life.place(ALICE.address, client_id=draft.client_order_id, **terms, **more)


def unsent(here: World, draft: Draft) -> None:
    """An earlier process has described the order, and nobody here has submitted it yet."""
    here.ledger.expect(draft, 0)
    adopted = Adopted(
        client_order_id="O-1",
        terms=terms_of(draft),
        venue_order_id="",
        filled_qty=Decimal(0),
        fills=frozenset(),
        valid_until=0,
        was_submitted=False,
    )
    here.account.orders.adopt(adopted)


def lose(here: World, channel: str, count: int = 100) -> None:
    here.venue.control.add_fault(MessageRule(kind="drop", channel=channel, count=count))


async def cut(here: World) -> None:
    """Lose the session and get another one."""
    here.venue.control.cut("private")
    await until(here, lambda: not here.account.session.is_ready)
    await until(here, lambda: here.account.session.is_ready and here.account.session.is_flowing())


def twice(here: World, draft: Draft = LIMIT) -> None:
    """The platform sends the order again, and denies it."""
    here.account.orders.submit(draft)
    here.account.orders.deny("O-1", "MEANT_TWICE")


@pytest.mark.parametrize(
    ("draft", "event", "venue"),
    [
        (LIMIT, "acked", {"push_new": True}),
        (LIMIT, "opened", {}),
        (STOP, "parked", {}),
        (MARKET_ORDER, "executed", {}),
    ],
)
async def test_a_word_on_an_order_not_submitted_here_makes_it_submitted(
    draft: Draft, event: str, venue: dict[str, Any]
) -> None:
    async with opened(**venue) as here:
        here.venue.control.fill_book(MARKET, [("94990", "1")], [("95010", "1")])
        unsent(here, draft)
        by_hand(here, draft)
        await until(here, lambda: f"initialized --{event}--> unconfirmed.unknown" in steps(here))
        await until(here, lambda: where(here) != "unconfirmed.unknown")
        assert here.ledger.violations == []


async def test_a_closed_order_that_was_not_submitted_here_is_told_rejected() -> None:
    async with opened() as here:
        here.venue.control.close_next(ALICE.address, "NOT_ENOUGH_MARGIN")
        unsent(here, LIMIT)
        by_hand(here, LIMIT)
        await reach(here, "ended.rejected")
        assert "initialized --amended--> unconfirmed.unknown" in steps(here)
        twice(here)
        assert where(here) == "ended.rejected"
        assert here.ledger.violations == []


async def test_an_order_that_is_not_submitted_yet_survives_a_lost_session() -> None:
    async with opened() as here:
        unsent(here, LIMIT)
        await cut(here)
        found = steps(here)
        assert "initialized --session_lost--> initialized" in found
        assert "initialized --session_ready--> initialized" in found
        assert where(here) == "initialized"


async def test_an_order_that_is_sent_again_is_sent_once() -> None:
    async with opened(latency_open=0.2) as here:
        submit(here)
        await reach(here, "unconfirmed.acknowledged")
        twice(here)
        await reach(here, "live.accepted")
        twice(here)
        for state in ("unconfirmed.acknowledged", "live.accepted"):
            assert f"{state} --submit--> {state}" in steps(here)
            assert f"{state} --deny--> {state}" in steps(here)
        assert len(here.truth.orders) == 1
        assert here.ledger.violations == []


async def test_an_order_whose_acceptance_is_not_told_is_asked_for() -> None:
    async with opened() as here:
        lose(here, "orders.")
        submit(here)
        await reach(here, "live.accepted")
        assert "unconfirmed.acknowledged --open_timeout--> unconfirmed.unknown" in steps(here)
        assert here.ledger.violations == []


async def test_an_order_that_settles_waits_for_its_executions_whatever_comes() -> None:
    async with opened() as here:
        submit(here)
        await reach(here, "live.accepted")
        lose(here, "fills.")
        here.venue.faults.add(_no_answers())
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        here.venue.control.cancel(ALICE.address, "O-1")
        await reach(here, "settling")
        twice(here)
        here.account.orders.doubt("O-1")
        await cut(here)
        here.venue.control.clear_faults()
        await reach(here, "ended.canceled")
        found = steps(here)
        for event in ("submit", "deny", "session_lost", "session_ready"):
            assert f"settling --{event}--> settling" in found
        assert "settling --doubted--> settling" in found
        assert here.ledger.violations == []


def _no_answers() -> Any:
    return RestRule(kind="refuse", method="GET", path="/fills", count=None)
