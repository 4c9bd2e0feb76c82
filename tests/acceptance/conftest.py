"""A venue with quiet books, and the table of cases as an option."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from paradex_venue import Venue, VenueConfig
from tests.acceptance.table import DOCUMENT, rows, written
from tests.adapter.node import ASKS, BIDS, MARKET
from tests.venue.trader import ALICE, PATIENCE, Trader

QUIET = VenueConfig(market_maker=False, control=False, latency_open=0.001)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-acceptance", action="store_true", help="write the table of docs/paradex.md"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "acceptance(case, what, denied=None): a case it shows")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if session.config.getoption("--write-acceptance", False) and exitstatus == 0:
        DOCUMENT.write_text(written(DOCUMENT.read_text(), rows(session.items)))


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    async with Venue(QUIET) as venue:
        venue.control.register(ALICE.config())
        venue.control.fill_book(MARKET, BIDS, ASKS)
        yield venue


@pytest.fixture
async def elsewhere(venue: Venue) -> AsyncIterator[Trader]:
    """The same account, traded by somebody else."""
    async with httpx.AsyncClient(base_url=venue.rest_url, timeout=PATIENCE) as http:
        trader = Trader(http, venue, ALICE)
        await trader.log_in()
        yield trader


@pytest.fixture
def denied(request: pytest.FixtureRequest) -> str:
    """What the test's marker says is told in place of the case."""
    return str(request.node.get_closest_marker("acceptance").kwargs["denied"])
