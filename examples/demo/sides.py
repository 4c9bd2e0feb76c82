"""What the venue says and what the node says, each read where it keeps its truth."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.orders import Order

from examples.demo.comparison import OrderView, Side
from paradex_adapter import PARADEX_VENUE

AVERAGE = Decimal("1e-8")
"""The venue rounds average prices to this; fees and balances have more decimals there than money
has in Nautilus, and are rounded to those of USDC, as the adapter must."""
CENT = Decimal(1).scaleb(-USDC.precision)
REFUSED = "POST_ONLY_WOULD_CROSS"


def venue_side(truth: dict[str, Any], market: str) -> Side:
    """From the answer of the control interface's `/truth`."""
    fills = truth["fills"]
    positions = {position["market"]: Decimal(position["size"]) for position in truth["positions"]}
    return Side(
        orders={
            order["client_id"] or order["id"]: _venue_order(order) for order in truth["orders"]
        },
        fills=len(fills),
        traded_qty=_sum(Decimal(fill["size"]) for fill in fills),
        fees=_sum(Decimal(fill["fee"]).quantize(CENT) for fill in fills),
        position=positions.get(market, Decimal(0)),
        balance=Decimal(truth["balance"]["size"]).quantize(CENT),
    )


def node_side(node: TradingNode, market: InstrumentId) -> Side:
    """From the node's cache and portfolio."""
    orders = sorted(node.cache.orders(), key=lambda order: order.ts_init)
    fills = [fill for order in orders for fill in _fills(order)]
    account = node.cache.account_for_venue(PARADEX_VENUE)
    balance = None if account is None else account.balance_total(USDC)
    return Side(
        orders={order.client_order_id.value: order_view(order) for order in orders},
        fills=len(fills),
        traded_qty=_sum(fill.last_qty.as_decimal() for fill in fills),
        fees=_sum(fill.commission.as_decimal() for fill in fills),
        position=node.portfolio.net_position(market),
        balance=Decimal(0) if balance is None else balance.as_decimal(),
        labels={order.client_order_id.value: label(order) for order in orders},
    )


def order_view(order: Order) -> OrderView:
    """An order of the node. The average is taken from its fills: the one that Nautilus keeps is a
    binary float."""
    fills = _fills(order)
    filled = order.filled_qty.as_decimal()
    value = _sum(fill.last_px.as_decimal() * fill.last_qty.as_decimal() for fill in fills)
    quantity = _sum(fill.last_qty.as_decimal() for fill in fills)
    average = (value / quantity).quantize(AVERAGE) if quantity else None
    return OrderView(_node_status(order), filled, average)


def label(order: Order) -> str:
    """What to call an order: its number, and its name where the strategy gave it one."""
    number = order.client_order_id.value.rpartition("-")[2]
    return " ".join([number, *(order.tags or [])])


def _venue_order(order: dict[str, Any]) -> OrderView:
    filled = Decimal(order["size"]) - Decimal(order["remaining_size"])
    average = Decimal(order["avg_fill_price"]) if order["avg_fill_price"] else None
    return OrderView(_venue_status(order, filled), filled, average)


def _venue_status(order: dict[str, Any], filled: Decimal) -> str:
    if order["status"] != "CLOSED":
        return str(order["status"]).lower()
    if filled == Decimal(order["size"]):
        return "filled"
    return "rejected" if order["cancel_reason"] == REFUSED else "canceled"


def _node_status(order: Order) -> str:
    """OPEN and NEW are the venue's words for an order that stands."""
    if order.is_open:
        return "open"
    return str(OrderStatus(order.status).name).lower()


def _fills(order: Order) -> list[OrderFilled]:
    return [event for event in order.events if isinstance(event, OrderFilled)]


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))
