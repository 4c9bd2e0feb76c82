"""How the venue writes an account's business as JSON: OpenAPI `responses.*Resp`, written by hand.

Decimals are plain strings, `""` where there is no value; times are milliseconds.
"""

from __future__ import annotations

from decimal import Decimal

from paradex_venue.amounts import text
from paradex_venue.margin import Margin, leverage, liquidation_price
from paradex_venue.markets import Market
from paradex_venue.records import Account, Fill, Order, Position, RequestInfo

type Json = dict[str, object]


def order(order: Order, now: int) -> Json:
    """`responses.OrderResp`; `now` is when it is told."""
    body: Json = {
        "id": order.id,
        "account": order.account,
        "market": order.market,
        "side": order.side,
        "type": order.type,
        "instruction": order.instruction,
        "size": text(order.size),
        "remaining_size": text(order.remaining),
        "price": text(order.price),
        "trigger_price": text(order.trigger_price),
        "avg_fill_price": "" if order.average is None else text(order.average),
        "status": order.status,
        "cancel_reason": order.cancel_reason,
        "client_id": order.client_id,
        "flags": _flags(order),
        "stp": order.stp,
        "created_at": order.created_at,
        "last_updated_at": order.updated_at,
        "timestamp": order.signed_at,
        "received_at": now,
        "published_at": now,
        "seq_no": order.seq_no,
    }
    if order.request is not None:
        body["request_info"] = _request_info(order.request)
    return body


def _flags(order: Order) -> list[str]:
    flags = ["REDUCE_ONLY"] if order.reduce_only else []
    if order.condition is not None:
        flags.append(f"STOP_CONDITION_{order.condition}_TRIGGER")
    if order.interactive:
        flags.append("INTERACTIVE")
    return [*flags, "TARGET_STRATEGY_VWAP"] if order.type == "MARKET" else flags


def _request_info(request: RequestInfo) -> Json:
    return {
        "id": request.id,
        "request_type": "MODIFY_ORDER",
        "status": request.status,
        "message": request.message,
    }


def fill(fill: Fill) -> Json:
    """`responses.FillResult`."""
    return {
        "id": fill.id,
        "account": fill.account,
        "market": fill.market,
        "order_id": fill.order_id,
        "client_id": fill.client_id,
        "side": fill.side,
        "liquidity": fill.liquidity,
        "price": text(fill.price),
        "size": text(fill.size),
        "remaining_size": text(fill.remaining),
        "fee": text(fill.fee),
        "fee_currency": fill.fee_currency,
        "realized_pnl": text(fill.realized_pnl),
        "realized_funding": text(fill.realized_funding),
        "underlying_price": text(fill.underlying_price),
        "fill_type": fill.fill_type,
        "flags": list(fill.flags),
        "orderbook_seq_no": fill.book_seq_no,
        "created_at": fill.created_at,
    }


def position(position: Position, margin: Margin, market: Market, mark: Decimal) -> Json:
    """`responses.PositionResp`; both PnLs include funding."""
    unrealized = position.unrealized(mark)
    liquidation = liquidation_price(position, margin, market, mark)
    return {
        "id": f"{position.account}-{position.market}",
        "account": position.account,
        "market": position.market,
        "status": "OPEN" if position.size else "CLOSED",
        "side": position.side,
        "size": text(position.size),
        "average_entry_price": text(position.average_entry),
        "average_entry_price_usd": text(position.average_entry),
        "average_exit_price": text(position.average_exit),
        "cost": text(position.cost),
        "cost_usd": text(position.cost),
        "unrealized_pnl": text(unrealized),
        "unrealized_funding_pnl": text(position.unrealized_funding),
        "realized_positional_pnl": text(position.realized + position.realized_funding),
        "realized_positional_funding_pnl": text(position.realized_funding),
        "cached_funding_index": text(position.funding_index),
        "liquidation_price": "" if liquidation is None else text(liquidation),
        "leverage": text(leverage(position, margin, mark)),
        "last_fill_id": position.last_fill_id,
        "created_at": position.created_at,
        "closed_at": position.closed_at,
        "last_updated_at": position.updated_at,
        "seq_no": position.seq_no,
    }


def account(account: Account, margin: Margin) -> Json:
    """`responses.AccountSummaryResponse`."""
    return {
        "account": account.address,
        "account_value": text(margin.value),
        "total_collateral": text(margin.collateral),
        "free_collateral": text(margin.free),
        "initial_margin_requirement": text(margin.initial),
        "maintenance_margin_requirement": text(margin.maintenance),
        "margin_cushion": text(margin.cushion),
        "settlement_asset": "USDC",
        "status": account.status,
        "last_seen_notification": 0,
        "updated_at": account.updated_at,
        "seq_no": account.seq_no,
    }


def balance(account: Account) -> Json:
    """`responses.BalanceResp`."""
    return {
        "token": "USDC",
        "size": text(account.balance),
        "last_updated_at": account.updated_at,
        "cost": text(account.balance),
        "cost_usd": text(account.balance),
        "average_entry_price": "1",
        "average_entry_price_usd": "1",
    }


def account_info(account: Account) -> Json:
    """`responses.AccountInfoResponse`."""
    rates: Json = {"commission_rate": "0", "discount_rate": "0"}
    for kind in ("", "spot_", "dated_option_", "perp_option_"):
        rates[f"{kind}maker_rate"] = text(account.terms.maker)
        rates[f"{kind}taker_rate"] = text(account.terms.taker)
    return {
        "account": account.address,
        "parent_account": "",
        "kind": "main",
        "public_key": account.public_key,
        "username": "local",
        "created_at": account.created_at,
        "derivation_path": "",
        "isolated_market": "",
        "fees": rates,
        "volume_tiers": {},
    }
