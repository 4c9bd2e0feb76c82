"""What the venue knows of one order, wherever it keeps it."""

from __future__ import annotations

from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.rest import Fill, Order


async def find_order(
    rest: Rest, client_order_id: str, market: str, venue_order_id: str = ""
) -> Order | None:
    """The venue's order of this id, or of this client id; None when it has none."""
    order = await rest.order(venue_order_id) if venue_order_id else None
    order = order or await rest.order_by_client_id(client_order_id)
    if order is not None:
        return order
    history = await rest.orders_history(client_id=client_order_id, market=market)
    return history[-1] if history else None


async def fills_of(rest: Rest, order: Order) -> list[Fill]:
    """The order's executions, oldest first."""
    fills = await rest.fills(market=order.market, start_at=order.created_at)
    return [fill for fill in fills if fill.order_id == order.id]
