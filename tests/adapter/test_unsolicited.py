"""What the venue does to an account without being asked, as strategies and the cache have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.data import DataType
from nautilus_trader.model.enums import OrderSide, OrderStatus
from nautilus_trader.model.events import OrderFilled, PositionClosed
from nautilus_trader.model.objects import Money
from nautilus_trader.model.orders import Order

from paradex_adapter.account_data import ParadexTradeBust
from paradex_adapter.wire.news import TradeBust
from paradex_venue import Venue
from paradex_venue.life_rules import LifeRules
from paradex_venue.records import Account
from tests.adapter.conftest import QUIET
from tests.adapter.node import ASKS, BIDS, MARKET, Desk, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")
MADE = ["Initialized", "Accepted", "Filled"]


def truth(venue: Venue) -> Account:
    return venue.exchange.accounts[ALICE.address]


async def held(desk: Desk, size: str = "0.4", number: int = 0) -> Order:
    """A position of a strategy's."""
    order = desk.probes[number].market(BUY, size)
    desk.probes[number].submit_order(order)
    await desk.told(order, *PLACED, "Filled")
    return order


async def resting(desk: Desk, side: OrderSide = SELL, price: str = "96000", **terms: Any) -> Order:
    order = desk.probe.limit(side, "0.1", price, **terms)
    desk.probe.submit_order(order)
    await desk.told(order, *PLACED)
    return order


def net(desk: Desk) -> Decimal:
    return sum((each.signed_decimal_qty() for each in desk.cache.positions_open()), Decimal(0))


def made_by_the_venue(desk: Desk) -> list[Order]:
    """The orders that came as reports."""
    return [each for each in desk.cache.orders() if each.strategy_id.value == "EXTERNAL"]


def fill_of(order: Order) -> OrderFilled:
    (fill,) = [event for event in order.events if isinstance(event, OrderFilled)]
    return fill


@asynccontextmanager
async def other_venue(**rules: Any) -> AsyncIterator[Venue]:
    async with Venue(replace(QUIET, life=LifeRules(**rules))) as venue:
        venue.control.register(ALICE.config())
        venue.control.fill_book(MARKET, BIDS, ASKS)
        yield venue


# Liquidation, settlement, transfer


@pytest.mark.parametrize("named", [False, True], ids=["no order", "an order nobody finds"])
async def test_a_liquidation_ends_the_orders_and_the_strategys_position(named: bool) -> None:
    async with other_venue(moves_name_an_order=named) as venue, trading(venue) as desk:
        closed: list[object] = []
        desk.node.kernel.msgbus.subscribe("events.position.*", closed.append)
        await held(desk)
        order = await resting(desk)
        (fill,) = venue.life.liquidate(ALICE.address)
        await desk.told(order, *PLACED, "Canceled")
        await desk.until(lambda: not desk.cache.positions_open())
        (made,) = made_by_the_venue(desk)
        told = fill_of(made)
        assert desk.story(made) == MADE
        assert (told.trade_id.value, told.last_px.as_decimal()) == (f"LIQ-{fill.id}", fill.price)
        assert told.commission.as_decimal() == fill.fee > 0
        assert isinstance(closed[-1], PositionClosed)
        assert closed[-1].strategy_id == desk.probe.id


async def test_a_liquidation_in_parts_is_told_part_by_part(desk: Desk, venue: Venue) -> None:
    await held(desk)
    for _ in range(2):
        venue.life.liquidate(ALICE.address, "0.5")
    await desk.until(lambda: net(desk) == truth(venue).position_size(MARKET))
    assert net(desk) == Decimal("0.1")
    (position,) = desk.cache.positions_open()
    assert position.strategy_id == desk.probe.id


async def test_where_two_strategies_share_a_position_the_account_as_a_whole_is_right(
    venue: Venue,
) -> None:
    """The venue does not say whose part it took."""
    async with trading(venue, strategies=2) as desk:
        await held(desk, "0.3")
        await held(desk, "0.1", 1)
        venue.life.liquidate(ALICE.address)
        await desk.until(lambda: net(desk) == 0)
        assert len(desk.cache.positions_open()) == 3


