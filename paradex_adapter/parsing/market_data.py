"""Market data to Nautilus objects, from binary frames and from their JSON fallback.

The hot path: integers only, and always at the instrument's precision. A number that does not fit
that precision means the venue changed the market's increments: a `WireError`, never rounded.
Binary numbers are at scale 1e-8 and their times microseconds; JSON times are milliseconds.
"""

from __future__ import annotations

from nautilus_trader.model.data import (
    BookOrder,
    OrderBookDelta,
    OrderBookDeltas,
    QuoteTick,
    TradeTick,
)
from nautilus_trader.model.enums import AggressorSide, BookAction, OrderSide, RecordFlag
from nautilus_trader.model.identifiers import InstrumentId, TradeId
from nautilus_trader.model.objects import FIXED_PRECISION

from paradex_adapter.errors import WireError
from paradex_adapter.parsing.numbers import VENUE_DECIMALS, venue_raw
from paradex_adapter.wire import markets, sbe
from paradex_adapter.wire.channels import Level, PriceBookUpdate

type _Levels = list[tuple[int, int]]
type _Grid = tuple[InstrumentId, int, int, int]

_UNIT: int = 10 ** (FIXED_PRECISION - VENUE_DECIMALS)
_STEPS = tuple(10 ** (VENUE_DECIMALS - precision) for precision in range(VENUE_DECIMALS + 1))
_AGGRESSORS = {sbe.BUY: AggressorSide.BUYER, sbe.SELL: AggressorSide.SELLER}
_SIDES = {"BUY": sbe.BUY, "SELL": sbe.SELL}
_LAST, _SNAPSHOT = RecordFlag.F_LAST.value, RecordFlag.F_SNAPSHOT.value


