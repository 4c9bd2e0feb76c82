"""E40 to E44: cancels, one by one and together."""

from __future__ import annotations

from typing import Any

import pytest
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import CancelOrder
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.events import OrderCanceled

from paradex_venue import Venue
from tests.acceptance.table import case
from tests.acceptance.tester import BUY, PLACED, Trial, only, trial
from tests.adapter.node import BTC

pytestmark = pytest.mark.anyio


@pytest.mark.acceptance("E40", "cancel of one order")
async def test_an_order_is_canceled_under_the_venues_own_id(venue: Venue) -> None:
    async with trial(venue, **only(BUY)) as at:
        at.quote()
        order = await at.order(*PLACED)
        at.tester.cancel_order(order)
        await at.desk.told(order, *PLACED, "PendingCancel", "Canceled")
        assert isinstance(order.last_event, OrderCanceled)
        assert order.last_event.venue_order_id == order.venue_order_id
        assert at.at_venue(order).cancel_reason == "USER_CANCELED"


@pytest.mark.parametrize(
    ("config", "requests"),
    [
        case("E41", "cancel-all on stop", {}, 1),
        case("E42", "single cancels on stop", {"use_individual_cancels_on_stop": True}, None),
        case("E43", "batch cancel on stop", {"use_batch_cancel_on_stop": True}, 1),
    ],
)
async def test_stopping_cancels_every_order(
    venue: Venue, config: dict[str, Any], requests: int | None
) -> None:
    async with trial(venue, **config) as at:
        at.quote()
        orders = [await at.order(*PLACED, number=number) for number in (0, 1)]
        before = _requests(at)
        await at.stop()
        assert {order.status for order in orders} == {OrderStatus.CANCELED}
        assert {order.cancel_reason for order in at.truth.orders} == {"USER_CANCELED"}
        assert requests in (None, _requests(at) - before)


def _requests(at: Trial) -> int:
    """How many requests have counted as orders."""
    return at.desk.account.rest.limits.orders.figures.passed


@pytest.mark.acceptance("E44", "cancel of a canceled order")
async def test_a_cancel_that_comes_too_late_is_rejected(venue: Venue) -> None:
    async with trial(venue, **only(BUY)) as at:
        at.quote()
        order = await at.order(*PLACED)
        at.tester.cancel_order(order)
        await at.desk.told(order, *PLACED, "PendingCancel", "Canceled")
        # A strategy would refuse it by itself.
        again = CancelOrder(
            trader_id=at.desk.node.trader_id,
            strategy_id=at.tester.id,
            instrument_id=BTC,
            client_order_id=order.client_order_id,
            venue_order_id=order.venue_order_id,
            command_id=UUID4(),
            ts_init=at.desk.node.kernel.clock.timestamp_ns(),
        )
        at.desk.node.kernel.msgbus.send("ExecEngine.execute", again)
        await at.desk.until(lambda: type(at.desk.events[-1]).__name__ == "OrderCancelRejected")
        assert at.desk.events[-1].reason.startswith("ORDER_ENDED: ")
        assert order.status == OrderStatus.CANCELED
