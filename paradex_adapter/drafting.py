"""A strategy's order in the venue's words, or the reason why it cannot be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nautilus_trader.execution.messages import ModifyOrder
from nautilus_trader.model.enums import ContingencyType, OrderType, TimeInForce
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import Order

from paradex_adapter.parsing.enums import venue_instruction, venue_side
from paradex_adapter.terms import Draft
from paradex_adapter.wire.rest import Change

MAX_CLIENT_ID = 64
"""Characters, by the venue's OpenAPI `requests.OrderRequest.client_id`."""
CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]+")
"""What survives a URL path and a log line unchanged."""

SUPPORTED_TYPES = {OrderType.MARKET: "MARKET", OrderType.LIMIT: "LIMIT"}


@dataclass(frozen=True, slots=True)
class Denial:
    """Why the order is not sent: a code, the value and the remedy."""

    reason: str


def draft(order: Order, instrument: Instrument | None) -> Draft | Denial:
    """What to send for `order`, or why not."""
    if instrument is None:
        return Denial(
            f"UNKNOWN_INSTRUMENT: {order.instrument_id} is not loaded; name it in the instrument "
            "provider's load_ids, or set load_all"
        )
    reason = _unsupported(order) or _unfit_id(order) or _unfit_size(order.quantity, instrument)
    if not reason and order.has_price:
        reason = _unfit_price(order.price, instrument)
    if reason:
        return Denial(reason)
    instruction = venue_instruction(order.time_in_force, order.is_post_only)
    assert instruction is not None
    return Draft(
        client_order_id=order.client_order_id.value,
        market=instrument.raw_symbol.value,
        side=venue_side(order.side),
        type=SUPPORTED_TYPES[order.order_type],
        size=_decimal_text(order.quantity.as_decimal()),
        price=_decimal_text(order.price.as_decimal()) if order.has_price else "0",
        instruction=instruction,
        is_reduce_only=order.is_reduce_only,
    )


def change(command: ModifyOrder, order: Order, instrument: Instrument | None) -> Change | Denial:
    """The terms that `command` gives `order`, or why the venue cannot be asked for them."""
    if instrument is None:
        return Denial(f"UNKNOWN_INSTRUMENT: {order.instrument_id} is not loaded")
    if order.order_type != OrderType.LIMIT:
        kind = OrderType(order.order_type).name
        return Denial(f"UNMODIFIABLE_ORDER_TYPE: {kind}; only LIMIT orders can be modified")
    if command.trigger_price is not None:
        return Denial(f"NO_TRIGGER: {command.trigger_price}; a LIMIT order has no trigger price")
    size, price = command.quantity or order.quantity, command.price or order.price
    if size <= order.filled_qty:
        return Denial(f"QUANTITY_FILLED: {size} is not above the {order.filled_qty} filled")
    if size > order.quantity:
        # Until the venue's word of it is here, an execution could seem to be the last one.
        return Denial(f"QUANTITY_INCREASE: {order.quantity} to {size}; submit another order")
    reason = _unfit_size(size, instrument) or _unfit_price(price, instrument)
    return Denial(reason) if reason else Change(size.as_decimal(), price.as_decimal())


def _unsupported(order: Order) -> str:
    if order.order_type not in SUPPORTED_TYPES:
        return (
            f"UNSUPPORTED_ORDER_TYPE: {OrderType(order.order_type).name}; use "
            f"{' or '.join(SUPPORTED_TYPES.values())}"
        )
    if venue_instruction(order.time_in_force, order.is_post_only) is None:
        terms = TimeInForce(order.time_in_force).name + (" post-only" * order.is_post_only)
        return f"UNSUPPORTED_TIME_IN_FORCE: {terms}; use GTC (post-only or not) or IOC"
    if order.is_quote_quantity:
        return "UNSUPPORTED_QUOTE_QUANTITY: give the quantity in the base currency"
    if getattr(order, "display_qty", None) is not None:
        return f"UNSUPPORTED_DISPLAY_QTY: {order.display_qty}; the venue has no iceberg orders"
    if order.contingency_type != ContingencyType.NO_CONTINGENCY:
        name = ContingencyType(order.contingency_type).name
        return f"UNSUPPORTED_CONTINGENCY: {name}; submit the orders one by one"
    return ""


def _unfit_id(order: Order) -> str:
    client_id = order.client_order_id.value
    if len(client_id) > MAX_CLIENT_ID:
        return f"CLIENT_ORDER_ID_TOO_LONG: {client_id} has over {MAX_CLIENT_ID} characters"
    if not CLIENT_ID.fullmatch(client_id):
        return f"CLIENT_ORDER_ID_CHARSET: {client_id!r}; use letters, digits and _ . : -"
    return ""


def _unfit_size(quantity: Quantity, instrument: Instrument) -> str:
    size, step = quantity.as_decimal(), instrument.size_increment.as_decimal()
    if size % step:
        return f"QUANTITY_INCREMENT: {size} is not a multiple of {step}"
    low, high = instrument.min_quantity, instrument.max_quantity
    if low is not None and size < low.as_decimal():
        return f"QUANTITY_BELOW_MINIMUM: {size} is below {low}"
    if high is not None and size > high.as_decimal():
        return f"QUANTITY_ABOVE_MAXIMUM: {size} is above {high}"
    return ""


def _unfit_price(limit: Price, instrument: Instrument) -> str:
    price, tick = limit.as_decimal(), instrument.price_increment.as_decimal()
    if price <= 0:
        return f"PRICE_NOT_POSITIVE: {price}"
    if price % tick:
        return f"PRICE_INCREMENT: {price} is not a multiple of {tick}"
    return ""


def _decimal_text(value: Decimal) -> str:
    """As the venue writes decimals: no exponent, no trailing zeros."""
    return f"{value.normalize():f}"
