"""The rate limits as a client meets them: over REST and over the line."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from paradex_venue import Venue, VenueConfig
from paradex_venue.clock import ManualClock
from tests.venue.trader import BOB, Trader, line, trader

pytestmark = pytest.mark.anyio


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    """Time stands still unless it is told to go on."""
    config = VenueConfig(market_maker=False, enforce_limits=True)
    async with Venue(config, ManualClock()) as venue:
        yield venue


def spend_all(venue: Venue, account: str, orders: int = 800) -> None:
    for _ in range(orders):
        assert not venue.limits.spend("orders", account).is_exceeded


async def test_orders_of_rest_and_line_count_together(venue: Venue, alice: Trader) -> None:
    async with line(venue, token=await alice.log_in()) as connection:
        spend_all(venue, alice.account, 798)
        answer = await alice.ask("POST", "/orders", json=alice.order())
        assert answer.status_code == 201
        assert answer.headers["X-RateLimit-Remaining"] == "1"
        assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Window"]) == (
            "800",
            "1",
        )
        created = await connection.request("order.create", **alice.order())
        assert "result" in created
        refused = await connection.request("order.create", **alice.order())
        assert refused["error"]["code"] == 42901
        answer = await alice.ask("POST", "/orders", json=alice.order())
        assert (answer.status_code, answer.json()["error"]) == (429, "RATE_LIMIT_EXCEEDED")
        assert answer.headers["Retry-After"] == "1"
        assert len(venue.exchange.accounts[alice.account].orders) == 2


async def test_after_a_while_orders_are_taken_again(venue: Venue, alice: Trader) -> None:
    spend_all(venue, alice.account)
    assert (await alice.ask("POST", "/orders", json=alice.order())).status_code == 429
    assert isinstance(venue.exchange.clock, ManualClock)
    venue.exchange.clock.advance(1)
    assert (await alice.ask("POST", "/orders", json=alice.order())).status_code == 201


async def test_a_batch_counts_as_one(venue: Venue, alice: Trader) -> None:
    await alice.log_in()
    orders = [alice.order(price=str(90000 + step)) for step in range(10)]
    answer = await alice.ask("POST", "/orders/batch", json=orders)
    assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (201, "799")


async def test_nobody_pays_for_another(venue: Venue, alice: Trader) -> None:
    spend_all(venue, alice.account)
    async with trader(venue, BOB) as bob:
        assert (await bob.ask("POST", "/orders", json=bob.order())).status_code == 201
        assert (await bob.get("/account"))["account"] == bob.account


async def test_questions_and_subscriptions_are_not_orders(venue: Venue, alice: Trader) -> None:
    spend_all(venue, alice.account)
    async with line(venue, token=await alice.log_in()) as connection:
        await connection.subscribe("orders.ALL")
    assert (await alice.ask("GET", "/orders")).headers["X-RateLimit-Limit"] == "120"


async def test_all_private_requests_of_a_host_share_its_limit(venue: Venue, alice: Trader) -> None:
    await alice.log_in()
    for _ in range(1500):
        venue.limits.spend("host", "127.0.0.1")
    answer = await alice.ask("GET", "/account")
    assert (answer.status_code, answer.headers["X-RateLimit-Limit"]) == (429, "1500")
    assert (await alice.http.get("/system/time")).status_code == 200
