"""A venue whose book says what a test put into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from paradex_venue import Venue, VenueConfig
from tests.adapter.node import ASKS, BIDS, MARKET, Desk, trading
from tests.venue.trader import ALICE, PATIENCE, Trader

QUIET = VenueConfig(market_maker=False, control=False, latency_open=0.001)


in_both_dialects = pytest.mark.parametrize(
    "venue", [False, True], indirect=True, ids=["json", "binary"]
)
"""Private words may be binary. They leave out, say, what remains after an execution."""


@pytest.fixture
async def venue(anyio_backend: str, request: pytest.FixtureRequest) -> AsyncIterator[Venue]:
    is_binary = getattr(request, "param", False)
    async with Venue(replace(QUIET, sbe_private=is_binary)) as venue:
        venue.control.register(ALICE.config())
        venue.control.fill_book(MARKET, BIDS, ASKS)
        yield venue


@pytest.fixture
async def desk(venue: Venue) -> AsyncIterator[Desk]:
    """A running node."""
    async with trading(venue) as desk:
        yield desk


@pytest.fixture
async def elsewhere(venue: Venue) -> AsyncIterator[Trader]:
    """The same account, traded by somebody else: the venue's own interface, another process."""
    async with httpx.AsyncClient(base_url=venue.rest_url, timeout=PATIENCE) as http:
        yield Trader(http, venue, ALICE)