async def test_a_settlement_and_a_transfer_close_positions_too(desk: Desk, venue: Venue) -> None:
    await held(desk)
    unwound = venue.life.unwind(ALICE.address, MARKET, "0.1")
    await desk.until(lambda: net(desk) == Decimal("0.3"))
    order = await resting(desk)
    venue.life.settle(MARKET)
    await desk.until(lambda: net(desk) == 0)
    await desk.told(order, *PLACED, "Expired")
    fills = [fill_of(each) for each in made_by_the_venue(desk)]
    settled = truth(venue).fills[-1]
    assert settled.fill_type == "SETTLE_MARKET"
    ids = {f"UNW-{unwound.id}", f"SET-{settled.id}"}
    assert {each.trade_id.value for each in fills} == ids


async def test_what_was_missed_while_the_session_was_down_is_made_up_for(
    desk: Desk, venue: Venue
) -> None:
    await held(desk)
    venue.control.cut("private", refuse_for=0.1)
    (fill,) = venue.life.liquidate(ALICE.address)
    await desk.until(lambda: not desk.cache.positions_open())
    (made,) = made_by_the_venue(desk)
    assert fill_of(made).trade_id.value == f"LIQ-{fill.id}"


async def test_a_node_that_starts_anew_has_what_the_venue_did_and_at_which_price(
    venue: Venue,
) -> None:
    async with trading(venue) as desk:
        await held(desk)
    (fill,) = venue.life.liquidate(ALICE.address, "0.5")
    async with trading(venue) as desk:
        (position,) = desk.cache.positions_open()
        assert position.signed_decimal_qty() == Decimal("0.2")
        trades = {id.value for order in desk.cache.orders() for id in order.trade_ids}
        assert trades == {truth(venue).fills[0].id, f"LIQ-{fill.id}"}


# Orders that end, or come, by themselves


async def test_orders_that_would_add_to_a_risk_are_canceled_with_their_reason(
    desk: Desk, venue: Venue
) -> None:
    await held(desk)
    order = await resting(desk, BUY, "94000")
    reasons: list[str] = []
    desk.node.kernel.msgbus.subscribe("charts.*.order", lambda step: reasons.append(repr(step)))
    venue.life.deleverage(ALICE.address)
    await desk.told(order, *PLACED, "Canceled")
    assert any("reason='DELEVERAGE'" in each for each in reasons)


async def test_a_reduce_only_order_is_canceled_when_there_is_nothing_left_to_reduce(
    desk: Desk, venue: Venue
) -> None:
    await held(desk, "0.1")
    order = await resting(desk, SELL, "96000", reduce_only=True)
    desk.probe.submit_order(desk.probe.market(SELL, "0.1"))
    await desk.told(order, *PLACED, "Canceled")


async def test_an_order_placed_by_hand_is_told_whole(desk: Desk, venue: Venue) -> None:
    order = venue.life.place(
        ALICE.address, market=MARKET, side="BUY", type="MARKET", size="1.5", price="0"
    )
    await desk.until(lambda: net(desk) == Decimal("1.5"))
    (made,) = made_by_the_venue(desk)
    assert made.venue_order_id.value == order.id
    assert desk.story(made) == [*MADE, "Filled"]
    commissions = [event.commission for event in made.events[2:]]
    assert commissions == [Money(fill.fee, USDC) for fill in truth(venue).fills]


async def test_the_slices_of_a_time_weighted_order_are_told_as_orders(
    desk: Desk, venue: Venue
) -> None:
    venue.life.twap(ALICE.address, MARKET, "BUY", "0.4", count=4, frequency=0.02)
    await desk.until(lambda: net(desk) == Decimal("0.4"))
    assert [desk.story(made) for made in made_by_the_venue(desk)] == [MADE] * 4


async def test_a_retail_taker_fills_an_order_as_anybody_does(desk: Desk, venue: Venue) -> None:
    order = await resting(desk, BUY, "94000")
    venue.life.retail_trade(ALICE.address, order.client_order_id.value, "0.04")
    await desk.told(order, *PLACED, "Filled")
    (fill,) = truth(venue).fills
    assert "interactive" in fill.flags
    assert order.trade_ids[0].value == fill.id


# Trades that the chain rejects


