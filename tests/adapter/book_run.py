"""`python -m tests.adapter.book_run 1000000 [--seed 1]`

A venue's book, its frames as bytes over a line that loses, repeats and spoils some of them, and
the book that is built from them: held against the venue's at every sequence, on a virtual clock.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from decimal import Decimal

from nautilus_trader.model.book import OrderBook
from nautilus_trader.model.data import OrderBookDeltas
from nautilus_trader.model.enums import BookAction, BookType
from nautilus_trader.test_kit.providers import TestInstrumentProvider

from paradex_adapter.backoff import Backoff
from paradex_adapter.books import BookFact, Books
from paradex_adapter.charts.facts import BookLost, BookSynced
from paradex_adapter.errors import WireError
from paradex_adapter.market_feed import MarketFeed
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire import sbe
from paradex_venue.book import Book, Change, Resting
from statecharts.testing import VirtualTimers

INSTRUMENT = TestInstrumentProvider.btcusdt_perp_binance()
MARKET = INSTRUMENT.raw_symbol.value
STEP_SECS = 0.2
UNIT = 10**8  # of the wire, and from there to Nautilus's raw integers
CENTER, REACH = 50_000, 12
FAULTY = 1 / 250

type Levels = list[tuple[int, int]]


def _frame(book: Book, changes: list[Change]) -> sbe.Book:
    def side(name: str) -> Levels:
        return [(int(c.price) * UNIT, int(c.size) * UNIT) for c in changes if c.side == name]

    return sbe.Book(MARKET, 1, book.seq_no, False, side("BUY"), side("SELL"))


def _snapshot(book: Book) -> sbe.Book:
    bids, asks = (_wire(book.levels(side)) for side in ("BUY", "SELL"))
    return sbe.Book(MARKET, 1, book.seq_no, True, bids, asks)


def _wire(levels: list[tuple[Decimal, Decimal]]) -> Levels:
    return [(int(price) * UNIT, int(size) * UNIT) for price, size in levels]


class Run:
    """The line, and who acts for the books on it."""

    KINDS = ("drop", "duplicate", "skip", "step_back", "cross", "misfit", "truncate", "cut")

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._venue = Book()
        self._number = 0
        self._owed = 0  # steps until the snapshot comes; 0: none is under way
        self._timers = VirtualTimers()
        now_ns = self._now_ns
        tasks = Tasks(self._crashed)
        self._books = Books(
            self, self._published, now_ns, tasks, self._timers, backoff=Backoff(cap=5.0)
        )
        self._feed = MarketFeed(self._unasked, now_ns, self._books, self._troubled)
        self._ours = OrderBook(INSTRUMENT.id, BookType.L2_MBP)
        self.faults: Counter[str] = Counter()
        self.compared = self.lost = self.rejoined = 0

    def play(self, changes: int) -> None:
        """Let the venue's book change so many times."""
        self._books.want(INSTRUMENT)
        self._books.subscribed(MARKET)
        self._owed = 1
        for _ in range(changes):
            self._timers.advance(STEP_SECS)
            self._deliver(_frame(self._venue, self._change()))
            self._welcome()
            self._check_hidden()

    # The venue

    def _change(self) -> list[Change]:
        while True:
            for _ in range(self._random.randint(1, 3)):
                self._touch()
            if changes := self._venue.take_changes():
                return changes

    def _touch(self) -> None:
        side = self._random.choice(("BUY", "SELL"))
        price = Decimal(CENTER + self._random.randint(-REACH, REACH))
        standing = self._venue.queue(side, price)
        if standing:
            self._venue.remove(standing[0].order_id)
        elif not self._venue.would_cross(side, price):
            self._number += 1
            size = Decimal(self._random.randint(1, 9))
            self._venue.add(Resting(str(self._number), "", side, price, size))

    # The line

    def _deliver(self, frame: sbe.Book) -> None:
        kind = self._random.choice(self.KINDS) if self._random.random() < FAULTY else ""
        if kind:
            self.faults[kind] += 1
        for each in self._befallen(kind, frame):
            self._feed.binary_received(each)
        if kind == "cut":
            self._books.interrupt()
            self._check_empty()
            self._books.subscribed(MARKET)
            self._owed = 3

    def _befallen(self, kind: str, frame: sbe.Book) -> list[bytes]:
        whole = sbe.encode(frame, version=2)
        match kind:
            case "drop" | "cut":
                return []
            case "duplicate":
                return [whole, whole]
            case "truncate":
                return [whole[:-3]]
            case "skip" | "step_back":
                by = 7 if kind == "skip" else -7
                return [_spoilt(frame, seq=frame.seq + by)]
            case "cross":
                top = (CENTER + 2 * REACH) * UNIT
                return [_spoilt(frame, bids=[*frame.bids, (top, UNIT)], asks=[(top, UNIT)])]
            case "misfit":
                return [_spoilt(frame, bids=[(1, UNIT)])]
        return [whole]

    def _welcome(self) -> None:
        """The snapshot comes some time after it was asked for, amid what is under way."""
        if self._owed:
            self._owed -= 1
            if not self._owed:
                self._feed.binary_received(sbe.encode(_snapshot(self._venue), version=2))

    # Ours

    def _published(self, deltas: OrderBookDeltas) -> None:
        self._ours.apply_deltas(deltas)
        if deltas.deltas[-1].action == BookAction.CLEAR:
            self._check_empty()
            return
        assert deltas.sequence == self._venue.seq_no
        for side, ours in (("BUY", self._ours.bids()), ("SELL", self._ours.asks())):
            told = [(level.price.raw, level.size()) for level in ours]
            factor = INSTRUMENT.make_price(1).raw
            venue = self._venue.levels(side)
            assert told == [(int(price) * factor, float(size)) for price, size in venue]
        self.compared += 1

    def _check_hidden(self) -> None:
        """What is not synced does not stand as live."""
        if not self._books.books[MARKET].driver.chart.synced.is_active:
            self._check_empty()

    def _check_empty(self) -> None:
        assert not self._ours.bids()
        assert not self._ours.asks()

    def _now_ns(self) -> int:
        return round(self._timers.now * 1e9)

    # `BooksListener`

    def resubscribe(self, channel: str) -> None:
        self._owed = self._random.randint(1, 5)

    async def book_number(self, market: str) -> int:
        raise AssertionError("a book that moves is not asked for")

    def book_changed(self, fact: BookFact) -> None:
        self.lost += isinstance(fact, BookLost)
        self.rejoined += isinstance(fact, BookSynced)

    def book_unreadable(self, error: WireError) -> None:
        assert "does not fit" in str(error)

    def _unasked(self, data: object) -> None:
        raise AssertionError(f"{data!r} was not asked for")

    def _troubled(self, what: str, error: Exception) -> None:
        assert "binary frame" in what

    def _crashed(self, error: BaseException) -> None:
        raise error


def _spoilt(frame: sbe.Book, **changes: object) -> bytes:
    fields = {"market": MARKET, "timestamp": 1, "seq": frame.seq, "is_snapshot": False}
    levels = {"bids": frame.bids, "asks": frame.asks}
    return sbe.encode(sbe.Book(**fields | levels | changes), version=2)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.adapter.book_run")
    parser.add_argument("changes", type=int)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    run, began = Run(chosen.seed), time.monotonic()
    run.play(chosen.changes)
    print(
        f"{chosen.changes:,} changes in {time.monotonic() - began:.0f} s: {run.compared:,} books "
        f"compared and equal, lost {run.lost:,} times, back {run.rejoined:,} times, "
        f"faults {dict(run.faults)}"
    )


if __name__ == "__main__":
    main()
