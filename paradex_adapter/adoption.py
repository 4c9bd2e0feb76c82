"""An order of the node's cache, as the charts take it over."""

from __future__ import annotations

from decimal import Decimal

from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.orders import Order

from paradex_adapter.orders import VALIDITY_GRACE_MS
from paradex_adapter.parsing.enums import venue_side, venue_type
from paradex_adapter.terms import Adopted, Terms

NANOS_PER_MILLI = 1_000_000
UNSUBMITTED = (OrderStatus.INITIALIZED, OrderStatus.EMULATED, OrderStatus.RELEASED)


def adopted(order: Order, recv_window_ms: int) -> Adopted:
    """What the charts need to know of an order that this process did not send."""
    sent_at_ms = order.ts_init // NANOS_PER_MILLI
    was_submitted = order.status not in UNSUBMITTED
    was_accepted = was_submitted and order.status != OrderStatus.SUBMITTED
    return Adopted(
        client_order_id=order.client_order_id.value,
        terms=Terms(
            market=order.instrument_id.symbol.value,
            side=venue_side(order.side),
            type=venue_type(order.order_type) or "LIMIT",
            size=Decimal(str(order.quantity)),
            price=Decimal(str(order.price)) if order.has_price else None,
            trigger_price=Decimal(str(order.trigger_price)) if order.has_trigger_price else None,
        ),
        venue_order_id=str(order.venue_order_id) if was_accepted and order.venue_order_id else "",
        filled_qty=Decimal(str(order.filled_qty)),
        fills=frozenset(trade_id.value for trade_id in order.trade_ids),
        valid_until=sent_at_ms + recv_window_ms + VALIDITY_GRACE_MS,
        has_triggered=getattr(order, "is_triggered", False),
        was_submitted=was_submitted,
        is_cancel_pending=order.status == OrderStatus.PENDING_CANCEL,
    )
