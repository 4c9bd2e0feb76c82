"""Nautilus's own order, and the facts of ours as the events it applies."""

from __future__ import annotations

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import OrderSide, TriggerType
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
from nautilus_trader.model.orders import LimitOrder, MarketOrder, Order, StopLimitOrder

from paradex_adapter.charts import facts as told
from paradex_adapter.charts.facts import OrderFact
from paradex_adapter.parsing.enums import LIQUIDITY_SIDES
from tests.charts.words import O1, PRICE, QUANTITY, TRIGGER


def nautilus_order(quantity: int = QUANTITY, price: str = PRICE) -> LimitOrder:
    return LimitOrder(
        **_described(quantity), price=Price.from_str(price), init_id=UUID4(), ts_init=0
    )


def nautilus_stop_order() -> StopLimitOrder:
    prices = {"price": Price.from_str(PRICE), "trigger_price": Price.from_str(TRIGGER)}
    kind = {"trigger_type": TriggerType.MARK_PRICE, "init_id": UUID4(), "ts_init": 0}
    return StopLimitOrder(**_described(QUANTITY), **prices, **kind)


def nautilus_market_order(quantity: int = QUANTITY) -> MarketOrder:
    return MarketOrder(**_described(quantity), init_id=UUID4(), ts_init=0)


def _described(quantity: int) -> dict[str, object]:
    return {
        "trader_id": TraderId("TRADER-1"),
        "strategy_id": StrategyId("S-1"),
        "instrument_id": InstrumentId.from_str("ETH-USD-PERP.PARADEX"),
        "client_order_id": ClientOrderId(O1),
        "order_side": OrderSide.BUY,
        "quantity": Quantity.from_int(quantity),
    }


def nautilus_pending(command: str, order: Order) -> nautilus.OrderEvent:
    """What a strategy applies to its own order when it sends a `modify` or a `cancel`."""
    ids = (order.trader_id, order.strategy_id, order.instrument_id, order.client_order_id)
    kinds = {"modify": nautilus.OrderPendingUpdate, "cancel": nautilus.OrderPendingCancel}
    return kinds[command](*ids, order.venue_order_id, order.account_id, UUID4(), 0, 0)


def nautilus_event(  # noqa: C901 - a table: one arm each
    fact: OrderFact, order: Order
) -> nautilus.OrderEvent:
    ids = (order.trader_id, order.strategy_id, order.instrument_id, order.client_order_id)
    account = AccountId("PARADEX-1")
    tail = (UUID4(), 0, 0)
    match fact:
        case told.OrderCancelRejected(_, reason):
            return nautilus.OrderCancelRejected(*ids, order.venue_order_id, account, reason, *tail)
        case told.OrderModifyRejected(_, reason):
            return nautilus.OrderModifyRejected(*ids, order.venue_order_id, account, reason, *tail)
        case told.OrderSubmitted():
            return nautilus.OrderSubmitted(*ids, account, *tail)
        case told.OrderUpdated(venue_order_id=venue_order_id, quantity=quantity, price=price):
            terms = (Quantity.from_str(str(quantity)), Price.from_str(str(price)), None)
            return nautilus.OrderUpdated(*ids, VenueOrderId(venue_order_id), account, *terms, *tail)
        case told.OrderTriggered(_, venue_order_id, _):
            return nautilus.OrderTriggered(*ids, VenueOrderId(venue_order_id), account, *tail)
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
                order.order_type,
                Quantity.from_str(fill.size),
                Price.from_str(fill.price),
                USDC,
                Money(fill.fee, USDC),
                LIQUIDITY_SIDES[fill.liquidity],
                *tail,
            )
    raise AssertionError(fact)
