"""What the venue says of orders, fills and positions, as Nautilus reports.

An order has four states at the venue; the rest is derived (documentation page "order statuses"):

| status           | and                                          | report           |
|------------------|----------------------------------------------|------------------|
| NEW              |                                              | SUBMITTED        |
| UNTRIGGERED      |                                              | ACCEPTED         |
| OPEN             | something filled                             | PARTIALLY_FILLED |
| OPEN             | a limit order with a trigger                 | TRIGGERED        |
| OPEN             |                                              | ACCEPTED         |
| CLOSED           | nothing remains                              | FILLED           |
| CLOSED           | its time was over                            | EXPIRED          |
| CLOSED           | known never to have been open, and a refusal | REJECTED         |
| CLOSED           |                                              | CANCELED         |

`remaining_size` survives a cancel: filled is always `size - remaining_size`. Nautilus never leaves
REJECTED again, so that needs somebody who knows; CANCELED still takes a late fill.
"""

from __future__ import annotations

from decimal import Decimal

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.reports import (
    FillReport,
    OrderStatusReport,
    PositionStatusReport,
)
from nautilus_trader.model.enums import OrderStatus, OrderType, PositionSide, TriggerType
from nautilus_trader.model.identifiers import (
    AccountId,
    ClientOrderId,
    TradeId,
    VenueOrderId,
)
from nautilus_trader.model.instruments import Instrument

from paradex_adapter.charts.order_reckoning import EXPIRIES, NO_REFUSALS
from paradex_adapter.errors import WireError
from paradex_adapter.parsing.enums import (
    LIQUIDITY_SIDES,
    ORDER_SIDES,
    TRIGGERED_TYPES,
    order_type,
    terms,
)
from paradex_adapter.parsing.numbers import (
    currency,
    decimal,
    money,
    positive,
    price,
    quantity,
)
from paradex_adapter.wire.rest import Fill, Order, Position

_NANOS_PER_MILLI = 1_000_000


def order_status(order: Order, *, never_open: bool = False) -> OrderStatus:
    """By the table above. `never_open`: it is known that this order was never on the book."""
    filled, remaining = filled_size(order), decimal(order.remaining_size, "remaining_size")
    match order.status:
        case "NEW":
            return OrderStatus.SUBMITTED
        case "UNTRIGGERED":
            return OrderStatus.ACCEPTED
        case "OPEN" if filled > 0:
            return OrderStatus.PARTIALLY_FILLED
        case "OPEN" if order_type(order.type) in TRIGGERED_TYPES:
            return OrderStatus.TRIGGERED
        case "OPEN":
            return OrderStatus.ACCEPTED
    if filled > 0 and remaining == 0:
        return OrderStatus.FILLED
    return _unfinished(order, never_open and filled == 0)


def _unfinished(order: Order, never_touched: bool) -> OrderStatus:
    if order.cancel_reason in EXPIRIES:
        return OrderStatus.EXPIRED
    if never_touched and order.cancel_reason not in NO_REFUSALS:
        return OrderStatus.REJECTED
    return OrderStatus.CANCELED


def filled_size(order: Order) -> Decimal:
    """How much of `order` was executed."""
    return decimal(order.size, "size") - decimal(order.remaining_size, "remaining_size")


