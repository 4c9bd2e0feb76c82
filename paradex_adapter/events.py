"""Order facts become Nautilus order events here, and nowhere else."""

from __future__ import annotations

from decimal import Decimal

from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, Logger
from nautilus_trader.live.execution_client import LiveExecutionClient
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.identifiers import ClientOrderId, TradeId, VenueOrderId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Price
from nautilus_trader.model.orders import Order

from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderCanceled,
    OrderCancelRejected,
    OrderDenied,
    OrderDisputed,
    OrderExpired,
    OrderFact,
    OrderFilled,
    OrderKnown,
    OrderModifyRejected,
    OrderRejected,
    OrderSubmitted,
    OrderTriggered,
    OrderUnresolved,
    OrderUpdated,
)
from paradex_adapter.parsing.enums import LIQUIDITY_SIDES, ORDER_SIDES, TRIGGERED_TYPES
from paradex_adapter.parsing.numbers import currency, decimal, money, price, quantity

NANOS_PER_MILLI = 1_000_000


class OrderEvents:
    """The sink of every order chart: the only caller of `generate_order_*`."""

    def __init__(
        self, client: LiveExecutionClient, cache: Cache, clock: LiveClock, log: Logger
    ) -> None:
        self._client = client
        self._cache = cache
        self._clock = clock
        self._log = log

    def tell(self, fact: OrderFact) -> None:
        """Publish the event that `fact` is. An order the cache does not have is an error line."""
        order = self._cache.order(ClientOrderId(fact.client_order_id))
        if order is None:
            self._log.error(f"{fact!r} is about an order that the cache does not have")
            return
        self._publish(fact, order)

    def _publish(self, fact: OrderFact, order: Order) -> None:  # noqa: C901 - a table: one arm each
        whose = (order.strategy_id, order.instrument_id, order.client_order_id)
        now = self._clock.timestamp_ns()
        client = self._client
        match fact:
            case OrderDenied(_, reason):
                client.generate_order_denied(*whose, reason, now)
            case OrderSubmitted():
                client.generate_order_submitted(*whose, now)
            case OrderKnown():
                pass  # the venue has it, but has not accepted it yet
            case OrderRejected(_, reason, due_post_only, ts_event):
                client.generate_order_rejected(*whose, reason, _ns(ts_event, now), due_post_only)
            case OrderAccepted(_, venue_order_id, ts_event):
                client.generate_order_accepted(
                    *whose, VenueOrderId(venue_order_id), _ns(ts_event, now)
                )
            case OrderTriggered(_, venue_order_id, ts_event):
                if _can_be_triggered(order):
                    client.generate_order_triggered(
                        *whose, VenueOrderId(venue_order_id), _ns(ts_event, now)
                    )
            case OrderFilled():
                self._publish_fill(fact, order)
            case OrderUpdated():
                self._publish_update(fact, order)
            case OrderCanceled(_, venue_order_id, _, ts_event):
                client.generate_order_canceled(
                    *whose, VenueOrderId(venue_order_id), _ns(ts_event, now)
                )
            case OrderExpired(_, venue_order_id, ts_event):
                client.generate_order_expired(
                    *whose, VenueOrderId(venue_order_id), _ns(ts_event, now)
                )
            case OrderCancelRejected(_, reason):
                client.generate_order_cancel_rejected(*whose, order.venue_order_id, reason, now)
            case OrderModifyRejected(_, reason, ts_event):
                client.generate_order_modify_rejected(
                    *whose, order.venue_order_id, reason, _ns(ts_event, now)
                )
            case OrderUnresolved(client_order_id, attempts):
                self._log.error(
                    f"{client_order_id} is unresolved after {attempts} questions to the venue; "
                    "asking goes on"
                )
            case OrderDisputed(client_order_id, fill):
                self._log.error(
                    f"{client_order_id} has ended, but the venue reports fill {fill.id} of "
                    f"{fill.size} @ {fill.price}: compare the position with the venue's"
                )
            case _:
                raise AssertionError(f"{fact!r} has no event")

    def _publish_update(self, fact: OrderUpdated, order: Order) -> None:
        instrument = self._cache.instrument(order.instrument_id)
        self._client.generate_order_updated(
            strategy_id=order.strategy_id,
            instrument_id=order.instrument_id,
            client_order_id=order.client_order_id,
            venue_order_id=VenueOrderId(fact.venue_order_id),
            quantity=quantity(fact.quantity, instrument.size_precision),
            price=_price(fact.price, instrument),
            trigger_price=_price(fact.trigger_price, instrument),
            ts_event=_ns(fact.ts_event, self._clock.timestamp_ns()),
        )

    def _publish_fill(self, fact: OrderFilled, order: Order) -> None:
        fill = fact.fill
        instrument = self._cache.instrument(order.instrument_id)
        self._client.generate_order_filled(
            strategy_id=order.strategy_id,
            instrument_id=order.instrument_id,
            client_order_id=order.client_order_id,
            venue_order_id=VenueOrderId(fact.venue_order_id),
            venue_position_id=None,
            trade_id=TradeId(fill.trade_id),
            order_side=ORDER_SIDES[fill.side],
            order_type=order.order_type,
            last_qty=quantity(decimal(fill.size, "size"), instrument.size_precision),
            last_px=price(decimal(fill.price, "price"), instrument.price_precision),
            quote_currency=instrument.quote_currency,
            commission=money(
                decimal(fill.fee or "0", "fee"), currency(fill.fee_currency or "USDC")
            ),
            liquidity_side=LIQUIDITY_SIDES[fill.liquidity],
            ts_event=_ns(fill.created_at, self._clock.timestamp_ns()),
        )


def _can_be_triggered(order: Order) -> bool:
    """Whether Nautilus has the event: only of limit orders, and not while they are canceled."""
    is_canceled = order.status == OrderStatus.PENDING_CANCEL
    return order.order_type in TRIGGERED_TYPES and not is_canceled


def _price(value: Decimal | None, instrument: Instrument) -> Price | None:
    return None if value is None else price(value, instrument.price_precision)


def _ns(milliseconds: int, now: int) -> int:
    """Nanoseconds; a time the venue left out is now."""
    return milliseconds * NANOS_PER_MILLI if milliseconds else now
