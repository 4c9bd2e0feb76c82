from __future__ import annotations

import random
from decimal import Decimal

import pytest
from nautilus_trader.model.book import OrderBook
from nautilus_trader.model.data import OrderBookDeltas
from nautilus_trader.model.enums import (
    AggressorSide,
    BookAction,
    BookType,
    OrderSide,
    RecordFlag,
)
from nautilus_trader.model.identifiers import InstrumentId

from paradex_adapter.errors import WireError
from paradex_adapter.parsing import (
    deltas_from_json,
    deltas_from_rest,
    deltas_from_sbe,
    quote_from_json,
    quote_from_sbe,
    trade_from_json,
    trade_from_sbe,
)
from paradex_adapter.wire import markets, sbe
from paradex_adapter.wire.channels import Level, PriceBookUpdate

ID = InstrumentId.from_str("BTC-USD-PERP.PARADEX")
MARKET = "BTC-USD-PERP"
GRID = (ID, 1, 3, 99)  # prices have one decimal, sizes three; ts_init is 99
LAST, SNAPSHOT = RecordFlag.F_LAST.value, RecordFlag.F_SNAPSHOT.value
E8 = 10**8


def _text(raw: int) -> str:
    return format(Decimal(raw).scaleb(-8), "f")


# ---- quotes ----