def order_status_report(
    order: Order,
    account_id: AccountId,
    instrument: Instrument,
    ts_init: int,
    *,
    client_order_id: ClientOrderId | None = None,
    never_open: bool = False,
    position_size: Decimal | None = None,
) -> OrderStatusReport | None:
    """The report of one order.

    `client_order_id` is ours, where the venue's word for it differs. `position_size` stands in
    for the size of an order on the whole position, which the venue writes `"0"`; without it such
    an order has no report (None). Raises `WireError` for what cannot be read.
    """
    size = decimal(order.size, "size") or abs(position_size or Decimal(0))
    if size <= 0:
        return None
    kind = order_type(order.type)
    time_in_force, post_only = terms(order.instruction)
    trigger = positive(order.trigger_price, "trigger_price")
    limit = None if kind == OrderType.MARKET else positive(order.price, "price")
    filled = min(max(filled_size(order), Decimal(0)), size)
    return OrderStatusReport(
        account_id=account_id,
        instrument_id=instrument.id,
        venue_order_id=VenueOrderId(order.id),
        client_order_id=client_order_id or _client_order_id(order.client_id),
        order_side=ORDER_SIDES[order.side],
        order_type=kind,
        time_in_force=time_in_force,
        order_status=order_status(order, never_open=never_open),
        quantity=quantity(size, instrument.size_precision),
        filled_qty=quantity(filled, instrument.size_precision),
        avg_px=positive(order.avg_fill_price, "avg_fill_price") if filled else None,
        price=price(limit, instrument.price_precision) if limit else None,
        trigger_price=price(trigger, instrument.price_precision) if trigger else None,
        trigger_type=TriggerType.MARK_PRICE if trigger else TriggerType.NO_TRIGGER,
        post_only=post_only,
        reduce_only="REDUCE_ONLY" in order.flags,
        cancel_reason=order.cancel_reason or None,
        report_id=UUID4(),
        ts_accepted=order.created_at * _NANOS_PER_MILLI,
        ts_last=(order.last_updated_at or order.created_at) * _NANOS_PER_MILLI,
        ts_init=ts_init,
    )


def fill_report(
    fill: Fill,
    account_id: AccountId,
    instrument: Instrument,
    ts_init: int,
    *,
    client_order_id: ClientOrderId | None = None,
) -> FillReport:
    """The report of one execution. A fee below zero is a rebate. The engine wants these ascending
    in time, as `Rest.fills` returns them. Raises `WireError` for what cannot be read."""
    size = positive(fill.size, "size")
    if size is None:
        raise WireError(f"fill {fill.id} of order {fill.order_id} has size {fill.size!r}")
    return FillReport(
        account_id=account_id,
        instrument_id=instrument.id,
        venue_order_id=VenueOrderId(fill.order_id),
        trade_id=TradeId(fill.trade_id),
        client_order_id=client_order_id or _client_order_id(fill.client_id),
        order_side=ORDER_SIDES[fill.side],
        last_qty=quantity(size, instrument.size_precision),
        last_px=price(decimal(fill.price, "price"), instrument.price_precision),
        commission=money(decimal(fill.fee or "0", "fee"), currency(fill.fee_currency or "USDC")),
        liquidity_side=LIQUIDITY_SIDES[fill.liquidity],
        report_id=UUID4(),
        ts_event=fill.created_at * _NANOS_PER_MILLI,
        ts_init=ts_init,
    )


def position_report(
    position: Position | None, account_id: AccountId, instrument: Instrument, ts_init: int
) -> PositionStatusReport:
    """The report of the position in one market; FLAT where there is none, or a closed one.

    The average is taken in the quote currency (USD) where the venue gives it, as prices are.
    """
    size = abs(decimal(position.size or "0", "size")) if position else Decimal(0)
    if position is None or position.status == "CLOSED" or size == 0:
        return PositionStatusReport.create_flat(
            account_id, instrument.id, instrument.size_precision, ts_init
        )
    average = position.average_entry_price_usd or position.average_entry_price
    return PositionStatusReport(
        account_id=account_id,
        instrument_id=instrument.id,
        position_side=PositionSide.LONG if position.side == "LONG" else PositionSide.SHORT,
        quantity=quantity(size, instrument.size_precision),
        avg_px_open=positive(average, "average_entry_price"),
        report_id=UUID4(),
        ts_last=position.last_updated_at * _NANOS_PER_MILLI,
        ts_init=ts_init,
    )


def _client_order_id(text: str) -> ClientOrderId | None:
    return ClientOrderId(text) if text else None
