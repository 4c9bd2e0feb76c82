"""Executions that have no order: the venue liquidates, settles or transfers on its own account.

Nautilus takes an execution only as one of an order, so an order stands in for each: a market order
of just that size, with the execution's own id. The same one every time, however it is come by.
"""

from __future__ import annotations

import msgspec

from paradex_adapter.wire.rest import Fill, Order

ORDERLY = frozenset({"FILL", "RPI"})
"""The fill types of orders that somebody placed."""


def has_no_order(fill: Fill) -> bool:
    """Whether the venue made this execution of its own accord."""
    return not fill.order_id or fill.fill_type not in ORDERLY


def stand_in(fill: Fill) -> tuple[Order, Fill]:
    """An order that explains `fill`, and the fill as one of that order."""
    order = Order(
        id=fill.trade_id,
        market=fill.market,
        side=fill.side,
        type="MARKET",
        size=fill.size,
        remaining_size="0",
        status="CLOSED",
        account=fill.account,
        avg_fill_price=fill.price,
        created_at=fill.created_at,
        last_updated_at=fill.created_at,
    )
    return order, msgspec.structs.replace(fill, order_id=order.id, client_id="", remaining_size="0")
