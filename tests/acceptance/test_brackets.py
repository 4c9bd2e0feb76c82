"""E50 to E53: brackets. The venue links no orders, so exits wait in Nautilus's own emulator."""

from __future__ import annotations

import pytest
from nautilus_trader.model.enums import LiquiditySide, OrderSide, OrderStatus, TriggerType
from nautilus_trader.model.orders import Order

from paradex_venue import Venue
from tests.acceptance.table import case
from tests.acceptance.tester import (
    BUY,
    PLACED,
    SELL,
    Trial,
    only,
    price,
    quantity,
    trial,
    truth,
)
from tests.adapter.node import ASKS, BTC, MARKET, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

BRACKET = {"enable_brackets": True}
EMULATED = BRACKET | {"emulation_trigger": "BID_ASK"}
RELEASED = ("Initialized", "Emulated", "Initialized", "Released", "Submitted", "Accepted", "Filled")
# Where the tester's entry is met, and from there its take-profit and its stop-loss.
ENTRY = {BUY: ("94900", "94930"), SELL: ("95070", "95100")}
PROFIT = {BUY: ("94995", "95010"), SELL: ("94990", "95005")}
LOSS = {BUY: ("94860", "94885"), SELL: ("95115", "95140")}

OTO = (
    "UNSUPPORTED_CONTINGENCY: OTO; submit the orders one by one, without contingencies, or have "
    "the exits emulated (emulation_trigger)"
)


@pytest.mark.parametrize(
    ("side", "config"),
    [
        case("E50", "bracket buy at the venue", BUY, {}, denied=OTO),
        case("E51", "bracket sell at the venue", SELL, {}, denied=OTO),
        case("E53", "bracket with post-only entry", BUY, {"use_post_only": True}, denied=OTO),
    ],
)
async def test_every_order_of_a_bracket_is_denied(
    venue: Venue, denied: str, side: OrderSide, config: dict[str, bool]
) -> None:
    async with trial(venue, **only(side, **BRACKET, **config)) as at:
        at.quote()
        entry = await at.order("Initialized", "Denied")
        assert entry.last_event.reason == denied
        await at.desk.until(lambda: all(order.is_closed for order in at.orders))
        assert [order.status for order in at.orders] == [OrderStatus.DENIED] * 3
        assert at.truth.orders == []


@pytest.mark.parametrize(
    ("side", "market", "winner"),
    [
        case("E50", "bracket buy, emulated", BUY, PROFIT, "TAKE_PROFIT"),
        case("E50", "bracket buy, emulated", BUY, LOSS, "STOP_LOSS"),
        case("E51", "bracket sell, emulated", SELL, PROFIT, "TAKE_PROFIT"),
        case("E51", "bracket sell, emulated", SELL, LOSS, "STOP_LOSS"),
    ],
)
async def test_one_exit_of_an_emulated_bracket_closes_the_position_and_the_other_is_canceled(
    venue: Venue, side: OrderSide, market: dict[OrderSide, tuple[str, str]], winner: str
) -> None:
    async with trial(venue, **only(side, **EMULATED)) as at:
        at.quote()
        await at.order("Initialized", "Emulated")
        at.quote(*ENTRY[side])
        await at.order(*RELEASED)
        await at.desk.until(
            lambda: {order.status for order in _exits(at).values()} == {OrderStatus.EMULATED}
        )
        at.quote(*market[side])
        await at.desk.until(lambda: all(order.is_closed for order in at.orders))
        left = {name: order.status for name, order in _exits(at).items()}
        assert left.pop(winner) == OrderStatus.FILLED
        assert [*left.values()] == [OrderStatus.CANCELED]
        assert at.truth.position_size(MARKET) == 0


def _exits(at: Trial) -> dict[str, Order]:
    """By their tag; the cache has another object once an order was released."""
    tagged = {tag: order for order in at.orders for tag in order.tags or []}
    return {tag: tagged[tag] for tag in ("TAKE_PROFIT", "STOP_LOSS")}


@pytest.mark.acceptance("E52", "a filled entry activates the exits")
async def test_the_exits_wait_for_the_entry_and_begin_with_its_fill(venue: Venue) -> None:
    async with trading(venue) as desk:
        bracket = desk.probe.order_factory.bracket(
            BTC,
            BUY,
            quantity(desk, "1.5"),
            emulation_trigger=TriggerType.BID_ASK,
            tp_price=price(desk, "96000"),
            tp_post_only=False,
            sl_trigger_price=price(desk, "94000"),
        )
        entry, stop, take = bracket.orders
        desk.probe.submit_order_list(bracket)
        await desk.told(entry, *PLACED, "Filled", "Filled")
        await desk.until(lambda: {stop.status, take.status} == {OrderStatus.EMULATED})
        assert {stop.quantity, take.quantity} == {entry.filled_qty}
        # They are Nautilus's alone: the venue has nothing but the position.
        assert not truth(venue).live
        venue.control.fill_book(MARKET, [("93990", "2")], ASKS)
        await desk.until(lambda: desk.cache.order(stop.client_order_id).is_closed)
        assert desk.cache.order(stop.client_order_id).status == OrderStatus.FILLED
        await desk.until(lambda: take.status == OrderStatus.CANCELED)
        assert truth(venue).position_size(MARKET) == 0


@pytest.mark.acceptance("E53", "post-only entry, exits sent one by one")
async def test_entry_and_take_profit_are_makers_when_a_strategy_sends_its_exits_itself(
    venue: Venue,
) -> None:
    async with trading(venue) as desk:
        probe, account = desk.probe, truth(venue)
        entry = probe.limit(BUY, "0.1", "94900", post_only=True)
        probe.submit_order(entry)
        await desk.told(entry, *PLACED)
        venue.control.trade(ALICE.address, entry.client_order_id.value)
        await desk.told(entry, *PLACED, "Filled")
        take = probe.limit(SELL, "0.1", "95100", post_only=True, reduce_only=True)
        stop = probe.order_factory.stop_market(
            BTC, SELL, quantity(desk), trigger_price=price(desk, "94000"), reduce_only=True
        )
        for order in (take, stop):
            probe.submit_order(order)
            await desk.told(order, *PLACED)
        assert {order.status for order in account.live.values()} == {"OPEN", "UNTRIGGERED"}
        venue.control.trade(ALICE.address, take.client_order_id.value)
        await desk.told(take, *PLACED, "Filled")
        probe.cancel_order(stop)
        await desk.told(stop, *PLACED, "PendingCancel", "Canceled")
        makers = [order.last_event.liquidity_side for order in (entry, take)]
        assert makers == [LiquiditySide.MAKER] * 2
        assert account.position_size(MARKET) == 0
