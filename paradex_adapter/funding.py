"""Funding paid, realized in the positions it was paid for."""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal

from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, Logger, MessageBus
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.data import DataType
from nautilus_trader.model.enums import PositionAdjustmentType
from nautilus_trader.model.events import OrderFilled, PositionAdjusted
from nautilus_trader.model.identifiers import AccountId, TradeId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Money
from nautilus_trader.model.position import Position

from paradex_adapter.account_data import ParadexFundingPayment
from paradex_adapter.parsing.instruments import instrument_id
from paradex_adapter.parsing.numbers import money
from paradex_adapter.wire.news import FundingPayment

NANOS_PER_MILLI = 1_000_000
MOST_AHEAD = 1_000
"""How many payments wait for the execution that realized them."""


class Funding:
    """Publishes each payment as data, and adjusts the realized PnL of its position."""

    def __init__(
        self, account_id: AccountId, cache: Cache, clock: LiveClock, msgbus: MessageBus, log: Logger
    ) -> None:
        self._account_id = account_id
        self._cache = cache
        self._clock = clock
        self._msgbus = msgbus
        self._log = log
        self._ahead: OrderedDict[str, FundingPayment] = OrderedDict()
        msgbus.subscribe("events.fills.*", self._filled)

    def paid(self, payment: FundingPayment) -> None:
        """The venue's word on one, told once. It may be ahead of the word on its execution."""
        instrument = self._cache.instrument(instrument_id(payment.market))
        if instrument is None:
            return
        self._publish(payment, instrument)
        position = self._position_of(payment, instrument)
        if position is not None:
            self._realize(payment, position)
        elif payment.fill_id:
            self._ahead[payment.fill_id] = payment
            if len(self._ahead) > MOST_AHEAD:
                self._ahead.popitem(last=False)

    def _filled(self, fill: OrderFilled) -> None:
        payment = self._ahead.pop(fill.trade_id.value, None)
        position = None if payment is None else self._cache.position(fill.position_id)
        if payment is not None and position is not None:
            self._realize(payment, position)

    def _position_of(self, payment: FundingPayment, instrument: Instrument) -> Position | None:
        trade_id = TradeId(payment.fill_id) if payment.fill_id else None
        positions = self._cache.positions(instrument_id=instrument.id)
        return next((each for each in positions if trade_id in each.trade_ids), None)

    def _realize(self, payment: FundingPayment, position: Position) -> None:
        instrument = self._cache.instrument(position.instrument_id)
        change = money(Decimal(payment.payment), instrument.settlement_currency)
        adjusted = PositionAdjusted(
            trader_id=position.trader_id,
            strategy_id=position.strategy_id,
            instrument_id=position.instrument_id,
            position_id=position.id,
            account_id=self._account_id,
            adjustment_type=PositionAdjustmentType.FUNDING,
            quantity_change=None,
            pnl_change=change,
            reason=f"funding payment {payment.id}",
            event_id=UUID4(),
            ts_event=payment.created_at * NANOS_PER_MILLI,
            ts_init=self._clock.timestamp_ns(),
        )
        position.apply_adjustment(adjusted)

    def _publish(self, payment: FundingPayment, instrument: Instrument) -> None:
        amount: Money = money(Decimal(payment.payment), instrument.settlement_currency)
        self._log.info(f"Funding of {instrument.id}: {amount}, realized by {payment.fill_id}")
        data = ParadexFundingPayment(
            account_id=self._account_id,
            instrument_id=instrument.id,
            payment_id=payment.id,
            payment=amount,
            trade_id=TradeId(payment.fill_id) if payment.fill_id else None,
            ts_event=payment.created_at * NANOS_PER_MILLI,
            ts_init=self._clock.timestamp_ns(),
        )
        self._msgbus.publish(f"data.{DataType(ParadexFundingPayment).topic}", data)
