"""An exchange without sockets, on a clock of one's own, that remembers what it announced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from paradex_venue.changes import Change
from paradex_venue.clock import ManualClock
from paradex_venue.config import VenueConfig
from paradex_venue.events import Event
from paradex_venue.exchange import Exchange
from paradex_venue.orders import OrderRequest
from paradex_venue.records import Account, Order, Side

D = Decimal
BTC = "BTC-USD-PERP"


class World:
    def __init__(self, **knobs: Any) -> None:
        self.clock = ManualClock()
        self.exchange = Exchange(self.clock, VenueConfig(**knobs))
        self.engine = self.exchange.engine
        self.events: list[Event] = []
        self.exchange.listeners.append(self.events.append)
        self.alice = self.exchange.open_account("0xa", "0x1", D(1_000_000))
        self.bob = self.exchange.open_account("0xb", "0x2", D(1_000_000))
        self.house = self.exchange.open_account("0xc", "", D(10**9), house=True)

    def request(self, **terms: Any) -> OrderRequest:
        """A BTC limit buy far below the mark, unless told otherwise."""
        defaults = {
            "market": BTC,
            "side": "BUY",
            "type": "LIMIT",
            "size": "0.1",
            "price": "94000",
            "signature": "",
            "signature_timestamp": self.exchange.now_ms(),
        }
        return OrderRequest(**(defaults | terms))

    def submit(self, account: Account | None = None, **terms: Any) -> Order:
        order = self.exchange.prepare(account or self.alice, self.request(**terms))
        self.exchange.submit(order)
        return order

    def amend(
        self,
        order: Order,
        size: str = "",
        price: str = "",
        trigger_price: str = "",
        request_id: str = "1",
    ) -> None:
        """Change what is named of an order, without asking at the front desk."""
        change = Change(
            request_id,
            D(size) if size else order.size,
            D(price) if price else order.price,
            D(trigger_price) if trigger_price else order.trigger_price,
        )
        self.engine.amend(order, change)

    def mark(self, price: str, market: str = BTC) -> None:
        """The mark price is now `price`."""
        self.engine.set_mark(market, D(price))

    def settle(self) -> None:
        """Let everything that is queued be processed."""
        self.clock.advance(1.0)

    def place(self, account: Account | None = None, **terms: Any) -> Order:
        order = self.submit(account, **terms)
        self.settle()
        return order

    def quote(self, bids: dict[str, str], asks: dict[str, str], market: str = BTC) -> None:
        """The house quotes exactly these sizes at these prices."""
        wanted: dict[tuple[Side, Decimal], Decimal] = {}
        wanted |= {("BUY", D(price)): D(size) for price, size in bids.items()}
        wanted |= {("SELL", D(price)): D(size) for price, size in asks.items()}
        self.engine.quote(self.house, market, wanted)

    def heard[T](self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]
