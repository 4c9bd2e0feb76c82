"""E10 to E19: orders with a limit, in every time in force."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from nautilus_trader.model.enums import OrderSide, OrderStatus, TimeInForce
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from tests.acceptance.table import case
from tests.acceptance.tester import BUY, PLACED, SELL, only, trial
from tests.adapter.node import Desk, trading

pytestmark = pytest.mark.anyio

LIMITS = {BUY: "94940.0", SELL: "95060.0"}


@pytest.mark.parametrize(
    "side",
    [
        case("E10", "limit GTC buy", BUY),
        case("E11", "limit GTC sell", SELL),
    ],
)
async def test_a_limit_order_rests_at_its_price(venue: Venue, side: OrderSide) -> None:
    async with trial(venue, **only(side)) as at:
        at.quote()
        order = await at.order(*PLACED)
        assert (order.side, str(order.price), order.time_in_force) == (
            side,
            LIMITS[side],
            TimeInForce.GTC,
        )
        (there,) = at.truth.live.values()
        assert (there.id, there.price, there.size) == (
            order.venue_order_id.value,
            Decimal(LIMITS[side]),
            Decimal("0.1"),
        )


@pytest.mark.acceptance("E12", "limit pair")
async def test_both_sides_rest_together(venue: Venue) -> None:
    async with trial(venue) as at:
        at.quote()
        orders = [await at.order(*PLACED, number=number) for number in (0, 1)]
        assert {order.side: str(order.price) for order in orders} == LIMITS


@pytest.mark.acceptance("E13", "limit IOC that meets the market")
async def test_an_aggressive_ioc_order_is_filled(venue: Venue) -> None:
    async with trading(venue) as desk:
        order = await _submit(desk, "95010", TimeInForce.IOC)
        await desk.told(order, *PLACED, "Filled")
        assert order.status == OrderStatus.FILLED


@pytest.mark.acceptance("E14", "limit IOC that meets nobody")
async def test_a_passive_ioc_order_is_canceled_and_not_expired(venue: Venue) -> None:
    async with trial(venue, **only(BUY, limit_time_in_force=TimeInForce.IOC)) as at:
        at.quote()
        order = await at.order(*PLACED, "Canceled")
        assert order.filled_qty == 0


FOK = "UNSUPPORTED_TIME_IN_FORCE: FOK; use GTC (post-only or not) or IOC"
GTD = "UNSUPPORTED_TIME_IN_FORCE: GTD; use GTC (post-only or not) or IOC"
DAY = "UNSUPPORTED_TIME_IN_FORCE: DAY; use GTC (post-only or not) or IOC"


@pytest.mark.parametrize(
    ("tif", "reason", "price"),
    [
        case("E15", "limit FOK that could fill", TimeInForce.FOK, FOK, "95010", denied=FOK),
        case("E16", "limit FOK that could not", TimeInForce.FOK, FOK, "94000", denied=FOK),
        case("E17", "limit GTD", TimeInForce.GTD, GTD, "94000", denied=GTD),
        case("E19", "limit DAY", TimeInForce.DAY, DAY, "94000", denied=DAY),
    ],
)
async def test_a_time_in_force_that_the_venue_lacks_is_denied(
    venue: Venue, tif: TimeInForce, reason: str, price: str
) -> None:
    async with trading(venue) as desk:
        order = await _submit(desk, price, tif)
        await desk.told(order, "Initialized", "Denied")
        assert order.last_event.reason == reason


@pytest.mark.parametrize("manage", [False, True])
@pytest.mark.acceptance("E18", "limit GTD expiry", denied=GTD)
async def test_an_order_with_an_expiry_is_denied_even_if_nautilus_would_keep_it(
    venue: Venue, denied: str, manage: bool
) -> None:
    gtd = {"limit_time_in_force": TimeInForce.GTD, "order_expire_time_delta_mins": 1}
    async with trial(venue, **only(BUY, manage_gtd_expiry=manage, **gtd)) as at:
        at.quote()
        order = await at.order("Initialized", "Denied")
        assert order.last_event.reason == denied


async def _submit(desk: Desk, price: str, tif: TimeInForce) -> Order:
    gtd = tif == TimeInForce.GTD
    terms = {"expire_time": desk.probe.clock.utc_now() + timedelta(hours=1)} if gtd else {}
    order = desk.probe.limit(BUY, "0.1", price, time_in_force=tif, **terms)
    desk.probe.submit_order(order)
    return order
