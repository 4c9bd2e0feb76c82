"""What binary frames say about an account, as they say it (templates 20 to 23).

The same conventions as in `messages`; `account` is the address in 32 bytes, big-endian. `as_rest`
turns these into the shapes that JSON channels and REST share.
"""

from __future__ import annotations

import msgspec


class OrderEvent(msgspec.Struct, frozen=True, gc=False):
    """An order changed. The signature's timestamp is not sent. `flags` is a set of bits.

    `request_status` and `request_type` are both 0 where no request is under way.
    """

    order_id: str
    client_order_id: str
    market: str
    cancel_reason: str
    request_id: str
    request_message: str
    timestamp: int
    seq: int
    status: int
    side: int
    order_type: int
    time_in_force: int
    price: int | None
    trigger_price: int | None
    size: int
    size_open: int
    avg_fill_price: int | None
    created_at: int
    updated_at: int
    account: bytes
    received_at: int
    published_at: int
    stp: int
    flags: int
    request_status: int = 0
    request_type: int = 0


class FillEvent(msgspec.Struct, frozen=True, gc=False):
    """An execution. What remains of the order is not sent; `fee` below zero is a rebate."""

    fill_id: str
    order_id: str
    client_order_id: str
    trade_id: str
    market: str
    fee_currency: str
    timestamp: int
    seq: int | None
    fill_type: int
    side: int
    liquidity: int
    price: int
    size: int
    fee: int
    realized_pnl: int | None
    created_at: int
    account: bytes
    underlying_price: int
    realized_funding: int
    flags: int = 0
    orderbook_seq_no: int = 0


class PositionEvent(msgspec.Struct, frozen=True, gc=False):
    """A position. `size` is absolute and `side` says which way; `mark_price` is never filled in."""

    market: str
    last_fill_id: str
    timestamp: int
    seq: int
    side: int
    size: int
    avg_entry_price: int
    unrealized_pnl: int
    realized_pnl: int
    mark_price: int | None
    liquidation_price: int | None
    leverage: int
    updated_at: int
    account: bytes
    avg_entry_price_usd: int
    cost: int
    cost_usd: int
    cached_funding_index: int
    unrealized_funding_pnl: int
    status: int


class AccountEvent(msgspec.Struct, frozen=True, gc=False):
    """The account's totals. `unrealized_pnl` is never filled in."""

    settlement_asset: str
    timestamp: int
    seq: int
    total_collateral: int
    free_collateral: int
    initial_margin_req: int
    maintenance_margin_req: int
    account_value: int
    unrealized_pnl: int | None
    updated_at: int
    account: bytes
    margin_cushion: int
    status: int
    last_seen_notification: int = 0


type AccountMessage = OrderEvent | FillEvent | PositionEvent | AccountEvent