def quote_from_sbe(
    bbo: sbe.Bbo,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> QuoteTick | None:
    """The quote, or None while a side of the book is empty."""
    if bbo.bid_price is None or bbo.ask_price is None:
        return None
    return QuoteTick.from_raw(
        instrument_id,
        _exact(bbo.bid_price, price_precision),
        _exact(bbo.ask_price, price_precision),
        price_precision,
        price_precision,
        _exact(bbo.bid_size or 0, size_precision),
        _exact(bbo.ask_size or 0, size_precision),
        size_precision,
        size_precision,
        bbo.timestamp * 1_000,
        ts_init,
    )


def quote_from_json(
    bbo: markets.Bbo,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> QuoteTick | None:
    """As `quote_from_sbe`; an empty side is `""`."""
    message = sbe.Bbo(
        bbo.market,
        bbo.last_updated_at * 1_000,
        bbo.seq_no,
        _optional(bbo.bid),
        _optional(bbo.bid_size),
        _optional(bbo.ask),
        _optional(bbo.ask_size),
    )
    return quote_from_sbe(message, instrument_id, price_precision, size_precision, ts_init)


def trade_from_sbe(
    trade: sbe.Trade,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> TradeTick:
    """The trade, at the time it was made. An aggressor that cannot be told is none."""
    return _trade(
        instrument_id,
        (trade.price, price_precision),
        (trade.size, size_precision),
        trade.side,
        trade.trade_id,
        (trade.created_at * 1_000, ts_init),
    )


def trade_from_json(
    trade: markets.Trade,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> TradeTick:
    """As `trade_from_sbe`."""
    return _trade(
        instrument_id,
        (venue_raw(trade.price, "price"), price_precision),
        (venue_raw(trade.size, "size"), size_precision),
        _SIDES[trade.side],
        trade.id,
        (trade.created_at * 1_000_000, ts_init),
    )


def deltas_from_sbe(
    book: sbe.Book,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> OrderBookDeltas | None:
    """The book, or what changed in it; None for a frame that changes nothing.

    A snapshot is CLEAR and an ADD for each level, all flagged so; a change is UPDATE (which may
    be a new level) or DELETE. The last delta carries F_LAST; `sequence` is the venue's.
    """
    flags = _SNAPSHOT if book.is_snapshot else 0
    grid = (instrument_id, price_precision, size_precision, ts_init)
    deltas = _changes(book, OrderSide.BUY, book.bids, flags, grid)
    deltas += _changes(book, OrderSide.SELL, book.asks, flags, grid)
    if book.is_snapshot:
        deltas.insert(0, _delta(book, BookAction.CLEAR, None, flags, grid))
    if not deltas:
        return None
    final = deltas[-1]
    deltas[-1] = _delta(book, final.action, final.order, flags | _LAST, grid)
    return OrderBookDeltas(instrument_id, deltas)


def deltas_from_json(
    update: PriceBookUpdate,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> OrderBookDeltas | None:
    """As `deltas_from_sbe`."""
    message = book_from_json(update)
    return deltas_from_sbe(message, instrument_id, price_precision, size_precision, ts_init)


def book_from_json(update: PriceBookUpdate) -> sbe.Book:
    """The same in binary terms. Deletes come first: an update may bring a level back."""
    gone = [Level(level.side, level.price, "0") for level in update.deletes]
    bids: _Levels = []
    asks: _Levels = []
    for level in (*gone, *update.inserts, *update.updates):
        (bids if level.side == "BUY" else asks).append(_raw_level(level.price, level.size))
    is_snapshot, ts_event = update.update_type == "s", update.last_updated_at * 1_000
    return sbe.Book(update.market, ts_event, update.seq_no, is_snapshot, bids, asks)


def deltas_from_rest(
    book: markets.OrderBook,
    instrument_id: InstrumentId,
    price_precision: int,
    size_precision: int,
    ts_init: int,
) -> OrderBookDeltas | None:
    """The book that `GET /orderbook` answered with, as a snapshot."""
    bids = [_raw_level(price, size) for price, size in book.bids]
    asks = [_raw_level(price, size) for price, size in book.asks]
    message = sbe.Book(book.market, book.last_updated_at * 1_000, book.seq_no, True, bids, asks)
    return deltas_from_sbe(message, instrument_id, price_precision, size_precision, ts_init)


def _trade(
    instrument_id: InstrumentId,
    price: tuple[int, int],
    size: tuple[int, int],
    side: int,
    trade_id: str,
    times: tuple[int, int],
) -> TradeTick:
    if size[0] == 0:
        raise WireError(f"trade {trade_id} in {instrument_id} has no size")
    return TradeTick.from_raw(
        instrument_id,
        _exact(*price),
        price[1],
        _exact(*size),
        size[1],
        _AGGRESSORS.get(side, AggressorSide.NO_AGGRESSOR),
        TradeId(trade_id),
        *times,
    )


def _changes(
    book: sbe.Book, side: OrderSide, levels: _Levels, flags: int, grid: _Grid
) -> list[OrderBookDelta]:
    """A delta for each level. Written out in one loop: a level costs under half a microsecond."""
    instrument_id, price_precision, size_precision, ts_init = grid
    price_step, size_step = _STEPS[price_precision], _STEPS[size_precision]
    action = BookAction.ADD if book.is_snapshot else BookAction.UPDATE
    sequence, ts_event, make = book.seq, book.timestamp * 1_000, OrderBookDelta.from_raw
    deltas = []
    for price, size in levels:
        if price % price_step or size % size_step or price < 0 or size < 0:
            raise _misfit(price, size, grid)
        deltas.append(
            make(
                instrument_id,
                action if size else BookAction.DELETE,
                side,
                price * _UNIT,
                price_precision,
                size * _UNIT,
                size_precision,
                0,  # no order id: the book aggregates by price
                flags,
                sequence,
                ts_event,
                ts_init,
            )
        )
    return deltas


def _delta(
    book: sbe.Book, action: BookAction, order: BookOrder | None, flags: int, grid: _Grid
) -> OrderBookDelta:
    ts_event = book.timestamp * 1_000
    return OrderBookDelta(grid[0], action, order, flags, book.seq, ts_event, grid[3])


def _exact(value: int, precision: int) -> int:
    """`value` (1e-8) as Nautilus's raw integer. Nautilus itself does not check that it fits."""
    if value < 0 or value % _STEPS[precision]:
        raise WireError(f"{value}e-8 does not fit {precision} decimals: reload the instrument")
    return value * _UNIT


def _misfit(price: int, size: int, grid: _Grid) -> WireError:
    return WireError(
        f"level {price}e-8, {size}e-8 of {grid[0]} does not fit {grid[1]} and {grid[2]} decimals: "
        "reload the instrument"
    )


def _optional(text: str) -> int | None:
    return venue_raw(text, "quote") if text else None


def _raw_level(price: str, size: str) -> tuple[int, int]:
    return venue_raw(price, "price"), venue_raw(size, "size")