def test_a_quote_has_both_sides_at_the_instruments_precision() -> None:
    quote = quote_from_sbe(sbe.Bbo(MARKET, 5, 7, 100 * E8, E8, 1005 * E8 // 10, 2 * E8), *GRID)
    assert str(quote) == f"{ID},100.0,100.5,1.000,2.000,5000"
    assert quote is not None
    assert (quote.ts_event, quote.ts_init) == (5_000, 99)


@pytest.mark.parametrize(
    "sides", [(None, None, E8, E8), (E8, E8, None, None), (None, None, None, None)]
)
def test_a_one_sided_book_makes_no_quote(sides: tuple[int | None, ...]) -> None:
    assert quote_from_sbe(sbe.Bbo(MARKET, 5, 7, *sides), *GRID) is None


def test_an_empty_side_in_json_makes_no_quote() -> None:
    bbo = markets.Bbo(market=MARKET, bid="1", bid_size="1", ask="", ask_size="")
    assert quote_from_json(bbo, *GRID) is None


def test_json_and_binary_quotes_are_the_same_to_the_last_digit() -> None:
    source = random.Random(20260911)
    for _ in range(500):
        price_precision, size_precision = source.randint(0, 8), source.randint(0, 8)
        bid, ask = (_value(source, price_precision) for _ in range(2))
        bid_size, ask_size = (_value(source, size_precision) for _ in range(2))
        binary = sbe.Bbo(MARKET, 1_000, 7, bid, bid_size, ask, ask_size)
        json = markets.Bbo(
            market=MARKET,
            bid=_text(bid),
            bid_size=_text(bid_size),
            ask=_text(ask),
            ask_size=_text(ask_size),
            last_updated_at=1,
            seq_no=7,
        )
        grid = (ID, price_precision, size_precision, 99)
        quote = quote_from_sbe(binary, *grid)
        assert quote == quote_from_json(json, *grid)
        assert quote is not None
        assert quote.bid_price.as_decimal() == Decimal(bid).scaleb(-8)
        assert quote.ask_size.as_decimal() == Decimal(ask_size).scaleb(-8)
        assert (quote.bid_price.precision, quote.bid_size.precision) == grid[1:3]


def _value(source: random.Random, precision: int) -> int:
    """A number at 1e-8 that `precision` decimals can hold, up to a billion."""
    return source.randint(0, 10 ** (precision + 9)) * 10 ** (8 - precision)


# ---- trades ----


def test_a_trade_is_of_the_time_it_was_made_and_of_its_aggressor() -> None:
    trade = trade_from_sbe(sbe.Trade(MARKET, 9, 7, "12", sbe.SELL, 5 * E8, E8, 4), *GRID)
    assert (trade.aggressor_side, trade.trade_id.value) == (AggressorSide.SELLER, "12")
    assert (str(trade.price), str(trade.size)) == ("5.0", "1.000")
    assert (trade.ts_event, trade.ts_init) == (4_000, 99)


def test_json_and_binary_trades_are_the_same() -> None:
    binary = sbe.Trade(MARKET, 4_500, 7, "12", sbe.BUY, 51 * E8 // 10, 2 * E8, 4_000)
    json = markets.Trade(
        id="12", market=MARKET, side="BUY", price="5.10", size="2", created_at=4, trade_type="RPI"
    )
    assert trade_from_json(json, *GRID) == trade_from_sbe(binary, *GRID)


def test_an_aggressor_that_the_frame_cannot_represent_is_none() -> None:
    trade = trade_from_sbe(sbe.Trade(MARKET, 9, 7, "12", 254, E8, E8, 4), *GRID)
    assert trade.aggressor_side == AggressorSide.NO_AGGRESSOR


def test_a_trade_of_nothing_is_unreadable() -> None:
    with pytest.raises(WireError, match=r"trade 12 in .* has no size"):
        trade_from_sbe(sbe.Trade(MARKET, 9, 7, "12", 1, E8, 0, 4), *GRID)


# ---- exactness ----


@pytest.mark.parametrize("off", [1, E8 // 100, -E8])
def test_a_number_that_does_not_fit_is_refused_and_never_rounded(off: int) -> None:
    with pytest.raises(WireError, match=r"does not fit 1 decimals: reload the instrument"):
        quote_from_sbe(sbe.Bbo(MARKET, 5, 7, off, E8, E8, E8), *GRID)
    with pytest.raises(WireError, match="does not fit"):
        trade_from_sbe(sbe.Trade(MARKET, 9, 7, "12", 1, off, E8, 4), *GRID)
    with pytest.raises(WireError, match="does not fit"):
        deltas_from_sbe(sbe.Book(MARKET, 1, 7, False, [(off, E8)], []), *GRID)


@pytest.mark.parametrize("text", ["0.000000001", "abc", "1e5", "1.2.3", "--1"])
def test_text_that_is_no_multiple_of_1e_8_is_refused(text: str) -> None:
    bbo = markets.Bbo(market=MARKET, bid=text, bid_size="1", ask="1", ask_size="1")
    with pytest.raises(WireError, match="is not a multiple of 1e-8"):
        quote_from_json(bbo, *GRID)


def test_trailing_zeros_beyond_eight_decimals_are_no_matter() -> None:
    bbo = markets.Bbo(market=MARKET, bid="1.500000000000", bid_size="1", ask="2.", ask_size="1")
    quote = quote_from_json(bbo, *GRID)
    assert quote is not None
    assert (str(quote.bid_price), str(quote.ask_price)) == ("1.5", "2.0")


# ---- books ----


def _actions(deltas: OrderBookDeltas | None) -> list[tuple[BookAction, int]]:
    assert deltas is not None
    return [(delta.action, delta.flags) for delta in deltas.deltas]


def test_a_snapshot_clears_adds_and_ends_with_the_last_flag() -> None:
    book = sbe.Book(MARKET, 5, 7, True, [(2 * E8, E8), (E8, E8)], [(3 * E8, E8)])
    deltas = deltas_from_sbe(book, *GRID)
    assert _actions(deltas) == [
        (BookAction.CLEAR, SNAPSHOT),
        (BookAction.ADD, SNAPSHOT),
        (BookAction.ADD, SNAPSHOT),
        (BookAction.ADD, SNAPSHOT | LAST),
    ]
    assert deltas is not None
    assert deltas.is_snapshot
    assert (deltas.sequence, deltas.ts_event, deltas.ts_init) == (7, 5_000, 99)
    assert all((d.sequence, d.ts_event, d.ts_init) == (7, 5_000, 99) for d in deltas.deltas)


def test_an_empty_book_is_one_clear_that_is_first_and_last() -> None:
    deltas = deltas_from_sbe(sbe.Book(MARKET, 5, 7, True, [], []), *GRID)
    assert _actions(deltas) == [(BookAction.CLEAR, SNAPSHOT | LAST)]


def test_a_change_updates_or_deletes_and_ends_with_the_last_flag() -> None:
    book = sbe.Book(MARKET, 5, 8, False, [(2 * E8, E8)], [(3 * E8, 0)])
    deltas = deltas_from_sbe(book, *GRID)
    assert _actions(deltas) == [(BookAction.UPDATE, 0), (BookAction.DELETE, LAST)]
    assert deltas is not None
    assert [d.order.side for d in deltas.deltas] == [OrderSide.BUY, OrderSide.SELL]


def test_a_frame_that_changes_nothing_publishes_nothing() -> None:
    assert deltas_from_sbe(sbe.Book(MARKET, 5, 8, False, [], []), *GRID) is None


def _update(kind: str, seq_no: int = 8, **levels: list[Level]) -> PriceBookUpdate:
    return PriceBookUpdate(
        seq_no=seq_no,
        market=MARKET,
        last_updated_at=5,
        update_type=kind,  # type: ignore[arg-type]
        **levels,
    )


def test_a_json_snapshot_is_the_same_as_a_binary_one() -> None:
    levels = [Level("BUY", "2", "1"), Level("SELL", "3.0", "0.5")]
    binary = sbe.Book(MARKET, 5_000, 8, True, [(2 * E8, E8)], [(3 * E8, E8 // 2)])
    json = deltas_from_json(_update("s", inserts=levels), *GRID)
    assert json == deltas_from_sbe(binary, *GRID)


def test_a_json_level_deleted_and_inserted_in_one_update_is_there_afterwards() -> None:
    book = OrderBook(ID, BookType.L2_MBP)
    update = _update("d", deletes=[Level("BUY", "2", "9")], inserts=[Level("BUY", "2", "1")])
    deltas = deltas_from_json(update, *GRID)
    assert deltas is not None
    book.apply_deltas(deltas)
    assert (str(book.best_bid_price()), str(book.best_bid_size())) == ("2.0", "1.000")


def test_the_rest_book_is_a_snapshot() -> None:
    book = markets.OrderBook(
        market=MARKET, seq_no=8, last_updated_at=5, bids=[("2", "1")], asks=[("3", "0.5")]
    )
    binary = sbe.Book(MARKET, 5_000, 8, True, [(2 * E8, E8)], [(3 * E8, E8 // 2)])
    assert deltas_from_rest(book, *GRID) == deltas_from_sbe(binary, *GRID)


def test_a_book_fed_with_deltas_stays_equal_to_the_venues() -> None:
    source = random.Random(41)
    venue: dict[str, dict[int, int]] = {"BUY": {}, "SELL": {}}
    book = OrderBook(ID, BookType.L2_MBP)
    for sequence in range(300):
        is_snapshot = sequence % 97 == 0
        if is_snapshot:
            venue = {
                side: {_price(source, side): _size(source) for _ in range(20)} for side in venue
            }
            changed = {side: list(levels.items()) for side, levels in venue.items()}
        else:
            changed = {side: [_change(source, side, venue[side])] for side in venue}
        message = sbe.Book(MARKET, 1, sequence, is_snapshot, changed["BUY"], changed["SELL"])
        deltas = deltas_from_sbe(message, *GRID)
        assert deltas is not None
        book.apply_deltas(deltas)
        assert _levels(book.bids()) == {p: s for p, s in venue["BUY"].items() if s}
        assert _levels(book.asks()) == {p: s for p, s in venue["SELL"].items() if s}


def _price(source: random.Random, side: str) -> int:
    """Bids below 100, asks above: a venue's book is never crossed."""
    return source.randint(1, 50) * 10**8 + (0 if side == "BUY" else 100 * 10**8)


def _size(source: random.Random) -> int:
    return source.randint(1, 9_999) * 10**5


def _change(source: random.Random, side: str, levels: dict[int, int]) -> tuple[int, int]:
    price, size = _price(source, side), source.choice([0, _size(source)])
    levels[price] = size
    return price, size


def _levels(side: list) -> dict[int, int]:  # type: ignore[type-arg]
    return {
        int(level.price.as_decimal().scaleb(8)): int(Decimal(str(level.size())).scaleb(8))
        for level in side
    }
