"""What the venue says about an account, as it stands in REST bodies and private channels.

Shapes: OpenAPI `responses.*Resp` and AsyncAPI `orders`, `fills`, `positions`, `account`.
Decimals stay the strings the venue sent (`""` means absent); times are milliseconds since the
epoch. Enumerations that decide about money are strict: an unknown status, side or liquidity is a
`WireError` for that message. Everything else is lenient: unknown fields are ignored.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from paradex_adapter.errors import WireError

Side = Literal["BUY", "SELL"]
OrderStatus = Literal["NEW", "UNTRIGGERED", "OPEN", "CLOSED"]


class RequestInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of an asynchronous request on an order, today only MODIFY_ORDER."""

    id: str = ""
    request_type: str = ""
    status: str = ""
    message: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One order as the venue sees it (OpenAPI `responses.OrderResp`)."""

    id: str
    market: str
    side: Side
    type: str
    size: str
    remaining_size: str
    status: OrderStatus
    account: str = ""
    instruction: str = "GTC"
    price: str = "0"
    trigger_price: str = "0"
    avg_fill_price: str = ""
    cancel_reason: str = ""
    client_id: str = ""
    flags: list[str] = []
    stp: str | None = None
    created_at: int = 0
    last_updated_at: int = 0
    timestamp: int = 0
    received_at: int = 0
    published_at: int = 0
    seq_no: int = 0
    request_info: RequestInfo | None = None

    def __post_init__(self) -> None:
        _require_decimals(size=self.size, remaining_size=self.remaining_size)


class Change(msgspec.Struct, frozen=True):
    """New terms for an order (OpenAPI `requests.ModifyOrderRequest`); None is for what stays, or
    what an order of its type does not have. `size` counts what is filled already."""

    size: Decimal | None
    price: Decimal | None
    trigger_price: Decimal | None = None

    def is_in(self, order: Order) -> bool:
        """Whether the venue's order has these terms."""
        return self.is_among(order.size, order.price, order.trigger_price)

    def is_among(self, size: str, price: str, trigger_price: str) -> bool:
        """Whether these are the venue's terms; `""` for one that is not known."""
        return all(
            ours is None or (bool(theirs) and ours == Decimal(theirs))
            for ours, theirs in (
                (self.size, size),
                (self.price, price),
                (self.trigger_price, trigger_price),
            )
        )

    def over(self, earlier: Change) -> Change:
        """Both changes in one."""
        return Change(
            earlier.size if self.size is None else self.size,
            earlier.price if self.price is None else self.price,
            earlier.trigger_price if self.trigger_price is None else self.trigger_price,
        )


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """One execution (OpenAPI `responses.FillResult`). `id` is unique per `fill_type`."""

    id: str
    market: str
    order_id: str
    side: Side
    liquidity: Literal["MAKER", "TAKER"]
    price: str
    size: str
    fee: str
    account: str = ""
    client_id: str = ""
    remaining_size: str = ""
    fee_currency: str = "USDC"
    fill_type: str = "FILL"
    realized_pnl: str = ""
    realized_funding: str = ""
    underlying_price: str = ""
    flags: list[str] = []
    orderbook_seq_no: int = 0
    created_at: int = 0

    def __post_init__(self) -> None:
        _require_decimals(price=self.price, size=self.size, fee=self.fee or "0")

    @property
    def trade_id(self) -> str:
        """One id for one execution: the venue's is unique within its fill type only."""
        return self.id if self.fill_type == "FILL" else f"{self.fill_type[:3]}-{self.id}"


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """One position (OpenAPI `responses.PositionResp`). `size` is signed."""

    id: str
    market: str
    status: Literal["OPEN", "CLOSED"]
    side: Literal["LONG", "SHORT"]
    size: str
    account: str = ""
    average_entry_price: str = ""
    average_entry_price_usd: str = ""
    average_exit_price: str = ""
    unrealized_pnl: str = ""
    unrealized_funding_pnl: str = ""
    realized_positional_pnl: str = ""
    realized_positional_funding_pnl: str = ""
    liquidation_price: str = ""
    leverage: str = ""
    last_fill_id: str = ""
    last_updated_at: int = 0
    seq_no: int = 0


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account's totals in its settlement asset (OpenAPI `responses.AccountSummaryResponse`)."""

    account: str
    account_value: str
    total_collateral: str
    free_collateral: str
    initial_margin_requirement: str
    maintenance_margin_requirement: str
    settlement_asset: str
    status: str = ""
    margin_cushion: str = ""
    updated_at: int = 0
    seq_no: int = 0


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The amount held of one token (OpenAPI `responses.BalanceResp`)."""

    token: str
    size: str
    last_updated_at: int = 0


def _require_decimals(**fields: str) -> None:
    """What an order's truth is reckoned from must be a number before it gets there."""
    for name, text in fields.items():
        try:
            is_number = Decimal(text).is_finite()
        except InvalidOperation:
            is_number = False
        if not is_number:
            raise ValueError(f"{name} {text!r} is not a decimal number")


def decode[T](body: bytes, shape: type[T]) -> T:
    """Read `body` as `shape`, or raise `WireError` naming what did not fit."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError(f"{shape.__name__} expected: {error}") from error


def convert[T](value: object, shape: type[T]) -> T:
    """Read an already decoded `value` as `shape`, or raise `WireError` naming what did not fit."""
    try:
        return msgspec.convert(value, type=shape)
    except msgspec.ValidationError as error:
        raise WireError(f"{shape.__name__} expected: {error}") from error
