"""One order's truth."""

from __future__ import annotations

from decimal import Decimal

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderDisputed,
    OrderExpired,
    OrderFilled,
    OrderKnown,
    OrderRejected,
    OrderSubmitted,
    OrderUnresolved,
    OrderUpdated,
)
from paradex_adapter.charts.requests import CreateOrder, QueryOrder
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import HERE, Chart, Compound

EXPIRIES = frozenset({"EXPIRED", "ASSET_EXPIRED"})
NO_REFUSALS = frozenset({"", "USER_CANCELED", "REMAINING_IOC_CANCEL"}) | EXPIRIES
"""Cancel reasons of an order that was taken, as opposed to refused. Any other reason on an order
that never was on the book is a refusal: the set of reasons is open (facts of the venue's API)."""

OVERDUE_ATTEMPTS = 10


class Order(Chart):
    """One order's truth, from the strategy's submit to the venue's last word.

    Three streams tell about it, in any order and any number of times: the reply to our request,
    the venue's word on the order (`acked`, `opened`, `closed`), and executions. A rejection needs
    evidence. Without it the order is `unknown`, and asked for until there is some: the venue's
    word, or its clock past the time until which the request was valid, with the order not found.
    Nothing is reported twice, and nothing after the last word but a late execution.
    """

    initialized = State(initial=True)  # described, nothing sent

    class unconfirmed(Compound):  # not known to have reached the book
        sending = State(initial=True)  # the create request is out, unanswered
        acknowledged = State()  # the venue has it (NEW), it is not on the book yet
        unknown = State()  # nobody here can say what became of it; the venue is being asked

    class live(Compound):  # known to have been on the book
        accepted = State(initial=True)  # on the book, nothing filled
        partially_filled = State()  # on the book, partly filled
        stale = State()  # word of it may have been missed; the venue is being asked

    settling = State()  # closed at the venue, executions outstanding; the venue is being asked

    class ended(Compound):  # the last word is spoken
        denied = State(initial=True, final=True)  # refused here, nothing was sent
        rejected = State(final=True)  # refused by the venue
        filled = State(final=True)  # all of it executed
        canceled = State(final=True)  # closed before all of it executed
        expired = State(final=True)  # closed by the venue because its time was over

    deny = initialized.to(ended.denied, on="tell_denied")
    submit = initialized.to(unconfirmed, on="tell_submitted")
    adopt = initialized.to(live.stale, cond="was_accepted") | initialized.to(unconfirmed.unknown)

    unanswered = (
        unconfirmed.sending.to(unconfirmed.unknown)
        | unconfirmed.to(HERE)
        | live.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    reply_timeout = unconfirmed.sending.to(unconfirmed.unknown)
    open_timeout = unconfirmed.acknowledged.to(unconfirmed.unknown)
    refused = unconfirmed.to(ended.rejected, on="tell_refused")
    acked = (
        unconfirmed.to(unconfirmed.acknowledged, on="tell_known")
        | live.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    opened = (
        unconfirmed.to(
            live.accepted, cond="is_watched and is_ahead", on=["tell_accepted", "expect_fills"]
        )
        | unconfirmed.to(live.accepted, cond="is_watched", on="tell_accepted")
        | unconfirmed.to(live.stale, on="tell_accepted")
        | live.stale.to(HERE, cond="is_ahead or not is_watched")
        | live.stale.to(live.partially_filled, cond="has_fills")
        | live.stale.to(live.accepted)
        | live.to(HERE, cond="is_ahead", on="expect_fills")
        | live.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    amended = (
        live.to(HERE, cond="has_new_terms", on="tell_updated")
        | live.to(HERE)
        | unconfirmed.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    executed = (
        unconfirmed.to(ended.filled, cond="is_last_fill", on="tell_accepted_and_filled")
        | unconfirmed.to(live.partially_filled, cond="is_watched", on="tell_accepted_and_filled")
        | unconfirmed.to(live.stale, on="tell_accepted_and_filled")
        | live.accepted.to(live.partially_filled, unless="is_last_fill", on="tell_filled")
        | live.to(HERE, cond="is_repeated")
        | live.to(ended.filled, cond="is_last_fill", on="tell_filled")
        | live.to(HERE, on="tell_filled")
        | settling.to(HERE, cond="is_repeated")
        | settling.to(ended.filled, cond="is_last_fill", on="tell_filled")
        | settling.to(ended.expired, cond="settles and is_expiry", on="tell_filled_and_expired")
        | settling.to(ended.canceled, cond="settles", on="tell_filled_and_canceled")
        | settling.to(HERE, on="tell_filled")
        | ended.to(HERE, cond="is_repeated")
        | ended.canceled.to(ended.filled, cond="is_last_fill and not is_repeated", on="tell_filled")
        | ended.canceled.to(HERE, unless="is_repeated", on="tell_filled_and_canceled")
        | ended.to(HERE, on="dispute")
    )
    closed = (
        unconfirmed.to(ended.rejected, cond="is_refusal", on="tell_rejected")
        | unconfirmed.to(settling, unless="is_settled", on="tell_accepted")
        | unconfirmed.to(ended.expired, cond="is_expiry", on="tell_accepted_and_expired")
        | unconfirmed.to(ended.canceled, on="tell_accepted_and_canceled")
        | live.to(settling, unless="is_settled")
        | live.to(ended.expired, cond="is_expiry", on="tell_expired")
        | live.to(ended.canceled, on="tell_canceled")
        | settling.to(HERE)
        | ended.to(HERE)
    )
    not_found = (
        unconfirmed.unknown.to(ended.rejected, cond="is_void", on="tell_void")
        | unconfirmed.to(HERE)
        | live.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )

    session_lost = (
        unconfirmed.acknowledged.to(unconfirmed.unknown, on="unwatch")
        | unconfirmed.to(HERE, on="unwatch")
        | live.accepted.to(live.stale, on="unwatch")
        | live.partially_filled.to(live.stale, on="unwatch")
        | live.to(HERE, on="unwatch")
        | settling.to(HERE, on="unwatch")
        | ended.to(HERE)
    )
    session_ready = (
        initialized.to(HERE, on="watch")
        | unconfirmed.to(HERE, on="watch")
        | live.to(HERE, on="watch")
        | settling.to(HERE, on="watch")
        | ended.to(HERE)
    )
    doubted = (
        unconfirmed.acknowledged.to(unconfirmed.unknown)
        | unconfirmed.unknown.to(unconfirmed.unknown, on="start_over")
        | unconfirmed.to(HERE)
        | live.to(live.stale, on="start_over")
        | settling.to(settling, on="start_over")
        | ended.to(HERE)
    )
    fills_due = live.to(live.stale, cond="is_behind") | live.to(HERE)
    ask_again = (
        unconfirmed.unknown.to(unconfirmed.unknown, cond="is_overdue", on="alert")
        | unconfirmed.unknown.to(unconfirmed.unknown)
        | live.stale.to(live.stale, cond="is_overdue", on="alert")
        | live.stale.to(live.stale)
        | settling.to(settling, cond="is_overdue", on="alert")
        | settling.to(settling)
    )

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
    ) -> None:
        self.client_order_id = client_order_id
        self.quantity = quantity
        self.price = price  # None for a market order, which has none to change
        self.terms_at = 0  # ms; since when these terms hold
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
        super().__init__()

    def adds_up(self, fill: Fill, wanted: Decimal | None = None) -> bool:
        """Whether an execution fits the terms we know of a live order; `wanted` is the quantity
        that a change asked for. With what remains it may not make more than the quantity, nor
        less when nothing remains: the terms have changed, or another execution was missed."""
        is_live = any(leaf.startswith("live.") for leaf in self.active_leaves)
        if not is_live or self.is_repeated(fill):
            return True
        if not fill.remaining_size:  # binary words do not tell it
            has_grown = wanted is not None and wanted > self.quantity
            return not (has_grown and self.is_last_fill(fill))
        remaining = Decimal(fill.remaining_size)
        in_all = self.filled_qty + Decimal(fill.size) + remaining
        return in_all == self.quantity or (in_all < self.quantity and remaining > 0)

    # Guards

    def was_accepted(self, venue_order_id: str) -> bool:
        return bool(venue_order_id)

    def has_fills(self) -> bool:
        return self.filled_qty > 0

    def has_new_terms(self, order: VenueOrder) -> bool:
        if self.price is None or order.last_updated_at < self.terms_at:
            return False
        return (Decimal(order.size), Decimal(order.price)) != (self.quantity, self.price)

    def is_ahead(self, order: VenueOrder) -> bool:
        return _filled(order) > self.filled_qty

    def is_watched(self) -> bool:
        return self.watched

    def is_behind(self) -> bool:
        return self.venue_filled_qty > self.filled_qty

    def is_repeated(self, fill: Fill) -> bool:
        return fill.trade_id in self.fills

    def is_last_fill(self, fill: Fill) -> bool:
        return self.filled_qty + Decimal(fill.size) >= self.quantity

    def settles(self, fill: Fill) -> bool:
        return self.filled_qty + Decimal(fill.size) >= self.venue_filled_qty

    def is_settled(self, order: VenueOrder) -> bool:
        return self.filled_qty >= _filled(order)

    def is_refusal(self, order: VenueOrder) -> bool:
        return _filled(order) == 0 and order.cancel_reason not in NO_REFUSALS

    def is_expiry(self, order: VenueOrder | None = None) -> bool:
        return (order.cancel_reason if order else self.cancel_reason) in EXPIRIES

    def is_void(self, venue_time: int) -> bool:
        return not self.venue_order_id and venue_time > self.valid_until

    def is_overdue(self) -> bool:
        return self.attempt % OVERDUE_ATTEMPTS == OVERDUE_ATTEMPTS - 1

    # What every path into or out of a state does

    def on_enter_sending(self) -> None:
        self.request(CreateOrder(self.client_order_id))
        self.start_timer("reply_timeout", self.reply_timeout_secs)

    def on_exit_sending(self) -> None:
        self.cancel_timer("reply_timeout")

    def on_enter_acknowledged(self) -> None:
        self.start_timer("open_timeout", self.open_timeout_secs)

    def on_exit_acknowledged(self) -> None:
        self.cancel_timer("open_timeout")

    def on_enter_unknown(self) -> None:
        self.ask()

    def on_exit_unknown(self) -> None:
        self.cancel_timer("ask_again")

    def on_enter_accepted(self) -> None:
        self.attempt = 0

    def on_enter_partially_filled(self) -> None:
        self.attempt = 0

    def on_exit_live(self) -> None:
        self.cancel_timer("fills_due")

    def on_enter_stale(self) -> None:
        self.ask()

    def on_exit_stale(self) -> None:
        self.cancel_timer("ask_again")

    def on_enter_settling(self) -> None:
        self.ask()

    def on_exit_settling(self) -> None:
        self.cancel_timer("ask_again")

    # What a word on the order adds, whatever it leads to and before anything is told

    def before_adopt(self, venue_order_id: str, filled_qty: Decimal, fills: set[str]) -> None:
        self.venue_order_id = venue_order_id
        self.filled_qty = filled_qty
        self.fills = set(fills)

    def before_acked(self, order: VenueOrder) -> None:
        self.note(order)

    def before_opened(self, order: VenueOrder) -> None:
        self.note(order)

    def before_closed(self, order: VenueOrder) -> None:
        self.note(order)
        self.cancel_reason = order.cancel_reason
        self.ts_event = order.last_updated_at

    def note(self, order: VenueOrder) -> None:
        self.venue_order_id = order.id
        self.venue_filled_qty = max(self.venue_filled_qty, _filled(order))

    def watch(self) -> None:
        self.watched = True

    def unwatch(self) -> None:
        self.watched = False

    # Asking

    def ask(self) -> None:
        self.request(QueryOrder(self.client_order_id))
        self.start_timer("ask_again", self.backoff.delay(self.attempt))
        self.attempt += 1

    def start_over(self) -> None:
        self.attempt = 0

    def expect_fills(self) -> None:
        self.start_timer("fills_due", self.open_timeout_secs)

    def alert(self) -> None:
        self.emit(OrderUnresolved(self.client_order_id, self.attempt))

    # Telling

    def tell_denied(self, reason: str) -> None:
        self.emit(OrderDenied(self.client_order_id, reason))

    def tell_submitted(self) -> None:
        self.emit(OrderSubmitted(self.client_order_id))

    def tell_refused(self, error: VenueError) -> None:
        self.emit(OrderRejected(self.client_order_id, str(error), False, self.ts_event))

    def tell_void(self, venue_time: int) -> None:
        reason = "NOT_FOUND: the venue does not have it, and the request is no longer valid"
        self.emit(OrderRejected(self.client_order_id, reason, False, venue_time))

    def tell_rejected(self, order: VenueOrder) -> None:
        post_only = order.cancel_reason == "POST_ONLY_WOULD_CROSS"
        self.emit(
            OrderRejected(
                self.client_order_id, order.cancel_reason, post_only, order.last_updated_at
            )
        )

    def tell_known(self, order: VenueOrder) -> None:
        self.emit(OrderKnown(self.client_order_id, order.id))

    def tell_accepted(self, order: VenueOrder) -> None:
        self.emit(OrderAccepted(self.client_order_id, order.id, order.last_updated_at))

    def tell_updated(self, order: VenueOrder) -> None:
        self.quantity, self.price = Decimal(order.size), Decimal(order.price)
        self.terms_at = order.last_updated_at
        self.emit(
            OrderUpdated(
                self.client_order_id, order.id, self.quantity, self.price, order.last_updated_at
            )
        )

    def tell_filled(self, fill: Fill) -> None:
        self.venue_order_id = fill.order_id
        self.ts_event = fill.created_at
        self.filled_qty += Decimal(fill.size)
        self.fills.add(fill.trade_id)
        self.emit(OrderFilled(self.client_order_id, fill.order_id, fill))

    def tell_canceled(self) -> None:
        self.emit(
            OrderCanceled(
                self.client_order_id, self.venue_order_id, self.cancel_reason, self.ts_event
            )
        )

    def tell_expired(self) -> None:
        self.emit(OrderExpired(self.client_order_id, self.venue_order_id, self.ts_event))

    def tell_accepted_and_filled(self, fill: Fill) -> None:
        self.emit(OrderAccepted(self.client_order_id, fill.order_id, fill.created_at))
        self.tell_filled(fill)

    def tell_accepted_and_canceled(self, order: VenueOrder) -> None:
        self.tell_accepted(order)
        self.tell_canceled()

    def tell_accepted_and_expired(self, order: VenueOrder) -> None:
        self.tell_accepted(order)
        self.tell_expired()

    def tell_filled_and_canceled(self, fill: Fill) -> None:
        self.tell_filled(fill)
        self.tell_canceled()

    def tell_filled_and_expired(self, fill: Fill) -> None:
        self.tell_filled(fill)
        self.tell_expired()

    def dispute(self, fill: Fill) -> None:
        self.emit(OrderDisputed(self.client_order_id, fill))


def _filled(order: VenueOrder) -> Decimal:
    """What the venue says was executed; it leaves `remaining_size` standing when it cancels."""
    return Decimal(order.size) - Decimal(order.remaining_size)
