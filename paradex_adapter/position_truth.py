"""Which positions the engine must be told at start, and which follow from what it is told anyway.

NautilusTrader 1.231 makes the executions of a mass status fit its position reports before anything
is applied. Where one execution turns a position over they never seem to fit, and it puts a single
made-up order in the place of all orders of that market, the live ones among them. So a position is
reported only where the executions do not lead to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from nautilus_trader.cache.cache import Cache
from nautilus_trader.execution.reports import FillReport, OrderStatusReport, PositionStatusReport
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import AccountId, InstrumentId


def unexplained(
    positions: Iterable[PositionStatusReport],
    orders: Iterable[OrderStatusReport],
    fills: Sequence[FillReport],
    cache: Cache,
) -> list[PositionStatusReport]:
    """Those that the engine would not come to by applying `fills` to what the cache has."""
    told = {order.venue_order_id for order in orders}  # the engine drops a fill without its order
    new = [fill for fill in fills if fill.venue_order_id in told and not _is_known(fill, cache)]
    return [
        report
        for report in positions
        if report.signed_decimal_qty
        != held(cache, report.account_id, report.instrument_id) + _sum(new, report.instrument_id)
    ]


def held(cache: Cache, account_id: AccountId, instrument_id: InstrumentId) -> Decimal:
    """The account's position as the cache has it; signed."""
    positions = cache.positions_open(instrument_id=instrument_id)
    ours = [each.signed_decimal_qty() for each in positions if each.account_id == account_id]
    return sum(ours, Decimal(0))


def _is_known(fill: FillReport, cache: Cache) -> bool:
    client_order_id = cache.client_order_id(fill.venue_order_id)
    order = None if client_order_id is None else cache.order(client_order_id)
    return order is not None and fill.trade_id in order.trade_ids


def _sum(fills: Iterable[FillReport], instrument_id: InstrumentId) -> Decimal:
    signed = [
        fill.last_qty.as_decimal() * (1 if fill.order_side == OrderSide.BUY else -1)
        for fill in fills
        if fill.instrument_id == instrument_id
    ]
    return sum(signed, Decimal(0))
