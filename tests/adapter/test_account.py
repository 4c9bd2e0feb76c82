"""One account without a trading platform: how it is opened, kept right and closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import anyio
import pytest

from paradex_adapter.account import AccountSettings, open_account
from paradex_adapter.backoff import Backoff
from paradex_adapter.environment import Credentials, Endpoints
from paradex_adapter.errors import ConfigError, OutcomeUnknown
from paradex_adapter.orders import Draft
from paradex_adapter.session import SessionSettings
from paradex_adapter.transport.http import Http
from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from statecharts import Step
from tests.adapter.node import MARKET
from tests.simulation.ledger import Ledger
from tests.simulation.world import GRACE_MS, SETTINGS, World, world
from tests.venue.trader import ALICE, BOB

pytestmark = pytest.mark.anyio

PATIENCE = 5.0
QUICK = AccountSettings(
    connect_timeout=0.4,
    session=SessionSettings(Backoff(first=0.05), dial_timeout=0.1, auth_timeout=0.1),
)


@pytest.fixture
async def here(anyio_backend: str) -> AsyncIterator[World]:
    async with world(0) as here:
        await here.open("rest")
        yield here


async def told(here: World, client_order_id: str, status: str) -> None:
    with anyio.fail_after(PATIENCE):
        story = here.ledger.stories[client_order_id]
        await here.ledger.changes.until(lambda: story.status == status)


def submit(here: World, client_order_id: str = "O-1") -> None:
    draft = Draft(client_order_id, MARKET, "BUY", "LIMIT", "0.1", "94000")
    here.ledger.expect(draft, 0)
    here.account.orders.submit(draft)


async def resting(here: World, client_order_id: str = "O-1") -> None:
    submit(here, client_order_id)
    await told(here, client_order_id, "accepted")


# Opening


async def refused(venue: Venue, ws_url: str = "", key: Any = ALICE, **settings: Any) -> Exception:
    """Why the account cannot be opened; whatever was opened is closed again."""
    before = asyncio.all_tasks()
    endpoints = Endpoints(venue.rest_url, ws_url or venue.ws_url)
    credentials = Credentials.resolve(endpoints, ALICE.address, key.private)
    async with Http(venue.rest_url) as http:
        with pytest.raises((ConfigError, OutcomeUnknown)) as caught:
            await open_account(http, endpoints, credentials, Ledger(), replace(QUICK, **settings))
        left = [task for task in asyncio.all_tasks() - before if "paradex_adapter" in repr(task)]
        assert left == []
    return caught.value


async def test_a_key_of_another_account_is_the_users_to_mend(venue: Venue) -> None:
    error = await refused(venue, key=BOB)
    assert isinstance(error, ConfigError)
    assert "INVALID_SUBKEY" in str(error)
    assert venue.control.cut("all") == 0


async def test_a_websocket_nobody_listens_at_is_named(venue: Venue) -> None:
    error = await refused(venue, "ws://127.0.0.1:9/v1")
    assert isinstance(error, OutcomeUnknown)
    assert str(error).startswith("ws://127.0.0.1:9/v1 did not answer within 0.4 s: ws://127.0.0.1")


@pytest.mark.parametrize("reply", ["reply.auth", "reply.subscribe"])
async def test_a_venue_that_falls_silent_is_waited_for_within_bounds(
    venue: Venue, reply: str
) -> None:
    for channel in (reply, "orders.", "fills.", "positions", "account"):
        venue.control.add_fault(MessageRule(kind="drop", channel=channel, count=None))
    error = await refused(venue)
    assert isinstance(error, OutcomeUnknown)
    assert f"{venue.ws_url} did not answer within 0.4 s" in str(error)


async def test_a_token_that_the_websocket_does_not_take_is_told_with_the_venues_code(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paradex_venue.rpc.is_token_shaped", lambda token: False)
    error = await refused(venue)
    assert isinstance(error, OutcomeUnknown)
    assert str(error).endswith("did not answer within 0.4 s: 40110: malformed bearer token")


# Keeping right


async def test_a_word_the_venue_never_sent_is_found_by_asking_regularly(
    anyio_backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    often = replace(SETTINGS, reconcile_interval=0.05)
    monkeypatch.setattr("tests.simulation.world.SETTINGS", often)
    async with world(0) as here:
        await here.open("rest")
        await resting(here)
        here.venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=1))
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")
        assert here.ledger.violations == []


@pytest.mark.parametrize("channel", ["orders.ALL", "fills.ALL"])
async def test_a_frame_that_cannot_be_read_makes_us_ask_for_everything(
    here: World, channel: str
) -> None:
    await resting(here)
    here.venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=1))
    here.venue.control.cancel(ALICE.address, "O-1")
    here.account.push_received(channel, b'{"id": 7}')
    await told(here, "O-1", "canceled")
    (trouble,) = here.ledger.troubles
    assert trouble.startswith("a private frame: ")


async def test_a_reconciliation_that_fails_is_tried_again(here: World) -> None:
    await resting(here)
    here.venue.control.add_fault(RestRule(kind="refuse", method="GET", path="/fills", count=2))
    here.venue.control.add_fault(MessageRule(kind="drop", channel="orders.", count=1))
    here.venue.control.cancel(ALICE.address, "O-1")
    here.account.reconcile()
    await told(here, "O-1", "canceled")
    assert len(here.ledger.troubles) >= 2


async def test_demands_made_while_one_reconciliation_runs_lead_to_one_more(here: World) -> None:
    for _ in range(5):
        here.account.reconcile()
    chart = here.account.reconciliation.chart
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(lambda: chart.idle.is_active)
    steps = [r for r in here.records if isinstance(r, Step) and r.chart == "reconciliation"]
    assert [step.event for step in steps].count("completed") == 2


async def test_an_order_sent_twice_under_one_name_is_not_rejected_for_being_known(
    here: World,
) -> None:
    """The venue's "duplicate" says that there is one: it is looked for and found."""
    await resting(here)
    await here.close()
    venue_order = next(iter(here.truth.live.values()))
    await here.open("rest")
    here.ledger.stories["O-1"].status = "submitted"
    draft = here.ledger.stories["O-1"].draft
    here.account.orders._working.clear()
    here.account.orders.submit(draft)
    await told(here, "O-1", "accepted")
    assert here.ledger.stories["O-1"].venue_order_id == venue_order.id
    assert list(here.truth.live) == [venue_order.id]


