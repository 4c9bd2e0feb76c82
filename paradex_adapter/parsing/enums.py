"""The venue's words for an order, and Nautilus's.

What decides about money is strict: a word without a counterpart is a `WireError`. In the other
direction a missing counterpart is None: the order is to be denied before it is sent.
"""

from __future__ import annotations

from nautilus_trader.model.enums import LiquiditySide, OrderSide, OrderType, TimeInForce

from paradex_adapter.errors import WireError
from paradex_adapter.wire.rest import Side

ORDER_SIDES: dict[Side, OrderSide] = {"BUY": OrderSide.BUY, "SELL": OrderSide.SELL}
LIQUIDITY_SIDES = {"MAKER": LiquiditySide.MAKER, "TAKER": LiquiditySide.TAKER}

# TAKE_PROFIT_* fires as Nautilus's *_IF_TOUCHED does; STOP_LOSS_* is a stop bound to the position.
ORDER_TYPES = {
    "MARKET": OrderType.MARKET,
    "LIMIT": OrderType.LIMIT,
    "STOP_MARKET": OrderType.STOP_MARKET,
    "STOP_LIMIT": OrderType.STOP_LIMIT,
    "TAKE_PROFIT_MARKET": OrderType.MARKET_IF_TOUCHED,
    "TAKE_PROFIT_LIMIT": OrderType.LIMIT_IF_TOUCHED,
    "STOP_LOSS_MARKET": OrderType.STOP_MARKET,
    "STOP_LOSS_LIMIT": OrderType.STOP_LIMIT,
}
TRIGGERED_TYPES = frozenset({OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED})
"""The order types that Nautilus knows as TRIGGERED before they fill."""

SENT_TYPES = tuple(
    kind.name for word, kind in ORDER_TYPES.items() if not word.startswith("STOP_LOSS")
)
"""Of Nautilus's order types, the names of those that have a word of the venue's."""

_VENUE_SIDES: dict[OrderSide, Side] = {side: word for word, side in ORDER_SIDES.items()}
_VENUE_TYPES = {
    kind: word for word, kind in ORDER_TYPES.items() if not word.startswith("STOP_LOSS")
}
_INSTRUCTIONS = {
    (TimeInForce.GTC, False): "GTC",
    (TimeInForce.GTC, True): "POST_ONLY",
    (TimeInForce.IOC, False): "IOC",
}
_TERMS = {word: terms for terms, word in _INSTRUCTIONS.items()}
_TERMS["RPI"] = (TimeInForce.GTC, True)


def order_type(word: str) -> OrderType:
    """The Nautilus type of an order that the venue calls `word`."""
    try:
        return ORDER_TYPES[word]
    except KeyError:
        raise WireError(f"order type {word!r} is unknown") from None


def terms(instruction: str) -> tuple[TimeInForce, bool]:
    """Time in force and post-only of an order with the venue's `instruction`."""
    try:
        return _TERMS[instruction]
    except KeyError:
        raise WireError(f"order instruction {instruction!r} is unknown") from None


def venue_side(side: OrderSide) -> Side:
    """The venue's word for `side`."""
    return _VENUE_SIDES[side]


def venue_type(kind: OrderType) -> str | None:
    """The venue's word for an order of this type, or None where it has none."""
    return _VENUE_TYPES.get(kind)


def venue_instruction(time_in_force: TimeInForce, post_only: bool = False) -> str | None:
    """The venue's word for these terms, or None where it has none: it knows no FOK, GTD or DAY,
    and an order that takes at once cannot be post-only."""
    return _INSTRUCTIONS.get((time_in_force, post_only))
