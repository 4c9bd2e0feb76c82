"""How an incoming order meets those that rest, held against the plainest matching there is."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from paradex_venue.book import Book, Execution, Resting
from paradex_venue.matching import Incoming, Match, match
from paradex_venue.records import Side
from tests.venue.test_book import book_of, resting

D = Decimal


def meet(
    side: Side, limit: str | None, size: str, *books: Book, owner: str = "taker", **terms: Any
) -> Match:
    worst = None if limit is None else D(limit)
    return match(books, Incoming(side=side, limit=worst, size=D(size), owner=owner, **terms))


def test_the_best_price_trades_first_and_at_its_own_price() -> None:
    book = book_of(resting("far", "SELL", "102", "1"), resting("near", "SELL", "101", "1"))
    met = meet("BUY", "103", "1.5", book)
    assert met.executions == [
        Execution("near", D(101), D(1)),
        Execution("far", D(102), D("0.5")),
    ]
    assert met.remaining == 0
    assert book.levels("SELL") == [(D(102), D("0.5"))]


def test_at_one_price_the_first_to_come_trades_first() -> None:
    book = book_of(*(resting(name, "BUY", "99", "1") for name in ("a", "b", "c")))
    met = meet("SELL", "99", "2", book)
    assert [execution.order_id for execution in met.executions] == ["a", "b"]
    assert [order.order_id for order in book.queue("BUY", D(99))] == ["c"]


def test_nothing_trades_beyond_the_limit() -> None:
    book = book_of(resting("a", "SELL", "101", "1"), resting("b", "SELL", "102", "1"))
    met = meet("BUY", "101", "5", book)
    assert met.remaining == 4
    assert "b" in book
    assert "a" not in book


def test_without_a_limit_everything_trades() -> None:
    book = book_of(resting("a", "BUY", "99", "1"), resting("b", "BUY", "1", "1"))
    assert meet("SELL", None, "3", book).remaining == 1
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
    met = meet("BUY", "102", "2", book, owner="me", stp=mode)
    assert (met.expired, met.is_self_trade, met.remaining) == (
        expired,
        is_self_trade,
        remaining,
    )
    assert ("mine" in book) == (mode == "EXPIRE_TAKER")


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
    incoming = Incoming(side=side, limit=price, size=size, owner=owner, stp=mode)
    met = match([book], incoming)
    expected = plain.match(side, price, size, owner, mode)
    assert (met.executions, met.remaining, met.is_self_trade) == expected
    if met.remaining and not met.is_self_trade:
        book.add(Resting(order_id, owner, side, price, met.remaining))
        plain.orders.append(Resting(order_id, owner, side, price, met.remaining))


def _agree(book: Book, plain: Plain, rebuilt: dict[tuple[Side, Decimal], Decimal]) -> None:
    bid, ask = book.best("BUY"), book.best("SELL")
    assert bid is None or ask is None or bid[0] < ask[0]
    for side in ("BUY", "SELL"):
        levels = plain.levels(side)
        assert book.levels(side) == sorted(levels.items(), reverse=side == "BUY")
        assert {price: size for (s, price), size in rebuilt.items() if s == side} == levels


def test_an_average_may_be_met_by_part_of_an_order() -> None:
    """The venue's own example: 50 wanted at 20,000 on average."""
    asks = [("19900", "10"), ("20050", "10"), ("20100", "10")]
    book = book_of(*(resting(price, "SELL", price, size) for price, size in asks))
    met = meet("BUY", "20150", "50", book, average=D(20000), increment=D("0.1"))
    assert [execution.size for execution in met.executions] == [D(10), D(10), D(5)]
    spent = sum(execution.price * execution.size for execution in met.executions)
    assert spent / 25 == 20000


def test_no_single_execution_is_beyond_the_limit_however_good_the_average() -> None:
    """The venue's other example: the limit leaves 20 at 20,050 and nothing at 20,100."""
    asks = [("19900", "10"), ("20050", "20"), ("20100", "10")]
    book = book_of(*(resting(price, "SELL", price, size) for price, size in asks))
    met = meet("BUY", "20060", "50", book, average=D(20000), increment=D(1))
    assert [execution.size for execution in met.executions] == [D(10), D(20)]
    assert met.remaining == 20


def test_an_average_that_is_worse_from_the_start_trades_nothing() -> None:
    book = book_of(resting("a", "BUY", "99", "1"))
    met = meet("SELL", None, "1", book, average=D(100))
    assert (met.executions, met.remaining) == ([], 1)
    assert "a" in book


def test_a_second_book_goes_last_at_one_price_and_first_at_a_better_one() -> None:
    book = book_of(resting("a", "SELL", "101", "1"), resting("b", "SELL", "102", "1"))
    hidden = book_of(resting("c", "SELL", "101", "1"), resting("d", "SELL", "100", "1"))
    met = meet("BUY", "102", "4", book, hidden)
    assert [execution.order_id for execution in met.executions] == ["d", "a", "c", "b"]
