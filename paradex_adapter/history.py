"""What an account did and what it came to: orders, executions, positions.

The venue answers one list at a time, and trading goes on between two answers. A history is taken
between two equal answers about the positions: then nothing was executed while it was taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from paradex_adapter.errors import HistoryTooLong
from paradex_adapter.order_search import fills_of
from paradex_adapter.stand_in import has_no_order, stand_in
from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.rest import Fill, Order, Position

BEGINNING_MS = 1_672_531_200_000
"""2023-01-01: the venue traded nothing earlier."""
SPANS_MS = tuple(int(days * 86_400_000) for days in (100, 10, 1, 0.1, 0.01, 0.001))
MOST_ORDERS, MOST_FILLS = 1_000, 10_000
"""How much is taken where nobody said how far back: a node reads all of it before it trades."""
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class History:
    """Ascending in time. `orders` are those that are open and those created since `since` (ms);
    `fills` are theirs, as many as their orders tell of. Where the venue acted on its own account,
    an order stands in. What older orders did is in the positions alone."""

    orders: list[Order]
    fills: list[Fill]
    positions: list[Position]
    since: int

    @property
    def is_cut(self) -> bool:
        """Whether there is more than was taken."""
        return self.since > BEGINNING_MS


async def take_history(rest: Rest, since: int | None, now: int) -> History:
    """The history since `since`, or as far back as it is not too long (times in ms). Raises what
    asking raises, and `HistoryTooLong` where it is told how far back."""
    before = _held(await rest.positions())
    for _ in range(ATTEMPTS):
        history = await (_since(rest, since) if since is not None else _bounded(rest, now))
        after = _held(history.positions)
        if after == before:
            break
        before = after
    return history


async def longest[T](ask: Callable[[int], Awaitable[T]], now: int) -> T | None:
    """What `ask` has to say of the longest time up to `now` that is not too long to ask for."""
    for since in (BEGINNING_MS, *(now - span for span in SPANS_MS)):
        with suppress(HistoryTooLong):
            return await ask(since)
    return None


def latest(orders: Iterable[Order]) -> list[Order]:
    """Each order once, in its latest state, in the sequence of their first mention. Closed is the
    last state there is."""
    found: dict[str, Order] = {}
    for order in orders:
        known = found.setdefault(order.id, order)
        if _age(order) > _age(known):
            found[order.id] = order
    return list(found.values())


async def _bounded(rest: Rest, now: int) -> History:
    found = await longest(lambda since: _since(rest, since, MOST_ORDERS, MOST_FILLS), now)
    return found or await _since(rest, now)


async def _since(
    rest: Rest, since: int, most_orders: int | None = None, most_fills: int | None = None
) -> History:
    live = await rest.open_orders()
    created = await rest.orders_history(start_at=since, at_most=most_orders)
    orders = sorted(latest([*created, *live]), key=lambda order: order.created_at)
    fills = await rest.fills(start_at=since, at_most=most_fills)
    for order in orders:
        if order.created_at < since and order.remaining_size != order.size:
            with suppress(HistoryTooLong):  # then its average price tells what there is to know
                fills += await fills_of(rest, order)
    positions = await rest.positions()
    made = [stand_in(fill) for fill in _lonely(fills, orders)]
    orders += [order for order, _ in made]
    executed = _fitting(orders, [*fills, *(fill for _, fill in made)])
    return History(orders, executed, positions, since)


def _lonely(fills: Iterable[Fill], orders: Iterable[Order]) -> list[Fill]:
    listed = {order.id for order in orders}
    return [fill for fill in fills if fill.order_id not in listed and has_no_order(fill)]


def _fitting(orders: Iterable[Order], fills: Iterable[Fill]) -> list[Fill]:
    """The fills of these orders, each once and ascending, as far as the orders tell of them: what
    was executed since an order was asked for comes by itself."""
    executed = {order.id: Decimal(order.size) - Decimal(order.remaining_size) for order in orders}
    told: defaultdict[str, Decimal] = defaultdict(Decimal)
    kept: dict[str, Fill] = {}
    for fill in sorted(fills, key=_place):
        fits = told[fill.order_id] + Decimal(fill.size) <= executed.get(fill.order_id, 0)
        if fits and fill.trade_id not in kept:
            told[fill.order_id] += Decimal(fill.size)
            kept[fill.trade_id] = fill
    return list(kept.values())


def _place(fill: Fill) -> tuple[int, int, str]:
    return fill.created_at, len(fill.id), fill.id


def _age(order: Order) -> tuple[bool, int]:
    return order.status == "CLOSED", order.last_updated_at


def _held(positions: Iterable[Position]) -> set[tuple[str, str, str]]:
    return {(each.market, each.size, each.last_fill_id) for each in positions}
