"""What a request to modify an order asks of it, and the rules that must meet before it is queued.

Shape: OpenAPI `requests.ModifyOrderRequest`. A resting limit order changes in price and size, an
untriggered one in its trigger price as well; market types that were triggered do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from paradex_venue.markets import Market
from paradex_venue.orders import (
    ModifyRequest,
    check_band,
    read_limit,
    read_order_size,
    read_price,
    read_size,
)
from paradex_venue.records import Order
from paradex_venue.refusal import Refused
from paradex_venue.rules import OrderRules


@dataclass(frozen=True, slots=True)
class Change:
    """The terms an order is to have. `size` is the total, what is filled included; or what is to
    remain, where `is_remainder`."""

    request_id: str
    size: Decimal
    price: Decimal
    trigger_price: Decimal
    is_remainder: bool = False

    def total(self, order: Order) -> Decimal:
        """The size the order will have if nothing of it is filled until then."""
        return order.filled + self.size if self.is_remainder else self.size


def read_change(
    order: Order,
    request: ModifyRequest,
    market: Market,
    mark: Decimal,
    request_id: str,
    rules: OrderRules,
) -> Change:
    """The change of `order` that `request` asks for, or `Refused`."""
    _check_modifiable(order, rules)
    if (request.market, request.side, request.type) != (order.market, order.side, order.type):
        raise Refused("VALIDATION_ERROR", "market, side and type of an order cannot change")
    if order.status == "OPEN":
        change = _resting(order, request, market, request_id, rules)
        check_band(order.side, change.price, market, mark)
    else:
        change = _waiting(order, request, market, request_id)
    size = order.remaining if change.is_remainder else order.size
    known = (size, order.price, order.trigger_price)
    if (change.size, change.price, change.trigger_price) == known:
        raise Refused("INVALID_REQUEST_PARAMETER", "no order parameters changed")
    return change


def _check_modifiable(order: Order, rules: OrderRules) -> None:
    if order.status not in ("OPEN", "UNTRIGGERED"):
        raise Refused("ORDER_IS_NOT_OPEN", f"order {order.id} is {order.status}")
    is_stop = order.status == "UNTRIGGERED" and not order.is_tpsl
    if is_stop and not rules.stops_modifiable:
        raise Refused("ORDER_IS_NOT_OPEN", f"order {order.id} waits: a stop cannot be modified")


def _resting(
    order: Order, request: ModifyRequest, market: Market, request_id: str, rules: OrderRules
) -> Change:
    size, price = read_size(request.size, market), read_price(request.price, market)
    trigger = _trigger(order, request, market)
    if trigger != order.trigger_price:
        raise Refused("VALIDATION_ERROR", f"order {order.id} has no trigger price to change")
    return Change(request_id, size, price, trigger, rules.modified_size == "remaining")


def _waiting(order: Order, request: ModifyRequest, market: Market, request_id: str) -> Change:
    return Change(
        request_id,
        read_order_size(order.type, request.size, market),
        read_limit(order.type, request.price, market),
        _trigger(order, request, market),
    )


def _trigger(order: Order, request: ModifyRequest, market: Market) -> Decimal:
    """What is not named stays; the venue's own answers name it `"0"` where there is none."""
    if not request.trigger_price or request.trigger_price == "0":
        return order.trigger_price
    return read_price(request.trigger_price, market)
