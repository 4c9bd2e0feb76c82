from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from paradex_venue import Venue
from paradex_venue.candles import candles
from paradex_venue.records import Trade
from tests.venue.trader import Trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"
MINUTE = 60_000
START = 1_795_370_400_000  # of an hour


def trade(at: int, price: str, size: str = "1") -> Trade:
    return Trade(
        id=str(at),
        market=BTC,
        side="BUY",
        price=Decimal(price),
        size=Decimal(size),
        seq_no=1,
        created_at=START + at,
    )


def test_a_candle_holds_its_trades_and_a_time_without_any_has_none() -> None:
    tape = [
        trade(0, "100.5"),
        trade(1, "103", "0.25"),
        trade(59_999, "99"),
        trade(3 * MINUTE, "101"),
    ]
    assert candles(tape, 1) == [
        (START, 100.5, 103.0, 99.0, 99.0, 2.25),
        (START + 3 * MINUTE, 101.0, 101.0, 101.0, 101.0, 1.0),
    ]
    assert candles(tape, 60) == [(START, 100.5, 103.0, 99.0, 101.0, 3.25)]


async def klines(alice: Trader, **query: Any) -> Any:
    params = {"symbol": BTC, "resolution": "1", "start_at": 0, "end_at": 10**14, **query}
    return await alice.http.get("/markets/klines", params=params)


async def test_the_candles_of_a_period_are_public(venue: Venue, alice: Trader) -> None:
    tape = venue.exchange.engine.tapes[BTC]
    for minute in range(4):
        tape.append(trade(minute * MINUTE, "100"))
    answer = await klines(alice, start_at=START + MINUTE, end_at=START + 2 * MINUTE)
    assert [row[0] for row in answer.json()["results"]] == [START + MINUTE, START + 2 * MINUTE]
    assert (await klines(alice, price_kind="mark")).json() == {"results": []}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"resolution": "2"}, "INVALID_REQUEST_PARAMETER"),
        ({"price_kind": "mid"}, "INVALID_REQUEST_PARAMETER"),
        ({"end_at": ""}, "INVALID_REQUEST_PARAMETER"),
        ({"symbol": ""}, "INVALID_REQUEST_PARAMETER"),
    ],
)
async def test_what_the_contract_does_not_have_is_refused(
    alice: Trader, query: dict[str, str], code: str
) -> None:
    answer = await klines(alice, **query)
    assert (answer.status_code, answer.json()["error"]) == (400, code)
