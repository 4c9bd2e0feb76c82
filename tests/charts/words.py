"""What a venue may say about one order of two, bought in executions of one."""

from __future__ import annotations

from decimal import Decimal

from paradex_adapter.charts import Order
from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFact,
    OrderFilled,
    OrderRejected,
    OrderSubmitted,
    OrderTriggered,
    OrderUpdated,
)
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Fill
from paradex_adapter.wire.rest import Order as VenueOrder

O1 = "O-1"
VENUE_ID = "1795370000456201709233240000"
QUANTITY = 2
PRICE = "3120.55"
TRIGGER = "3150"
VALID_UNTIL = 12_000
REFUSAL = VenueError("ORDER_SIZE_BELOW_MIN", "too small", 400)


def an_order(watched: bool = True, size: int = QUANTITY) -> Order:
    return Order(O1, Decimal(size), Decimal(PRICE), VALID_UNTIL, watched)


def a_stop(watched: bool = True) -> Order:
    """A stop-limit order."""
    terms = Decimal(QUANTITY), Decimal(PRICE)
    return Order(O1, *terms, VALID_UNTIL, watched, trigger_price=Decimal(TRIGGER))


def a_market_order() -> Order:
    return Order(O1, Decimal(QUANTITY), None, VALID_UNTIL)


def word(
    status: str,
    filled: int = 0,
    reason: str = "",
    at: int = 0,
    size: int = QUANTITY,
    price: str = PRICE,
    trigger: str = "0",
) -> VenueOrder:
    """The venue's word on the order; `at` is in milliseconds."""
    return VenueOrder(
        id=VENUE_ID,
        market="ETH-USD-PERP",
        side="BUY",
        type="LIMIT",
        size=str(size),
        remaining_size=str(size - filled),
        price=price,
        trigger_price=trigger,
        status=status,
        cancel_reason=reason,
        client_id=O1,
        last_updated_at=at,
    )


def execution(number: int, at: int = 0, of: int = QUANTITY) -> Fill:
    """The `number`-th execution of an order of this size; 0: binary words do not tell it."""
    return Fill(
        id=f"F-{number}",
        market="ETH-USD-PERP",
        order_id=VENUE_ID,
        side="BUY",
        liquidity="MAKER",
        price=PRICE,
        size="1",
        remaining_size=str(of - number) if of else "",
        fee="0.09",
        client_id=O1,
        created_at=at,
    )


def submitted() -> OrderSubmitted:
    return OrderSubmitted(O1)


def accepted(at: int = 0) -> OrderAccepted:
    return OrderAccepted(O1, VENUE_ID, at)


def filled(number: int, at: int = 0, of: int = QUANTITY) -> OrderFilled:
    return OrderFilled(O1, VENUE_ID, execution(number, at, of))


def updated(size: int, price: str = PRICE, at: int = 0) -> OrderUpdated:
    return OrderUpdated(O1, VENUE_ID, Decimal(size), Decimal(price), at)


def canceled(reason: str = "", at: int = 0) -> OrderCanceled:
    return OrderCanceled(O1, VENUE_ID, reason, at)


def expired(at: int = 0) -> OrderExpired:
    return OrderExpired(O1, VENUE_ID, at)


NAUTILUS_EVENTS = (
    OrderDenied,
    OrderSubmitted,
    OrderRejected,
    OrderAccepted,
    OrderUpdated,
    OrderTriggered,
    OrderFilled,
    OrderCanceled,
    OrderExpired,
)


def events(told: list[object]) -> list[OrderFact]:
    """Those of the facts told that become Nautilus events."""
    return [fact for fact in told if isinstance(fact, NAUTILUS_EVENTS)]
