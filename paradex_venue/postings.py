"""What the venue writes down about an account's money, besides orders and fills.

Amounts are exact decimals in the settlement asset unless they name a token, times are
milliseconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

TransactionState = Literal["RECEIVED", "ACCEPTED_ON_L2", "REJECTED"]
TransactionType = Literal["TRANSACTION_FILL", "TRANSACTION_LIQUIDATE", "TRANSACTION_SETTLE_MARKET"]
TransferKind = Literal["DEPOSIT", "WITHDRAWAL", "UNWINDING", "AUTO_WITHDRAWAL", "AIRDROP"]
TransferStatus = Literal["PENDING", "AVAILABLE", "COMPLETED", "FAILED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingPayment:
    """Funding realized by a fill. `payment` is positive where the account received it."""

    id: str
    account: str
    market: str
    payment: Decimal
    index: Decimal
    fill_id: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingState:
    """A market's funding as of a moment; `rate` is per period, `premium` in USD."""

    market: str
    index: Decimal
    rate: Decimal
    premium: Decimal
    period_hours: int
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceChange:
    """One change of a token's balance; of a fill where there is a `fill_id`."""

    account: str
    kind: str
    token: str
    before: Decimal
    after: Decimal
    created_at: int
    price: Decimal = Decimal(1)
    fill_id: str = ""
    market: str = ""
    fees: Decimal = Decimal(0)
    realized_pnl: Decimal = Decimal(0)
    realized_funding: Decimal = Decimal(0)
    funding_index: Decimal = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Transaction:
    """A fill's way onto the chain. `id` is the fill's."""

    id: str
    account: str
    kind: TransactionType
    state: TransactionState
    hash: str
    created_at: int
    completed_at: int = 0


@dataclass(slots=True, kw_only=True)
class MoneyTransfer:
    """A token that comes or goes; `amount` is never negative."""

    id: str
    account: str
    kind: TransferKind
    direction: Literal["IN", "OUT"]
    token: str
    amount: Decimal
    status: TransferStatus
    created_at: int
    updated_at: int
    txn_hash: str
    failure_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeBust:
    """A fill that the chain refused and the venue took back."""

    account: str
    busted_fill_id: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Liquidation:
    """`id` is the hash of its transaction."""

    id: str
    created_at: int
