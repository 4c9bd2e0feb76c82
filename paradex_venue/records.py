"""What the venue writes down: orders, fills, trades and positions. Amounts are exact decimals,
times are milliseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from paradex_venue.amounts import AVERAGE, SHARE, ZERO
from paradex_venue.fees import FeeTerms
from paradex_venue.postings import (
    FundingPayment,
    Liquidation,
    MoneyTransfer,
    TradeBust,
    Transaction,
)

Side = Literal["BUY", "SELL"]
Status = Literal["NEW", "UNTRIGGERED", "OPEN", "CLOSED"]
Liquidity = Literal["MAKER", "TAKER"]
FillType = Literal["FILL", "LIQUIDATION", "UNWIND_TRANSFER", "SETTLE_MARKET", "RPI", "BLOCK_TRADE"]
AccountStatus = Literal["ACTIVE", "LIQUIDATION", "RESYNC"]
# On which side of its trigger price the mark sets an order off, the price itself included.
Condition = Literal["ABOVE", "BELOW"]
OrderType = Literal[
    "MARKET",
    "LIMIT",
    "STOP_MARKET",
    "STOP_LIMIT",
    "TAKE_PROFIT_MARKET",
    "TAKE_PROFIT_LIMIT",
    "STOP_LOSS_MARKET",
    "STOP_LOSS_LIMIT",
]


def sign_of(side: Side) -> int:
    return 1 if side == "BUY" else -1


def opposite(side: Side) -> Side:
    return "SELL" if side == "BUY" else "BUY"


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """What became of the latest request to modify an order."""

    id: str
    status: Literal["PENDING", "SUCCESS", "REJECTED"]
    message: str = ""


@dataclass(slots=True, kw_only=True)
class Order:
    """One order and its truth. `price` is zero for the market types, `trigger_price` for those
    that wait for nothing. A TP/SL of `size` zero covers the whole position when it triggers."""

    id: str
    account: str
    market: str
    side: Side
    type: OrderType
    instruction: str
    size: Decimal
    price: Decimal
    trigger_price: Decimal = ZERO
    condition: Condition | None = None
    client_id: str = ""
    reduce_only: bool = False
    stp: str = "EXPIRE_TAKER"
    vwap_price: Decimal | None = None
    # Of a retail trader: placed by hand, or a child of a TWAP.
    interactive: bool = False
    pays_in_dime: bool = False
    signed_at: int = 0
    created_at: int = 0
    updated_at: int = 0
    triggered_at: int = 0
    status: Status = "NEW"
    cancel_reason: str = ""
    remaining: Decimal = ZERO
    # Sum of price × size over its fills.
    filled_value: Decimal = ZERO
    seq_no: int = 0
    request: RequestInfo | None = None

    # Whether it is for all there is of the position when it triggers.
    covers_position: bool = False

    def __post_init__(self) -> None:
        self.remaining = self.size
        self.covers_position = not self.size

    @property
    def filled(self) -> Decimal:
        return self.size - self.remaining

    @property
    def average(self) -> Decimal | None:
        """The average fill price, or None before the first fill."""
        return (self.filled_value / self.filled).quantize(AVERAGE) if self.filled else None

    @property
    def is_live(self) -> bool:
        return self.status != "CLOSED"

    @property
    def is_market(self) -> bool:
        """Whether it executes at any price, now or once triggered."""
        return self.type.endswith("MARKET")

    @property
    def is_tpsl(self) -> bool:
        """Whether it takes the profit or stops the loss of a position."""
        return self.type.startswith(("TAKE_PROFIT", "STOP_LOSS"))

    @property
    def is_conditional(self) -> bool:
        """Whether it still has to be triggered."""
        return self.condition is not None and not self.triggered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One side of one trade, or a transfer of a position. `fee` is in `fee_currency`, and like
    `realized_funding` it is not in `realized_pnl`."""

    id: str
    trade_id: str
    account: str
    market: str
    order_id: str
    client_id: str
    side: Side
    liquidity: Liquidity
    price: Decimal
    size: Decimal
    remaining: Decimal
    fee: Decimal
    realized_pnl: Decimal
    underlying_price: Decimal
    book_seq_no: int
    created_at: int
    fee_currency: str = "USDC"
    realized_funding: Decimal = ZERO
    # The market's funding index at the fill.
    funding_index: Decimal = ZERO
    fill_type: FillType = "FILL"
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One public trade. `side` is the taker's."""

    id: str
    market: str
    side: Side
    price: Decimal
    size: Decimal
    # 0 where no book had a part in it.
    seq_no: int
    created_at: int
    trade_type: FillType = "FILL"
    flags: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Position:
    """One account's position in one market.

    `size` and `cost` are signed: long is positive. `cost` is what the position was entered for, so
    that whatever is rounded when part of it closes stays in the cost and no cent is lost.
    """

    account: str
    market: str
    size: Decimal = ZERO
    cost: Decimal = ZERO
    # Of the position held now: back to zero when it closes or turns.
    realized: Decimal = ZERO
    exit_size: Decimal = ZERO
    exit_value: Decimal = ZERO
    side: Literal["LONG", "SHORT"] = "LONG"
    last_fill_id: str = ""
    # The market's funding index when funding was last realized, and what has accrued since.
    funding_index: Decimal = ZERO
    unrealized_funding: Decimal = ZERO
    # Like `realized`, of the position held now.
    realized_funding: Decimal = ZERO
    created_at: int = 0
    updated_at: int = 0
    closed_at: int = 0
    seq_no: int = 0

    @property
    def average_entry(self) -> Decimal:
        return (self.cost / self.size).quantize(AVERAGE) if self.size else ZERO

    @property
    def average_exit(self) -> Decimal:
        return (self.exit_value / self.exit_size).quantize(AVERAGE) if self.exit_size else ZERO

    def unrealized(self, mark: Decimal) -> Decimal:
        """What the position gained so far, accrued funding included."""
        return self.size * mark - self.cost + self.unrealized_funding

    def accrue(self, step: Decimal) -> None:
        """The market's funding index moved by `step`: a long pays it, a short receives it."""
        self.unrealized_funding -= self.size * step

    def pay_funding(self, index: Decimal) -> Decimal:
        """Realize what has accrued, as every change of the position does."""
        paid, self.unrealized_funding = self.unrealized_funding, ZERO
        self.realized_funding += paid
        self.funding_index = index
        return paid

    def apply(self, side: Side, size: Decimal, price: Decimal, now: int) -> Decimal:
        """Book a fill and return the PnL it realizes, fees apart."""
        direction = sign_of(side)
        closing = min(size, abs(self.size)) if self.size * direction < 0 else ZERO
        realized = self._reduce(closing, price) if closing else ZERO
        if size > closing:
            self._enlarge(direction * (size - closing), price, now)
        elif not self.size:
            self._finish(now)
        self.updated_at = now
        return realized

    def _reduce(self, closing: Decimal, price: Decimal) -> Decimal:
        held = abs(self.size)
        whole = closing == held
        released = self.cost if whole else (self.cost * closing / held).quantize(SHARE)
        direction = 1 if self.size > 0 else -1
        realized = direction * closing * price - released
        self.size -= direction * closing
        self.cost -= released
        self.realized += realized
        self.exit_size += closing
        self.exit_value += closing * price
        return realized

    def _enlarge(self, signed: Decimal, price: Decimal, now: int) -> None:
        if not self.size:
            self.created_at, self.closed_at = now, 0
            self.realized = self.realized_funding = self.exit_size = self.exit_value = ZERO
            self.side = "LONG" if signed > 0 else "SHORT"
        self.size += signed
        self.cost += signed * price

    def _finish(self, now: int) -> None:
        self.closed_at = now
        self.realized = self.realized_funding = ZERO


