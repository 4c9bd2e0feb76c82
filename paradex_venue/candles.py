"""Candles of the trades on a market's tape: `GET /markets/klines`.

The contract leaves the body open; rows are as they were observed: when the candle opened
(milliseconds), open, high, low, close, volume, all of them JSON numbers. A time without trades has
no row. No past of mark and underlying prices is kept, so those have none.
"""

from __future__ import annotations

from collections.abc import Iterable

from paradex_venue.records import Trade
from paradex_venue.refusal import Refused
from paradex_venue.rest import Answer, Call, Services

RESOLUTIONS = ("1", "3", "5", "15", "30", "60")
PRICE_KINDS = ("last", "mark", "underlying")

type Row = tuple[int, float, float, float, float, float]


def klines(services: Services, call: Call) -> Answer:
    """Candles that opened within the period, oldest first."""
    symbol = services.exchange.market(call.required("symbol")).symbol
    minutes = int(_one_of("resolution", call.required("resolution"), RESOLUTIONS))
    kind = _one_of("price_kind", call.query.get("price_kind") or "last", PRICE_KINDS)
    for name in ("start_at", "end_at"):
        call.required(name)
    trades = services.exchange.engine.tapes[symbol].items if kind == "last" else []
    within = call.period()
    return Answer({"results": [row for row in candles(trades, minutes) if row[0] in within]})


def candles(trades: Iterable[Trade], minutes: int) -> list[Row]:
    """`trades` (oldest first) gathered into candles of so many minutes."""
    length = minutes * 60_000
    gathered: dict[int, list[Trade]] = {}
    for trade in trades:
        gathered.setdefault(trade.created_at // length * length, []).append(trade)
    return [_row(opened, group) for opened, group in gathered.items()]


def _row(opened: int, trades: list[Trade]) -> Row:
    prices = [float(trade.price) for trade in trades]
    volume = float(sum(trade.size for trade in trades))
    return opened, prices[0], max(prices), min(prices), prices[-1], volume


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Refused("INVALID_REQUEST_PARAMETER", f"{name} {value!r} is not one of {known}")
    return value
