"""What an order is: as it is to be sent, as it stands, as an earlier process left it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as the strategy wants it, in the venue's words; sizes and prices as the venue
    writes decimals. `price` is `"0"` for MARKET."""

    client_order_id: str
    market: str
    side: str
    type: str
    size: str
    price: str
    instruction: str = "GTC"
    is_reduce_only: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order is, in the venue's words. `price` is None for MARKET."""

    market: str
    side: str
    type: str
    size: Decimal
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Adopted:
    """An order that this process did not send, and answers for from now on: of an earlier process,
    or placed elsewhere. `venue_order_id` is `""` unless it was seen on the book; `fills` are the
    trade ids already told."""

    client_order_id: str
    terms: Terms
    venue_order_id: str
    filled_qty: Decimal
    fills: frozenset[str]
    valid_until: int


def terms_of(draft: Draft) -> Terms:
    """The terms that `draft` asks for."""
    price = None if draft.type == "MARKET" else Decimal(draft.price)
    return Terms(draft.market, draft.side, draft.type, Decimal(draft.size), price)
