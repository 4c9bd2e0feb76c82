"""A strategy's order in the venue's words, or the reason why it cannot be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from nautilus_trader.execution.messages import ModifyOrder
from nautilus_trader.model.enums import OrderType
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.orders import Order

from paradex_adapter.denials import (
    unfit_id,
    unfit_params,
    unfit_prices,
    unfit_size,
    unsupported,
)
from paradex_adapter.parsing.enums import venue_instruction, venue_side, venue_type
from paradex_adapter.terms import Draft, decimal_text
from paradex_adapter.wire.rest import Change


@dataclass(frozen=True, slots=True)
class Denial:
    """Why the order is not sent: a code, the value and the remedy."""

    reason: str


def draft(
    order: Order,
    instrument: Instrument | None,
    params: Mapping[str, object] | None = None,
    *,
    is_listed: bool = False,
) -> Draft | Denial:
    """What to send for `order`, or why not. `params` are those of the command: `instruction`
    (`"RPI"`), `stp` and `vwap_price`, as the venue's OpenAPI `requests.OrderRequest` has them."""
    if instrument is None:
        return Denial(
            f"UNKNOWN_INSTRUMENT: {order.instrument_id} is not loaded; name it in the instrument "
            "provider's load_ids, or set load_all"
        )
    chosen = dict(params or {})
    reason = _unfit(order, instrument, chosen, is_listed)
    return Denial(reason) if reason else _draft(order, instrument, chosen)


def _unfit(
    order: Order, instrument: Instrument, params: Mapping[str, object], is_listed: bool
) -> str:
    limit = order.price if order.has_price else None
    trigger = order.trigger_price if order.has_trigger_price else None
    return (
        unsupported(order, is_listed)
        or unfit_params(order, params)
        or unfit_id(order)
        or unfit_size(order.quantity, instrument)
        or unfit_prices(instrument, price=limit, trigger_price=trigger)
    )


def _draft(order: Order, instrument: Instrument, params: Mapping[str, object]) -> Draft:
    instruction = venue_instruction(order.time_in_force, order.is_post_only)
    kind = venue_type(order.order_type)
    assert instruction is not None
    assert kind is not None
    vwap_price = params.get("vwap_price")
    trigger = order.trigger_price.as_decimal() if order.has_trigger_price else None
    return Draft(
        client_order_id=order.client_order_id.value,
        market=instrument.raw_symbol.value,
        side=venue_side(order.side),
        type=kind,
        size=decimal_text(order.quantity.as_decimal()),
        price=decimal_text(order.price.as_decimal()) if order.has_price else "0",
        instruction=str(params.get("instruction", instruction)),
        is_reduce_only=order.is_reduce_only,
        trigger_price="" if trigger is None else decimal_text(trigger),
        stp=str(params.get("stp", "")),
        vwap_price="" if vwap_price is None else decimal_text(Decimal(str(vwap_price))),
    )


def change(command: ModifyOrder, order: Order, instrument: Instrument | None) -> Change | Denial:
    """The terms that `command` gives `order`, or why the venue cannot be asked for them. What it
    does not name stays as it is when the change is sent."""
    if instrument is None:
        return Denial(f"UNKNOWN_INSTRUMENT: {order.instrument_id} is not loaded")
    size, price, trigger = command.quantity, command.price, command.trigger_price
    reason = _unmodifiable(command, order)
    if not reason and size is not None:
        reason = unfit_size(size, instrument)
    reason = reason or unfit_prices(instrument, price=price, trigger_price=trigger)
    if reason:
        return Denial(reason)
    return Change(*(None if each is None else each.as_decimal() for each in (size, price, trigger)))


def _unmodifiable(command: ModifyOrder, order: Order) -> str:
    kind, size = OrderType(order.order_type).name, command.quantity
    if kind == "MARKET":
        return f"UNMODIFIABLE_ORDER_TYPE: {kind}; it takes what it gets at once"
    if command.price is not None and not order.has_price:
        return f"NO_PRICE: {command.price}; a {kind} order has no limit price"
    if command.trigger_price is not None and not order.has_trigger_price:
        return f"NO_TRIGGER: {command.trigger_price}; a {kind} order has no trigger price"
    if size is not None and size <= order.filled_qty:
        return f"QUANTITY_FILLED: {size} is not above the {order.filled_qty} filled"
    return ""
