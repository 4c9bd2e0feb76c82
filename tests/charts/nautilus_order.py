"""Nautilus's own order, and the facts of ours as the events it applies."""

from __future__ import annotations

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import LiquiditySide, OrderSide, OrderType
from nautilus_trader.model.events import order as nautilus
from nautilus_trader.model.identifiers import (
    AccountId,
    ClientOrderId,
    InstrumentId,
    StrategyId,
    TradeId,
    TraderId,
    VenueOrderId,
)
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.model.orders import LimitOrder

from paradex_adapter.charts import facts as told
from paradex_adapter.charts.facts import OrderFact
from tests.charts.words import O1, QUANTITY


def nautilus_order() -> LimitOrder:
    return LimitOrder(
        trader_id=TraderId("TRADER-1"),
        strategy_id=StrategyId("S-1"),
        instrument_id=InstrumentId.from_str("ETH-USD-PERP.PARADEX"),
        client_order_id=ClientOrderId(O1),
        order_side=OrderSide.BUY,
        quantity=Quantity.from_int(QUANTITY),
        price=Price.from_str("3120.55"),
        init_id=UUID4(),
        ts_init=0,
    )


def nautilus_event(fact: OrderFact, order: LimitOrder) -> nautilus.OrderEvent:
    ids = (order.trader_id, order.strategy_id, order.instrument_id, order.client_order_id)
    account = AccountId("PARADEX-1")
    tail = (UUID4(), 0, 0)
    match fact:
        case told.OrderSubmitted():
            return nautilus.OrderSubmitted(*ids, account, *tail)
        case told.OrderUpdated(_, venue_order_id, quantity, price, _):
            terms = (Quantity.from_str(str(quantity)), Price.from_str(str(price)), None)
            return nautilus.OrderUpdated(*ids, VenueOrderId(venue_order_id), account, *terms, *tail)
        case told.OrderRejected(_, reason, due_post_only, _):
            return nautilus.OrderRejected(*ids, account, reason, *tail, due_post_only=due_post_only)
        case told.OrderAccepted(_, venue_order_id, _):
            return nautilus.OrderAccepted(*ids, VenueOrderId(venue_order_id), account, *tail)
        case told.OrderCanceled(_, venue_order_id, _, _):
            return nautilus.OrderCanceled(*ids, VenueOrderId(venue_order_id), account, *tail)
        case told.OrderExpired(_, venue_order_id, _):
            return nautilus.OrderExpired(*ids, VenueOrderId(venue_order_id), account, *tail)
        case told.OrderFilled(_, venue_order_id, fill):
            return nautilus.OrderFilled(
                *ids,
                VenueOrderId(venue_order_id),
                account,
                TradeId(fill.trade_id),
                None,
                OrderSide.BUY,
                OrderType.LIMIT,
                Quantity.from_str(fill.size),
                Price.from_str(fill.price),
                USDC,
                Money(fill.fee, USDC),
                LiquiditySide.MAKER,
                *tail,
            )
    raise AssertionError(fact)
