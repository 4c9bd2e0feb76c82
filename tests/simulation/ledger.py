"""What the account told, written down and judged as it comes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
    OrderUnresolved,
    OrderUpdated,
)
from paradex_adapter.terms import Adopted, Draft, terms_of
from paradex_adapter.transport.limiter import Saturation
from paradex_adapter.wire.news import FundingPayment, TradeBust
from paradex_adapter.wire.rest import Account, Balance, Fill, Order
from tests.simulation.changes import Changes

ENDINGS = frozenset({"filled", "canceled", "expired", "rejected"})
WORKING = frozenset({"accepted", "partially_filled"})


@dataclass(slots=True)
class Story:
    """One order as it was told. `status`, `size` and `price` are what a trader would believe."""

    draft: Draft
    valid_until: int
    size: Decimal = field(init=False)
    price: Decimal = field(init=False)
    status: str = "described"
    venue_order_id: str = ""
    filled: Decimal = Decimal(0)
    fills: dict[str, Fill] = field(default_factory=dict)
    told: list[OrderFact] = field(default_factory=list)
    is_cancel_wanted: bool = False
    changes_wanted: list[tuple[Decimal, Decimal]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size, self.price = Decimal(self.draft.size), Decimal(self.draft.price)

    @property
    def has_ended(self) -> bool:
        return self.status in ENDINGS

    def tell(self, fact: OrderFact) -> str:  # noqa: C901 - a table: one arm each
        """Take one fact in; returns what is illegal about it, or nothing."""
        self.told.append(fact)
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
            case OrderFilled(_, venue_order_id, fill):
                return self._fill(venue_order_id, fill)
            case OrderCanceled(_, venue_order_id):
                return self._end("canceled", venue_order_id)
            case OrderExpired(_, venue_order_id):
                return self._end("expired", venue_order_id)
            case OrderUpdated(_, venue_order_id, size, price):
                return self._change(venue_order_id, size, price)
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

    def _change(self, venue_order_id: str, size: Decimal, price: Decimal) -> str:
        if venue_order_id != self.venue_order_id:
            return f"changed under another id, {venue_order_id}"
        if (size, price) == (self.size, self.price):
            return f"changed to what it is, {size} @ {price}"
        self.size, self.price = size, price
        if size < self.filled:
            return f"changed to {size}, of which {self.filled} is filled"
        # Not in the order of asking: a change that got lost on its way may come after a later one.
        is_wanted = (size, price) in self.changes_wanted
        return "" if is_wanted else f"changed to {size} @ {price}, unasked"

    def _fill(self, venue_order_id: str, fill: Fill) -> str:
        if fill.trade_id in self.fills:
            return f"fill {fill.trade_id} told twice"
        if venue_order_id != self.venue_order_id:
            return f"filled under another id, {venue_order_id}"
        self.fills[fill.trade_id] = fill
        self.filled += Decimal(fill.size)
        if self.filled > self.size:
            return f"filled {self.filled} of {self.size}"
        is_whole = self.filled == self.size
        return self._become("filled" if is_whole else "partially_filled", WORKING)


class Ledger:
    """An `AccountListener` that believes nothing. `violations` is empty after a good run."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}
        self.violations: list[str] = []
        self.troubles: list[str] = []
        self.balances: list[Balance] = []
        self.alerts = 0
        self.changes = Changes()

    def expect(self, draft: Draft, valid_until: int) -> None:
        """The strategy is about to submit this."""
        self.stories[draft.client_order_id] = Story(draft, valid_until)

    # What the account tells (`AccountListener`)

    def order_told(self, fact: OrderFact) -> None:
        wrong = self.stories[fact.client_order_id].tell(fact)
        if wrong:
            self.violations.append(f"{fact.client_order_id}: {wrong}")
        self.alerts += isinstance(fact, OrderUnresolved)
        self.changes.tell()

    def account_told(self, account: Account, balances: list[Balance]) -> None:
        self.balances = balances
        self.changes.tell()

    def session_told(self, fact: object) -> None:
        self.changes.tell()

    def foreign_order_told(self, order: Order) -> None:
        """Of ours, only an order that ended before the account was opened anew may get here."""
        story = self.stories.get(order.client_id)
        if story is not None and not story.has_ended:
            self.violations.append(f"{order.client_id}: taken for a foreign order")

    def foreign_fill_told(self, fill: Fill) -> None:
        story = self.stories.get(fill.client_id)
        if story is not None and fill.trade_id not in story.fills:
            self.violations.append(f"{fill.client_id}: {fill.trade_id} taken for a foreign fill")

    def funding_paid(self, payment: FundingPayment) -> None:
        self.changes.tell()

    def trade_busted(self, bust: TradeBust) -> None:
        self.violations.append(f"{bust} in a venue that busts nothing")

    def name_of(self, venue_order_id: str) -> str:
        """Every order here has a client id of its own."""
        return ""

    def adoptable(self, client_order_id: str) -> Adopted | None:
        story = self.stories.get(client_order_id)
        return None if story is None or story.has_ended else _adopted(story)

    def adoptables(self) -> list[Adopted]:
        return [_adopted(story) for story in self.stories.values() if not story.has_ended]

    def troubled(self, what: str, error: Exception) -> None:
        self.troubles.append(f"{what}: {error}")

    def saturated(self, what: Saturation) -> None:
        self.troubles.append(str(what))

    def crashed(self, error: BaseException) -> None:
        self.violations.append(f"a task crashed: {error!r}")
        self.changes.tell()


def _adopted(story: Story) -> Adopted:
    terms = terms_of(story.draft)
    return Adopted(
        client_order_id=story.draft.client_order_id,
        terms=replace(terms, size=story.size, price=terms.price and story.price),
        venue_order_id=story.venue_order_id,
        filled_qty=story.filled,
        fills=frozenset(story.fills),
        valid_until=story.valid_until,
    )
