"""One book: levels, places in line, and what is told of changes."""

from __future__ import annotations

from decimal import Decimal

from paradex_venue.book import Book, Change, Resting
from paradex_venue.records import Side

D = Decimal


def resting(order_id: str, side: Side, price: str, size: str, owner: str = "maker") -> Resting:
    return Resting(order_id, owner, side, D(price), D(size))


def book_of(*orders: Resting) -> Book:
    book = Book()
    for order in orders:
        book.add(order)
    return book


def test_a_reduced_order_keeps_its_place_in_line() -> None:
    book = book_of(resting("a", "BUY", "99", "2"), resting("b", "BUY", "99", "2"))
    book.reduce("a", D("1.5"))
    assert [(o.order_id, o.remaining) for o in book.queue("BUY", D(99))] == [
        ("a", D("0.5")),
        ("b", D(2)),
    ]
    assert book.best("BUY") == (D(99), D("2.5"))


def test_changes_tell_inserted_updated_and_deleted_levels_once() -> None:
    book = book_of(resting("a", "BUY", "99", "1"))
    assert book.take_changes() == [Change("insert", "BUY", D(99), D(1))]
    book.add(resting("b", "BUY", "99", "2"))
    assert book.take_changes() == [Change("update", "BUY", D(99), D(3))]
    book.remove("a")
    book.remove("b")
    assert book.take_changes() == [Change("delete", "BUY", D(99), D(0))]
    assert book.take_changes() == []
    assert book.seq_no == 3


def test_what_comes_and_goes_between_two_looks_is_no_change() -> None:
    book = book_of(resting("a", "BUY", "99", "1"))
    book.take_changes()
    book.add(resting("b", "SELL", "101", "1"))
    book.remove("b")
    book.add(resting("c", "BUY", "99", "1"))
    book.remove("a")
    assert book.take_changes() == []
    assert book.seq_no == 1


def test_a_quote_that_touches_the_other_side_would_cross() -> None:
    book = book_of(resting("a", "SELL", "101", "1"))
    assert book.would_cross("BUY", D(101))
    assert not book.would_cross("BUY", D(100))
    assert not book.would_cross("SELL", D(1))
