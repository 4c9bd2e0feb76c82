"""Mark prices, index prices and funding rates, from channels that several subscriptions share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.data import FundingRateUpdate, IndexPriceUpdate, MarkPriceUpdate
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.objects import Price

from paradex_venue import Venue
from paradex_venue.life_rules import LifeRules
from tests.adapter.conftest import QUIET
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, trading

pytestmark = pytest.mark.anyio

SUMMARY, FUNDING = f"markets_summary.{MARKET}", f"funding_data.{MARKET}"


@pytest.fixture(params=[(), (0,), (3,)], ids=["json", "binary 0", "binary 3"])
async def venue(anyio_backend: str, request: pytest.FixtureRequest) -> AsyncIterator[Venue]:
    """One that tells its figures fifty times a second."""
    life = LifeRules(funding_interval=0.02)
    config = replace(QUIET, summary_interval=0.02, life=life, sbe_versions=request.param)
    async with Venue(config) as venue:
        venue.control.fill_book(MARKET, BIDS, ASKS)
        yield venue


@pytest.fixture
async def desk(venue: Venue) -> AsyncIterator[Desk]:
    async with trading(venue, execution=None) as desk:
        yield desk


def told(desk: Desk, kind: type) -> list[Any]:
    return [figure for figure in desk.probe.figures if type(figure) is kind]


async def test_mark_and_index_are_told_at_the_instruments_precision(
    desk: Desk, venue: Venue
) -> None:
    venue.control.set_mark(MARKET, "95001.3")
    desk.probe.subscribe_mark_prices(BTC)
    desk.probe.subscribe_index_prices(BTC)
    kinds = (MarkPriceUpdate, IndexPriceUpdate)
    await desk.until(lambda: all(told(desk, kind) for kind in kinds))
    for kind in kinds:
        update = told(desk, kind)[0]
        assert (update.instrument_id, update.value) == (BTC, Price.from_str("95001.3"))
        assert update.value.precision == 1
        assert 0 < update.ts_event <= update.ts_init
    assert desk.cache.mark_price(BTC).value == Price.from_str("95001.3")


async def test_a_mark_that_moves_is_followed(desk: Desk, venue: Venue) -> None:
    desk.probe.subscribe_mark_prices(BTC)
    for mark in ("95001.3", "95002.4"):
        venue.control.set_mark(MARKET, mark)
        await desk.until(
            lambda mark=mark: desk.probe.figures and str(desk.probe.figures[-1].value) == mark
        )


async def test_a_shared_channel_is_left_with_the_last_of_its_subscriptions(desk: Desk) -> None:
    probe = desk.probe
    probe.subscribe_mark_prices(BTC)
    probe.subscribe_index_prices(BTC)
    await desk.until(lambda: told(desk, MarkPriceUpdate) and told(desk, IndexPriceUpdate))
    probe.unsubscribe_mark_prices(BTC)
    probe.subscribe_funding_rates(BTC)  # handled after what came before
    await desk.until(lambda: desk.is_active(FUNDING))
    assert desk.is_active(SUMMARY)
    probe.figures.clear()
    await desk.until(lambda: len(told(desk, IndexPriceUpdate)) > 1)
    assert told(desk, MarkPriceUpdate) == []
    probe.unsubscribe_index_prices(BTC)
    await desk.until(lambda: desk.states[f"subscription {SUMMARY}"] == "released")
    assert desk.is_active(FUNDING)
    probe.figures.clear()
    await desk.until(lambda: len(told(desk, FundingRateUpdate)) > 1)
    assert told(desk, IndexPriceUpdate) == []


async def test_what_was_left_can_be_subscribed_again(desk: Desk) -> None:
    for _ in range(2):
        desk.probe.figures.clear()
        desk.probe.subscribe_index_prices(BTC)
        await desk.until(lambda: desk.probe.figures)
        desk.probe.unsubscribe_index_prices(BTC)
        await desk.until(lambda: desk.states[f"subscription {SUMMARY}"] == "released")


async def test_a_funding_rate_is_exact_and_for_the_markets_own_period(
    desk: Desk, venue: Venue
) -> None:
    venue.life.set_funding(MARKET, "-0.00012345")
    desk.probe.subscribe_funding_rates(BTC)
    await desk.until(lambda: desk.probe.figures)
    update = desk.probe.figures[0]
    assert (update.instrument_id, update.rate) == (BTC, Decimal("-0.00012345"))
    assert update.interval == 8 * 60
    assert update.next_funding_ns is None  # it is paid all the time
    assert 0 < update.ts_event <= update.ts_init


async def test_figures_come_back_after_a_lost_session(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    probe.subscribe_mark_prices(BTC)
    probe.subscribe_funding_rates(BTC)
    await desk.until(lambda: desk.is_active(SUMMARY, FUNDING))
    venue.control.cut("public")
    await desk.until(lambda: not desk.is_active(SUMMARY, FUNDING))
    probe.figures.clear()
    await desk.until(lambda: told(desk, MarkPriceUpdate) and told(desk, FundingRateUpdate))


async def test_a_market_that_is_not_loaded_is_not_asked_for(desk: Desk) -> None:
    unknown = InstrumentId.from_str("NONE-USD-PERP.PARADEX")
    desk.probe.subscribe_mark_prices(unknown)
    desk.probe.unsubscribe_mark_prices(unknown)
    desk.probe.subscribe_index_prices(BTC)
    await desk.until(lambda: desk.is_active(SUMMARY))
    assert "subscription markets_summary.NONE-USD-PERP" not in desk.states