async def test_an_order_of_an_earlier_process_may_have_been_signed_as_that_ended(
    here: World,
) -> None:
    draft = Draft("O-1", MARKET, "BUY", "LIMIT", "0.1", "94000")
    here.ledger.expect(draft, 0).status = "submitted"
    before = here.venue.exchange.now_ms()
    here.account.orders.adopt(here.ledger.stories["O-1"].adopted())
    await told(here, "O-1", "rejected")
    window, grace = SETTINGS.recv_window_ms, GRACE_MS
    assert here.ledger.stories["O-1"].told[-1].ts_event > before + window + grace


# Closing


@pytest.mark.parametrize("order_entry", ["rest", "websocket"])
async def test_closing_in_the_middle_of_everything_leaves_no_timer_and_no_task(
    anyio_backend: str, order_entry: Any
) -> None:
    async with world(0) as here:
        await here.open(order_entry)
        before = asyncio.all_tasks()
        for number in range(5):
            submit(here, f"O-{number}")
        here.account.reconcile()
        await here.close()  # the world counts the timers
        assert here.ledger.violations == []
        left = [task for task in asyncio.all_tasks() - before if not task.done()]
        assert [task for task in left if "paradex_adapter" in repr(task)] == []


async def test_closing_twice_is_harmless_and_orders_stay(here: World) -> None:
    await resting(here)
    account = here.account
    await account.close()
    await account.close()
    assert [order.client_id for order in here.truth.live.values()] == ["O-1"]


async def test_a_word_that_comes_after_closing_changes_nothing(here: World) -> None:
    await resting(here)
    await here.close()
    here.venue.control.cancel(ALICE.address, "O-1")
    await anyio.wait_all_tasks_blocked()
    assert here.ledger.stories["O-1"].status == "accepted"
