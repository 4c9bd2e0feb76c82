"""What becomes of orders that wait for a trigger: set off, changed, canceled with their position.

Part of the engine's step: it is called within one, and acts on orders through the engine's floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from paradex_venue.changes import Change
from paradex_venue.clock import Clock
from paradex_venue.config import VenueConfig
from paradex_venue.records import Account, Order, sign_of
from paradex_venue.triggers import Triggers, condition_of, is_met


class Floor(Protocol):
    """What the engine does to an order within a step; `enter` is a step of its own."""

    def admit(self, order: Order) -> None: ...

    def close(self, order: Order, reason: str) -> None: ...

    def announce(self, order: Order) -> None: ...

    def enter(self, order: Order) -> None: ...


class Conditionals:
    """`marks` are the engine's. While `is_paused` nothing is triggered, whatever the mark does."""

    def __init__(
        self, clock: Clock, config: VenueConfig, marks: Mapping[str, Decimal], floor: Floor
    ) -> None:
        self.is_paused = False
        self._clock = clock
        self._rules = config.rules
        self._push_new = config.push_new
        self._marks = marks
        self._floor = floor
        self._triggers = Triggers()

    def wait(self, order: Order, account: Account) -> None:
        """Take an order in; one whose trigger price the mark has reached does not wait long."""
        if self._lacks_position(order, account):
            self._floor.close(order, self._rules.flat_reason)
            return
        order.status, order.updated_at = "UNTRIGGERED", self._now_ms()
        self._triggers.add(order)
        self._floor.announce(order)
        self._trigger_if_due(order)

    def trigger(self, symbol: str) -> None:
        """Set off every order whose condition the mark meets, first come first."""
        if self.is_paused:
            return
        for order in self._triggers.due(symbol, self._marks[symbol]):
            # One may have canceled another that was due as well.
            if order.status == "UNTRIGGERED":
                self._trigger(order)

    def change(self, order: Order, change: Change) -> None:
        """Give a waiting order other terms, which may set it off."""
        order.size = order.remaining = change.size
        order.covers_position = not change.size
        order.price = change.price
        if change.trigger_price != order.trigger_price:
            order.trigger_price = change.trigger_price
            if self._rules.stop_direction == "mark":
                mark = self._marks[order.market]
                order.condition = condition_of(order.type, order.side, order.trigger_price, mark)
        order.updated_at = self._now_ms()
        self._floor.announce(order)
        self._trigger_if_due(order)

    def closed(self, order: Order) -> None:
        """An order is closed. A limit TP/SL cancels what it is linked to when it is filled."""
        self._triggers.remove(order)
        if not order.is_market and order.triggered_at and order.filled and not order.remaining:
            self._cancel_linked(order)

    def expire(self, account: Account, symbol: str) -> None:
        """Cancel the TP/SL of a position that is gone."""
        for order in self._triggers.waiting(symbol, account.address):
            if self._lacks_position(order, account):
                self._floor.close(order, self._rules.flat_reason)

    def _trigger_if_due(self, order: Order) -> None:
        mark = self._marks[order.market]
        if not self.is_paused and is_met(order.condition, order.trigger_price, mark):
            self._trigger(order)

    def _trigger(self, order: Order) -> None:
        """The order is NEW once more, and goes the way of any other."""
        self._triggers.remove(order)
        order.status, order.triggered_at = "NEW", self._now_ms()
        order.updated_at = order.triggered_at
        if self._push_new:
            self._floor.announce(order)
        if order.is_market:
            self._cancel_linked(order)
        if self._rules.trigger_latency:
            self._clock.call_later(self._rules.trigger_latency, lambda: self._floor.enter(order))
        else:
            self._floor.admit(order)

    def _cancel_linked(self, order: Order) -> None:
        """A TP/SL is gone through with: those linked to it are canceled."""
        if not order.is_tpsl or self._rules.tpsl_linked == "none":
            return
        for other in self._triggers.waiting(order.market, order.account):
            if other.is_tpsl and other.side == order.side and self._are_linked(order, other):
                self._floor.close(other, self._rules.linked_reason)

    def _are_linked(self, order: Order, other: Order) -> bool:
        return self._rules.tpsl_linked == "all" or (order.covers_position and other.covers_position)

    def _lacks_position(self, order: Order, account: Account) -> bool:
        """Whether a TP/SL that needs a position has none to close."""
        if not (order.is_tpsl and (order.covers_position or self._rules.tpsl_needs_position)):
            return False
        return account.position_size(order.market) * sign_of(order.side) >= 0

    def _now_ms(self) -> int:
        return self._clock.now_ns() // 1_000_000
