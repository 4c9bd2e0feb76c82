"""E01 to E06: orders at the market."""

from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import OrderSide, OrderStatus, PositionSide, TimeInForce
from nautilus_trader.model.objects import Money

from paradex_venue import Venue
from tests.acceptance.tester import NO_LIMITS, PLACED, trial
from tests.adapter.node import BTC, trading

pytestmark = pytest.mark.anyio


@pytest.mark.acceptance("E01", "market buy")
async def test_a_market_buy_opens_a_long_position(venue: Venue) -> None:
    await _opens(venue, Decimal("0.1"), PositionSide.LONG, "95010.0")


@pytest.mark.acceptance("E02", "market sell")
async def test_a_market_sell_opens_a_short_position(venue: Venue) -> None:
    await _opens(venue, Decimal("-0.1"), PositionSide.SHORT, "94990.0")


@pytest.mark.acceptance("E03", "market IOC")
async def test_a_market_order_may_be_immediate_or_cancel(venue: Venue) -> None:
    ioc = TimeInForce.IOC
    await _opens(
        venue, Decimal("0.1"), PositionSide.LONG, "95010.0", open_position_time_in_force=ioc
    )


async def _opens(
    venue: Venue, size: Decimal, side: PositionSide, price: str, **config: object
) -> None:
    async with trial(venue, open_position_on_start_qty=size, **NO_LIMITS, **config) as at:
        order = await at.order(*PLACED, "Filled")
        assert order.status == OrderStatus.FILLED
        assert str(order.last_event.last_px) == price
        await at.desk.until(at.desk.cache.positions_open)
        (position,) = at.desk.cache.positions_open()
        assert (position.side, position.signed_decimal_qty()) == (side, size)
        account = at.desk.cache.account_for_venue(BTC.venue)
        paid = Money(at.truth.balance, USDC)
        await at.desk.until(lambda: account.balance_total(USDC) == paid)


@pytest.mark.acceptance(
    "E04",
    "market FOK",
    denied="UNSUPPORTED_TIME_IN_FORCE: FOK; use GTC (post-only or not) or IOC",
)
async def test_a_market_order_cannot_be_fill_or_kill(venue: Venue, denied: str) -> None:
    fok = TimeInForce.FOK
    qty = Decimal("0.1")
    async with trial(
        venue, open_position_on_start_qty=qty, open_position_time_in_force=fok, **NO_LIMITS
    ) as at:
        order = await at.order("Initialized", "Denied")
        assert order.last_event.reason == denied
        assert at.truth.orders == []


@pytest.mark.acceptance(
    "E05",
    "quantity in the quote currency",
    denied="UNSUPPORTED_QUOTE_QUANTITY: give the quantity in the base currency",
)
async def test_a_quote_quantity_is_denied(venue: Venue, denied: str) -> None:
    async with trading(venue) as desk:
        order = desk.probe.market(OrderSide.BUY, "100", quote_quantity=True)
        desk.probe.submit_order(order)
        await desk.told(order, "Initialized", "Denied")
        assert order.last_event.reason == denied


@pytest.mark.acceptance("E06", "position closed on stop")
async def test_stopping_closes_the_position(venue: Venue) -> None:
    async with trial(venue, open_position_on_start_qty=Decimal("0.1"), **NO_LIMITS) as at:
        await at.order(*PLACED, "Filled")
        await at.stop()
        await at.desk.until(lambda: not at.desk.cache.positions_open())
        assert at.truth.position_size(BTC.symbol.value) == 0
        assert at.orders[-1].is_reduce_only
