"""What a client asks for, and the rules a request must meet before it is queued.

Shapes: OpenAPI `requests.OrderRequest` and `requests.ModifyOrderRequest`, read as leniently as
the venue must be for its own SDK: null and empty optional fields, no price on MARKET orders.
A breach of a rule here is a definite refusal; what only the matching engine can tell (margin,
crossing, position) closes the order later.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

import msgspec

from paradex_venue.amounts import ZERO, parse
from paradex_venue.markets import Market
from paradex_venue.records import Account, Condition, Order, OrderType, Side, opposite, sign_of
from paradex_venue.refusal import Refused
from paradex_venue.rules import OrderRules
from paradex_venue.triggers import condition_of, is_met

DEFAULT_WINDOW_MS = 300_000
SHORTEST_WINDOW_MS = 10
LONGEST_CLIENT_ID = 64
INSTRUCTIONS = ("GTC", "POST_ONLY", "IOC", "RPI")
STP_MODES = ("EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")


class OrderRequest(msgspec.Struct, kw_only=True):
    """A new order as it arrives."""

    market: str
    side: Side
    type: str
    size: str
    signature: str
    signature_timestamp: int
    price: str | None = None
    instruction: str | None = None
    client_id: str | None = None
    flags: list[str] | None = None
    stp: str | None = None
    recv_window: int | None = None
    trigger_price: str | None = None
    vwap_price: str | None = None
    dime_discount: bool | None = None

    @property
    def is_reduce_only(self) -> bool:
        return "REDUCE_ONLY" in (self.flags or ())


class ModifyRequest(msgspec.Struct, kw_only=True):
    """A change of price, size or trigger as it arrives; the SDK adds fields that are ignored."""

    id: str
    market: str
    side: Side
    type: str
    size: str
    price: str
    signature: str
    signature_timestamp: int
    trigger_price: str | None = None


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """A request's amounts, read and found valid. `size` zero is the whole position."""

    type: OrderType
    instruction: str
    size: Decimal
    price: Decimal
    reduce_only: bool
    trigger_price: Decimal
    condition: Condition | None
    vwap_price: Decimal | None


def read_terms(
    request: OrderRequest, market: Market, mark: Decimal, now_ms: int, rules: OrderRules
) -> Terms:
    """The terms of a new order, or `Refused`."""
    check_window(request.signature_timestamp, request.recv_window, now_ms, rules)
    if len(request.client_id or "") > LONGEST_CLIENT_ID:
        raise Refused("VALIDATION_ERROR", f"client_id is longer than {LONGEST_CLIENT_ID}")
    if (request.stp or "EXPIRE_TAKER") not in STP_MODES:
        raise Refused("VALIDATION_ERROR", f"stp {request.stp} is none of {', '.join(STP_MODES)}")
    kind = _type(request.type)
    trigger = read_trigger(kind, request.trigger_price, market)
    return Terms(
        type=kind,
        instruction=_instruction(kind, request.instruction or "GTC", rules),
        size=read_order_size(kind, request.size, market),
        price=read_limit(kind, request.price, market),
        reduce_only=_is_reduce_only(kind, request, rules),
        trigger_price=trigger,
        condition=_condition(request, kind, trigger, mark, rules) if trigger else None,
        vwap_price=read_price(request.vwap_price, market) if request.vwap_price else None,
    )


def check_window(signed_at: int, window: int | None, now_ms: int, rules: OrderRules) -> None:
    """Refuse what was signed longer ago than its receive window allows, or too far ahead."""
    allowed = DEFAULT_WINDOW_MS if window is None else window
    if allowed < SHORTEST_WINDOW_MS:
        raise Refused("VALIDATION_ERROR", f"recv_window {allowed} is below {SHORTEST_WINDOW_MS} ms")
    if now_ms > signed_at + allowed:
        raise Refused("INVALID_TIMESTAMP", f"signed at {signed_at}, more than {allowed} ms ago")
    ahead = rules.signature_ahead_ms
    if ahead is not None and signed_at > now_ms + ahead:
        raise Refused("INVALID_TIMESTAMP", f"signed at {signed_at}, over {ahead} ms from now")


_TYPES: dict[str, OrderType] = {kind: kind for kind in get_args(OrderType)}


def _type(text: str) -> OrderType:
    if text not in _TYPES:
        raise Refused("VALIDATION_ERROR", f"order type {text} is none of {', '.join(_TYPES)}")
    return _TYPES[text]


def _instruction(kind: OrderType, text: str, rules: OrderRules) -> str:
    if text == "RPI" and rules.rpi == "refuse":
        raise Refused("RPI_ACCOUNT_NOT_WHITELISTED", "RPI needs a whitelisted account")
    if text == "RPI" and kind != "LIMIT":
        raise Refused("VALIDATION_ERROR", f"RPI is for LIMIT orders, not for {kind}")
    if text not in INSTRUCTIONS:
        raise Refused(
            "VALIDATION_ERROR", f"instruction {text} is none of {', '.join(INSTRUCTIONS)}"
        )
    if text == "POST_ONLY" and kind.endswith("MARKET"):
        raise Refused("VALIDATION_ERROR", f"POST_ONLY is not for {kind}: it always takes")
    return text


