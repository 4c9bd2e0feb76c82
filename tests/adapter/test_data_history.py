"""Requests for a market's past: whole, ascending, within the window, and always answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.data import Bar, BarType, FundingRateUpdate, TradeTick
from nautilus_trader.model.identifiers import InstrumentId

from paradex_adapter.transport import market_records
from paradex_venue import Venue
from paradex_venue.faults import RestRule
from paradex_venue.postings import FundingState
from paradex_venue.records import Trade
from tests.adapter.node import BTC, MARKET, Desk

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)
START = datetime(2026, 1, 2, 3, tzinfo=UTC)
UNKNOWN = InstrumentId.from_str("NONE-USD-PERP.PARADEX")


def traded(
    venue: Venue, number: int, after: timedelta, price: str = "95000", size: str = "1"
) -> None:
    """The venue's tape has this trade, so long after `START`."""
    trade = Trade(
        id=str(number),
        market=MARKET,
        side="SELL" if number % 2 else "BUY",
        price=Decimal(price),
        size=Decimal(size),
        seq_no=number,
        created_at=int((START + after).timestamp() * 1000),
    )
    venue.exchange.engine.tapes[MARKET].append(trade)


async def history(desk: Desk, ask: Any, kind: type, *what: Any, **window: Any) -> list[Any]:
    """What a request brought, once it was answered."""
    answered: list[object] = []
    desk.probe.history.clear()

    def done(request_id: object) -> None:
        answered.append(request_id)
        desk.changes.tell()

    asked = ask(*what, callback=done, **window)
    await desk.until(lambda: answered)
    assert answered == [asked]
    assert all(type(each) is kind for each in desk.probe.history)
    return list(desk.probe.history)


async def test_trades_are_fetched_page_after_page(
    desk: Desk, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_records, "TRADES_PAGE_SIZE", 2)
    for number in range(1, 8):
        traded(venue, number, number * MINUTE, f"9500{number}.5")
    ask = desk.probe.request_trade_ticks
    ticks = await history(desk, ask, TradeTick, BTC, start=START)
    assert [tick.trade_id.value for tick in ticks] == [str(number) for number in range(1, 8)]
    first = ticks[0]
    assert (str(first.price), str(first.size)) == ("95001.5", "1.00000")
    assert first.ts_event == int((START + MINUTE).timestamp()) * 10**9


async def test_trades_are_those_of_the_window_and_the_latest_where_there_is_a_limit(
    desk: Desk, venue: Venue
) -> None:
    for number in range(1, 8):
        traded(venue, number, number * MINUTE)
    window = {"start": START + 2 * MINUTE, "end": START + 5 * MINUTE}
    ask = desk.probe.request_trade_ticks
    ticks = await history(desk, ask, TradeTick, BTC, **window)
    assert [tick.trade_id.value for tick in ticks] == ["2", "3", "4", "5"]
    ticks = await history(desk, ask, TradeTick, BTC, limit=2, **window)
    assert [tick.trade_id.value for tick in ticks] == ["4", "5"]


async def test_a_trade_that_no_longer_fits_the_increments_is_left_out(
    desk: Desk, venue: Venue
) -> None:
    traded(venue, 1, MINUTE, "95000.123")
    traded(venue, 2, 2 * MINUTE, "95000.1")
    ticks = await history(desk, desk.probe.request_trade_ticks, TradeTick, BTC, start=START)
    assert [tick.trade_id.value for tick in ticks] == ["2"]


async def test_funding_rates_are_fetched_page_after_page(
    desk: Desk, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_records, "FUNDING_PAGE_SIZE", 2)
    for number in range(1, 6):
        at = int((START + number * MINUTE).timestamp() * 1000)
        rate, zero = Decimal(number).scaleb(-5), Decimal(0)
        state = FundingState(
            market=MARKET, index=zero, rate=rate, premium=zero, period_hours=8, created_at=at
        )
        venue.life._life.funding.history[MARKET].append(state)
    window = {"start": START, "end": START + 4 * MINUTE}
    ask = desk.probe.request_funding_rates
    rates = await history(desk, ask, FundingRateUpdate, BTC, **window)
    assert [rate.rate for rate in rates] == [Decimal(n).scaleb(-5) for n in range(1, 5)]
    assert {rate.interval for rate in rates} == {480}
    assert rates[0].ts_event == int((START + MINUTE).timestamp()) * 10**9


async def test_bars_ascend_and_a_time_without_trades_has_none(desk: Desk, venue: Venue) -> None:
    for number, after in enumerate((0, 0.5, 1, 4, 9)):
        traded(venue, number, after * MINUTE, f"9500{number}.1", "0.5")
    bar_type = BarType.from_str(f"{BTC}-1-MINUTE-LAST-EXTERNAL")
    window = {"start": START, "end": START + 10 * MINUTE}
    bars = await history(desk, desk.probe.request_bars, Bar, bar_type, **window)
    closes = [START + minutes * MINUTE for minutes in (1, 2, 5, 10)]
    assert [bar.ts_event for bar in bars] == [int(at.timestamp()) * 10**9 for at in closes]
    first = bars[0]
    told = [str(each) for each in (first.open, first.high, first.low, first.close, first.volume)]
    assert told == ["95000.1", "95001.1", "95000.1", "95001.1", "1.00000"]
    assert {bar.bar_type for bar in bars} == {bar_type}


