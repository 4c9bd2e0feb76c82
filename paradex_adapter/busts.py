"""Trades that the chain rejected after they were told.

Nautilus has no event that takes a fill back. Its effect is undone by an opposite execution at the
same price, with the fee returned, in the same position; and the position is held against the
venue's until both agree.
"""

from __future__ import annotations

from collections.abc import Callable

from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, Logger, MessageBus
from nautilus_trader.model.data import DataType
from nautilus_trader.model.enums import LiquiditySide, OrderSide
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import AccountId, InstrumentId, TradeId

from paradex_adapter.account_data import ParadexTradeBust
from paradex_adapter.foreign import ForeignOrders
from paradex_adapter.wire.news import TradeBust
from paradex_adapter.wire.rest import Fill

NANOS_PER_MILLI = 1_000_000


class Busts:
    """Alerts of each bust, undoes it where it is known what it undoes, and has the position
    looked after."""

    def __init__(
        self,
        account_id: AccountId,
        cache: Cache,
        clock: LiveClock,
        msgbus: MessageBus,
        log: Logger,
        foreign: ForeignOrders,
        settle: Callable[[InstrumentId | None], None],
    ) -> None:
        """`settle` has the position in an instrument, or every position, held against the
        venue's."""
        self._account_id = account_id
        self._cache = cache
        self._clock = clock
        self._msgbus = msgbus
        self._log = log
        self._foreign = foreign
        self._settle = settle

    def busted(self, bust: TradeBust) -> None:
        """The venue's word on one, told once."""
        fill = self._fill(bust.busted_fill_id)
        self._log.error(f"TRADE BUST: {_in_words(bust, fill)}")
        if fill is not None:
            self._foreign.make_up(_opposite(fill, bust), fill.position_id)
        self._publish(bust, fill is not None)
        self._settle(None if fill is None else fill.instrument_id)

    def _fill(self, trade_id: str) -> OrderFilled | None:
        for order in self._cache.orders():
            for event in order.events:
                if isinstance(event, OrderFilled) and event.trade_id.value == trade_id:
                    return event
        return None

    def _publish(self, bust: TradeBust, undone: bool) -> None:
        data = ParadexTradeBust(
            account_id=self._account_id,
            trade_id=TradeId(bust.busted_fill_id),
            undone=undone,
            ts_event=bust.created_at * NANOS_PER_MILLI,
            ts_init=self._clock.timestamp_ns(),
        )
        self._msgbus.publish(f"data.{DataType(ParadexTradeBust).topic}", data)


def _in_words(bust: TradeBust, fill: OrderFilled | None) -> str:
    if fill is None:
        return f"fill {bust.busted_fill_id}, which is not known here"
    side = OrderSide(fill.order_side).name
    return (
        f"fill {fill.trade_id} of {fill.client_order_id} ({side} {fill.last_qty} "
        f"{fill.instrument_id} @ {fill.last_px}) never was: its effect on the position is undone. "
        f"Nautilus cannot reopen the order: if it is live again at the venue, cancel it there"
    )


def _opposite(fill: OrderFilled, bust: TradeBust) -> Fill:
    """The execution that undoes `fill`."""
    return Fill(
        id=bust.busted_fill_id,
        fill_type="BUST",
        market=fill.instrument_id.symbol.value,
        order_id="",
        side="SELL" if fill.order_side == OrderSide.BUY else "BUY",
        liquidity="MAKER" if fill.liquidity_side == LiquiditySide.MAKER else "TAKER",
        price=str(fill.last_px),
        size=str(fill.last_qty),
        fee=str(-fill.commission.as_decimal()),
        fee_currency=fill.commission.currency.code,
        created_at=bust.created_at,
    )
