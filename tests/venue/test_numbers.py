"""Sequence numbers on the private channels, and what may go wrong with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from paradex_adapter.wire import sbe
from paradex_venue import Venue, VenueConfig
from paradex_venue.clock import ManualClock
from paradex_venue.faults import MessageRule
from paradex_venue.life_rules import LifeRules
from tests.venue.hand import Hand, buy
from tests.venue.trader import Trader, line, trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    async with Venue(VenueConfig(market_maker=False, latency_open=0.001)) as venue:
        venue.control.fill_book(BTC, [("94990", "5")], [("95000", "5")])
        yield venue


@pytest.mark.parametrize("is_binary", [False, True])
async def test_every_numbered_stream_counts_up(is_binary: bool) -> None:
    """Orders, positions and the account: numbers are as of nanoseconds, and no two are alike."""
    life = LifeRules(chain_latency=0.01)
    config = VenueConfig(market_maker=False, sbe_private=is_binary, latency_open=0.001, life=life)
    query = "?sbeSchemaId=1&sbeSchemaVersion=2" if is_binary else ""
    async with Venue(config) as venue, trader(venue) as alice:
        venue.control.fill_book(BTC, [("94990", "5")], [("95000", "5")])
        token = await alice.log_in()
        for channel in ("orders.ALL", "positions", "account"):
            async with line(venue, query, token) as connection:
                await connection.subscribe(channel)
                await buy(alice, "0.4")
                venue.life.liquidate(alice.account, "0.5")
                venue.life.bust(alice.account)
                await buy(alice, "0.1")
                told = [await connection.next() for _ in range(2)]
            numbers = [_number(message) for message in told]
            assert numbers[1] > numbers[0] > 1_700_000_000_000_000_000


def _number(message: Any) -> int:
    if isinstance(message, bytes):
        return int(sbe.decode(message).seq)
    return int(message["params"]["data"]["seq_no"])


@pytest.mark.parametrize(("kind", "by"), [("skip", 1_000_000_000), ("step_back", -1_000_000_000)])
async def test_a_number_may_be_skipped_or_step_back(
    venue: Venue, alice: Trader, hand: Hand, kind: str, by: int
) -> None:
    token = await alice.log_in()
    async with line(venue, token=token) as struck, line(venue, token=token) as spared:
        await spared.subscribe("account")
        await struck.subscribe("positions")
        await hand.do(kind, channel="positions")
        await spared.subscribe("positions")
        await buy(alice)
        # The fault strikes the first connection that is told; the count is one.
        numbers = [(await c.data("positions"))["seq_no"] for c in (struck, spared)]
        assert numbers[0] - numbers[1] == by


async def test_binary_numbers_step_back_too() -> None:
    config = VenueConfig(market_maker=False, sbe_private=True, latency_open=0.001)
    async with Venue(config) as venue, trader(venue) as alice:
        venue.control.fill_book(BTC, asks=[("95000", "5")])
        token = await alice.log_in()
        query = "?sbeSchemaId=1&sbeSchemaVersion=2"
        async with line(venue, query, token) as struck, line(venue, query, token) as spared:
            await struck.subscribe("positions")
            await spared.subscribe("positions")
            venue.control.add_fault(MessageRule(kind="step_back", channel="positions", by=5))
            await buy(alice)
            frames = [await c.next(lambda m: isinstance(m, bytes)) for c in (struck, spared)]
            numbers = [sbe.decode(frame).seq for frame in frames]
            assert numbers[0] == numbers[1] - 5


async def test_a_stalled_channel_is_silent_and_then_tells_everything() -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(market_maker=False), clock) as venue, trader(venue) as alice:
        venue.control.fill_book(BTC, asks=[("95000", "5")])
        async with line(venue, token=await alice.log_in()) as ear:
            await ear.subscribe("fills.ALL", "positions")
            venue.control.add_fault(MessageRule(kind="stall", channel="fills.", seconds=60.0))
            for size in ("0.1", "0.2"):
                await alice.submit(type="MARKET", price=None, size=size)
                clock.advance(1)
            told = [(await ear.next())["params"] for _ in range(2)]
            clock.advance(59)
            told += [(await ear.next())["params"] for _ in range(2)]
    channels = [params["channel"] for params in told]
    assert channels == ["positions", "positions", "fills.ALL", "fills.ALL"]
    assert [params["data"]["size"] for params in told[2:]] == ["0.1", "0.2"]
