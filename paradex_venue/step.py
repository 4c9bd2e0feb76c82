"""What one step of the engine changed, told when the step ends: books, then positions and accounts.

Orders, fills and trades are told as they happen; a book, a position or an account once, as the step
leaves it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from paradex_venue.book import Book
from paradex_venue.events import AccountChanged, BookChanged, Event, PositionChanged, Quote
from paradex_venue.ids import Ids
from paradex_venue.records import Account, Order


class Step:
    """`marks` and `books` are the engine's. House accounts are not told of."""

    def __init__(
        self,
        ids: Ids,
        marks: Mapping[str, Decimal],
        books: Mapping[str, Book],
        emit: Callable[[Event], None],
    ) -> None:
        self._ids = ids
        self._marks = marks
        self._books = books
        self._emit = emit
        self._tops: dict[str, tuple[Quote, Quote]] = dict.fromkeys(books, (None, None))
        # Accounts touched, and the markets in which their positions moved.
        self._touched: dict[str, tuple[Account, dict[str, None]]] = {}
        # Accounts and markets in which an order or a position changed.
        self._stirred: dict[tuple[str, str], Account] = {}

    def moved(self, account: Account, symbol: str) -> None:
        """A position of the account is another than before."""
        self._touched.setdefault(account.address, (account, {}))[1][symbol] = None
        self._stirred[account.address, symbol] = account

    def changed(self, account: Account, order: Order) -> None:
        """An order of the account is."""
        self._touched.setdefault(account.address, (account, {}))
        self._stirred[account.address, order.market] = account

    def take_stirred(self) -> Iterator[tuple[Account, str]]:
        """Clients and markets that have not been looked at since something changed there."""
        while self._stirred:
            (_, symbol), account = self._stirred.popitem()
            if not account.house:
                yield account, symbol

    def tell(self, symbol: str, now: int) -> None:
        self._tell_book(symbol, now)
        touched, self._touched = self._touched, {}
        for account, moved in touched.values():
            if not account.house:
                self.tell_account(account, moved, now)

    def tell_account(self, account: Account, moved: Iterable[str], now: int) -> None:
        """The account, and before it those of its positions that moved."""
        for symbol in moved:
            position = account.positions[symbol]
            position.seq_no = self._ids.sequence()
            self._emit(PositionChanged(copy.copy(position), self._marks[symbol]))
        account.updated_at = now
        account.seq_no = self._ids.sequence()
        self._emit(AccountChanged(account.address))

    def _tell_book(self, symbol: str, now: int) -> None:
        book = self._books[symbol]
        changes = tuple(book.take_changes())
        if not changes:
            return
        top = (book.best("BUY"), book.best("SELL"))
        is_new_top = top != self._tops[symbol]
        self._tops[symbol] = top
        self._emit(BookChanged(symbol, book.seq_no, now, changes, *top, is_new_top))
