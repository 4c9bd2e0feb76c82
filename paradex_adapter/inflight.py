"""Keeping the engine from ending an order that the venue may still have.

The live engine asks for an order in flight, five times by default, and then ends it by itself:
REJECTED where it was submitted, CANCELED where a change or a cancel was pending. It counts a
question as unanswered whether the answer is missing, an error, or nothing. Its count begins anew
with any report of the order, before it reads what status that has. So an order about which nothing
can be said yet is reported with a status that cannot be read: the count is back at zero, and the
order is what it was. What becomes of it is for the order's charts, which never stop asking.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Never

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.reports import ExecutionReport, OrderStatusReport
from nautilus_trader.live.execution_client import LiveExecutionClient
from nautilus_trader.model.orders import Order

from paradex_adapter.errors import OutcomeUnknown


class StillInFlight(OrderStatusReport):
    """The report of an order of which nothing new can be said."""

    def __init__(self, order: Order, ts_init: int) -> None:
        ExecutionReport.__init__(self, order.account_id, order.instrument_id, UUID4(), ts_init)
        self.client_order_id = order.client_order_id
        self.venue_order_id = order.venue_order_id

    @property
    def order_status(self) -> Never:
        """Raises `OutcomeUnknown`."""
        raise OutcomeUnknown(f"what becomes of {self.client_order_id} is not known yet")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.client_order_id})"


def keep_waiting(client: LiveExecutionClient, orders: Iterable[Order], ts_init: int) -> None:
    """Have the engine begin anew to count how often it asked for these orders."""
    for order in orders:
        with suppress(OutcomeUnknown):
            client._send_order_status_report(StillInFlight(order, ts_init))
