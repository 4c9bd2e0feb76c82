"""What a client asks for, and the rules a request must meet before it is queued.

Shapes: OpenAPI `requests.OrderRequest` and `requests.ModifyOrderRequest`, read as leniently as
the venue must be for its own SDK: null and empty optional fields, no price on MARKET orders.
A breach of a rule here is a definite refusal; what only the matching engine can tell (margin,
crossing, position) closes the order later.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from paradex_venue.amounts import ZERO, parse
from paradex_venue.markets import Market
from paradex_venue.records import Account, Side, opposite, sign_of
from paradex_venue.refusal import Refused

DEFAULT_WINDOW_MS = 300_000
SHORTEST_WINDOW_MS = 10
LONGEST_CLIENT_ID = 64
INSTRUCTIONS = ("GTC", "POST_ONLY", "IOC")
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
    vwap_price: str | None = None

    @property
    def is_reduce_only(self) -> bool:
        return "REDUCE_ONLY" in (self.flags or ())


class ModifyRequest(msgspec.Struct, kw_only=True):
    """A change of price or size as it arrives; the SDK adds fields that are ignored."""

    id: str
    market: str
    side: Side
    type: str
    size: str
    price: str
    signature: str
    signature_timestamp: int


class Terms(msgspec.Struct, frozen=True):
    """A request's amounts, read and found valid."""

    type: Literal["MARKET", "LIMIT"]
    instruction: str
    size: Decimal
    price: Decimal
    vwap_price: Decimal | None = None


def read_terms(request: OrderRequest, market: Market, now_ms: int) -> Terms:
    """The terms of a new order, or `Refused`."""
    check_window(request.signature_timestamp, request.recv_window, now_ms)
    if len(request.client_id or "") > LONGEST_CLIENT_ID:
        raise Refused("VALIDATION_ERROR", f"client_id is longer than {LONGEST_CLIENT_ID}")
    if (request.stp or "EXPIRE_TAKER") not in STP_MODES:
        raise Refused("VALIDATION_ERROR", f"stp {request.stp} is none of {', '.join(STP_MODES)}")
    kind = _type(request.type)
    price = ZERO if kind == "MARKET" else read_price(request.price or "", market)
    return Terms(
        type=kind,
        instruction=_instruction(request.instruction or "GTC"),
        size=read_size(request.size, market),
        price=price,
        vwap_price=read_price(request.vwap_price, market) if request.vwap_price else None,
    )


def check_window(signed_at: int, window: int | None, now_ms: int) -> None:
    """Refuse what was signed longer ago than its receive window allows."""
    allowed = DEFAULT_WINDOW_MS if window is None else window
    if allowed < SHORTEST_WINDOW_MS:
        raise Refused("VALIDATION_ERROR", f"recv_window {allowed} is below {SHORTEST_WINDOW_MS} ms")
    if now_ms > signed_at + allowed:
        raise Refused("INVALID_TIMESTAMP", f"signed at {signed_at}, more than {allowed} ms ago")


def _type(text: str) -> Literal["MARKET", "LIMIT"]:
    known: dict[str, Literal["MARKET", "LIMIT"]] = {"MARKET": "MARKET", "LIMIT": "LIMIT"}
    if text not in known:
        raise Refused(
            "VALIDATION_ERROR", f"order type {text} is not supported: use LIMIT or MARKET"
        )
    return known[text]


def _instruction(text: str) -> str:
    if text == "RPI":
        raise Refused("RPI_ACCOUNT_NOT_WHITELISTED", "RPI needs a whitelisted account")
    if text not in INSTRUCTIONS:
        raise Refused(
            "VALIDATION_ERROR", f"instruction {text} is none of {', '.join(INSTRUCTIONS)}"
        )
    return text


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
    account: Account, request: OrderRequest, size: Decimal, market: Market, mark: Decimal
) -> None:
    """size × mark must reach the market's minimum, unless it closes the position exactly."""
    if size * mark >= market.min_notional:
        return
    held = account.position_size(market.symbol)
    closes = abs(held) == size and held * sign_of(opposite(request.side)) > 0
    if not (request.is_reduce_only and closes):
        message = f"size {size} at mark {mark} is below the minimum notional {market.min_notional}"
        raise Refused("INVALID_ORDER_SIZE", message)


def check_band(side: Side, price: Decimal, market: Market, mark: Decimal) -> None:
    """An aggressive limit may not lie beyond the price band around the mark; a passive one may."""
    low, high = mark * (1 - market.bands), mark * (1 + market.bands)
    if (side == "BUY" and price > high) or (side == "SELL" and price < low):
        message = f"{side} at {price} is beyond the band {low:.8g} to {high:.8g} around the mark"
        raise Refused("VALIDATION_ERROR", message)


def check_capacity(account: Account, request: OrderRequest, market: Market) -> None:
    """A live client id is not used twice, and a market holds so many orders of one account."""
    live = [order for order in account.live.values() if order.market == market.symbol]
    if len(live) >= market.max_open_orders:
        message = f"{market.symbol} holds {len(live)} of your orders already, the maximum"
        raise Refused("VALIDATION_ERROR", message)
    if request.client_id and any(o.client_id == request.client_id for o in account.live.values()):
        raise Refused("DUPLICATED_CLIENT_ID", f"client_id {request.client_id} is live already")
