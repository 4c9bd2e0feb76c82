"""Questions about orders: how many the venue is asked, and what comes of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from decimal import Decimal
from typing import Any

import anyio
import pytest

from paradex_adapter.errors import HistoryTooLong, OutcomeUnknown
from paradex_adapter.inquiry import Finding, Inquiry, Question, look_through, look_up
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire.rest import Fill, Order
from tests.simulation.changes import Changes

pytestmark = pytest.mark.anyio

MARKET = "BTC-USD-PERP"


def an_order(number: int, status: str = "OPEN", filled: str = "0", at: int = 0) -> Order:
    return Order(
        id=f"1{number:03}",
        market=MARKET,
        side="BUY",
        type="LIMIT",
        size="1",
        remaining_size=str(1 - Decimal(filled)),
        status=status,
        client_id=f"O-{number}",
        created_at=at or number,
        last_updated_at=10_000,
    )


def a_fill(number: int, size: str, order: int) -> Fill:
    return Fill(
        id=str(number),
        market=MARKET,
        order_id=f"1{order:03}",
        side="BUY",
        liquidity="MAKER",
        price="1",
        size=size,
        fee="0",
        created_at=number,
    )


def question(number: int, known: bool = True, filled: str = "0") -> Question:
    venue_order_id = f"1{number:03}" if known else ""
    return Question(f"O-{number}", MARKET, venue_order_id, Decimal(filled), 0)


class Books:
    """A venue that has these orders and fills; `asked` counts what it is asked for."""

    def __init__(self, orders: Sequence[Order], fills: Sequence[Fill] = ()) -> None:
        self.orders = orders
        self.the_fills = fills
        self.asked: Counter[str] = Counter()
        self.too_long: set[str] = set()
        self.broken: Exception | None = None

    async def system_time(self) -> int:
        self.asked["time"] += 1
        if self.broken is not None:
            raise self.broken
        return 99

    async def open_orders(self) -> list[Order]:
        self.asked["open"] += 1
        return [order for order in self.orders if order.status != "CLOSED"]

    async def order(self, venue_order_id: str) -> Order | None:
        self.asked["order"] += 1
        return next((each for each in self.orders if each.id == venue_order_id), None)

    async def order_by_client_id(self, client_id: str) -> Order | None:
        self.asked["by client id"] += 1
        live = await self.open_orders()
        return next((order for order in live if order.client_id == client_id), None)

    async def orders_history(self, client_id: str | None = None, **_: Any) -> list[Order]:
        self.asked["history"] += 1
        if client_id is None and "history" in self.too_long:
            raise HistoryTooLong("of orders")
        return [each for each in self.orders if client_id in (None, each.client_id)]

    async def fills(
        self, market: str | None = None, start_at: int | None = None, **options: Any
    ) -> list[Fill]:
        self.asked["fills"] += 1
        if market is None and "fills" in self.too_long:
            raise HistoryTooLong("of fills")
        return [fill for fill in self.the_fills if fill.created_at >= (start_at or 0)]


# One order


async def test_an_order_is_found_under_its_id_and_its_executions_with_it() -> None:
    books = Books([an_order(1, filled="0.5")], [a_fill(7, "0.5", 1), a_fill(8, "1", 2)])
    found = await look_up(books, question(1))
    assert found == Finding(99, books.orders[0], [books.the_fills[0]])


async def test_executions_that_are_known_are_not_asked_for() -> None:
    books = Books([an_order(1, filled="0.5")], [a_fill(7, "0.5", 1)])
    assert (await look_up(books, question(1, filled="0.5"))).fills == ()
    assert "fills" not in books.asked


async def test_an_order_that_is_nowhere_did_not_exist_when_the_clock_was_read() -> None:
    assert await look_up(Books([]), question(1, known=False)) == Finding(99, None)


# Many orders


async def test_many_open_orders_cost_two_questions() -> None:
    books = Books([an_order(number) for number in range(50)])
    found = await look_through(books, [question(n, known=n % 2 == 0) for n in range(50)])
    assert {name: finding.order.client_id for name, finding in found.items()} == {
        f"O-{n}": f"O-{n}" for n in range(50)
    }
    assert books.asked == {"time": 1, "open": 1}


async def test_many_orders_that_ended_cost_two_more_with_their_executions() -> None:
    closed = [an_order(n, "CLOSED", filled="1" if n % 2 else "0") for n in range(50)]
    books = Books(closed, [a_fill(100 + n, "1", n) for n in range(1, 50, 2)])
    found = await look_through(books, [question(n) for n in range(50)])
    assert [len(found[f"O-{n}"].fills) for n in range(4)] == [0, 1, 0, 1]
    assert books.asked == {"time": 1, "open": 1, "history": 1, "fills": 1}


async def test_an_older_order_of_the_same_name_is_not_taken_for_it() -> None:
    books = Books([an_order(n) for n in range(5)])
    wanted = [*map(question, range(4)), Question("O-4", MARKET, "9999", Decimal(0), 0)]
    assert "O-4" not in await look_through(books, wanted)


@pytest.mark.parametrize("which", ["history", "fills"])
async def test_where_lists_are_too_long_nothing_is_said_of_who_may_be_in_them(which: str) -> None:
    live, over = [an_order(n) for n in range(2)], [an_order(n, "CLOSED", "1") for n in range(2, 8)]
    books = Books([*live, *over], [a_fill(100, "1", 2)])
    books.too_long = {which}
    found = await look_through(books, [question(n) for n in range(8)])
    assert set(found) == {"O-0", "O-1"}


# Who asks


class Asker:
    """Orders that are in doubt, and what is found about them."""

    def __init__(self, books: Books, tasks: Tasks) -> None:
        self.found: dict[str, Finding] = {}
        self.troubles: list[str] = []
        self.forgotten: set[str] = set()
        self.changes = Changes()
        self.inquiry = Inquiry(books, tasks, self._question, self._found, self._troubled)  # type: ignore[arg-type]

    def _question(self, name: str) -> Question | None:
        return None if name in self.forgotten else question(int(name.removeprefix("O-")))

    def _found(self, question: Question, finding: Finding) -> None:
        self.found[question.client_order_id] = finding
        self.changes.tell()

    def _troubled(self, what: str, error: Exception) -> None:
        self.troubles.append(f"{what}: {error}")
        self.changes.tell()

    async def ask(self, numbers: range, holds: Callable[[], bool]) -> None:
        for number in numbers:
            self.inquiry.ask(f"O-{number}")
        with anyio.fail_after(5):
            await self.changes.until(holds)


@pytest.fixture
async def tasks(anyio_backend: str) -> AsyncIterator[Tasks]:
    crashes: list[BaseException] = []
    tasks = Tasks(crashes.append)
    await tasks.open()
    yield tasks
    await tasks.aclose()
    assert crashes == []


async def test_questions_of_one_moment_are_asked_together(tasks: Tasks) -> None:
    books = Books([an_order(n) for n in range(200)])
    asker = Asker(books, tasks)
    await asker.ask(range(200), lambda: len(asker.found) == 200)
    assert books.asked == {"time": 1, "open": 1}


async def test_what_the_lists_do_not_have_is_asked_for_by_itself(tasks: Tasks) -> None:
    books = Books([an_order(n) for n in range(4)])
    asker = Asker(books, tasks)
    await asker.ask(range(5), lambda: len(asker.found) == 5)
    assert asker.found["O-4"].order is None
    assert books.asked["order"] == 1


async def test_an_order_is_asked_for_once_at_a_time_and_again_when_asked_again(
    tasks: Tasks,
) -> None:
    books = Books([an_order(1)])
    asker = Asker(books, tasks)
    asker.inquiry.ask("O-1")
    await asker.ask(range(1, 2), lambda: len(asker.found) == 1)
    assert books.asked["order"] == 1
    asker.found.clear()
    await asker.ask(range(1, 2), lambda: len(asker.found) == 1)
    assert books.asked["order"] == 2


@pytest.mark.parametrize(("count", "trouble"), [(1, "query O-0"), (9, "query 9 orders")])
async def test_a_question_that_fails_is_told_of_and_may_be_asked_again(
    tasks: Tasks, count: int, trouble: str
) -> None:
    books = Books([an_order(n) for n in range(count)])
    books.broken = OutcomeUnknown("no answer")
    asker = Asker(books, tasks)
    await asker.ask(range(count), lambda: bool(asker.troubles))
    assert asker.troubles == [f"{trouble}: no answer"]
    books.broken = None
    await asker.ask(range(count), lambda: len(asker.found) == count)


async def test_who_is_forgotten_meanwhile_is_not_asked_for(tasks: Tasks) -> None:
    books = Books([an_order(n) for n in range(3)])
    asker = Asker(books, tasks)
    asker.forgotten = {"O-1"}
    await asker.ask(range(3), lambda: len(asker.found) == 2)
    assert books.asked["order"] == 2
