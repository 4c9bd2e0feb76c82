"""What the venue knows of one order, wherever it keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.rest import Fill, Order

MOST_ORDERS = 3_000
"""How many of the latest orders of a market are looked through for one."""
NEARBY_MS = 60 * 60 * 1000
"""How long before its execution an order is looked for that is not to be had by its id."""


async def find_order(
    rest: Rest, client_order_id: str, market: str, venue_order_id: str = ""
) -> Order | None:
    """The venue's order of this id, or of this client id; None when it has none. Raises
    `HistoryTooLong` when it may be older than the latest orders of its market."""
    order = await rest.order(venue_order_id) if venue_order_id else None
    order = order or await rest.order_by_client_id(client_order_id)
    if order is not None:
        return order
    named = await rest.orders_history(client_id=client_order_id, market=market)
    if not venue_order_id:
        return named[-1] if named else None
    own = [order for order in named if order.id == venue_order_id]  # a name may be used again
    return own[0] if own else await _among_the_latest(rest, market, venue_order_id)


async def _among_the_latest(rest: Rest, market: str, venue_order_id: str) -> Order | None:
    """An order placed elsewhere, which has another name or none: only the history has it by its
    id once it is closed."""

    def chosen(orders: Sequence[Order]) -> list[Order]:
        return [order for order in orders if order.id == venue_order_id]

    latest = await rest.orders_history(
        market=market, at_most=MOST_ORDERS, suffice=lambda orders: bool(chosen(orders))
    )
    return next(iter(chosen(latest)), None)


async def find_order_of(rest: Rest, fill: Fill) -> Order | None:
    """The order that was executed; None where the venue has none, as when it liquidates. By its
    contract the venue gives only live orders by their id, so the history is searched too."""
    if not fill.order_id:
        return None
    order = await rest.order(fill.order_id)
    if order is not None:
        return order
    start, end = fill.created_at - NEARBY_MS, fill.created_at
    history = await rest.orders_history(market=fill.market, start_at=start, end_at=end)
    return next((order for order in history if order.id == fill.order_id), None)


async def fills_of(rest: Rest, order: Order) -> list[Fill]:
    """The order's executions, oldest first, read until those up to its last word make up what
    that says."""
    executed = Decimal(order.size) - Decimal(order.remaining_size)

    def suffice(found: Sequence[Fill]) -> bool:
        return size_of(fill for fill in found if _is_in(order, fill)) >= executed

    fills = await rest.fills(order.market, order.created_at, suffice=suffice)
    return [fill for fill in fills if fill.order_id == order.id]


def _is_in(order: Order, fill: Fill) -> bool:
    return fill.order_id == order.id and fill.created_at <= order.last_updated_at


def size_of(fills: Iterable[Fill]) -> Decimal:
    """How much these executed."""
    return sum((Decimal(fill.size) for fill in fills), Decimal(0))
