from __future__ import annotations

import random
from decimal import Decimal

import pytest

from paradex_venue.book import Book, Change, Execution, Resting
from paradex_venue.records import Side

D = Decimal


def resting(order_id: str, side: Side, price: str, size: str, owner: str = "maker") -> Resting:
    return Resting(order_id, owner, side, D(price), D(size))


def book_of(*orders: Resting) -> Book:
    book = Book()
    for order in orders:
        book.add(order)
    return book


def test_the_best_price_trades_first_and_at_its_own_price() -> None:
    book = book_of(resting("far", "SELL", "102", "1"), resting("near", "SELL", "101", "1"))
    match = book.match("BUY", D(103), D("1.5"), "taker", "EXPIRE_TAKER")
    assert match.executions == [
        Execution("near", D(101), D(1)),
        Execution("far", D(102), D("0.5")),
    ]
    assert match.remaining == 0
    assert book.levels("SELL") == [(D(102), D("0.5"))]


def test_at_one_price_the_first_to_come_trades_first() -> None:
    book = book_of(*(resting(name, "BUY", "99", "1") for name in ("a", "b", "c")))
    match = book.match("SELL", D(99), D(2), "taker", "EXPIRE_TAKER")
    assert [execution.order_id for execution in match.executions] == ["a", "b"]
    assert [order.order_id for order in book.queue("BUY", D(99))] == ["c"]


def test_a_reduced_order_keeps_its_place_in_line() -> None:
    book = book_of(resting("a", "BUY", "99", "2"), resting("b", "BUY", "99", "2"))
    book.reduce("a", D("1.5"))
    assert [(o.order_id, o.remaining) for o in book.queue("BUY", D(99))] == [
        ("a", D("0.5")),
        ("b", D(2)),
    ]
    assert book.best("BUY") == (D(99), D("2.5"))


def test_nothing_trades_beyond_the_limit() -> None:
    book = book_of(resting("a", "SELL", "101", "1"), resting("b", "SELL", "102", "1"))
    match = book.match("BUY", D(101), D(5), "taker", "EXPIRE_TAKER")
    assert match.remaining == 4
    assert "b" in book
    assert "a" not in book


def test_without_a_limit_everything_trades() -> None:
    book = book_of(resting("a", "BUY", "99", "1"), resting("b", "BUY", "1", "1"))
    assert book.match("SELL", None, D(3), "taker", "EXPIRE_TAKER").remaining == 1
    assert book.best("BUY") is None


@pytest.mark.parametrize(
    ("mode", "expired", "is_self_trade", "remaining"),
    [
        ("EXPIRE_TAKER", [], True, D(2)),
        ("EXPIRE_MAKER", ["mine"], False, D(1)),
        ("EXPIRE_BOTH", ["mine"], True, D(2)),
    ],
)
def test_nobody_trades_with_himself(
    mode: str, expired: list[str], is_self_trade: bool, remaining: Decimal
) -> None:
    book = book_of(
        resting("mine", "SELL", "101", "1", owner="me"), resting("yours", "SELL", "102", "1")
    )
    match = book.match("BUY", D(102), D(2), "me", mode)
    assert (match.expired, match.is_self_trade, match.remaining) == (
        expired,
        is_self_trade,
        remaining,
    )
    assert ("mine" in book) == (mode == "EXPIRE_TAKER")


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


class Plain:
    """The same rules without any structure: a list, searched anew for every execution."""

    def __init__(self) -> None:
        self.orders: list[Resting] = []

    def match(
        self, side: Side, limit: Decimal, size: Decimal, owner: str, mode: str
    ) -> tuple[list[Execution], Decimal, bool]:
        executions = []
        while size:
            buying = side == "BUY"
            others = [
                (order.price if buying else -order.price, place)
                for place, order in enumerate(self.orders)
                if order.side != side and (order.price <= limit if buying else order.price >= limit)
            ]
            if not others:
                break
            maker = self.orders[min(others)[1]]
            if maker.owner == owner:
                if mode != "EXPIRE_TAKER":
                    self.orders.remove(maker)
                if mode != "EXPIRE_MAKER":
                    return executions, size, True
                continue
            done = min(size, maker.remaining)
            size, maker.remaining = size - done, maker.remaining - done
            executions.append(Execution(maker.order_id, maker.price, done))
            if not maker.remaining:
                self.orders.remove(maker)
        return executions, size, False

    def levels(self, side: Side) -> dict[Decimal, Decimal]:
        totals: dict[Decimal, Decimal] = {}
        for order in self.orders:
            if order.side == side:
                totals[order.price] = totals.get(order.price, D(0)) + order.remaining
        return totals


@pytest.mark.parametrize("seed", range(8))
def test_a_long_run_agrees_with_the_plainest_matching_there_is(seed: int) -> None:
    """Executions, levels and published changes, order by order; and never a crossed book."""
    dice = random.Random(seed)
    book, plain = Book(), Plain()
    rebuilt: dict[tuple[Side, Decimal], Decimal] = {}
    for number in range(400):
        if plain.orders and dice.random() < 0.3:
            gone = dice.choice(plain.orders)
            plain.orders.remove(gone)
            book.remove(gone.order_id)
        else:
            _enter(book, plain, dice, str(number))
        for change in book.take_changes():
            rebuilt[change.side, change.price] = change.size
        _agree(book, plain, {key: size for key, size in rebuilt.items() if size})


def _enter(book: Book, plain: Plain, dice: random.Random, order_id: str) -> None:
    side: Side = dice.choice(("BUY", "SELL"))
    price, size = D(dice.randrange(90, 111)), D(dice.randrange(1, 50)) / 10
    owner, mode = dice.choice("abc"), dice.choice(("EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"))
    match = book.match(side, price, size, owner, mode)
    expected = plain.match(side, price, size, owner, mode)
    assert (match.executions, match.remaining, match.is_self_trade) == expected
    if match.remaining and not match.is_self_trade:
        book.add(Resting(order_id, owner, side, price, match.remaining))
        plain.orders.append(Resting(order_id, owner, side, price, match.remaining))


def _agree(book: Book, plain: Plain, rebuilt: dict[tuple[Side, Decimal], Decimal]) -> None:
    bid, ask = book.best("BUY"), book.best("SELL")
    assert bid is None or ask is None or bid[0] < ask[0]
    for side in ("BUY", "SELL"):
        levels = plain.levels(side)
        assert book.levels(side) == sorted(levels.items(), reverse=side == "BUY")
        assert {price: size for (s, price), size in rebuilt.items() if s == side} == levels
