"""A venue with quiet books, and a trader in it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from paradex_venue import Venue, VenueConfig
from tests.venue.hand import Hand
from tests.venue.trader import Trader, trader


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is done to a venue, it has nothing to complain of."""
    yield
    records = [r for phase in ("setup", "call", "teardown") for r in caplog.get_records(phase)]
    complaints = [record for record in records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in complaints] == []


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    """Nobody quotes until told to, and there is hardly any latency."""
    async with Venue(VenueConfig(market_maker=False, latency_open=0.001)) as venue:
        yield venue


@pytest.fixture
async def alice(venue: Venue) -> AsyncIterator[Trader]:
    async with trader(venue) as alice:
        yield alice


@pytest.fixture
async def hand(venue: Venue) -> AsyncIterator[Hand]:
    async with httpx.AsyncClient(base_url=venue.control_url, verify=False) as http:
        yield Hand(http)
