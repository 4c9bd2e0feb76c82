"""What became of orders, asked of the venue: of a few one by one, of many at once.

The venue meters questions (600 a minute), and a lost session leaves every live order in doubt at
the same moment. Its lists then tell of all of them at the price of one or two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import anyio

from paradex_adapter.errors import HistoryTooLong, OutcomeUnknown, VenueError, WireError
from paradex_adapter.order_search import fills_of, find_order, size_of
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire.rest import Fill, Order

FEW = 3
"""So many orders cost less one by one."""
GATHER_SECS = 0.01
"""How long a question waits for others that are asked at the same moment."""
MOST_ORDERS = 3_000
"""How many of the latest orders are looked through; older ones are asked for one by one."""


@dataclass(frozen=True, slots=True)
class Question:
    """`venue_order_id` is `""` while it is not known. Executions up to `filled_qty` are known.
    `doubts`: how often the order had been doubted when this was asked."""

    client_order_id: str
    market: str
    venue_order_id: str
    filled_qty: Decimal
    doubts: int


@dataclass(frozen=True, slots=True)
class Finding:
    """`order` is None where the venue has none, nor had any at `venue_time` (ms). `fills` are
    those of its executions that may be news, oldest first."""

    venue_time: int
    order: Order | None
    fills: Sequence[Fill] = ()


async def look_up(rest: Rest, question: Question) -> Finding:
    """Ask for one order."""
    # The clock first: what is not found after it reads `venue_time` did not exist then.
    venue_time = await rest.system_time()
    order = await find_order(
        rest, question.client_order_id, question.market, question.venue_order_id
    )
    has_news = order is not None and _executed(order) > question.filled_qty
    return Finding(venue_time, order, await fills_of(rest, order) if order and has_news else ())


async def look_through(rest: Rest, questions: Iterable[Question]) -> dict[str, Finding]:
    """Look for orders in the venue's lists. That one is in none of them says nothing about it."""
    venue_time = await rest.system_time()
    missing = {each.client_order_id: each for each in questions}
    found = _among(missing.values(), await rest.open_orders())
    if len(missing) - len(found) > FEW:
        rest_of_them = [each for name, each in missing.items() if name not in found]
        with suppress(HistoryTooLong):
            found |= _among(rest_of_them, await _latest_orders(rest, rest_of_them))
    news = {
        order.id: order
        for name, order in found.items()
        if _executed(order) > missing[name].filled_qty
    }
    try:
        fills = await _fills_of_all(rest, news.values())
    except HistoryTooLong:  # they are found again one by one
        found = {name: order for name, order in found.items() if order.id not in news}
        fills = {}
    return {
        name: Finding(venue_time, order, fills.get(order.id, ())) for name, order in found.items()
    }


class Inquiry:
    """Asks what became of orders, each of them once at a time. Questions of one moment are asked
    together. Nothing is `found` where asking failed, which `troubled` is told: who is in doubt
    asks again. `question` is None for an order nobody remembers."""

    def __init__(
        self,
        rest: Rest,
        tasks: Tasks,
        question: Callable[[str], Question | None],
        found: Callable[[Question, Finding], None],
        troubled: Callable[[str, Exception], None],
    ) -> None:
        self._rest = rest
        self._tasks = tasks
        self._question = question
        self._found = found
        self._troubled = troubled
        self._gathered: list[str] = []
        self._asked: set[str] = set()

    def ask(self, client_order_id: str) -> None:
        if client_order_id in self._asked:
            return
        self._asked.add(client_order_id)
        if not self._gathered:
            self._tasks.start_soon(self._go)
        self._gathered.append(client_order_id)

    async def _go(self) -> None:
        await anyio.sleep(GATHER_SECS)
        gathered, self._gathered = self._gathered, []
        asked = {client_order_id: self._question(client_order_id) for client_order_id in gathered}
        self._asked.difference_update(name for name, each in asked.items() if each is None)
        questions = [each for each in asked.values() if each is not None]
        alone = questions if len(questions) <= FEW else await self._ask_all(questions)
        for question in alone:
            self._tasks.start_soon(self._ask_one, question)

    async def _ask_one(self, question: Question) -> None:
        try:
            finding = await look_up(self._rest, question)
        except (VenueError, OutcomeUnknown, WireError) as error:
            self._troubled(f"query {question.client_order_id}", error)
            return
        finally:
            self._asked.discard(question.client_order_id)
        self._found(question, finding)

    async def _ask_all(self, questions: Sequence[Question]) -> list[Question]:
        """Returns those that are still open."""
        try:
            findings = await look_through(self._rest, questions)
        except (VenueError, OutcomeUnknown, WireError) as error:
            self._troubled(f"query {len(questions)} orders", error)
            self._asked.difference_update(each.client_order_id for each in questions)
            return []
        self._asked.difference_update(findings)
        for question in questions:
            if question.client_order_id in findings:
                self._found(question, findings[question.client_order_id])
        return [each for each in questions if each.client_order_id not in findings]


def _executed(order: Order) -> Decimal:
    return Decimal(order.size) - Decimal(order.remaining_size)


def _among(questions: Iterable[Question], orders: Sequence[Order]) -> dict[str, Order]:
    by_id = {order.id: order for order in orders}
    by_name = {order.client_id: order for order in orders}  # the latest of that name
    found = {
        each.client_order_id: by_id.get(each.venue_order_id)
        if each.venue_order_id
        else by_name.get(each.client_order_id)
        for each in questions
    }
    return {name: order for name, order in found.items() if order is not None}


async def _latest_orders(rest: Rest, questions: Sequence[Question]) -> list[Order]:
    def suffice(orders: Sequence[Order]) -> bool:
        return len(_among(questions, orders)) == len(questions)

    return await rest.orders_history(at_most=MOST_ORDERS, suffice=suffice)


async def _fills_of_all(rest: Rest, orders: Iterable[Order]) -> dict[str, list[Fill]]:
    """The executions of each order, by its id."""
    wanted = {order.id: _executed(order) for order in orders}
    if not wanted:
        return {}

    def suffice(fills: Sequence[Fill]) -> bool:
        told = _by_order(fills, wanted)
        return all(size_of(told[order_id]) >= executed for order_id, executed in wanted.items())

    since = min(order.created_at for order in orders)
    return _by_order(await rest.fills(start_at=since, suffice=suffice), wanted)


def _by_order(fills: Iterable[Fill], order_ids: Iterable[str]) -> dict[str, list[Fill]]:
    told: dict[str, list[Fill]] = {order_id: [] for order_id in order_ids}
    for fill in fills:
        if fill.order_id in told:
            told[fill.order_id].append(fill)
    return told
