"""An account's money: balances, margins, fees in their currency, funding, transfers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.data import DataType
from nautilus_trader.model.enums import LiquiditySide, OrderSide
from nautilus_trader.model.events import AccountState, OrderFilled
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.model.orders import Order

from paradex_adapter import ParadexFundingPayment
from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from paradex_venue.records import Account
from tests.adapter.node import MARKET, Desk, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")
FUNDING = f"data.{DataType(ParadexFundingPayment).topic}"


def truth(venue: Venue) -> Account:
    return venue.exchange.accounts[ALICE.address]


async def traded(desk: Desk, side: OrderSide, size: str) -> Order:
    order = desk.probe.market(side, size)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED, "Filled")
    return order


def commission(order: Order) -> Money:
    (fill,) = [event for event in order.events if isinstance(event, OrderFilled)]
    return fill.commission


def account(desk: Desk) -> Any:
    return desk.cache.account(desk.execution.account_id)


# Funding


async def test_funding_is_realized_in_the_position_and_told_as_data(
    desk: Desk, venue: Venue
) -> None:
    payments: list[ParadexFundingPayment] = []
    desk.node.kernel.msgbus.subscribe(FUNDING, payments.append)
    await traded(desk, BUY, "0.4")
    (position,) = desk.cache.positions_open()
    before = position.realized_pnl.as_decimal()
    venue.life.move_funding(MARKET, "10")
    order = await traded(desk, SELL, "0.1")
    await desk.until(lambda: payments and position.adjustments)
    (payment,) = payments
    assert payment.payment == Money(-4, USDC)
    assert payment.trade_id == order.trade_ids[0]
    assert (payment.account_id, payment.instrument_id) == (order.account_id, order.instrument_id)
    closed = Decimal("0.1") * (Decimal(94990) - Decimal(95010))
    assert position.realized_pnl.as_decimal() == before + closed - 4
    assert position.adjustments[0].pnl_change == payment.payment
    balance = Money(truth(venue).balance, USDC)
    await desk.until(lambda: account(desk).balance_total(USDC) == balance)


async def test_funding_told_ahead_of_its_execution_waits_for_it(desk: Desk, venue: Venue) -> None:
    await traded(desk, BUY, "0.4")
    (position,) = desk.cache.positions_open()
    venue.life.move_funding(MARKET, "10")
    for channel in ("fills.", "orders."):
        venue.control.add_fault(MessageRule(kind="delay", channel=channel, count=9, seconds=0.1))
    await traded(desk, SELL, "0.1")
    await desk.until(lambda: position.adjustments)
    assert len(position.adjustments) == 1


async def test_funding_that_no_channel_told_is_asked_for(desk: Desk, venue: Venue) -> None:
    payments: list[ParadexFundingPayment] = []
    desk.node.kernel.msgbus.subscribe(FUNDING, payments.append)
    await traded(desk, BUY, "0.4")
    venue.control.add_fault(MessageRule(kind="drop", channel="funding_payments", count=None))
    venue.life.move_funding(MARKET, "10")
    await traded(desk, SELL, "0.1")
    assert not payments
    desk.account.reconcile()
    await desk.until(lambda: payments)
    desk.account.reconcile()
    await desk.until(lambda: desk.states["reconciliation"] == "idle")
    assert [each.payment for each in payments] == [Money(-4, USDC)]


# Fees


async def test_a_fee_paid_in_dime_is_a_commission_in_dime(desk: Desk, venue: Venue) -> None:
    venue.life.set_fees(ALICE.address, in_dime=True, dime="1000")
    order = await traded(desk, BUY, "0.1")
    dime = Currency.from_str("DIME")
    (fill,) = truth(venue).fills
    assert (commission(order), fill.fee_currency) == (Money(fill.fee, dime), "DIME")
    (position,) = desk.cache.positions_open()
    assert position.commissions() == [Money(fill.fee, dime)]
    left = Money(truth(venue).dime, dime)
    await desk.until(lambda: account(desk).balance_total(dime) == left)
    (report,) = await desk.execution.generate_fill_reports(_all_fills())
    assert report.commission == commission(order)


async def test_an_execution_that_is_inferred_costs_what_the_account_pays(
    desk: Desk, venue: Venue
) -> None:
    """The engine infers one where it has a filled order without its executions."""
    order = await traded(desk, BUY, "0.1")
    instrument = desk.cache.instrument(order.instrument_id)
    commission_of = desk.execution.calculate_commission
    (fill,) = truth(venue).fills
    price = instrument.make_price(fill.price)
    assert commission_of(instrument, order.quantity, price, LiquiditySide.TAKER) == commission(
        order
    )
    terms = truth(venue).terms
    maker = Money(order.quantity.as_decimal() * fill.price * terms.maker, USDC)
    assert commission_of(instrument, order.quantity, price, LiquiditySide.MAKER) == maker


async def test_rates_that_cannot_be_asked_for_keep_nobody_from_trading(venue: Venue) -> None:
    rule = RestRule(kind="refuse", path="/account/info", count=None)
    venue.control.add_fault(rule)
    async with trading(venue) as desk:
        order = await traded(desk, BUY, "0.1")
        instrument = desk.cache.instrument(order.instrument_id)
        price = instrument.make_price(95_000)
        taker = LiquiditySide.TAKER
        assert desk.execution.calculate_commission(instrument, order.quantity, price, taker) is None


def _all_fills() -> Any:
    from nautilus_trader.core.uuid import UUID4
    from nautilus_trader.execution.messages import GenerateFillReports

    window = {"instrument_id": None, "start": None, "end": None, "venue_order_id": None}
    return GenerateFillReports(**window, command_id=UUID4(), ts_init=0)


# Balances


async def test_a_deposit_is_in_the_balance_as_soon_as_it_is_there(desk: Desk, venue: Venue) -> None:
    venue.life.transfer(ALICE.address, "500")
    after = Money(1_000_500, USDC)
    await desk.until(lambda: account(desk).balance_total(USDC) == after)


async def test_what_is_locked_is_the_margin_that_is_required(desk: Desk, elsewhere: Trader) -> None:
    await traded(desk, BUY, "1")
    told = await elsewhere.get("/account")
    required = Money(Decimal(told["initial_margin_requirement"]), USDC)
    await desk.until(lambda: account(desk).balance_locked(USDC) == required)
    state: AccountState = account(desk).last_event
    (margin,) = state.margins
    assert margin.initial == required
    assert margin.maintenance == Money(Decimal(told["maintenance_margin_requirement"]), USDC)
    assert state.info["status"] == "ACTIVE"
    assert Decimal(state.info["free_collateral"]) == Decimal(told["free_collateral"])


async def test_an_account_that_is_liquidated_says_so(venue: Venue) -> None:
    async with trading(venue) as desk:
        statuses: set[str] = set()
        bus = desk.node.kernel.msgbus
        bus.subscribe("events.account.*", lambda state: statuses.add(state.info["status"]))
        await traded(desk, BUY, "0.4")
        truth(venue).status = "LIQUIDATION"
        desk.account.refresh_account()
        await desk.until(lambda: "LIQUIDATION" in statuses)
