"""One order's truth."""

from __future__ import annotations

from decimal import Decimal

from statemachine import State

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
    OrderTriggered,
    OrderUnresolved,
    OrderUpdated,
)
from paradex_adapter.charts.order_reckoning import OrderReckoning, age, filled
from paradex_adapter.charts.requests import CreateOrder, QueryOrder, ReviewOrder
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import HERE, Compound


class Order(OrderReckoning):
    """One order's truth, from the strategy's submit to the venue's last word.

    Three streams tell about it, in any order and any number of times: the reply to our request,
    the venue's word on the order (`acked`, `parked`, `opened`, `closed`, and with each its terms,
    `amended`), and executions. A rejection needs evidence. Without it the order is `unknown`, and
    asked for until there is some: the venue's word, or its clock past the time until which the
    request was valid, with the order not found. So does being filled: an execution may overtake
    the word of an increase, here or in the venue's own interface, so one that seems to be the last
    is held until the venue says that nothing remains, or by which terms something does.
    Nothing is reported twice, and nothing after the last word but a late execution.
    """

    initialized = State(initial=True)  # described; not sent by this process

    class unconfirmed(Compound):  # not known to have reached the book
        queued = State(initial=True)  # waits for its turn under the venue's limits; nothing is sent
        sending = State()  # the create request is out, unanswered
        acknowledged = State()  # the venue has it (NEW), it is not on the book yet
        unknown = State()  # nobody here can say what became of it; the venue is being asked

    class live(Compound):  # known to have been on the book
        accepted = State(initial=True)  # on the book, nothing filled
        untriggered = State()  # accepted; off the book until the mark reaches its trigger price
        partially_filled = State()  # on the book, partly filled
        stale = State()  # word of it may have been missed; the venue is being asked

    completing = State()  # executions are held that may be the last; the venue is to say so
    settling = State()  # closed at the venue, executions outstanding; the venue is being asked

    class ended(Compound):  # the last word is spoken
        denied = State(initial=True, final=True)  # refused here, nothing was sent
        rejected = State(final=True)  # refused by the venue
        filled = State(final=True)  # all of it executed
        canceled = State(final=True)  # closed before all of it executed
        expired = State(final=True)  # closed by the venue because its time was over

    deny = (
        initialized.to(ended.denied, on="tell_denied")
        | unconfirmed.to(HERE)
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    submit = (
        initialized.to(unconfirmed, on="tell_submitted")
        | unconfirmed.to(HERE)
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    adopt = (
        initialized.to(live.stale, cond="was_accepted")
        | initialized.to(unconfirmed.unknown, cond="was_submitted")
        | initialized.to(HERE)
    )

    sent = (
        unconfirmed.queued.to(unconfirmed.sending)
        | unconfirmed.to(HERE)
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    unanswered = (
        unconfirmed.queued.to(ended.rejected, on="tell_unsent")
        | unconfirmed.sending.to(unconfirmed.unknown)
        | unconfirmed.to(HERE)
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    reply_timeout = unconfirmed.sending.to(unconfirmed.unknown)
    open_timeout = unconfirmed.acknowledged.to(unconfirmed.unknown)
    refused = unconfirmed.to(ended.rejected, on="tell_refused")
    acked = (
        initialized.to(unconfirmed.unknown, on="tell_submitted")
        | unconfirmed.to(unconfirmed.acknowledged, on="tell_known")
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    parked = (
        initialized.to(unconfirmed.unknown, on="tell_submitted")
        | unconfirmed.to(live.untriggered, cond="is_watched", on="tell_accepted")
        | unconfirmed.to(live.stale, on="tell_accepted")
        | live.stale.to(live.untriggered, cond="is_watched and awaits_trigger")
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    triggered = (
        initialized.to(unconfirmed.unknown, on="tell_submitted")
        | unconfirmed.to(live.accepted, cond="is_watched", on="tell_accepted_and_triggered")
        | unconfirmed.to(live.stale, on="tell_accepted_and_triggered")
        | live.untriggered.to(live.accepted, cond="awaits_trigger", on="tell_triggered")
        | live.to(HERE, cond="awaits_trigger", on="tell_triggered")
        | live.to(HERE)
        | completing.to(HERE, cond="awaits_trigger", on="tell_triggered")
        | completing.to(HERE)
        | settling.to(HERE, cond="awaits_trigger", on="tell_triggered")
        | settling.to(HERE)
        | ended.to(HERE)
    )
    opened = (
        initialized.to(unconfirmed.unknown, on="tell_submitted")
        | unconfirmed.to(
            live.accepted, cond="is_watched and is_ahead", on=["tell_accepted", "expect_fills"]
        )
        | unconfirmed.to(live.accepted, cond="is_watched", on="tell_accepted")
        | unconfirmed.to(live.stale, on="tell_accepted")
        | live.stale.to(HERE, cond="is_ahead or not is_watched")
        | live.stale.to(live.partially_filled, cond="has_fills")
        | live.stale.to(live.accepted)
        | live.to(HERE, cond="is_ahead", on="expect_fills")
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    amended = (
        initialized.to(unconfirmed.unknown, on="tell_submitted")
        | unconfirmed.to(HERE)
        | live.to(HERE, cond="has_new_terms", on="tell_updated")
        | live.to(live.stale, cond="contradicts", on=["start_over", "review"])
        | live.to(HERE)
        | completing.to(
            ended.filled, cond="completes and has_new_terms", on=["tell_updated", "tell_held"]
        )
        | completing.to(ended.filled, cond="completes", on="tell_held")
        | completing.to(
            live.stale, cond="releases and has_new_terms", on=["tell_updated", "tell_held"]
        )
        | completing.to(live.stale, cond="releases", on="tell_held")
        | completing.to(HERE, cond="has_new_terms", on="tell_updated")
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )
    change_sent = (
        initialized.to(HERE, on="expect_size")
        | unconfirmed.to(HERE, on="expect_size")
        | live.to(HERE, on="expect_size")
        | completing.to(HERE, on="expect_size")
        | settling.to(HERE)
        | ended.to(HERE)
    )
    executed = (
        initialized.to(unconfirmed.unknown, on="tell_submitted")
        | unconfirmed.to(ended.filled, cond="is_whole", on="tell_accepted_and_filled")
        | unconfirmed.to(completing, cond="seems_whole", on="tell_accepted_and_hold")
        | unconfirmed.to(live.partially_filled, cond="is_watched", on="tell_accepted_and_filled")
        | unconfirmed.to(live.stale, on="tell_accepted_and_filled")
        | live.accepted.to(live.partially_filled, unless="seems_whole", on="tell_filled")
        | live.untriggered.to(live.partially_filled, unless="seems_whole", on="tell_filled")
        | live.to(HERE, cond="is_repeated")
        | live.to(ended.filled, cond="is_whole", on="tell_filled")
        | live.to(completing, cond="seems_whole", on="hold")
        | live.to(HERE, on="tell_filled")
        | completing.to(HERE, cond="is_repeated")
        | completing.to(HERE, on="hold")
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
        initialized.to(unconfirmed.unknown, on="tell_submitted")
        | unconfirmed.to(ended.rejected, cond="is_refusal", on="tell_rejected")
        | unconfirmed.to(
            settling,
            cond="differs and not is_settled",
            on=["tell_accepted", "tell_updated"],
        )
        | unconfirmed.to(settling, unless="is_settled", on="tell_accepted")
        | unconfirmed.to(ended.expired, cond="is_expiry", on="tell_accepted_and_expired")
        | unconfirmed.to(ended.canceled, on="tell_accepted_and_canceled")
        | live.to(settling, unless="is_settled")
        | live.to(ended.expired, cond="is_expiry", on="tell_expired")
        | live.to(ended.canceled, on="tell_canceled")
        | completing.to(settling, unless="is_settled", on="drop_held")
        | completing.to(ended.expired, cond="is_expiry", on=["dispute_held", "tell_expired"])
        | completing.to(ended.canceled, on=["dispute_held", "tell_canceled"])
        | settling.to(HERE)
        | ended.to(HERE)
    )
    not_found = (
        unconfirmed.unknown.to(ended.rejected, cond="is_void", on="tell_void")
        | unconfirmed.to(HERE)
        | live.to(HERE)
        | completing.to(HERE)
        | settling.to(HERE)
        | ended.to(HERE)
    )

    session_lost = (
        initialized.to(HERE, on="unwatch")
        | unconfirmed.acknowledged.to(unconfirmed.unknown, on="unwatch")
        | unconfirmed.to(HERE, on="unwatch")
        | live.accepted.to(live.stale, on="unwatch")
        | live.untriggered.to(live.stale, on="unwatch")
        | live.partially_filled.to(live.stale, on="unwatch")
        | live.to(HERE, on="unwatch")
        | completing.to(HERE, on="unwatch")
        | settling.to(HERE, on="unwatch")
        | ended.to(HERE)
    )
    session_ready = (
        initialized.to(HERE, on="watch")
        | unconfirmed.to(HERE, on="watch")
        | live.to(HERE, on="watch")
        | completing.to(HERE, on="watch")
        | settling.to(HERE, on="watch")
        | ended.to(HERE)
    )
    doubted = (
        initialized.to(HERE)
        | unconfirmed.acknowledged.to(unconfirmed.unknown)
        | unconfirmed.unknown.to(unconfirmed.unknown, on="start_over")
        | unconfirmed.to(HERE)
        | live.to(live.stale, on="start_over")
        | completing.to(HERE, on=["start_over", "ask"])
        | settling.to(settling, on="start_over")
        | ended.to(HERE)
    )
    fills_due = live.to(live.stale, cond="is_behind") | live.to(HERE)
    ask_again = (
        unconfirmed.unknown.to(unconfirmed.unknown, cond="is_overdue", on="alert")
        | unconfirmed.unknown.to(unconfirmed.unknown)
        | completing.to(HERE, cond="is_overdue", on=["alert", "ask"])
        | completing.to(HERE, on="ask")
        | live.stale.to(live.stale, cond="is_overdue", on="alert")
        | live.stale.to(live.stale)
        | settling.to(settling, cond="is_overdue", on="alert")
        | settling.to(settling)
    )

    # What every path into or out of a state does

    def on_enter_queued(self) -> None:
        self.request(CreateOrder(self.client_order_id))

    def on_enter_sending(self) -> None:
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

    def on_enter_untriggered(self) -> None:
        self.attempt = 0

    def on_enter_partially_filled(self) -> None:
        self.attempt = 0

    def on_enter_completing(self) -> None:
        self.attempt = 0
        self.start_timer("ask_again", self.backoff.delay(self.attempt))

    def on_exit_completing(self) -> None:
        self.cancel_timer("ask_again")

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

    def before_adopt(
        self,
        venue_order_id: str,
        filled_qty: Decimal,
        fills: set[str],
        has_triggered: bool = False,
        was_submitted: bool = True,
    ) -> None:
        self.venue_order_id = venue_order_id
        self.filled_qty = filled_qty
        self.fills = set(fills)
        self.has_triggered = has_triggered

    def before_sent(self, valid_until: int) -> None:
        self.valid_until = valid_until

    def before_acked(self, order: VenueOrder) -> None:
        self.note(order)

    def before_parked(self, order: VenueOrder) -> None:
        self.note(order)

    def before_opened(self, order: VenueOrder) -> None:
        self.note(order)

    def before_amended(self, order: VenueOrder, is_fresh: bool = False) -> None:
        self.is_contested = self.is_contested and not is_fresh
        self.terms_at = max(self.terms_at, age(order))

    def before_executed(self, fill: Fill) -> None:
        self.venue_order_id = fill.order_id

    def before_closed(self, order: VenueOrder) -> None:
        self.note(order)
        self.cancel_reason = order.cancel_reason
        self.ts_event = order.last_updated_at

    def note(self, order: VenueOrder) -> None:
        self.venue_order_id = order.id
        self.venue_filled_qty = max(self.venue_filled_qty, filled(order))

    def watch(self) -> None:
        self.watched = True

    def unwatch(self) -> None:
        self.watched = False

    def expect_size(self, size: Decimal) -> None:
        self.wanted.add(size)

    def hold(self, fill: Fill) -> None:
        self.held = (*self.held, fill)

    def drop_held(self) -> None:
        self.held = ()

    # Asking

    def ask(self) -> None:
        self.request(QueryOrder(self.client_order_id))
        self.start_timer("ask_again", self.backoff.delay(self.attempt))
        self.attempt += 1

    def start_over(self) -> None:
        self.attempt = 0

    def expect_fills(self) -> None:
        self.start_timer("fills_due", self.open_timeout_secs)

    def review(self) -> None:
        self.is_contested = True
        self.request(ReviewOrder(self.client_order_id))

    def alert(self) -> None:
        self.emit(OrderUnresolved(self.client_order_id, self.attempt))

    # Telling

    def tell_denied(self, reason: str) -> None:
        self.emit(OrderDenied(self.client_order_id, reason))

    def tell_submitted(self) -> None:
        self.emit(OrderSubmitted(self.client_order_id))

    def tell_refused(self, error: VenueError) -> None:
        self.emit(OrderRejected(self.client_order_id, str(error), False, self.ts_event))

    def tell_unsent(self) -> None:
        reason = "NOT_SENT: the request never left"
        self.emit(OrderRejected(self.client_order_id, reason, False, self.ts_event))

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
        self.quantity, self.price, self.trigger_price = self.terms_of(order)
        self.wanted.discard(self.quantity)
        self.emit(
            OrderUpdated(
                self.client_order_id,
                order.id,
                self.quantity,
                self.price,
                order.last_updated_at,
                self.trigger_price,
            )
        )

    def tell_triggered(self, venue_order_id: str, ts_event: int) -> None:
        self.has_triggered = True
        self.emit(OrderTriggered(self.client_order_id, venue_order_id, ts_event))

    def tell_filled(self, fill: Fill) -> None:
        self.ts_event = fill.created_at
        self.filled_qty += Decimal(fill.size)
        self.fills.add(fill.trade_id)
        self.emit(OrderFilled(self.client_order_id, fill.order_id, fill))

    def tell_held(self) -> None:
        held, self.held = self.held, ()
        for fill in held:
            self.tell_filled(fill)

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

    def tell_accepted_and_hold(self, fill: Fill) -> None:
        self.emit(OrderAccepted(self.client_order_id, fill.order_id, fill.created_at))
        self.hold(fill)

    def tell_accepted_and_triggered(self, venue_order_id: str, ts_event: int) -> None:
        self.venue_order_id = venue_order_id
        self.emit(OrderAccepted(self.client_order_id, venue_order_id, ts_event))
        self.tell_triggered(venue_order_id, ts_event)

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
        self.fills.add(fill.trade_id)
        self.emit(OrderDisputed(self.client_order_id, fill))

    def dispute_held(self) -> None:
        held, self.held = self.held, ()
        for fill in held:
            self.dispute(fill)
