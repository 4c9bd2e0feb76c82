"""An account's business as SBE messages (templates 20 to 23), for a venue that sends it so.

The numbers are those of the schema's enumerations. What the wire has no digits for is cut off at
eight decimals.
"""

from __future__ import annotations

from decimal import Decimal

from paradex_adapter.wire import sbe
from paradex_venue.amounts import scaled
from paradex_venue.frames import FILL_TYPES
from paradex_venue.margin import Margin, leverage, liquidation_price
from paradex_venue.markets import Market
from paradex_venue.records import Account, Fill, Order, Position

_SIDES = {"BUY": 1, "SELL": 2, "LONG": 1, "SHORT": 2}
_STATUSES = {"NEW": 1, "UNTRIGGERED": 2, "OPEN": 3, "CLOSED": 4}
_TYPES = {
    "LIMIT": 1,
    "MARKET": 2,
    "STOP_LIMIT": 3,
    "STOP_MARKET": 4,
    "TAKE_PROFIT_LIMIT": 5,
    "TAKE_PROFIT_MARKET": 6,
    "STOP_LOSS_LIMIT": 7,
    "STOP_LOSS_MARKET": 8,
}
_INSTRUCTIONS = {"GTC": 1, "IOC": 2, "POST_ONLY": 3, "RPI": 4}
_STP_MODES = {"EXPIRE_MAKER": 1, "EXPIRE_TAKER": 2, "EXPIRE_BOTH": 3}
_LIQUIDITY = {"MAKER": 1, "TAKER": 2}
_REQUEST_STATUSES = {"PENDING": 1, "REJECTED": 3, "SUCCESS": 4}
_MODIFY_ORDER = 1
_FILL_FLAGS = {"interactive": 1 << 0, "rpi": 1 << 1, "fastfill": 1 << 2}
# What the schema has no number for is "not representable".
_ACCOUNT_STATUSES = {"ACTIVE": 1, "LIQUIDATION": 2, "RESYNC": 254}
_REDUCE_ONLY, _INTERACTIVE, _TARGET_STRATEGY_VWAP = 1 << 0, 1 << 3, 1 << 4
_CONDITIONS = {None: 0, "BELOW": 1 << 1, "ABOVE": 1 << 2}
_OPEN, _CLOSED = 1, 2


def order(order: Order, now: int) -> sbe.OrderEvent:
    """`now` in milliseconds, as all times of the venue's records."""
    request = order.request
    return sbe.OrderEvent(
        order_id=order.id,
        client_order_id=order.client_id,
        market=order.market,
        cancel_reason=order.cancel_reason,
        request_id=request.id if request else "",
        request_message=request.message if request else "",
        timestamp=now * 1000,
        seq=order.seq_no,
        status=_STATUSES[order.status],
        side=_SIDES[order.side],
        order_type=_TYPES[order.type],
        time_in_force=_INSTRUCTIONS[order.instruction],
        price=None if order.is_market else scaled(order.price),
        trigger_price=scaled(order.trigger_price) if order.trigger_price else None,
        size=scaled(order.size),
        size_open=scaled(order.remaining),
        avg_fill_price=None if order.average is None else scaled(order.average),
        created_at=order.created_at * 1000,
        updated_at=order.updated_at * 1000,
        account=_address(order.account),
        received_at=now * 1000,
        published_at=now * 1000,
        stp=_STP_MODES[order.stp],
        flags=_flags(order),
        request_status=_REQUEST_STATUSES[request.status] if request else 0,
        request_type=_MODIFY_ORDER if request else 0,
    )


def _flags(order: Order) -> int:
    flags = _REDUCE_ONLY * order.reduce_only | _CONDITIONS[order.condition]
    flags |= _INTERACTIVE * order.interactive
    return flags | _TARGET_STRATEGY_VWAP * (order.type == "MARKET")


def fill(fill: Fill) -> sbe.FillEvent:
    return sbe.FillEvent(
        fill_id=fill.id,
        order_id=fill.order_id,
        client_order_id=fill.client_id,
        trade_id=fill.trade_id,
        market=fill.market,
        fee_currency=fill.fee_currency,
        timestamp=fill.created_at * 1000,
        seq=fill.book_seq_no,
        fill_type=FILL_TYPES[fill.fill_type],
        side=_SIDES[fill.side],
        liquidity=_LIQUIDITY[fill.liquidity],
        price=scaled(fill.price),
        size=scaled(fill.size),
        fee=scaled(fill.fee),
        realized_pnl=scaled(fill.realized_pnl),
        created_at=fill.created_at * 1000,
        account=_address(fill.account),
        underlying_price=scaled(fill.underlying_price),
        realized_funding=scaled(fill.realized_funding),
        flags=sum(_FILL_FLAGS[flag] for flag in fill.flags),
        orderbook_seq_no=fill.book_seq_no,
    )


def position(
    position: Position, margin: Margin, market: Market, mark: Decimal, now: int
) -> sbe.PositionEvent:
    liquidation = liquidation_price(position, margin, market, mark)
    return sbe.PositionEvent(
        market=position.market,
        last_fill_id=position.last_fill_id,
        timestamp=now * 1000,
        seq=position.seq_no,
        side=_SIDES[position.side],
        size=scaled(abs(position.size)),
        avg_entry_price=scaled(position.average_entry),
        unrealized_pnl=scaled(position.unrealized(mark)),
        realized_pnl=scaled(position.realized + position.realized_funding),
        mark_price=None,
        liquidation_price=None if liquidation is None else scaled(liquidation),
        leverage=scaled(leverage(position, margin, mark)),
        updated_at=position.updated_at * 1000,
        account=_address(position.account),
        avg_entry_price_usd=scaled(position.average_entry),
        cost=scaled(position.cost),
        cost_usd=scaled(position.cost),
        cached_funding_index=scaled(position.funding_index),
        unrealized_funding_pnl=scaled(position.unrealized_funding),
        status=_OPEN if position.size else _CLOSED,
    )


def account(account: Account, margin: Margin, now: int) -> sbe.AccountEvent:
    return sbe.AccountEvent(
        settlement_asset="USDC",
        timestamp=now * 1000,
        seq=account.seq_no,
        total_collateral=scaled(margin.collateral),
        free_collateral=scaled(margin.free),
        initial_margin_req=scaled(margin.initial),
        maintenance_margin_req=scaled(margin.maintenance),
        account_value=scaled(margin.value),
        unrealized_pnl=None,
        updated_at=account.updated_at * 1000,
        account=_address(account.address),
        margin_cushion=scaled(margin.cushion),
        status=_ACCOUNT_STATUSES[account.status],
    )


def _address(text: str) -> bytes:
    return int(text, 16).to_bytes(32)
