"""Every template of schema 1 that this package reads, field by field, in wire order."""

from __future__ import annotations

from paradex_adapter.wire.sbe.account import AccountEvent, FillEvent, OrderEvent, PositionEvent
from paradex_adapter.wire.sbe.layout import Field, Layout
from paradex_adapter.wire.sbe.messages import (
    Bbo,
    Book,
    Funding,
    Heartbeat,
    Subscribed,
    Summary,
    Trade,
)


def _texts(*names: str, since: int = 0) -> tuple[Field, ...]:
    return tuple(Field(name, "s", since) for name in names)


def _fields(*names: str, code: str = "q", since: int = 0) -> tuple[Field, ...]:
    return tuple(Field(name, code, since) for name in names)


def _nullable(*names: str, since: int = 0, null_since: int = 0) -> tuple[Field, ...]:
    return tuple(Field(name, "q", since, null_since) for name in names)


_STAMP = _fields("timestamp", "seq")

TRADE = Layout(
    1,
    Trade,
    _texts("market") + _texts("trade_id", since=2),
    (
        *_STAMP,
        *_nullable("truncated_trade_id"),  # any 64 bits may stand here, null's too
        *_fields("side", code="B"),
        *_fields("price", "size", "created_at"),
        *_fields("trade_type", code="B"),
    ),
)

BBO = Layout(
    2,
    Bbo,
    _texts("market"),
    _STAMP + _nullable("bid_price", "bid_size", "ask_price", "ask_size"),
)

BOOK = Layout(
    3,
    Book,
    _texts("market"),
    (
        *_STAMP,
        *_fields("package_type", code="B"),
        *_nullable("best_bid_price", "best_bid_size", "best_ask_price", "best_ask_size"),
        *_nullable("relative_spread", "best_bid_api_price", "best_bid_api_size"),
        *_nullable("best_ask_api_price", "best_ask_api_size"),
    ),
)

# Read leniently: the schema declares the prices and the rates in the first half as never null.
SUMMARY = Layout(
    4,
    Summary,
    _texts("market"),
    (
        *_STAMP,
        *_nullable("mark_price", "index_price", "last_price", "volume_usd_24h", "open_interest"),
        *_nullable("funding_rate", "bid", "ask", "total_volume", "price_change_rate_24h"),
        *_nullable("mark_iv", "bid_iv", "ask_iv", "last_iv", "delta", "gamma", "vega", "theta"),
        *_nullable("rho", "volga", "vanna", "future_funding_rate", "external_fair_price"),
        *_nullable("bid_size", "ask_size"),
        *_nullable("forward_rate", "risk_free_rate", "funding_rate_precise", since=1),
        *_nullable("settlement_twap_estimate", since=3),
    ),
)

FUNDING = Layout(
    5,
    Funding,
    _texts("market"),
    (
        *_STAMP,
        *_fields("funding_rate", "funding_index", "created_at", "funding_premium"),
        *_fields("funding_rate_8h"),
        *_fields("funding_period_hours", code="h"),
        *_nullable("impact_premium_rate", since=1),
    ),
)

ORDER = Layout(
    20,
    OrderEvent,
    (
        *_texts("order_id", "client_order_id", "market", "cancel_reason"),
        *_texts("request_id", "request_message", since=2),
    ),
    (
        *_STAMP,
        *_fields("status", "side", "order_type", "time_in_force", code="B"),
        *_nullable("price", "trigger_price"),
        *_fields("size", "size_open"),
        *_nullable("avg_fill_price"),
        *_fields("created_at", "updated_at"),
        *_fields("account", code="32s"),
        *_fields("received_at", "published_at"),
        *_fields("stp", "flags", code="B"),
        *_fields("request_status", "request_type", code="B", since=2),
    ),
)

FILL = Layout(
    21,
    FillEvent,
    (
        *_texts("fill_id", "order_id", "client_order_id", "trade_id", "market"),
        *_texts("fee_currency", since=2),
    ),
    (
        *_fields("timestamp"),
        *_nullable("seq", null_since=2),
        *_fields("fill_type", "side", "liquidity", code="B"),
        *_fields("price", "size", "fee"),
        *_nullable("realized_pnl"),
        *_fields("created_at"),
        *_fields("account", code="32s"),
        *_fields("underlying_price", "realized_funding"),
        *_fields("flags", code="B", since=2),
        *_fields("orderbook_seq_no", code="Q", since=2),
    ),
)

POSITION = Layout(
    22,
    PositionEvent,
    _texts("market", "last_fill_id"),
    (
        *_STAMP,
        *_fields("side", code="B"),
        *_fields("size", "avg_entry_price", "unrealized_pnl", "realized_pnl"),
        *_nullable("mark_price", null_since=2),
        *_nullable("liquidation_price"),
        *_fields("leverage", "updated_at"),
        *_fields("account", code="32s"),
        *_fields("avg_entry_price_usd", "cost", "cost_usd", "cached_funding_index"),
        *_fields("unrealized_funding_pnl"),
        *_fields("status", code="B"),
    ),
)

ACCOUNT = Layout(
    23,
    AccountEvent,
    _texts("settlement_asset"),
    (
        *_STAMP,
        *_fields("total_collateral", "free_collateral", "initial_margin_req"),
        *_fields("maintenance_margin_req", "account_value"),
        *_nullable("unrealized_pnl"),
        *_fields("updated_at"),
        *_fields("account", code="32s"),
        *_fields("margin_cushion"),
        *_fields("status", code="B"),
        *_fields("last_seen_notification", since=2),
    ),
)

HEARTBEAT = Layout(40, Heartbeat, (), _STAMP)

SUBSCRIBED = Layout(41, Subscribed, _texts("channel"), _STAMP + _fields("status", code="B"))

LAYOUTS = (
    *(TRADE, BBO, BOOK, SUMMARY, FUNDING),
    *(ORDER, FILL, POSITION, ACCOUNT),
    *(HEARTBEAT, SUBSCRIBED),
)
