from __future__ import annotations

from decimal import Decimal

import anyio
import pytest
from nautilus_trader.model.data import OrderBookDeltas
from nautilus_trader.model.enums import AggressorSide, BookAction, RecordFlag
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.objects import Price, Quantity

from paradex_venue import Venue, VenueConfig
from paradex_venue.faults import MessageRule
from tests.adapter.conftest import QUIET
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, PATIENCE, Desk, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

BOOK = f"order_book.{MARKET}.deltas"
SNAPSHOT, LAST = RecordFlag.F_SNAPSHOT, RecordFlag.F_LAST

type Side = list[tuple[Decimal, Decimal]]


def our_book(desk: Desk) -> tuple[Side, Side]:
    book = desk.cache.order_book(BTC)
    if book is None:
        return [], []

    def side(levels: list) -> Side:
        return [(level.price.as_decimal(), Decimal(str(level.size()))) for level in levels]

    return side(book.bids()), side(book.asks())


def venue_book(venue: Venue) -> tuple[Side, Side]:
    book = venue.exchange.engine.books[MARKET]
    return book.levels("BUY"), book.levels("SELL")


async def books_agree(desk: Desk, venue: Venue) -> None:
    await desk.until(lambda: our_book(desk) == venue_book(venue))


def is_whole(deltas: OrderBookDeltas) -> bool:
    return deltas.deltas[0].action == BookAction.CLEAR


async def test_instruments_are_loaded_and_published_to_who_asks(desk: Desk) -> None:
    instrument = desk.cache.instrument(BTC)
    assert instrument.price_increment == Price.from_str("0.1")
    assert instrument.size_increment == Quantity.from_str("0.00001")
    desk.probe.subscribe_instrument(BTC)
    await desk.until(lambda: desk.probe.instruments == [instrument])


