"""One order as it was told: what a trader would believe, and what is illegal about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderCanceled,
    OrderCancelRejected,
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
from paradex_adapter.terms import Adopted, Draft, Terms, terms_of
from paradex_adapter.wire.rest import Change, Fill
from tests.simulation.shadow import Shadow

ENDINGS = frozenset({"filled", "canceled", "expired", "rejected"})
WORKING = frozenset({"accepted", "partially_filled"})

type Prices = tuple[Decimal | None, Decimal | None]
"""Limit and trigger price."""


@dataclass(slots=True)
class Story:
    """`status`, `size` and `prices` are what a trader would believe. `is_foreign`: not submitted
    here, so that anybody may change it."""

    draft: Draft
    valid_until: int
    is_foreign: bool = False
    size: Decimal = field(init=False)
    prices: Prices = field(init=False)
    status: str = "described"
    venue_order_id: str = ""
    has_triggered: bool = False
    filled: Decimal = Decimal(0)
    fills: dict[str, Fill] = field(default_factory=dict)
    told: list[OrderFact] = field(default_factory=list)
    is_cancel_wanted: bool = False
    changes_wanted: list[Change] = field(default_factory=list)
    counts_remaining: bool = False  # the size of a change is taken for what is to remain
    shadow: Shadow = field(init=False)

    def __post_init__(self) -> None:
        terms = terms_of(self.draft)
        self.size, self.prices = terms.size, (terms.price, terms.trigger_price)
        self.shadow = Shadow(self.draft)

    @property
    def has_ended(self) -> bool:
        return self.status in ENDINGS

    @property
    def is_conditional(self) -> bool:
        return self.prices[1] is not None

    def tell(self, fact: OrderFact) -> str:
        """Take one fact in; returns what is illegal about it, or nothing."""
        self.told.append(fact)
        against = self._judge(fact), self.shadow.tell(fact)
        return "; ".join(filter(None, against))

    def adopted(self) -> Adopted:
        """What a process that did not send the order knows of it."""
        terms = terms_of(self.draft)
        return Adopted(
            client_order_id=self.draft.client_order_id,
            terms=Terms(terms.market, terms.side, terms.type, self.size, *self.prices),
            venue_order_id=self.venue_order_id,
            filled_qty=self.filled,
            fills=frozenset(self.fills),
            valid_until=self.valid_until,
            has_triggered=self.has_triggered,
            is_cancel_pending=self.shadow.status == "PENDING_CANCEL",
        )

    def __str__(self) -> str:
        return ", ".join(map(_in_short, self.told))

    def _judge(self, fact: OrderFact) -> str:  # noqa: C901 - a table: one arm each
        match fact:
            case OrderSubmitted():
                return self._become("submitted", {"described"})
            case OrderKnown():
                return "" if self.status == "submitted" else f"known while {self.status}"
            case OrderRejected():
                return self._become("rejected", {"submitted"})
            case OrderAccepted(_, venue_order_id):
                self.venue_order_id = venue_order_id
                return self._become("accepted", {"submitted"})
            case OrderTriggered(_, venue_order_id):
                return self._trigger(venue_order_id)
            case OrderFilled(_, venue_order_id, fill):
                return self._fill(venue_order_id, fill)
            case OrderCanceled(_, venue_order_id):
                return self._end("canceled", venue_order_id)
            case OrderExpired(_, venue_order_id):
                return self._end("expired", venue_order_id)
            case OrderUpdated():
                return self._change(fact)
            case OrderModifyRejected():
                return "" if self.changes_wanted else "a change nobody wanted was rejected"
            case OrderCancelRejected():
                return "" if self.is_cancel_wanted else "a cancel nobody wanted was rejected"
            case OrderUnresolved():
                return "unresolved after its end" if self.has_ended else ""
            case OrderDisputed():
                return "disputed"
        return "of an unknown kind"

    def _become(self, status: str, allowed: set[str] | frozenset[str]) -> str:
        before, self.status = self.status, status
        return "" if before in allowed else f"{status} after {before}"

    def _end(self, status: str, venue_order_id: str) -> str:
        if venue_order_id != self.venue_order_id:
            return f"{status} under another id, {venue_order_id}"
        return self._become(status, WORKING)

    def _trigger(self, venue_order_id: str) -> str:
        if venue_order_id != self.venue_order_id:
            return f"triggered under another id, {venue_order_id}"
        if not self.is_conditional:
            return "triggered, and waited for nothing"
        was_triggered, self.has_triggered = self.has_triggered, True
        if was_triggered or self.status != "accepted":
            return f"triggered after {'triggered' if was_triggered else self.status}"
        return ""

    def _change(self, told: OrderUpdated) -> str:
        if told.venue_order_id != self.venue_order_id:
            return f"changed under another id, {told.venue_order_id}"
        if self.status not in WORKING:
            return f"changed after {self.status}"
        size, prices = told.quantity, (told.price, told.trigger_price)
        if (size, prices) == (self.size, self.prices):
            return f"changed to what it is, {terms_text(size, prices)}"
        wanted = self._is_size_wanted(size) and self._are_prices_wanted(prices)
        self.size, self.prices = size, prices
        if size < self.filled:
            return f"changed to {size}, of which {self.filled} is filled"
        is_legal = wanted or self.is_foreign
        return "" if is_legal else f"changed to {terms_text(size, prices)}, unasked"

    def _is_size_wanted(self, size: Decimal) -> bool:
        """Not in the order of asking: a change that got lost on its way may come after a later
        one. What closes a position is cut to it when it triggers."""
        wanted = [each.size for each in self.changes_wanted if each.size is not None]
        if self.draft.type.startswith(("TAKE_PROFIT", "STOP_LOSS")) and size < self.size:
            return True
        # What was filled at the venue when it made the change may not be told yet.
        filled = self.size if self.counts_remaining else Decimal(0)
        return any(each <= size <= each + filled for each in (self.size, *wanted))

    def _are_prices_wanted(self, prices: Prices) -> bool:
        price, trigger_price = prices
        wanted = [each.price for each in self.changes_wanted]
        triggers = [each.trigger_price for each in self.changes_wanted]
        return price in (self.prices[0], *wanted) and trigger_price in (self.prices[1], *triggers)

    def _fill(self, venue_order_id: str, fill: Fill) -> str:
        if fill.trade_id in self.fills:
            return f"fill {fill.trade_id} told twice"
        if venue_order_id != self.venue_order_id:
            return f"filled under another id, {venue_order_id}"
        self.fills[fill.trade_id] = fill
        self.filled += Decimal(fill.size)
        if self.filled > self.size:
            return f"filled {self.filled} of {self.size}"
        if self.is_conditional and not self.has_triggered:
            return "filled before it was triggered"
        is_whole = self.filled == self.size
        return self._become("filled" if is_whole else "partially_filled", WORKING)


def terms_text(size: Decimal, prices: Sequence[Decimal | None]) -> str:
    price, trigger_price = prices
    at = "" if price is None else f" @ {price}"
    return f"{size}{at}" + ("" if trigger_price is None else f" from {trigger_price}")


def _in_short(fact: OrderFact) -> str:
    name = type(fact).__name__.removeprefix("Order")
    match fact:
        case OrderFilled(_, _, fill):
            return f"{name} {fill.size} @ {fill.price} (fill {fill.trade_id})"
        case OrderUpdated(_, _, size, price, _, trigger_price):
            return f"{name} {terms_text(size, (price, trigger_price))}"
        case (
            OrderRejected(_, reason)
            | OrderModifyRejected(_, reason)
            | OrderCancelRejected(_, reason)
            | OrderCanceled(_, _, reason)
        ):
            return f"{name} ({reason})"
        case _:
            return name