async def test_a_busted_trade_is_undone_in_position_fee_and_balance(venue: Venue) -> None:
    async with trading(venue) as desk:
        busts: list[ParadexTradeBust] = []
        topic = f"data.{DataType(ParadexTradeBust).topic}"
        desk.node.kernel.msgbus.subscribe(topic, busts.append)
        await held(desk, "0.3")
        order = await held(desk, "0.1")
        (bust,) = venue.life.bust(ALICE.address)
        await desk.until(lambda: net(desk) == Decimal("0.3") and busts)
        (position,) = desk.cache.positions_open()
        assert position.strategy_id == desk.probe.id
        fee = truth(venue).fills[0].fee
        assert sum(each.as_decimal() for each in position.commissions()) == fee
        assert busts[0].undone
        assert busts[0].trade_id.value == bust.busted_fill_id == order.trade_ids[0].value
        state = desk.cache.account(desk.execution.account_id)
        balance = Money(truth(venue).balance, USDC)
        await desk.until(lambda: state.balance_total(USDC) == balance)


async def test_a_bust_missed_while_the_session_was_down_is_undone_all_the_same(
    desk: Desk, venue: Venue
) -> None:
    await held(desk)
    venue.control.cut("private", refuse_for=0.1)
    venue.life.bust(ALICE.address)
    await desk.until(lambda: not desk.cache.positions_open())
    assert truth(venue).position_size(MARKET) == 0


async def test_an_execution_of_an_order_that_is_over_reaches_the_position(
    desk: Desk, venue: Venue
) -> None:
    """A busted order may be live again, and filled again: Nautilus has no order left for that."""
    disputes: list[str] = []
    bus = desk.node.kernel.msgbus
    bus.subscribe(
        "charts.*.order", lambda step: "OrderDisputed" in repr(step) and disputes.append("")
    )
    order = await resting(desk, BUY, "94000")
    venue.control.trade(ALICE.address, order.client_order_id.value)
    await desk.told(order, *PLACED, "Filled")
    venue.life.bust(ALICE.address)
    await desk.until(lambda: not desk.cache.positions_open())
    venue.control.trade(ALICE.address, order.venue_order_id.value)
    await desk.until(lambda: net(desk) == Decimal("0.1"))
    (position,) = desk.cache.positions_open()
    assert position.trade_ids[-1].value == truth(venue).fills[-1].id
    assert order.status == OrderStatus.FILLED
    desk.account.reconcile()
    await desk.until(lambda: desk.states["reconciliation"] != "idle")
    await desk.until(lambda: desk.states["reconciliation"] == "idle")
    assert len(disputes) == 1


async def test_an_order_that_a_bust_reopened_does_not_keep_a_node_from_starting(
    desk: Desk, venue: Venue
) -> None:
    """A report of less than the cache has is a failed reconciliation to the engine, and one of an
    open order is an acceptance after the end."""
    partly, filled = await resting(desk, BUY, "94000"), await resting(desk, BUY, "94100")
    for order, size in ((partly, "0.04"), (partly, "0.03"), (filled, "")):
        venue.control.trade(ALICE.address, order.client_order_id.value, size)
    await desk.told(partly, *PLACED, "Filled", "Filled")
    await desk.told(filled, *PLACED, "Filled")
    for fill in truth(venue).fills[1:]:
        venue.life.bust(ALICE.address, fill.id)
    await desk.until(lambda: net(desk) == Decimal("0.04"))
    heard = len(desk.events)
    assert await desk.node.kernel.exec_engine.reconcile_execution_state()
    assert len(desk.events) == heard


@pytest.mark.parametrize("side", ["BUY", "SELL"])
async def test_a_position_that_nothing_explains_is_made_to_fit_after_a_while(
    desk: Desk, venue: Venue, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    """As after the bust of a trade that is not known here."""
    monkeypatch.setattr("paradex_adapter.agreement.PAUSE_SECS", 0.02)
    await held(desk, "0.2")
    truth(venue).positions[MARKET].apply(side, Decimal("0.1"), Decimal(95_100), 0)
    desk.execution.trade_busted(TradeBust(busted_fill_id="unknown"))
    wanted = truth(venue).position_size(MARKET)
    assert net(desk) != wanted
    await desk.until(lambda: net(desk) == wanted)
    (position,) = desk.cache.positions_open()
    average = truth(venue).positions[MARKET].average_entry
    assert float(position.avg_px_open) == pytest.approx(float(average))
    assert position.strategy_id == desk.probe.id
