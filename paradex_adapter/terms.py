"""What an order is: as it is to be sent, as it stands, as an earlier process left it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as the strategy wants it, in the venue's words; sizes and prices as the venue
    writes decimals. `price` is `"0"` for the market types. Of the rest `""` is not sent: the
    trigger price of a conditional order, what is to happen when it meets an order of our own, and
    the average price at which a market order stops."""

    client_order_id: str
    market: str
    side: str
    type: str
    size: str
    price: str
    instruction: str = "GTC"
    is_reduce_only: bool = False
    trigger_price: str = ""
    stp: str = ""
    vwap_price: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order is, in the venue's words. `price` is None for the market types,
    `trigger_price` for all but the conditional ones."""

    market: str
    side: str
    type: str
    size: Decimal
    price: Decimal | None
    trigger_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Adopted:
    """An order that this process did not send, and answers for from now on: of an earlier process,
    placed elsewhere, or not sent yet. `venue_order_id` is `""` unless it was accepted; `fills` are
    the trade ids already told; `is_cancel_pending` where somebody asked for a cancel that has not
    been answered."""

    client_order_id: str
    terms: Terms
    venue_order_id: str
    filled_qty: Decimal
    fills: frozenset[str]
    valid_until: int
    has_triggered: bool = False
    is_cancel_pending: bool = False
    was_submitted: bool = True


def decimal_text(value: Decimal) -> str:
    """As the venue writes decimals: no exponent, no trailing zeros."""
    return f"{value.normalize():f}"


def terms_of(draft: Draft) -> Terms:
    """The terms that `draft` asks for."""
    price = None if draft.type.endswith("MARKET") else Decimal(draft.price)
    trigger_price = Decimal(draft.trigger_price) if draft.trigger_price else None
    size = Decimal(draft.size)
    return Terms(draft.market, draft.side, draft.type, size, price, trigger_price)