@dataclass(slots=True)
class Account:
    """One account: whose it is, what it holds, what it did. A house account provides liquidity,
    is never refused for lack of margin, and its orders are not archived."""

    address: str
    public_key: str = ""
    subkeys: set[str] = field(default_factory=set)
    house: bool = False
    # Whether it trades by hand, and so may meet RPI orders.
    retail: bool = False
    deposits: Decimal = ZERO
    realized: Decimal = ZERO
    # Realized funding, positive where more was received than paid.
    funding: Decimal = ZERO
    # Fees paid in USDC.
    fees: Decimal = ZERO
    # DIME held, out of which fees may be paid.
    dime: Decimal = ZERO
    terms: FeeTerms = field(default_factory=FeeTerms)
    status: AccountStatus = "ACTIVE"
    created_at: int = 0
    positions: dict[str, Position] = field(default_factory=dict)
    # Every order and fill, oldest first.
    orders: list[Order] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    payments: list[FundingPayment] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    transfers: list[MoneyTransfer] = field(default_factory=list)
    busts: list[TradeBust] = field(default_factory=list)
    # What was asked for, by market.
    leverages: dict[str, int] = field(default_factory=dict)
    # Ids of fills that count no more.
    busted: set[str] = field(default_factory=set)
    liquidations: list[Liquidation] = field(default_factory=list)
    # Orders that are not CLOSED, by venue id.
    live: dict[str, Order] = field(default_factory=dict)
    updated_at: int = 0
    seq_no: int = 0

    @property
    def balance(self) -> Decimal:
        """USDC held: deposits, realized PnL and funding, less fees."""
        return self.deposits + self.realized + self.funding - self.fees

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.public_key, *self.subkeys)

    def position_size(self, market: str) -> Decimal:
        position = self.positions.get(market)
        return position.size if position else ZERO

    def open_orders(self, market: str) -> list[Order]:
        """Orders resting in the book of `market`."""
        return [o for o in self.live.values() if o.market == market and o.status == "OPEN"]
