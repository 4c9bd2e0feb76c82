"""What the venue says, as small values to explore with, and as the wire's real shapes.

Sizes are whole units. Prices are half units, so that an average has decimals to get wrong.
"""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import NamedTuple

from paradex_adapter.wire import rest as wire
from paradex_adapter.wire import sbe

CLIENT_ID = "O-1"
VENUE_ID = "1795370000456201709233240000"
MARKET = "ETH-USD-PERP"
QUANTITY, PRICE = 2, 200
OTHER_PRICE = 202
ONE = 100_000_000
"""One unit in binary words."""


class Request(NamedTuple):
    """What we ask of the venue: `kind` is create, modify or cancel; `signed_at` in ms. The venue
    numbers changes."""

    kind: str
    size: int = 0
    price: int = 0
    signed_at: int = 0
    number: int = 0


class Info(NamedTuple):
    """What became of a change: PENDING, SUCCESS or REJECTED."""

    number: int
    status: str


class OrderWord(NamedTuple):
    """The order as it is at one time; `remaining` stands when it is canceled."""

    status: str
    size: int
    remaining: int
    price: int
    reason: str
    at: int
    info: Info | None


class FillWord(NamedTuple):
    """One execution."""

    number: int
    size: int
    remaining: int
    at: int
    is_maker: bool


type Word = OrderWord | FillWord

STATUSES = {"NEW": 1, "OPEN": 3, "CLOSED": 4}
REQUEST_STATUSES = {"PENDING": 1, "REJECTED": 3, "SUCCESS": 4}


def price_of(fill: FillWord) -> Decimal:
    """Each execution has a price of its own."""
    return half(PRICE - fill.number)


def fee_of(fill: FillWord) -> Decimal:
    """And a fee of its own: a maker's is a rebate."""
    return Decimal(fill.number) * Decimal("-0.01" if fill.is_maker else "0.04")


def half(price: int) -> Decimal:
    return Decimal(price) / 2


@functools.cache
def as_json(word: Word) -> wire.Order | wire.Fill:
    """The word as REST and JSON channels have it."""
    return _json_order(word) if isinstance(word, OrderWord) else _json_fill(word)


@functools.cache
def as_binary(word: Word) -> wire.Order | wire.Fill:
    """The word as binary channels have it."""
    event = _binary_order(word) if isinstance(word, OrderWord) else _binary_fill(word)
    return sbe.as_rest(event)


def _json_order(word: OrderWord) -> wire.Order:
    body = {
        "id": VENUE_ID,
        "market": MARKET,
        "side": "BUY",
        "type": "LIMIT" if word.price else "MARKET",
        "size": str(word.size),
        "remaining_size": str(word.remaining),
        "price": str(half(word.price)),
        "status": word.status,
        "cancel_reason": word.reason,
        "client_id": CLIENT_ID,
        "created_at": 1,
        "last_updated_at": word.at,
    }
    if word.info is not None:
        body["request_info"] = {
            "id": str(word.info.number),
            "request_type": "MODIFY_ORDER",
            "status": word.info.status,
        }
    return wire.convert(body, wire.Order)


def _json_fill(word: FillWord) -> wire.Fill:
    body = {
        "id": str(word.number),
        "market": MARKET,
        "order_id": VENUE_ID,
        "side": "BUY",
        "liquidity": "MAKER" if word.is_maker else "TAKER",
        "price": str(price_of(word)),
        "size": str(word.size),
        "remaining_size": str(word.remaining),
        "fee": str(fee_of(word)),
        "client_id": CLIENT_ID,
        "created_at": word.at,
    }
    return wire.convert(body, wire.Fill)


def _binary_order(word: OrderWord) -> sbe.OrderEvent:
    return sbe.OrderEvent(
        order_id=VENUE_ID,
        client_order_id=CLIENT_ID,
        market=MARKET,
        cancel_reason=word.reason,
        request_id=str(word.info.number) if word.info else "",
        request_message="",
        timestamp=0,
        seq=0,
        status=STATUSES[word.status],
        side=1,
        order_type=1 if word.price else 2,
        time_in_force=1,
        price=word.price * ONE // 2 or None,
        trigger_price=None,
        size=word.size * ONE,
        size_open=word.remaining * ONE,
        avg_fill_price=None,
        created_at=1000,
        updated_at=word.at * 1000,
        account=bytes(32),
        received_at=0,
        published_at=0,
        stp=2,
        flags=0,
        request_status=REQUEST_STATUSES[word.info.status] if word.info else 0,
        request_type=1 if word.info else 0,
    )


def _binary_fill(word: FillWord) -> sbe.FillEvent:
    return sbe.FillEvent(
        fill_id=str(word.number),
        order_id=VENUE_ID,
        client_order_id=CLIENT_ID,
        trade_id="",
        market=MARKET,
        fee_currency="USDC",
        timestamp=0,
        seq=None,
        fill_type=1,
        side=1,
        liquidity=1 if word.is_maker else 2,
        price=int(price_of(word) * ONE),
        size=word.size * ONE,
        fee=int(fee_of(word) * ONE),
        realized_pnl=None,
        created_at=word.at * 1000,
        account=bytes(32),
        underlying_price=0,
        realized_funding=0,
    )
