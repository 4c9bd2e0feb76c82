"""The trader of the demonstration: an ordinary Nautilus strategy, moved by events alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from nautilus_trader.model.data import OrderBookDeltas, QuoteTick, TradeTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.events import OrderAccepted, OrderDenied, OrderEvent, OrderRejected
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.orders import Order
from nautilus_trader.trading.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy

ENOUGH = 10
"""How many quotes and how many book deltas are taken for streams that flow. One trade is enough."""
AWAY = Decimal("0.02")
"""How far from the market an order rests, as a share of the price: within the venue's band."""


class Phase(IntEnum):
    """What the strategy is about. Each begins when what the one before waits for has come."""

    WATCHING = 0  # quotes, trades and book deltas are to flow
    RESTING = 1  # a post-only order is to rest, and to be canceled
    BUYING = 2  # a market order is to fill
    QUOTING = 3  # an order on each side of the market is to rest
    EXPOSED = 4  # both rest; their ends, and the word to go on, are awaited
    CLOSING = 5  # what is left is to be canceled, and the position to be closed
    DONE = 6  # flat, and nothing rests


@dataclass
class Seen:
    """What the streams brought so far."""

    quotes: int = 0
    trades: int = 0
    deltas: int = 0

    @property
    def is_enough(self) -> bool:
        return min(self.quotes, self.deltas) >= ENOUGH and self.trades > 0


class DemoConfig(StrategyConfig, frozen=True):
    """What is traded. Quantities are in the base currency."""

    instrument_id: InstrumentId
    bought_qty: Decimal
    resting_qty: Decimal


class DemoStrategy(Strategy):
    """Plays its phases. `changed` is called after whatever happens; `orders` names what it sent."""

    def __init__(self, config: DemoConfig, changed: Callable[[], None]) -> None:
        super().__init__(config)
        self.phase = Phase.WATCHING
        self.seen = Seen()
        self.orders: dict[str, Order] = {}
        self.trouble = ""
        self._changed = changed
        self._may_go_on = False

    # What the director asks for

    def send_blindly(self) -> None:
        """Send an order although the venue cannot be heard: nobody knows what will become of it."""
        self._submit_resting("sent blindly", OrderSide.BUY, 2 * AWAY)

    def go_on(self) -> None:
        """The venue is heard again: clear up and close."""
        self._may_go_on = True

    # What Nautilus brings

    def on_start(self) -> None:
        market = self.config.instrument_id
        self.subscribe_quote_ticks(market)
        self.subscribe_trade_ticks(market)
        self.subscribe_order_book_deltas(market)
        self._changed()

    def on_stop(self) -> None:
        market = self.config.instrument_id
        self.unsubscribe_quote_ticks(market)
        self.unsubscribe_trade_ticks(market)
        self.unsubscribe_order_book_deltas(market)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.seen.quotes += 1
        self._advance()

    def on_trade_tick(self, tick: TradeTick) -> None:
        self.seen.trades += 1
        self._advance()

    def on_order_book_deltas(self, deltas: OrderBookDeltas) -> None:
        self.seen.deltas += 1
        self._advance()

    def on_order_event(self, event: OrderEvent) -> None:
        if isinstance(event, OrderAccepted) and self._is("resting", event):
            self.cancel_order(self.orders["resting"])
        if isinstance(event, OrderDenied | OrderRejected) and not self._is("sent blindly", event):
            self.trouble = f"{event.client_order_id} was refused: {event.reason}"
        self._advance()

    # The phases

    def _advance(self) -> None:
        while self._is_over():
            self.phase = Phase(self.phase + 1)
            self._begin()
        self._changed()

    def _is_over(self) -> bool:
        """Whether what the present phase waits for has come."""
        match self.phase:
            case Phase.WATCHING:
                return self.seen.is_enough
            case Phase.RESTING:
                return self._have_ended("resting")
            case Phase.BUYING:
                return self._have_ended("market buy")
            case Phase.QUOTING:
                return self._rest("bid", "ask")
            case Phase.EXPOSED:
                return self._may_go_on and self._have_ended("bid", "ask") and not self._is_in_doubt
            case Phase.CLOSING:
                return self._have_ended("market close", *self.orders)
            case Phase.DONE:
                return False

    def _begin(self) -> None:
        match self.phase:
            case Phase.RESTING:
                self._submit_resting("resting", OrderSide.BUY, AWAY)
            case Phase.BUYING:
                self._submit_market("market buy", OrderSide.BUY, self.config.bought_qty)
            case Phase.QUOTING:
                self._submit_resting("bid", OrderSide.BUY, AWAY)
                self._submit_resting("ask", OrderSide.SELL, AWAY)
            case Phase.CLOSING:
                self._close()

    def _close(self) -> None:
        for order in self.orders.values():
            if order.is_open:
                self.cancel_order(order)
        held = self.portfolio.net_position(self.config.instrument_id)
        side = OrderSide.SELL if held > 0 else OrderSide.BUY
        self._submit_market("market close", side, abs(held), reduce_only=True)

    def _rest(self, *names: str) -> bool:
        return all(name in self.orders and self.orders[name].is_open for name in names)

    def _have_ended(self, *names: str) -> bool:
        return all(name in self.orders and self.orders[name].is_closed for name in names)

    @property
    def _is_in_doubt(self) -> bool:
        """Whether an order was sent of which we do not know whether the venue has it."""
        return not all(order.is_open or order.is_closed for order in self.orders.values())

    # Orders

    def _submit_resting(self, name: str, side: OrderSide, away: Decimal) -> None:
        config, instrument = self.config, self.cache.instrument(self.config.instrument_id)
        quote = self.cache.quote_tick(config.instrument_id)
        sign = 1 if side == OrderSide.SELL else -1
        price = quote.bid_price.as_decimal() * (1 + sign * away)
        order = self.order_factory.limit(
            config.instrument_id,
            side,
            instrument.make_qty(config.resting_qty),
            instrument.make_price(price),
            post_only=True,
            tags=[name],
        )
        self._send(name, order)

    def _submit_market(
        self, name: str, side: OrderSide, size: Decimal, reduce_only: bool = False
    ) -> None:
        instrument = self.cache.instrument(self.config.instrument_id)
        order = self.order_factory.market(
            self.config.instrument_id,
            side,
            instrument.make_qty(size),
            reduce_only=reduce_only,
            tags=[name],
        )
        self._send(name, order)

    def _send(self, name: str, order: Order) -> None:
        self.orders[name] = order
        self.submit_order(order)

    def _is(self, name: str, event: OrderEvent) -> bool:
        order = self.orders.get(name)
        return order is not None and order.client_order_id == event.client_order_id
