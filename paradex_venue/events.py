"""What the exchange announces as it happens, in order. Every event is a picture of its moment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from paradex_venue.book import Change
from paradex_venue.postings import (
    BalanceChange,
    FundingPayment,
    FundingState,
    MoneyTransfer,
    TradeBust,
    Transaction,
)
from paradex_venue.records import Fill, Order, Position, Trade

type Quote = tuple[Decimal, Decimal] | None


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """`order` is a copy."""

    order: Order


@dataclass(frozen=True, slots=True)
class Filled:
    fill: Fill


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """`position` is a copy; `mark` is the mark price then."""

    position: Position
    mark: Decimal


@dataclass(frozen=True, slots=True)
class AccountChanged:
    address: str


@dataclass(frozen=True, slots=True)
class Traded:
    trade: Trade


@dataclass(frozen=True, slots=True)
class BookChanged:
    """One contiguous step of a book; `seq_no` is the previous step's plus one."""

    market: str
    seq_no: int
    at: int
    changes: tuple[Change, ...]
    bid: Quote
    ask: Quote
    # Whether the best bid or ask, price or size, is another than before.
    is_new_top: bool


@dataclass(frozen=True, slots=True)
class FundingPaid:
    payment: FundingPayment


@dataclass(frozen=True, slots=True)
class FundingMoved:
    """A market's funding was computed anew."""

    state: FundingState


@dataclass(frozen=True, slots=True)
class BalanceMoved:
    change: BalanceChange


@dataclass(frozen=True, slots=True)
class TransactionMoved:
    """`transaction` is a copy."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class TransferMoved:
    """`transfer` is a copy."""

    transfer: MoneyTransfer


@dataclass(frozen=True, slots=True)
class Busted:
    bust: TradeBust


@dataclass(frozen=True, slots=True)
class MarketMoved:
    """A market was changed or settled; `changed` is `responses.MarketHistoryFields`."""

    market: str
    kind: Literal["CREATED", "UPDATED", "SETTLED", "DELETED"]
    changed: dict[str, object]
    at: int


type Event = (
    OrderChanged
    | Filled
    | PositionChanged
    | AccountChanged
    | Traded
    | BookChanged
    | FundingPaid
    | FundingMoved
    | BalanceMoved
    | TransactionMoved
    | TransferMoved
    | Busted
    | MarketMoved
)
