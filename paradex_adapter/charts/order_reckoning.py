"""What an order remembers, and what it makes of a word: the context and the guards of its chart."""

from __future__ import annotations

from decimal import Decimal

from paradex_adapter.backoff import Backoff
from paradex_adapter.wire.rest import Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import Chart

EXPIRIES = frozenset({"EXPIRED", "ASSET_EXPIRED"})
NO_REFUSALS = frozenset({"", "USER_CANCELED", "REMAINING_IOC_CANCEL"}) | EXPIRIES
"""Cancel reasons of an order that was taken, as opposed to refused. Any other reason on an order
that never was on the book is a refusal: the set of reasons is open (facts of the venue's API)."""

OVERDUE_ATTEMPTS = 10

type Age = tuple[int, Decimal, bool]
"""Of a word: its time in milliseconds, what was filled, and whether the order was closed."""
NEVER: Age = (-1, Decimal(0), False)


class OrderReckoning(Chart):
    """The order as it was told to us, and as we told it."""

    def __init__(
        self,
        client_order_id: str,
        quantity: Decimal,
        price: Decimal | None,
        valid_until: int,
        watched: bool = True,
        backoff: Backoff = Backoff(),
        reply_timeout_secs: float = 15.0,
        open_timeout_secs: float = 3.0,
        trigger_price: Decimal | None = None,
    ) -> None:
        self.client_order_id = client_order_id
        self.quantity = quantity
        self.price = price  # None for an order that takes what it gets
        self.trigger_price = trigger_price  # None for one that waits for nothing
        self.terms_at = NEVER  # of what age the word is that has these terms
        self.is_contested = False  # whether two words of one time have told different terms
        self.has_triggered = False
        self.valid_until = valid_until  # ms; a create request executed later is void
        self.backoff = backoff
        self.reply_timeout_secs = reply_timeout_secs
        self.open_timeout_secs = open_timeout_secs
        self.venue_order_id = ""
        self.filled_qty = Decimal(0)  # as reported to our side
        self.venue_filled_qty = Decimal(0)  # as the venue's latest word on the order has it
        self.cancel_reason = ""
        self.ts_event = 0
        self.attempt = 0
        self.watched = watched  # whether the session that would tell us is up
        self.fills: set[str] = set()  # trade ids told
        self.held: tuple[Fill, ...] = ()  # executions to be told once they are understood
        self.wanted: set[Decimal] = set()  # quantities asked for that the venue may yet give it
        super().__init__()

    @property
    def in_hand(self) -> Decimal:
        """What was executed as far as was heard, told or held."""
        return self.filled_qty + sum(Decimal(fill.size) for fill in self.held)

    @property
    def is_fixed(self) -> bool:
        """Whether its terms never change: those of a market order."""
        return self.price is None and self.trigger_price is None

    # Guards

    def was_accepted(self, venue_order_id: str) -> bool:
        return bool(venue_order_id)

    def was_submitted(self, was_submitted: bool = True) -> bool:
        return was_submitted

    def has_fills(self) -> bool:
        return self.filled_qty > 0

    def has_new_terms(self, order: VenueOrder, is_fresh: bool = False) -> bool:
        is_later = age(order) > self.terms_at
        return (is_later or self.settles_terms(order, is_fresh)) and self.differs(order)

    def contradicts(self, order: VenueOrder, is_fresh: bool = False) -> bool:
        is_of_one_time = age(order) == self.terms_at and not self.settles_terms(order, is_fresh)
        return is_of_one_time and self.differs(order)

    def settles_terms(self, order: VenueOrder, is_fresh: bool) -> bool:
        """Whether it was asked for to find out which terms of one time are the later ones."""
        return self.is_contested and is_fresh and age(order) == self.terms_at

    def differs(self, order: VenueOrder) -> bool:
        terms = self.terms_of(order)
        if self.is_fixed or terms[0] < self.filled_qty:
            return False
        return terms != (self.quantity, self.price, self.trigger_price)

    def awaits_trigger(self) -> bool:
        return self.trigger_price is not None and not (self.has_triggered or self.filled_qty)

    def is_ahead(self, order: VenueOrder) -> bool:
        return filled(order) > self.filled_qty

    def is_watched(self) -> bool:
        return self.watched

    def is_behind(self) -> bool:
        return self.venue_filled_qty > self.filled_qty

    def is_repeated(self, fill: Fill) -> bool:
        return fill.trade_id in self.fills or any(f.trade_id == fill.trade_id for f in self.held)

    def is_last_fill(self, fill: Fill) -> bool:
        return self.filled_qty + Decimal(fill.size) >= self.quantity

    def seems_whole(self, fill: Fill) -> bool:
        """By the terms we know, by those we asked for, by its own word; or because the venue may
        have cut the order down to the position when it triggered."""
        in_all = self.filled_qty + Decimal(fill.size)
        if in_all >= self.quantity or in_all in self.wanted or says_nothing_remains(fill):
            return True
        may_be_cut = self.trigger_price is not None and self.venue_filled_qty < in_all
        return may_be_cut and not fill.remaining_size

    def is_whole(self, fill: Fill) -> bool:
        """By terms that cannot change, by a word on the order that counts it, or by its own."""
        in_all = self.filled_qty + Decimal(fill.size)
        if self.is_fixed or in_all != self.quantity:
            return self.is_fixed and in_all >= self.quantity
        may_grow = any(size > self.quantity for size in self.wanted)
        is_counted = self.venue_filled_qty >= in_all
        return is_counted or (says_nothing_remains(fill) and not may_grow)

    def completes(self, order: VenueOrder) -> bool:
        return Decimal(order.size) == self.in_hand and Decimal(order.remaining_size) == 0

    def releases(self, order: VenueOrder) -> bool:
        is_counted = filled(order) >= self.in_hand
        return is_counted or (self.has_new_terms(order) and self.in_hand < Decimal(order.size))

    def settles(self, fill: Fill) -> bool:
        return self.filled_qty + Decimal(fill.size) >= self.venue_filled_qty

    def is_settled(self, order: VenueOrder) -> bool:
        return self.filled_qty >= filled(order)

    def is_refusal(self, order: VenueOrder) -> bool:
        return filled(order) == 0 and order.cancel_reason not in NO_REFUSALS

    def is_expiry(self, order: VenueOrder | None = None) -> bool:
        return (order.cancel_reason if order else self.cancel_reason) in EXPIRIES

    def is_void(self, venue_time: int) -> bool:
        return not self.venue_order_id and venue_time > self.valid_until

    def is_overdue(self) -> bool:
        return self.attempt % OVERDUE_ATTEMPTS == OVERDUE_ATTEMPTS - 1

    def terms_of(self, order: VenueOrder) -> tuple[Decimal, Decimal | None, Decimal | None]:
        """Quantity, price and trigger price. The size of an order on the whole position is "0"
        until it triggers: what we take it for stays."""
        return (
            Decimal(order.size) or self.quantity,
            None if self.price is None else Decimal(order.price),
            None if self.trigger_price is None else Decimal(order.trigger_price),
        )


def filled(order: VenueOrder) -> Decimal:
    """What the venue says was executed; it leaves `remaining_size` standing when it cancels."""
    return Decimal(order.size) - Decimal(order.remaining_size)


def says_nothing_remains(fill: Fill) -> bool:
    """Binary words do not say what remains."""
    return bool(fill.remaining_size) and Decimal(fill.remaining_size) == 0


def age(order: VenueOrder) -> Age:
    """Of two words of one millisecond the one that counts more executions is the later, and the
    word of the end the last."""
    return order.last_updated_at, filled(order), order.status == "CLOSED"
