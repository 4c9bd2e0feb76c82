"""Nautilus's own order beside each story: what it cannot apply, no strategy may be told."""

from __future__ import annotations

from decimal import Decimal

from nautilus_trader.common.component import TestClock
from nautilus_trader.common.factories import OrderFactory
from nautilus_trader.core.fsm import InvalidStateTrigger
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import LiquiditySide, OrderSide, OrderType
from nautilus_trader.model.events import OrderFilled as NautilusFilled
from nautilus_trader.model.events import OrderTriggered as NautilusTriggered
from nautilus_trader.model.events import OrderUpdated as NautilusUpdated
from nautilus_trader.model.identifiers import (
    AccountId,
    ClientOrderId,
    InstrumentId,
    StrategyId,
    TradeId,
    TraderId,
    VenueOrderId,
)
from nautilus_trader.model.objects import Currency, Money, Price, Quantity
from nautilus_trader.model.orders import Order

from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderDisputed,
    OrderFact,
    OrderFilled,
    OrderKnown,
    OrderTriggered,
    OrderUnresolved,
    OrderUpdated,
)
from paradex_adapter.terms import Draft
from paradex_adapter.wire.rest import Fill
from tests.charts.nautilus_order import nautilus_event, nautilus_pending

ACCOUNT = AccountId("PARADEX-1")
FACTORY = OrderFactory(TraderId("TRADER-1"), StrategyId("S-1"), TestClock())
KINDS = {
    "MARKET": "market",
    "LIMIT": "limit",
    "STOP_MARKET": "stop_market",
    "STOP_LIMIT": "stop_limit",
    "STOP_LOSS_MARKET": "stop_market",
    "STOP_LOSS_LIMIT": "stop_limit",
    "TAKE_PROFIT_MARKET": "market_if_touched",
    "TAKE_PROFIT_LIMIT": "limit_if_touched",
}
TRIGGERED_TYPES = (OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED)
ALERTS = (OrderKnown, OrderUnresolved, OrderDisputed)
"""Facts that are no events of Nautilus."""


class Shadow:
    """One order as Nautilus has it."""

    def __init__(self, draft: Draft) -> None:
        prices = {"price": draft.price, "trigger_price": draft.trigger_price}
        if draft.type.endswith("MARKET"):
            del prices["price"]
        self.order: Order = getattr(FACTORY, KINDS[draft.type])(
            instrument_id=InstrumentId.from_str(f"{draft.market}.PARADEX"),
            order_side=OrderSide[draft.side],
            quantity=_quantity(Decimal(draft.size)),
            client_order_id=ClientOrderId(draft.client_order_id),
            **{name: _price(Decimal(text)) for name, text in prices.items() if text},
        )

    @property
    def status(self) -> str:
        return self.order.status_string()

    def accept(self, venue_order_id: str) -> None:
        """The venue had it before we heard of it."""
        fact = OrderAccepted(self.order.client_order_id.value, venue_order_id, 0)
        self.order.apply(nautilus_event(fact, self.order))

    def can(self, command: str) -> bool:
        """Have the strategy send a `modify` or a `cancel`; whether it may."""
        try:
            self.order.apply(nautilus_pending(command, self.order))
        except InvalidStateTrigger:
            return False
        return True

    def tell(self, fact: OrderFact) -> str:
        """Apply the fact; returns why that cannot be done, or nothing."""
        if isinstance(fact, ALERTS):
            return ""
        before = self.status
        is_trigger = isinstance(fact, OrderTriggered)
        if is_trigger and self.order.order_type not in TRIGGERED_TYPES:
            return ""  # nor is it an event of these
        if is_trigger and before == "PENDING_CANCEL":
            return ""  # its engine drops it: there is no way from there to TRIGGERED
        try:
            self.order.apply(self._event(fact))
        except (InvalidStateTrigger, ValueError, KeyError) as error:
            return f"Nautilus cannot apply {type(fact).__name__} while {before}: {error}"
        return ""

    def _event(self, fact: OrderFact) -> object:
        order = self.order
        ids = (order.trader_id, order.strategy_id, order.instrument_id, order.client_order_id)
        match fact:
            case OrderFilled(_, venue_order_id, fill):
                return _filled(ids, order, venue_order_id, fill)
            case OrderTriggered(_, venue_order_id, _):
                venue_id = VenueOrderId(venue_order_id)
                return NautilusTriggered(*ids, venue_id, ACCOUNT, UUID4(), 0, 0)
            case OrderUpdated(_, venue_order_id, size, price, _, trigger_price):
                terms = (_quantity(size), _price(price), _price(trigger_price))
                venue_id = VenueOrderId(venue_order_id)
                return NautilusUpdated(*ids, venue_id, ACCOUNT, *terms, UUID4(), 0, 0)
            case _:
                return nautilus_event(fact, order)


def _filled(
    ids: tuple[object, ...], order: Order, venue_order_id: str, fill: Fill
) -> NautilusFilled:
    maker, taker = LiquiditySide.MAKER, LiquiditySide.TAKER
    return NautilusFilled(
        *ids,
        VenueOrderId(venue_order_id),
        ACCOUNT,
        TradeId(fill.trade_id),
        None,
        OrderSide[fill.side],
        order.order_type,
        _quantity(Decimal(fill.size)),
        _price(Decimal(fill.price)),
        USDC,
        Money(Decimal(fill.fee), Currency.from_str(fill.fee_currency)),
        maker if fill.liquidity == "MAKER" else taker,
        UUID4(),
        0,
        0,
    )


def _quantity(size: Decimal) -> Quantity:
    return Quantity(size, precision=5)


def _price(price: Decimal | None) -> Price | None:
    return None if price is None else Price(price, precision=1)
