"""`Books`: the order books that are subscribed, and what their charts ask and tell.

Composition only. What a frame does to a book is in `market_book.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

import anyio
from nautilus_trader.model.data import OrderBookDeltas
from nautilus_trader.model.instruments import Instrument

from paradex_adapter import channels
from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.book import CHECK_SECS, PATIENCE_SECS, Book
from paradex_adapter.charts.facts import BookLost, BookOverdue, BookSynced
from paradex_adapter.charts.requests import AskBook, CountBook, Resubscribe
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.market_book import MarketBook
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire import sbe
from statecharts import Driver, Ports, Record, Timers

type BookFact = BookSynced | BookLost | BookOverdue


class BooksListener(Protocol):
    """Who acts for the books, and is told."""

    def resubscribe(self, channel: str) -> None:
        """Leave the channel and subscribe to it anew."""
        ...

    async def book_number(self, market: str) -> int:
        """The number of the venue's own book, asked for over REST."""
        ...

    def book_changed(self, fact: BookFact) -> None: ...

    def book_unreadable(self, error: WireError) -> None: ...


class Books:
    """One session's books, by the venue's name of their market."""

    def __init__(
        self,
        listener: BooksListener,
        publish: Callable[[OrderBookDeltas], None],
        now_ns: Callable[[], int],
        tasks: Tasks,
        timers: Timers,
        *,
        backoff: Backoff = Backoff(),
        check_secs: float = CHECK_SECS,
        patience_secs: float = PATIENCE_SECS,
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self._listener = listener
        self._publish = publish
        self._now_ns = now_ns
        self._tasks = tasks
        self._timers = timers
        self._backoff = backoff
        self._check_secs = check_secs
        self._patience_secs = patience_secs
        self._observe = observe
        self._asking: dict[str, anyio.CancelScope] = {}
        self.books: dict[str, MarketBook] = {}

    def want(self, instrument: Instrument) -> None:
        """Follow the book until `unwant`; for one that is followed, fetch it anew as a whole."""
        market: str = instrument.raw_symbol.value
        if market in self.books:
            self.books[market].driver.dispatch("renew")
            return
        settings = self._backoff, self._check_secs, self._patience_secs
        chart = Book(channels.book(market), *settings)
        ports = Ports(partial(self._request, market), partial(self._emit, market), self._timers)
        driver = Driver(f"book {market}", chart, ports, self._observe)
        refused = self._listener.book_unreadable
        self.books[market] = MarketBook(instrument, driver, self._publish, self._now_ns, refused)

    def unwant(self, market: str) -> None:
        """Follow it no longer. Nothing of it is left running."""
        book = self.books.pop(market, None)
        if book is not None:
            self._stop_asking(market)
            book.driver.dispatch("release")

    def update(self, instrument: Instrument) -> None:
        """Read the market's frames at this instrument's precision from now on."""
        book = self.books.get(instrument.raw_symbol.value)
        if book is not None:
            book.update(instrument)

    # What the session brings

    def seen(self, frame: sbe.Book) -> None:
        """One frame, of whatever market."""
        book = self.books.get(frame.market)
        if book is not None:
            book.take(frame)

    def unreadable(self, market: str) -> None:
        """A frame of the market's book could not be read."""
        book = self.books.get(market)
        if book is not None:
            book.spoil("a frame could not be read")

    def subscribed(self, market: str) -> None:
        """The venue has acknowledged the book's channel."""
        book = self.books.get(market)
        if book is not None:
            book.driver.dispatch("subscribed")

    def interrupt(self) -> None:
        """The session is lost."""
        for book in self.books.values():
            book.driver.dispatch("session_lost")

    # What the charts ask and tell

    def _request(self, market: str, what: object) -> None:
        book = self.books[market]
        match what:
            case Resubscribe(channel):
                self._listener.resubscribe(channel)
            case CountBook():
                book.driver.dispatch("counted", seq=book.seq)
            case AskBook():
                scope = self._asking[market] = anyio.CancelScope()
                ask = partial(self._listener.book_number, market)
                self._tasks.start_soon(self._ask, book, scope, ask)
            case _:
                raise AssertionError(f"{what!r} is nothing a book can do")

    def _emit(self, market: str, fact: object) -> None:
        assert isinstance(fact, BookSynced | BookLost | BookOverdue), f"{fact!r} is no news"
        book = self.books[market]
        match fact:
            case BookSynced():
                book.show()
            case BookLost():
                self._stop_asking(market)
                book.hide()
        self._listener.book_changed(fact)

    def _stop_asking(self, market: str) -> None:
        scope = self._asking.pop(market, None)
        if scope is not None:
            scope.cancel()

    async def _ask(
        self, book: MarketBook, scope: anyio.CancelScope, ask: Callable[[], Awaitable[int]]
    ) -> None:
        with scope:
            try:
                venue_seq = await ask()
            except (VenueError, OutcomeUnknown, WireError):
                book.driver.receive("unanswered")
            else:
                book.driver.receive("answered", seq=book.seq, venue_seq=venue_seq)