def _is_tpsl(kind: str) -> bool:
    return kind.startswith(("TAKE_PROFIT", "STOP_LOSS"))


def _is_reduce_only(kind: OrderType, request: OrderRequest, rules: OrderRules) -> bool:
    if not _is_tpsl(kind) or request.is_reduce_only:
        return request.is_reduce_only
    if rules.tpsl_without_reduce_only == "refuse":
        raise Refused("VALIDATION_ERROR", f"{kind} must have the flag REDUCE_ONLY")
    return True


def _condition(
    request: OrderRequest, kind: OrderType, trigger: Decimal, mark: Decimal, rules: OrderRules
) -> Condition:
    condition = _asked_condition(request, rules)
    if condition is None:
        at = mark if rules.stop_direction == "mark" else None
        condition = condition_of(kind, request.side, trigger, at)
    if rules.reached_trigger == "refuse" and is_met(condition, trigger, mark):
        message = f"the mark {mark} has reached trigger_price {trigger} already"
        raise Refused("VALIDATION_ERROR", message)
    return condition


def _asked_condition(request: OrderRequest, rules: OrderRules) -> Condition | None:
    for condition in get_args(Condition):
        flag = f"STOP_CONDITION_{condition}_TRIGGER"
        if flag not in (request.flags or ()):
            continue
        if rules.condition_flags == "refuse":
            raise Refused("VALIDATION_ERROR", f"flag {flag} is the venue's to set")
        return condition  # type: ignore[no-any-return]
    return None


def read_limit(kind: OrderType, text: str | None, market: Market) -> Decimal:
    """The limit price; zero for the market types, whatever they came with."""
    return ZERO if kind.endswith("MARKET") else read_price(text or "", market)


def read_trigger(kind: OrderType, text: str | None, market: Market) -> Decimal:
    """The trigger price, which a conditional order must have and no other may; else zero."""
    absent = not text or parse(text) == ZERO
    if kind in ("MARKET", "LIMIT"):
        if not absent:
            raise Refused("VALIDATION_ERROR", f"trigger_price {text} is not for {kind} orders")
        return ZERO
    if absent:
        raise Refused("VALIDATION_ERROR", f"{kind} needs a trigger_price")
    return read_price(text or "", market)


def read_order_size(kind: OrderType, text: str, market: Market) -> Decimal:
    """The size; zero is good for a TP/SL, which then covers the whole position."""
    if _is_tpsl(kind) and parse(text) == ZERO:
        return ZERO
    return read_size(text, market)


def read_size(text: str, market: Market) -> Decimal:
    size = parse(text)
    if size is None or size < market.increment or size % market.increment:
        message = f"size {text!r} is not a multiple of {market.increment} in {market.symbol}"
        raise Refused("INVALID_ORDER_SIZE", message)
    if size > market.max_size:
        message = f"size {text} is above the maximum {market.max_size} of {market.symbol}"
        raise Refused("INVALID_ORDER_SIZE", message)
    return size


def read_price(text: str, market: Market) -> Decimal:
    price = parse(text)
    if price is None or not price or price % market.tick:
        message = f"price {text!r} is not a multiple of {market.tick} in {market.symbol}"
        raise Refused("INVALID_PRICE_PRECISION", message)
    return price


def check_notional(
    account: Account, side: Side, terms: Terms, market: Market, mark: Decimal
) -> None:
    """size × mark must reach the market's minimum, unless it closes the position exactly."""
    size = terms.size
    if size * mark >= market.min_notional or not size:
        return
    held = account.position_size(market.symbol)
    closes = abs(held) == size and held * sign_of(opposite(side)) > 0
    if not (terms.reduce_only and closes):
        message = f"size {size} at mark {mark} is below the minimum notional {market.min_notional}"
        raise Refused("INVALID_ORDER_SIZE", message)


def check_band(side: Side, price: Decimal, market: Market, mark: Decimal) -> None:
    """An aggressive limit may not lie beyond the price band around the mark; a passive one may."""
    low, high = mark * (1 - market.bands), mark * (1 + market.bands)
    if (side == "BUY" and price > high) or (side == "SELL" and price < low):
        message = f"{side} at {price} is beyond the band {low:.8g} to {high:.8g} around the mark"
        raise Refused("VALIDATION_ERROR", message)


def check_capacity(live: Sequence[Order], market: Market) -> None:
    """A market holds so many orders of one account and no more."""
    held = sum(order.market == market.symbol for order in live)
    if held >= market.max_open_orders:
        message = f"{market.symbol} holds {held} of your orders already, the maximum"
        raise Refused("VALIDATION_ERROR", message)
