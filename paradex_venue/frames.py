"""One event as the bytes that go over a WebSocket: JSON-RPC text, or SBE for public data."""

from __future__ import annotations

import msgspec

from paradex_adapter.wire import sbe
from paradex_venue.amounts import scaled
from paradex_venue.engine import Engine
from paradex_venue.events import BookChanged, Quote
from paradex_venue.postings import FundingState
from paradex_venue.records import Side, Trade
from paradex_venue.shapes import Json

type Frame = str | bytes

_LARGEST = 2**63 - 1
_SIDES = {"BUY": sbe.BUY, "SELL": sbe.SELL}
# The schema's `FillType`; a trade has the type of its fills.
FILL_TYPES = {
    "FILL": 1,
    "LIQUIDATION": 2,
    "UNWIND_TRANSFER": 3,
    "SETTLE_MARKET": 4,
    "RPI": 5,
    "BLOCK_TRADE": 6,
}


def notification(channel: str, data: Json) -> str:
    """A JSON-RPC message of method `subscription`."""
    message = {
        "jsonrpc": "2.0",
        "method": "subscription",
        "params": {"channel": channel, "data": data},
    }
    return msgspec.json.encode(message).decode()


def trade(trade: Trade) -> sbe.Trade:
    return sbe.Trade(
        market=trade.market,
        timestamp=trade.created_at * 1000,
        seq=trade.seq_no,
        trade_id=trade.id,
        side=_SIDES[trade.side],
        price=scaled(trade.price),
        size=scaled(trade.size),
        created_at=trade.created_at * 1000,
        trade_type=FILL_TYPES[trade.trade_type],
    )


def bbo(event: BookChanged) -> sbe.Bbo:
    return sbe.Bbo(event.market, event.at * 1000, event.seq_no, *_pair(event.bid, event.ask))


def delta(event: BookChanged) -> sbe.Book:
    def levels(side: Side) -> list[tuple[int, int]]:
        changes = (change for change in event.changes if change.side == side)
        return [(scaled(change.price), scaled(change.size)) for change in changes]

    at = event.at * 1000
    return sbe.Book(event.market, at, event.seq_no, False, levels("BUY"), levels("SELL"))


def snapshot(engine: Engine, symbol: str, depth: int | None, now: int) -> sbe.Book:
    book = engine.books[symbol]

    def levels(side: Side) -> list[tuple[int, int]]:
        return [(scaled(price), scaled(size)) for price, size in book.levels(side, depth)]

    return sbe.Book(symbol, now * 1000, book.seq_no, True, levels("BUY"), levels("SELL"))


def summary(engine: Engine, symbol: str, now: int) -> sbe.Summary:
    book, last = engine.books[symbol], engine.tapes[symbol].last
    mark = scaled(engine.marks[symbol])
    bid, bid_size, ask, ask_size = _pair(book.best("BUY"), book.best("SELL"))
    volume = min(scaled(engine.volumes[symbol]), _LARGEST)
    return sbe.Summary(
        market=symbol,
        timestamp=now * 1000,
        seq=book.seq_no,
        mark_price=mark,
        index_price=mark,
        last_price=scaled(last.price) if last else 0,
        volume_usd_24h=volume,
        open_interest=scaled(engine.open_interest(symbol)),
        funding_rate=scaled(engine.ledger.rates[symbol]),
        bid=bid,
        ask=ask,
        total_volume=volume,
        price_change_rate_24h=0,
        external_fair_price=mark,
        bid_size=bid_size,
        ask_size=ask_size,
    )


def funding(state: FundingState) -> sbe.Funding:
    at = state.created_at * 1000
    return sbe.Funding(
        market=state.market,
        timestamp=at,
        seq=at,
        funding_rate=scaled(state.rate),
        funding_index=scaled(state.index),
        created_at=at,
        funding_premium=scaled(state.premium),
        funding_rate_8h=scaled(state.rate * 8 / state.period_hours),
        funding_period_hours=state.period_hours,
    )


def _pair(bid: Quote, ask: Quote) -> tuple[int | None, int | None, int | None, int | None]:
    """Bid price and size, ask price and size; None where a side is empty."""
    bid_price, bid_size = (None, None) if bid is None else (scaled(bid[0]), scaled(bid[1]))
    ask_price, ask_size = (None, None) if ask is None else (scaled(ask[0]), scaled(ask[1]))
    return bid_price, bid_size, ask_price, ask_size
