"""Pages of a market's past, against a venue that is a list."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from paradex_adapter.errors import HistoryTooLong, WireError
from paradex_adapter.transport import market_records
from paradex_adapter.transport.market_records import MarketRecords, Window
from paradex_adapter.wire.markets import Candles, Trade
from paradex_adapter.wire.rest import convert, decode

pytestmark = pytest.mark.anyio

MINUTE = 60_000


class Pages:
    """Answers page after page, and keeps what it was asked."""

    def __init__(self, *pages: Any) -> None:
        self.pages = list(pages)
        self.asked: list[dict[str, Any]] = []

    async def public(self, path: str, shape: type, params: dict[str, Any]) -> Any:
        self.asked.append({"path": path, **params})
        return convert(self.pages[len(self.asked) - 1], shape)


def trade(number: int, at: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "market": "M",
        "side": "BUY",
        "price": "1",
        "size": "1",
        "created_at": at,
    }


def ids(trades: list[Trade]) -> list[str]:
    return [trade.id for trade in trades]


async def test_pages_are_joined_ascending_and_a_row_on_two_of_them_is_one() -> None:
    venue = Pages(
        {"results": [trade(11, 30), trade(10, 20)], "next": "a"},
        {"results": [trade(10, 20), trade(9, 20)], "next": "b"},
        {"results": [trade(1, 10)], "next": None},
    )
    found = await MarketRecords(venue).trades("M", Window(10, 30))
    assert ids(found) == ["1", "9", "10", "11"]
    assert [asked["cursor"] for asked in venue.asked] == [None, "a", "b"]
    common = {"path": "/trades", "market": "M", "page_size": 1000, "start_at": 10, "end_at": 30}
    assert all(common.items() <= asked.items() for asked in venue.asked)


async def test_what_is_outside_the_window_is_left_out() -> None:
    venue = Pages({"results": [trade(3, 31), trade(2, 30), trade(1, 9)]})
    assert ids(await MarketRecords(venue).trades("M", Window(10, 30))) == ["2"]


async def test_no_more_is_asked_for_than_suffices_and_the_latest_is_told() -> None:
    venue = Pages(
        {"results": [trade(5, 50), trade(4, 40)], "next": "a"},
        {"results": [trade(3, 30), trade(2, 20)], "next": "b"},
    )
    assert ids(await MarketRecords(venue).trades("M", Window(0, 90, 3))) == ["3", "4", "5"]
    assert [asked["page_size"] for asked in venue.asked] == [3, 3]


async def test_pages_that_never_end_are_an_error() -> None:
    page = {"results": [trade(1, 1)], "next": "a"}
    with pytest.raises(WireError, match="repeats a cursor"):
        await MarketRecords(Pages(page, page)).trades("M", Window(0, 9))


async def test_a_past_that_is_too_long_is_not_told_in_part(monkeypatch) -> None:
    monkeypatch.setattr(market_records, "MAX_PAGES", 2)
    pages = [{"results": [trade(9 - each, 1)], "next": str(each)} for each in range(3)]
    with pytest.raises(HistoryTooLong, match="over 2 rows: ask for a shorter window"):
        await MarketRecords(Pages(*pages)).trades("M", Window(0, 9))
    monkeypatch.setattr(market_records, "CANDLES_AT_ONCE", 2)
    whole = MarketRecords(Pages({"results": []}, {"results": []}))
    assert await whole.candles("M", 1, "last", Window(0, 4 * MINUTE - 1)) == []
    venue = Pages({"results": []}, {"results": []})
    with pytest.raises(HistoryTooLong, match="may have over 4 candles of 1 min"):
        await MarketRecords(venue).candles("M", 1, "last", Window(0, 4 * MINUTE))


async def test_funding_is_told_ascending() -> None:
    rows = [{"market": "M", "funding_rate": "0.1", "created_at": at} for at in (30, 20, 10)]
    venue = Pages({"results": rows})
    found = await MarketRecords(venue).funding("M", Window(10, 30))
    assert [row.created_at for row in found] == [10, 20, 30]
    assert venue.asked[0]["path"] == "/funding/data"
    assert venue.asked[0]["page_size"] == 5000


def candles(*opened: int) -> dict[str, Any]:
    return {"results": [[at, Decimal(1), Decimal(1), Decimal(1), Decimal(1), 1] for at in opened]}


async def test_candles_are_asked_for_in_pieces_that_cover_the_window_once(monkeypatch) -> None:
    monkeypatch.setattr(market_records, "CANDLES_AT_ONCE", 2)
    times = [5 * MINUTE * each for each in range(1, 5)]
    venue = Pages(candles(*times[2:]), candles(*times[:2]))
    window = Window(times[0], times[3] + 5 * MINUTE - 1)
    found = await MarketRecords(venue).candles("M", 5, "mark", window)
    assert [candle[0] for candle in found] == times
    pieces = [(asked["start_at"], asked["end_at"]) for asked in reversed(venue.asked)]
    assert (pieces[0][0], pieces[-1][1]) == (window.start_at, window.end_at)
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(pieces))
    assert {(a["symbol"], a["resolution"], a["price_kind"]) for a in venue.asked} == {
        ("M", "5", "mark")
    }


async def test_the_latest_candles_suffice_where_no_more_are_wanted(monkeypatch) -> None:
    monkeypatch.setattr(market_records, "CANDLES_AT_ONCE", 2)
    venue = Pages(candles(8 * MINUTE, 9 * MINUTE), candles(6 * MINUTE, 7 * MINUTE))
    window = Window(0, 10 * MINUTE - 1, 3)
    found = await MarketRecords(venue).candles("M", 1, "last", window)
    assert [candle[0] // MINUTE for candle in found] == [7, 8, 9]
    assert len(venue.asked) == 2


async def test_a_window_that_ends_before_it_begins_holds_nothing() -> None:
    assert await MarketRecords(Pages()).candles("M", 1, "last", Window(10, 9)) == []


def test_a_candles_numbers_are_read_as_they_are_written() -> None:
    body = b'{"results":[[1795370000000,95000.1,95000.2,94999.9,95000,0.00001]]}'
    (candle,) = decode(body, Candles).results
    assert candle[1:] == (
        Decimal("95000.1"),
        Decimal("95000.2"),
        Decimal("94999.9"),
        Decimal(95000),
        Decimal("0.00001"),
    )
