"""A venue with quiet books, and the table of cases as an option."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from paradex_venue import Venue, VenueConfig
from tests.acceptance.table import DOCUMENT, functions, rows, written
from tests.adapter.node import ASKS, BIDS, MARKET
from tests.venue.trader import ALICE

QUIET = VenueConfig(market_maker=False, control=False, latency_open=0.001)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-acceptance", action="store_true", help="write the table of docs/paradex.md"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "acceptance(case, what, denied=None): a case it shows")


def pytest_collection_finish(session: pytest.Session) -> None:
    if _writes(session.config) and not _is_whole(session):
        raise pytest.UsageError("--write-acceptance needs every test of tests/acceptance to run")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _writes(session.config) and exitstatus == pytest.ExitCode.OK:
        DOCUMENT.write_text(written(DOCUMENT.read_text(), rows()))


def _writes(config: pytest.Config) -> bool:
    return bool(config.getoption("--write-acceptance", False))


def _is_whole(session: pytest.Session) -> bool:
    """Whether every test of the folder was collected, with all its values."""
    options = session.config.option
    names = {f"{item.path.name}::{getattr(item, 'originalname', '')}" for item in session.items}
    is_narrowed = options.keyword or options.markexpr or options.deselect
    return not is_narrowed and {name for name, _ in functions()} <= names


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    async with Venue(QUIET) as venue:
        venue.control.register(ALICE.config())
        venue.control.fill_book(MARKET, BIDS, ASKS)
        yield venue


@pytest.fixture
def denied(request: pytest.FixtureRequest) -> str:
    """What the test's marker says is told in place of the case."""
    return str(request.node.get_closest_marker("acceptance").kwargs["denied"])
