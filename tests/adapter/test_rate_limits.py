"""At a venue that enforces its limits while others on this machine use them too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import anyio
import pytest

from paradex_adapter.errors import RateLimited
from paradex_adapter.wire.jsonrpc import RATE_LIMITED
from paradex_venue.faults import RestRule, RpcRule
from tests.adapter.test_batches import PATIENCE, drafts, opened, resting, steps, submit, told
from tests.simulation.world import SETTINGS, VENUE, World

pytestmark = pytest.mark.anyio

HERE = "127.0.0.1"


@pytest.fixture
async def here(anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    calm = replace(SETTINGS, reconcile_interval=3600.0, recv_window_ms=2_000, order_timeout=5.0)
    monkeypatch.setattr("tests.simulation.world.SETTINGS", calm)
    monkeypatch.setattr("tests.simulation.world.VENUE", replace(VENUE, enforce_limits=True))
    async with opened("websocket") as here:
        yield here


def use_up(here: World, but: int) -> None:
    """Another process makes all requests that this machine may make just now, but some."""
    while here.venue.limits.spend("host", HERE).remaining > but:
        pass


def where(here: World, state: str) -> set[str]:
    """The charts whose last step led there."""
    last = {step.chart: step.target[0] for step in steps(here)}
    return {chart for chart, target in last.items() if target == state}


async def test_what_others_used_up_is_heard_of_and_waited_for_so_that_nothing_is_refused(
    here: World,
) -> None:
    limits = here.account.rest.limits
    await here.account.rest.balances()
    assert limits.address.seconds_short(500) == 0
    use_up(here, but=4)
    with anyio.fail_after(PATIENCE):
        for _ in range(8):
            await here.account.rest.balances()
    assert limits.address.seconds_short(500) > 1.0
    assert limits.address.figures.refusals == 0


async def test_a_query_that_is_refused_for_a_limit_holds_the_next_one_back(here: World) -> None:
    here.venue.control.add_fault(RestRule(kind="limit", path="/balance"))
    limits = here.account.rest.limits
    with pytest.raises(RateLimited):
        await here.account.rest.balances()
    assert (limits.address.figures.refusals, limits.private.figures.refusals) == (1, 0)
    with anyio.fail_after(PATIENCE):
        await here.account.rest.balances()
    assert limits.private.figures.delayed == 1


async def test_an_order_that_met_the_limit_is_not_rejected_for_it_and_the_next_one_waits(
    here: World,
) -> None:
    """Whether the venue acted is not said: the order is asked for, and rejected once it is void."""
    rule = RpcRule(method="order.create", code=RATE_LIMITED, message="rate limit exceeded")
    here.venue.control.add_fault(rule)
    first, other = drafts(2)
    submit(here, [first])
    limiter = here.account.rest.limits.orders
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(lambda: limiter.figures.refusals)
    assert here.ledger.stories["O-0"].status == "submitted"
    submit(here, [other])
    await told(here, [other], "accepted")
    assert limiter.figures.delayed == 1
    await told(here, [first], "rejected")
    assert here.ledger.stories["O-0"].told[-1].reason.startswith("NOT_FOUND: ")


async def test_what_is_asked_after_a_lost_session_does_not_grow_with_the_orders(
    here: World,
) -> None:
    wanted = await resting(here, 40)
    figures = here.account.rest.limits.private.figures
    before = figures.passed
    here.venue.control.cut("private")
    orders = {f"order {draft.client_order_id}" for draft in wanted}
    with anyio.fail_after(PATIENCE):
        await here.ledger.changes.until(lambda: where(here, "live.stale") >= orders)
        await here.ledger.changes.until(lambda: where(here, "live.accepted") >= orders)
    assert figures.passed - before < 20
