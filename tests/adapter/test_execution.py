from __future__ import annotations

import pytest
from nautilus_trader.model.enums import OrderSide

from tests.adapter.node import Desk

pytestmark = pytest.mark.anyio


async def test_a_resting_order_is_accepted_and_canceled(desk: Desk) -> None:
    order = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
    desk.probe.submit_order(order)
    await desk.told(order, "Initialized", "Submitted", "Accepted")
    desk.probe.cancel_order(order)
    await desk.told(order, "Initialized", "Submitted", "Accepted", "PendingCancel", "Canceled")
