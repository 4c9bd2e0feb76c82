"""Why an order or a change of one is not sent: a code, the value, and the remedy; or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from nautilus_trader.model.enums import (
    ContingencyType,
    OrderStatus,
    OrderType,
    TimeInForce,
    TriggerType,
)
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import Order

from paradex_adapter.parsing.enums import SENT_TYPES, venue_instruction, venue_type

MAX_CLIENT_ID = 64
"""Characters, by the venue's OpenAPI `requests.OrderRequest.client_id`."""
CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]+")
"""What survives a URL path and a log line unchanged."""

TRIGGER_TYPES = (TriggerType.DEFAULT, TriggerType.MARK_PRICE)
TAKE_PROFITS = (OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED)
STP_MODES = ("EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")
PARAMS = ("instruction", "stp", "vwap_price")


def unsupported(order: Order, is_listed: bool) -> str:
    """What the venue has no orders of. `is_listed`: it came with the others of its list."""
    return (
        _unsupported_type(order)
        or _unsupported_terms(order)
        or _unsupported_contingency(order, is_listed)
    )


def _unsupported_type(order: Order) -> str:
    if venue_type(order.order_type) is None:
        kind = OrderType(order.order_type).name
        return f"UNSUPPORTED_ORDER_TYPE: {kind}; use {_either(*SENT_TYPES)}"
    if order.has_trigger_price and order.trigger_type not in TRIGGER_TYPES:
        kind = TriggerType(order.trigger_type).name
        return f"UNSUPPORTED_TRIGGER_TYPE: {kind}; the mark triggers: use MARK_PRICE or DEFAULT"
    if order.order_type in TAKE_PROFITS and not order.is_reduce_only:
        kind = OrderType(order.order_type).name
        return f"REDUCE_ONLY_REQUIRED: {kind} only reduces a position; set reduce_only=True"
    return ""


def _unsupported_terms(order: Order) -> str:
    if venue_instruction(order.time_in_force, order.is_post_only) is None:
        terms = TimeInForce(order.time_in_force).name + (" post-only" * order.is_post_only)
        return f"UNSUPPORTED_TIME_IN_FORCE: {terms}; use GTC (post-only or not) or IOC"
    if order.is_quote_quantity:
        return "UNSUPPORTED_QUOTE_QUANTITY: give the quantity in the base currency"
    if getattr(order, "display_qty", None) is not None:
        return f"UNSUPPORTED_DISPLAY_QTY: {order.display_qty}; the venue has no iceberg orders"
    return ""


def _unsupported_contingency(order: Order, is_listed: bool) -> str:
    """Of linked orders the venue knows nothing. Those that Nautilus's emulator holds back until
    their turn are plain orders when they come, and so is the entry they wait for."""
    kind = order.contingency_type
    waits_for_none = kind == ContingencyType.OTO and not is_listed
    if kind == ContingencyType.NO_CONTINGENCY or waits_for_none:
        return ""
    if order.status == OrderStatus.RELEASED:
        return ""
    return (
        f"UNSUPPORTED_CONTINGENCY: {ContingencyType(kind).name}; submit the orders one by one, "
        "without contingencies, or have the exits emulated (emulation_trigger)"
    )


def unfit_params(order: Order, params: Mapping[str, object]) -> str:
    """`params` of the command are the venue's words for what Nautilus has none for."""
    for name, value in params.items():
        if name not in PARAMS:
            return f"UNKNOWN_PARAM: {name}; use {_either(*PARAMS)}"
        if reason := _CHECKS[name](order, value):
            return reason
    return ""


def _unfit_instruction(order: Order, value: object) -> str:
    if value != "RPI":
        return f"UNSUPPORTED_INSTRUCTION: {value!r}; use 'RPI', or the order's own time in force"
    if (order.order_type, order.time_in_force) != (OrderType.LIMIT, TimeInForce.GTC):
        terms = f"{OrderType(order.order_type).name} {TimeInForce(order.time_in_force).name}"
        return f"UNSUPPORTED_INSTRUCTION: RPI with {terms}; it is for LIMIT GTC"
    return ""


def _unfit_stp(_: Order, value: object) -> str:
    return "" if value in STP_MODES else f"UNKNOWN_STP: {value!r}; use {_either(*STP_MODES)}"


def _unfit_vwap_price(order: Order, value: object) -> str:
    if order.order_type != OrderType.MARKET:
        kind = OrderType(order.order_type).name
        return f"UNSUPPORTED_VWAP_PRICE: {kind}; it bounds MARKET orders"
    try:
        is_price = Decimal(str(value)) > 0 and Decimal(str(value)).is_finite()
    except InvalidOperation:
        is_price = False
    return "" if is_price else f"VWAP_PRICE_NOT_POSITIVE: {value!r}; give a decimal number above 0"


_CHECKS = {
    "instruction": _unfit_instruction,
    "stp": _unfit_stp,
    "vwap_price": _unfit_vwap_price,
}


def unfit_id(order: Order) -> str:
    client_id = order.client_order_id.value
    if len(client_id) > MAX_CLIENT_ID:
        return f"CLIENT_ORDER_ID_TOO_LONG: {client_id} has over {MAX_CLIENT_ID} characters"
    if not CLIENT_ID.fullmatch(client_id):
        return f"CLIENT_ORDER_ID_CHARSET: {client_id!r}; use letters, digits and _ . : -"
    return ""


def unfit_size(quantity: Quantity, instrument: Instrument) -> str:
    size, step = quantity.as_decimal(), instrument.size_increment.as_decimal()
    if size % step:
        return f"QUANTITY_INCREMENT: {size} is not a multiple of {step}"
    low, high = instrument.min_quantity, instrument.max_quantity
    if low is not None and size < low.as_decimal():
        return f"QUANTITY_BELOW_MINIMUM: {size} is below {low}"
    if high is not None and size > high.as_decimal():
        return f"QUANTITY_ABOVE_MAXIMUM: {size} is above {high}"
    return ""


def unfit_prices(instrument: Instrument, **prices: Price | None) -> str:
    """Of each price that is given, by its name."""
    found = [_unfit_price(name, each, instrument) for name, each in prices.items() if each]
    return next(filter(None, found), "")


def _unfit_price(name: str, limit: Price, instrument: Instrument) -> str:
    price, tick = limit.as_decimal(), instrument.price_increment.as_decimal()
    if price <= 0:
        return f"{name.upper()}_NOT_POSITIVE: {price}"
    if price % tick:
        return f"{name.upper()}_INCREMENT: {price} is not a multiple of {tick}"
    return ""


def _either(*words: str) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
