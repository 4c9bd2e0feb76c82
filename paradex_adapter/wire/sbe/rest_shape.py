"""Account messages in the shapes that REST and the JSON channels share.

Where the two languages differ, this is the rule: a MARKET order's null price is "0" and a missing
average is ""; a position's size gets its sign back; times become milliseconds; flags get their
names. A status, side or liquidity without a name is a `WireError`, as in `rest`.
"""

from __future__ import annotations

from typing import overload

from paradex_adapter.errors import WireError
from paradex_adapter.wire import rest
from paradex_adapter.wire.sbe import names
from paradex_adapter.wire.sbe.account import (
    AccountEvent,
    AccountMessage,
    FillEvent,
    OrderEvent,
    PositionEvent,
)

_SCALE = 10**8
_UNKNOWN = "UNKNOWN"


@overload
def as_rest(event: OrderEvent) -> rest.Order: ...
@overload
def as_rest(event: FillEvent) -> rest.Fill: ...
@overload
def as_rest(event: PositionEvent) -> rest.Position: ...
@overload
def as_rest(event: AccountEvent) -> rest.Account: ...
def as_rest(event: AccountMessage) -> rest.Order | rest.Fill | rest.Position | rest.Account:
    """`event` as its JSON channel would have said it, or `WireError` naming what has no name."""
    match event:
        case OrderEvent():
            return _order(event)
        case FillEvent():
            return _fill(event)
        case PositionEvent():
            return _position(event)
        case AccountEvent():
            return _account(event)


def _order(event: OrderEvent) -> rest.Order:
    """Without `timestamp`, which binary frames do not carry."""
    shape = {
        "id": event.order_id,
        "account": _address(event.account),
        "market": event.market,
        "client_id": event.client_order_id,
        "side": _name(names.SIDES, event.side, "side"),
        "status": _name(names.ORDER_STATUSES, event.status, "order status"),
        "type": names.ORDER_TYPES.get(event.order_type, _UNKNOWN),
        "instruction": names.INSTRUCTIONS.get(event.time_in_force, _UNKNOWN),
        "size": _decimal(event.size),
        "remaining_size": _decimal(event.size_open),
        "price": _decimal(event.price, null="0"),
        "trigger_price": _decimal(event.trigger_price, null="0"),
        "avg_fill_price": _decimal(event.avg_fill_price),
        "cancel_reason": event.cancel_reason,
        "flags": _flags(names.ORDER_FLAGS, event.flags),
        "stp": names.STP.get(event.stp),
        "created_at": event.created_at // 1000,
        "last_updated_at": event.updated_at // 1000,
        "received_at": event.received_at // 1000,
        "published_at": event.published_at // 1000,
        "seq_no": event.seq,
        "request_info": _request_info(event),
    }
    return rest.convert(shape, rest.Order)


def _request_info(event: OrderEvent) -> dict[str, str] | None:
    if event.request_status == event.request_type == 0:
        return None
    return {
        "id": event.request_id,
        "request_type": names.REQUEST_TYPES.get(event.request_type, _UNKNOWN),
        "status": names.REQUEST_STATUSES.get(event.request_status, _UNKNOWN),
        "message": event.request_message,
    }


def _fill(event: FillEvent) -> rest.Fill:
    """Without `remaining_size`, which binary frames do not carry."""
    shape = {
        "id": event.fill_id,
        "account": _address(event.account),
        "market": event.market,
        "order_id": event.order_id,
        "client_id": event.client_order_id,
        "side": _name(names.SIDES, event.side, "side"),
        "liquidity": _name(names.LIQUIDITY, event.liquidity, "liquidity"),
        "fill_type": names.FILL_TYPES.get(event.fill_type, _UNKNOWN),
        "price": _decimal(event.price),
        "size": _decimal(event.size),
        "fee": _decimal(event.fee),
        "fee_currency": event.fee_currency or "USDC",
        "realized_pnl": _decimal(event.realized_pnl),
        "realized_funding": _decimal(event.realized_funding),
        "underlying_price": _decimal(event.underlying_price),
        "flags": _flags(names.FILL_FLAGS, event.flags),
        "orderbook_seq_no": event.orderbook_seq_no or event.seq or 0,
        "created_at": event.created_at // 1000,
    }
    return rest.convert(shape, rest.Fill)


def _position(event: PositionEvent) -> rest.Position:
    """The id is made of account and market: binary frames carry none."""
    side = _name(names.POSITION_SIDES, event.side, "side")
    account = _address(event.account)
    shape = {
        "id": f"{account}-{event.market}",
        "account": account,
        "market": event.market,
        "status": _name(names.POSITION_STATUSES, event.status, "position status"),
        "side": side,
        "size": _decimal(-event.size if side == "SHORT" else event.size),
        "average_entry_price": _decimal(event.avg_entry_price),
        "average_entry_price_usd": _decimal(event.avg_entry_price_usd),
        "unrealized_pnl": _decimal(event.unrealized_pnl),
        "unrealized_funding_pnl": _decimal(event.unrealized_funding_pnl),
        "realized_positional_pnl": _decimal(event.realized_pnl),
        "liquidation_price": _decimal(event.liquidation_price),
        "leverage": _decimal(event.leverage),
        "last_fill_id": event.last_fill_id,
        "last_updated_at": event.updated_at // 1000,
        "seq_no": event.seq,
    }
    return rest.convert(shape, rest.Position)


def _account(event: AccountEvent) -> rest.Account:
    return rest.Account(
        account=_address(event.account),
        account_value=_decimal(event.account_value),
        total_collateral=_decimal(event.total_collateral),
        free_collateral=_decimal(event.free_collateral),
        initial_margin_requirement=_decimal(event.initial_margin_req),
        maintenance_margin_requirement=_decimal(event.maintenance_margin_req),
        settlement_asset=event.settlement_asset,
        status=names.ACCOUNT_STATUSES.get(event.status, _UNKNOWN),
        margin_cushion=_decimal(event.margin_cushion),
        updated_at=event.updated_at // 1000,
        seq_no=event.seq,
    )


def _name(table: dict[int, str], number: int, what: str) -> str:
    try:
        return table[number]
    except KeyError:
        raise WireError(f"{what} {number} has no name in schema 1") from None


def _flags(table: tuple[str, ...], bits: int) -> list[str]:
    return [name for bit, name in enumerate(table) if bits >> bit & 1]


def _decimal(raw: int | None, null: str = "") -> str:
    if raw is None:
        return null
    whole, fraction = divmod(abs(raw), _SCALE)
    text = f"{whole}.{fraction:08}".rstrip("0").rstrip(".")
    return f"-{text}" if raw < 0 else text


def _address(account: bytes) -> str:
    return hex(int.from_bytes(account))