async def test_a_quote_is_the_top_of_the_venues_book(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    probe.subscribe_quote_ticks(BTC)
    await desk.until(lambda: desk.is_active(f"bbo.{MARKET}"))
    venue.control.fill_book(MARKET, [("94995.5", "0.12345")], ASKS)
    bid = Price.from_str("94995.5")
    await desk.until(lambda: probe.quotes and probe.quotes[-1].bid_price == bid)
    quote = probe.quotes[-1]
    assert quote.bid_size == qty("0.12345")
    assert (quote.ask_price, quote.ask_size) == (Price.from_str("95010.0"), qty("1.00000"))
    assert 0 < quote.ts_event <= quote.ts_init


def qty(text: str) -> Quantity:
    return Quantity.from_str(text)


async def test_a_trade_carries_price_size_aggressor_and_the_venues_id(
    desk: Desk, venue: Venue
) -> None:
    probe = desk.probe
    probe.subscribe_trade_ticks(BTC)
    await desk.until(lambda: desk.is_active(f"trades.{MARKET}"))
    venue.control.sweep(MARKET, "SELL", "1.5")
    await desk.until(lambda: len(probe.trades) == 2)
    told = [(t.price, t.size, t.aggressor_side) for t in probe.trades]
    assert told == [
        (Price.from_str("94990.0"), qty("1.00000"), AggressorSide.SELLER),
        (Price.from_str("94980.0"), qty("0.50000"), AggressorSide.SELLER),
    ]
    ids = [trade.id for trade in venue.exchange.engine.tapes[MARKET].items]
    assert [trade.trade_id.value for trade in probe.trades] == ids


async def test_a_book_begins_with_a_snapshot_and_stays_equal_to_the_venues(
    desk: Desk, venue: Venue
) -> None:
    probe = desk.probe
    probe.subscribe_order_book_deltas(BTC)
    await desk.until(lambda: probe.deltas)
    snapshot = probe.deltas[0]
    assert is_whole(snapshot)
    assert all(delta.flags & SNAPSHOT for delta in snapshot.deltas)
    assert [bool(delta.flags & LAST) for delta in snapshot.deltas] == [False] * 6 + [True]
    assert snapshot.sequence == venue.exchange.engine.books[MARKET].seq_no
    for step in range(1, 6):
        venue.control.fill_book(MARKET, [(str(94990 - step), "1")], [("95000", str(step))])
    venue.control.sweep(MARKET, "BUY", "2")
    await books_agree(desk, venue)
    changes = probe.deltas[1:]
    sequences = [deltas.sequence for deltas in probe.deltas]
    assert sequences == list(range(snapshot.sequence, snapshot.sequence + len(sequences)))
    assert all(deltas.deltas[-1].flags == LAST for deltas in changes)
    assert not any(is_whole(deltas) for deltas in changes)


async def test_a_second_subscriber_does_not_empty_the_book_of_the_first(venue: Venue) -> None:
    async with trading(venue, strategies=2) as desk:
        first, second = desk.probes
        first.subscribe_order_book_deltas(BTC)
        await books_agree(desk, venue)
        second.subscribe_order_book_deltas(BTC)
        await desk.until(lambda: any(is_whole(deltas) for deltas in second.deltas))
        await books_agree(desk, venue)
        venue.control.fill_book(MARKET, BIDS[1:], ASKS)
        await books_agree(desk, venue)


async def test_a_book_stays_while_one_of_its_subscribers_is_left(venue: Venue) -> None:
    async with trading(venue, strategies=2) as desk:
        first, second = desk.probes
        for probe in desk.probes:
            probe.subscribe_order_book_deltas(BTC)
        await books_agree(desk, venue)
        first.unsubscribe_order_book_deltas(BTC)
        first.subscribe_trade_ticks(BTC)
        await desk.until(lambda: desk.is_active(f"trades.{MARKET}"))
        second.deltas.clear()
        venue.control.fill_book(MARKET, BIDS[1:], ASKS)
        await desk.until(lambda: second.deltas)
        await books_agree(desk, venue)


async def test_a_gap_clears_the_book_and_brings_a_fresh_one(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    probe.subscribe_order_book_deltas(BTC)
    await books_agree(desk, venue)
    venue.control.add_fault(MessageRule(kind="drop", channel=BOOK))
    for size in ("2", "3"):
        venue.control.fill_book(MARKET, [("94990", size)], ASKS)
    await desk.until(lambda: sum(map(is_whole, probe.deltas)) == 3)
    _, cleared, fresh = filter(is_whole, probe.deltas)
    assert len(cleared.deltas) == 1
    assert cleared.deltas[0].flags == SNAPSHOT | LAST
    assert fresh.sequence == cleared.sequence + 2
    await books_agree(desk, venue)


async def test_a_repeated_change_is_applied_once(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    probe.subscribe_order_book_deltas(BTC)
    await books_agree(desk, venue)
    venue.control.add_fault(MessageRule(kind="duplicate", channel=BOOK))
    for size in ("2", "3"):
        venue.control.fill_book(MARKET, [("94990", size)], ASKS)
    await books_agree(desk, venue)
    assert len(probe.deltas) == 3


async def test_a_lost_session_clears_the_book_and_brings_everything_back(
    desk: Desk, venue: Venue
) -> None:
    probe = desk.probe
    probe.subscribe_order_book_deltas(BTC)
    probe.subscribe_quote_ticks(BTC)
    probe.subscribe_trade_ticks(BTC)
    await books_agree(desk, venue)
    venue.control.cut("public")
    await desk.until(lambda: sum(map(is_whole, probe.deltas)) == 3)
    assert len(probe.deltas[1].deltas) == 1  # nothing stands as live while nobody tells
    channels = [f"bbo.{MARKET}", f"trades.{MARKET}", BOOK]
    await desk.until(lambda: desk.is_active(*channels))
    probe.quotes.clear()
    venue.control.sweep(MARKET, "BUY", "1.5")
    await desk.until(lambda: probe.quotes and probe.trades)
    await books_agree(desk, venue)


async def test_nothing_comes_after_unsubscribing(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    probe.subscribe_quote_ticks(BTC)
    probe.subscribe_order_book_deltas(BTC)
    probe.subscribe_trade_ticks(BTC)
    await books_agree(desk, venue)
    await desk.until(lambda: desk.is_active(f"bbo.{MARKET}"))
    probe.unsubscribe_quote_ticks(BTC)
    probe.unsubscribe_order_book_deltas(BTC)
    # Commands are handled one after the other: the quotes and the book are gone when this is.
    await desk.until(lambda: desk.states[f"subscription {BOOK}"] == "released")
    probe.quotes.clear()
    probe.deltas.clear()
    venue.control.sweep(MARKET, "BUY", "1.5")
    await desk.until(lambda: probe.trades)
    assert (probe.quotes, probe.deltas) == ([], [])


async def test_a_book_can_be_subscribed_again(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    for _ in range(2):
        probe.subscribe_order_book_deltas(BTC)
        await desk.until(lambda: desk.is_active(BOOK))
        await books_agree(desk, venue)
        probe.unsubscribe_order_book_deltas(BTC)
        await desk.until(lambda: desk.states[f"subscription {BOOK}"] == "released")
        venue.control.fill_book(MARKET, BIDS[1:], ASKS)


async def test_a_channel_of_a_market_that_is_not_loaded_is_not_asked_for(desk: Desk) -> None:
    desk.probe.subscribe_quote_ticks(InstrumentId.from_str("NONE-USD-PERP.PARADEX"))
    desk.probe.subscribe_trade_ticks(BTC)
    await desk.until(lambda: desk.is_active(f"trades.{MARKET}"))
    assert "subscription bbo.NONE-USD-PERP" not in desk.states


# The dialects


@pytest.mark.parametrize("versions", [(), (0,), (0, 1, 2, 3)])
async def test_whatever_the_venue_speaks_the_data_is_the_same(
    anyio_backend: str, versions: tuple[int, ...]
) -> None:
    config = VenueConfig(market_maker=False, control=False, sbe_versions=versions)
    async with Venue(config) as venue, trading(venue, execution=None) as desk:
        venue.control.fill_book(MARKET, BIDS, ASKS)
        probe = desk.probe
        probe.subscribe_order_book_deltas(BTC)
        probe.subscribe_quote_ticks(BTC)
        probe.subscribe_trade_ticks(BTC)
        await books_agree(desk, venue)
        await desk.until(lambda: desk.is_active(f"bbo.{MARKET}"))
        await desk.until(lambda: desk.is_active(f"trades.{MARKET}"))
        venue.control.sweep(MARKET, "BUY", "1.5")
        ask = Price.from_str("95020.0")
        await desk.until(lambda: probe.quotes and probe.quotes[-1].ask_price == ask)
        await desk.until(lambda: len(probe.trades) == 2)
        await books_agree(desk, venue)
        assert probe.quotes[-1].ask_size == qty("1.50000")


async def test_a_venue_that_refuses_json_is_spoken_to_in_sbe(anyio_backend: str) -> None:
    config = VenueConfig(market_maker=False, control=False, require_sbe=True)
    async with Venue(config) as venue, trading(venue, execution=None) as desk:
        venue.control.fill_book(MARKET, BIDS, ASKS)
        desk.probe.subscribe_order_book_deltas(BTC)
        await books_agree(desk, venue)


# Requests


async def test_instruments_trades_and_the_book_can_be_requested(desk: Desk, venue: Venue) -> None:
    venue.control.sweep(MARKET, "SELL", "1.5")
    probe, answered = desk.probe, []
    ids = [
        probe.request_instrument(BTC, callback=answered.append),
        probe.request_instruments(BTC.venue, callback=answered.append),
        probe.request_trade_ticks(
            BTC, start=probe.clock.utc_now().replace(year=2020), callback=answered.append
        ),
        probe.request_order_book_snapshot(BTC, limit=2, callback=answered.append),
    ]
    with anyio.fail_after(PATIENCE):
        while len(answered) < len(ids):
            await anyio.lowlevel.checkpoint()
    assert set(answered) == set(ids)
    assert probe.instruments[0].id == BTC


async def test_the_instruments_are_loaded_again_from_time_to_time(
    anyio_backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venue changes increments while a market trades."""
    asked_to_wait: list[float] = []
    woken = anyio.Event()

    async def wait(seconds: float) -> None:
        asked_to_wait.append(seconds)
        await woken.wait()
        if len(asked_to_wait) > 2:
            await anyio.sleep_forever()

    monkeypatch.setattr("paradex_adapter.data.anyio.sleep", wait)
    async with Venue(QUIET) as venue:
        venue.control.register(ALICE.config())
        data = {"update_instruments_interval_mins": 7}
        async with trading(venue, data=data, execution=None) as desk:
            desk.probe.subscribe_instrument(BTC)
            await desk.until(lambda: len(desk.probe.instruments) == 1)
            woken.set()
            await desk.until(lambda: len(desk.probe.instruments) == 3)
            assert asked_to_wait[0] == 7 * 60