@pytest.mark.parametrize(
    "spec", ["1-MINUTE", "3-MINUTE", "5-MINUTE", "15-MINUTE", "30-MINUTE", "1-HOUR"]
)
async def test_every_resolution_of_the_venue_is_there(desk: Desk, venue: Venue, spec: str) -> None:
    for number in range(120):
        traded(venue, number, number * MINUTE)
    bar_type = BarType.from_str(f"{BTC}-{spec}-LAST-EXTERNAL")
    window = {"start": START, "end": START + 120 * MINUTE}
    bars = await history(desk, desk.probe.request_bars, Bar, bar_type, **window)
    minutes = bar_type.spec.timedelta // MINUTE
    assert len(bars) == 120 // minutes
    assert all(bar.volume.as_double() == minutes for bar in bars)


async def test_a_bar_that_has_not_closed_is_not_told(desk: Desk, venue: Venue) -> None:
    now = datetime.now(UTC)
    traded(venue, 1, now - START - 2 * MINUTE)
    traded(venue, 2, now - START)
    bar_type = BarType.from_str(f"{BTC}-1-MINUTE-LAST-EXTERNAL")
    asked = {"start": now - timedelta(hours=1)}
    bars = await history(desk, desk.probe.request_bars, Bar, bar_type, **asked)
    assert len(bars) == 1
    assert bars[0].ts_event <= desk.probe.clock.timestamp_ns()


async def test_the_latest_bars_are_told_where_there_is_a_limit(desk: Desk, venue: Venue) -> None:
    for number in range(10):
        traded(venue, number, number * MINUTE)
    bar_type = BarType.from_str(f"{BTC}-1-MINUTE-LAST-EXTERNAL")
    window = {"start": START, "end": START + 8 * MINUTE, "limit": 3}
    bars = await history(desk, desk.probe.request_bars, Bar, bar_type, **window)
    closes = [START + minutes * MINUTE for minutes in (6, 7, 8)]
    assert [bar.ts_event for bar in bars] == [int(at.timestamp()) * 10**9 for at in closes]


@pytest.mark.parametrize(
    "spec", ["2-MINUTE-LAST", "1-DAY-LAST", "1-MINUTE-MID", "100-TICK-LAST", "1-SECOND-LAST"]
)
async def test_bars_the_venue_does_not_have_are_answered_with_nothing(
    desk: Desk, venue: Venue, spec: str
) -> None:
    traded(venue, 1, MINUTE)
    bar_type = BarType.from_str(f"{BTC}-{spec}-EXTERNAL")
    assert await history(desk, desk.probe.request_bars, Bar, bar_type, start=START) == []


def requests(desk: Desk) -> list[tuple[Any, type, Any, str]]:
    """What is asked, what it would bring, of whom, and where the venue answers it."""
    probe = desk.probe
    bar_type = BarType.from_str(f"{BTC}-1-MINUTE-LAST-EXTERNAL")
    return [
        (probe.request_trade_ticks, TradeTick, BTC, "/trades"),
        (probe.request_funding_rates, FundingRateUpdate, BTC, "/funding/data"),
        (probe.request_bars, Bar, bar_type, "/markets/klines"),
    ]


async def test_a_past_in_which_nothing_happened_is_answered_with_nothing(desk: Desk) -> None:
    window = {"start": START, "end": START + MINUTE}
    for ask, kind, what, _ in requests(desk):
        assert await history(desk, ask, kind, what, **window) == []


@pytest.mark.parametrize("fault", [{"status": 400, "code": "MARKET_NOT_FOUND"}, {"status": 503}])
async def test_a_request_that_fails_is_answered_with_nothing(
    desk: Desk, venue: Venue, fault: dict[str, Any]
) -> None:
    traded(venue, 1, MINUTE)
    for ask, kind, what, path in requests(desk):
        venue.control.add_fault(RestRule(kind="refuse", path=path, **fault))
        assert await history(desk, ask, kind, what, start=START) == []
    ticks = await history(desk, desk.probe.request_trade_ticks, TradeTick, BTC, start=START)
    assert len(ticks) == 1


async def test_an_answer_that_cannot_be_read_is_answered_with_nothing(
    desk: Desk, venue: Venue
) -> None:
    for ask, kind, what, path in requests(desk):
        fault = RestRule(kind="fail", path=path, status=200, body='{"results":[{}]}')
        venue.control.add_fault(fault)
        assert await history(desk, ask, kind, what, start=START) == []


async def test_what_is_not_loaded_is_answered_with_nothing(desk: Desk) -> None:
    unknown_bars = BarType.from_str(f"{UNKNOWN}-1-MINUTE-LAST-EXTERNAL")
    for ask, kind, what, _ in requests(desk):
        unknown = unknown_bars if what is not BTC else UNKNOWN
        assert await history(desk, ask, kind, unknown, start=START) == []
