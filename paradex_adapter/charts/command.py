"""What is being asked of one order: one command at a time."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    OrderCancelRejected,
    OrderModifyRejected,
    OrderUnresolved,
)
from paradex_adapter.charts.requests import CancelOrder, ModifyOrder, ReviewOrder
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Change, RequestInfo
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import HERE, Chart, Compound

OVERDUE_ATTEMPTS = 10
OPEN_STATUSES = frozenset({"OPEN", "UNTRIGGERED"})
OUTCOMES = frozenset({"SUCCESS", "REJECTED"})
REMEMBERED = 8
"""How many changes back a repeated word on one is recognised."""


class Command(Chart):
    """What the strategy asks of an order that the venue may or may not have yet.

    A cancel waits until the venue has the order, a change until the order is on the book. A cancel
    overtakes whatever else is asked, is asked for again until the order ends (asking twice is
    harmless), and can lose to a fill. Changes are sent one at a time; what is wanted meanwhile is
    one change more. A change is done when the order's terms say so or the venue does, refused when
    the venue says so of this very change, and neither as long as nothing is said: the venue is
    asked. One that got no answer, and of which nothing is seen, is sent again (made twice it is
    the same change); one that was taken is waited for as long as the venue could still make it.
    """

    idle = State(initial=True)  # nothing is asked
    holding_change = State()  # to be modified as soon as the order is on the book
    holding_cancel = State()  # to be canceled as soon as the venue is known to have the order

    class modifying(Compound):  # the change is sent; its outcome is outstanding
        latest = State(initial=True)  # and it is the latest
        doubtful = State()  # it got no answer, or a doubtful one; the venue is being asked
        outdated = State()  # and another is wanted since

    canceling = State()  # the cancel is sent; the order's end is outstanding
    ended = State()  # the order has ended

    cancel = (
        idle.to(canceling, cond="is_known", on="start_over")
        | idle.to(holding_cancel)
        | holding_change.to(canceling, cond="is_known", on=["start_over", "tell_overtaken"])
        | holding_change.to(holding_cancel, on="tell_overtaken")
        | holding_cancel.to(HERE)
        | modifying.to(canceling, on="start_over")
        | canceling.to(HERE)
        | ended.to(HERE, on="tell_too_late")
    )
    modify = (
        idle.to(modifying, cond="is_on_book", on="want")
        | idle.to(holding_change, on="want")
        | holding_change.to(HERE, on="want_also")
        | holding_cancel.to(HERE, on="tell_overtaken")
        | modifying.latest.to(modifying.outdated, on="want")
        | modifying.doubtful.to(modifying.outdated, on="want")
        | modifying.outdated.to(HERE, on="want_also")
        | canceling.to(HERE, on="tell_overtaken")
        | ended.to(HERE, on="tell_unmodifiable")
    )
    misfit = (
        idle.to(HERE, on="tell_misfit")
        | holding_change.to(HERE, on="tell_misfit")
        | holding_cancel.to(HERE, on="tell_misfit")
        | modifying.to(HERE, on="tell_misfit")
        | canceling.to(HERE, on="tell_misfit")
        | ended.to(HERE, on="tell_misfit")
    )
    known = (
        holding_cancel.to(canceling, on="start_over")
        | holding_change.to(HERE)
        | idle.to(HERE)
        | modifying.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )

    modify_signed = (
        modifying.to(HERE, on="note_validity") | idle.to(HERE) | canceling.to(HERE) | ended.to(HERE)
    )
    modify_queued = (
        modifying.to(HERE, on="note_request") | idle.to(HERE) | canceling.to(HERE) | ended.to(HERE)
    )
    informed = (
        holding_change.to(modifying, cond="is_open")
        | modifying.outdated.to(modifying, cond="is_done or is_refused_there")
        | modifying.latest.to(idle, cond="is_done and was_so_before", on="tell_unchanged")
        | modifying.doubtful.to(idle, cond="is_done and was_so_before", on="tell_unchanged")
        | modifying.to(idle, cond="is_done")
        | modifying.to(idle, cond="is_refused_there", on="tell_refused_there")
        | modifying.to(HERE)
        | idle.to(HERE)
        | holding_change.to(HERE)
        | holding_cancel.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )
    modify_refused = (
        modifying.latest.to(
            modifying.doubtful,
            cond="is_of_the_sent and was_sent_before",
            on=["note_refusal", "ask_anew"],
        )
        | modifying.latest.to(idle, cond="is_of_the_sent", on="tell_modify_refused")
        | modifying.outdated.to(modifying, cond="is_of_the_sent")
        | modifying.to(HERE)
        | idle.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )
    modify_unanswered = (
        modifying.latest.to(idle, cond="is_of_the_sent and is_unsigned", on="tell_unsent")
        | modifying.latest.to(modifying.doubtful, cond="is_of_the_sent", on="ask_anew")
        | modifying.outdated.to(modifying, cond="is_of_the_sent", on="carry_over")
        | modifying.to(HERE)
        | idle.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )
    inquired = (
        modifying.latest.to(idle, cond="is_void", on="tell_void")
        | modifying.latest.to(HERE)
        | modifying.doubtful.to(idle, cond="is_refused", on="tell_refusal")
        | modifying.doubtful.to(HERE, on="note_unmade")
        | modifying.outdated.to(modifying, on="carry_over")
        | idle.to(HERE)
        | holding_change.to(HERE)
        | holding_cancel.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )
    modify_timeout = (
        modifying.outdated.to(modifying, on="carry_over")
        | modifying.latest.to(HERE, cond="is_overdue", on=["alert", "ask"])
        | modifying.latest.to(HERE, on="ask")
        | modifying.doubtful.to(modifying, cond="is_unmade and is_overdue", on=["alert", "repeat"])
        | modifying.doubtful.to(modifying, cond="is_unmade", on="repeat")
        | modifying.doubtful.to(HERE, cond="is_overdue", on=["alert", "ask"])
        | modifying.doubtful.to(HERE, on="ask")
    )

    cancel_queued = idle.to(HERE) | modifying.to(HERE) | canceling.to(HERE) | ended.to(HERE)
    cancel_refused = (
        canceling.to(HERE, cond="is_over_there or not is_on_book", on="ask_anew")
        | canceling.to(idle, on="tell_cancel_refused")
        | idle.to(HERE)
        | modifying.to(HERE)
        | ended.to(HERE)
    )
    cancel_unanswered = idle.to(HERE) | modifying.to(HERE) | canceling.to(HERE) | ended.to(HERE)
    cancel_timeout = canceling.to(canceling, cond="is_overdue", on="alert") | canceling.to(
        canceling
    )
    order_ended = (
        idle.to(ended)
        | holding_change.to(ended)
        | holding_cancel.to(ended)
        | modifying.to(ended)
        | canceling.to(ended)
    )

    def __init__(self, client_order_id: str, backoff: Backoff = Backoff(first=3.0)) -> None:
        self.client_order_id = client_order_id
        self.backoff = backoff
        self.has_reached_venue = False
        self.has_been_open = False
        self.attempt = 0
        self.wanted = Change(None, None)  # what was asked for and is not sent
        self.sent = Change(None, None)
        self.number = 0  # of the change that is sent
        self.request_id = ""  # what the venue calls it, once it said so
        self.valid_until = 0  # ms; the venue takes it no later; 0 until it is signed
        self.is_missing = False  # whether the venue's word has shown that it is not made
        self.refusal = ""  # of the change that is sent, which had been sent before
        self.repetitions = 0  # how often it was sent before
        self.is_alone = True  # no other change of ours may still be made
        self.heard_at = 0  # ms; the time of the latest word
        self.terms = ("", "", "")  # size, price and trigger price, by the latest word
        self.settled: tuple[str, ...] = ()  # requests whose outcome was heard
        super().__init__()

    # Guards

    def is_known(self) -> bool:
        return self.has_reached_venue

    def is_on_book(self) -> bool:
        return self.has_been_open

    def is_open(self, order: VenueOrder) -> bool:
        return order.status in OPEN_STATUSES

    def is_overdue(self) -> bool:
        return self.attempt % OVERDUE_ATTEMPTS == OVERDUE_ATTEMPTS - 1

    def is_of_the_sent(self, number: int) -> bool:
        return number == self.number

    def was_sent_before(self) -> bool:
        return self.repetitions > 0

    def is_unmade(self) -> bool:
        return self.is_missing

    def is_refused(self) -> bool:
        return bool(self.refusal)

    def is_unsigned(self) -> bool:
        return not self.valid_until

    def is_void(self, venue_time: int) -> bool:
        return 0 < self.valid_until < venue_time

    def is_over_there(self, error: VenueError) -> bool:
        return error.code == "ORDER_IS_CLOSED"

    def is_done(self, order: VenueOrder) -> bool:
        is_seen = order.last_updated_at >= self.heard_at and self.sent.is_in(order)
        return is_seen or self.is_told(order, "SUCCESS")

    def was_so_before(self) -> bool:
        return self.sent.is_among(*self.terms)

    def is_refused_there(self, order: VenueOrder) -> bool:
        return self.is_told(order, "REJECTED")

    def is_told(self, order: VenueOrder, outcome: str) -> bool:
        """Whether this is the first word of that outcome, and of the change that is sent."""
        request = order.request_info or RequestInfo()
        if request.status != outcome or request.id in self.settled:
            return False
        return request.id == self.request_id if self.request_id else self.is_alone

    # What every path into or out of a state does

    def on_enter_modifying(self) -> None:
        self.sent, self.wanted = self.wanted, Change(None, None)
        self.number += 1
        self.request_id, self.valid_until, self.refusal, self.is_missing = "", 0, "", False
        self.request(ModifyOrder(self.client_order_id, self.sent, self.number))
        self.start_timer("modify_timeout", self.backoff.delay(self.attempt))

    def on_exit_modifying(self) -> None:
        self.cancel_timer("modify_timeout")

    def on_enter_canceling(self) -> None:
        self.request(CancelOrder(self.client_order_id))
        self.start_timer("cancel_timeout", self.backoff.delay(self.attempt))
        self.attempt += 1

    def on_exit_canceling(self) -> None:
        self.cancel_timer("cancel_timeout")

    # Doing and telling

    def before_known(self) -> None:
        self.has_reached_venue = True

    def before_informed(self, order: VenueOrder) -> None:
        self.has_been_open = self.has_been_open or order.status in OPEN_STATUSES
        self.heard_at = max(self.heard_at, order.last_updated_at)

    def after_informed(self, order: VenueOrder) -> None:
        if order.last_updated_at >= self.heard_at:
            self.terms = order.size, order.price, order.trigger_price
        request = order.request_info or RequestInfo()
        if request.status in OUTCOMES and request.id not in self.settled:
            self.settled = (*self.settled, request.id)[-REMEMBERED:]

    def want(self, change: Change) -> None:
        self.wanted = change
        self.repetitions = 0
        self.start_over()

    def start_over(self) -> None:
        self.attempt = 0

    def want_also(self, change: Change) -> None:
        self.wanted = change.over(self.wanted)

    def carry_over(self) -> None:
        """The change that is sent may have been lost, so the next one says it again."""
        self.wanted = self.wanted.over(self.sent)
        self.is_alone = False

    def repeat(self) -> None:
        self.wanted = self.sent
        self.repetitions += 1
        self.attempt += 1
        self.is_alone = False

    def note_unmade(self) -> None:
        self.is_missing = True

    def note_refusal(self, error: VenueError) -> None:
        self.refusal = str(error)

    def note_validity(self, number: int, valid_until: int) -> None:
        if number == self.number:
            self.valid_until = valid_until

    def note_request(self, number: int, request_id: str) -> None:
        if number == self.number:
            self.request_id = request_id

    def ask(self) -> None:
        self.attempt += 1
        self.ask_anew()
        self.start_timer("modify_timeout", self.backoff.delay(self.attempt))

    def ask_anew(self) -> None:
        self.request(ReviewOrder(self.client_order_id))

    def tell_refused_there(self, order: VenueOrder) -> None:
        message = order.request_info.message if order.request_info else ""
        self.reject_change(f"MODIFY_REJECTED: {message}", order.last_updated_at)

    def tell_modify_refused(self, error: VenueError) -> None:
        self.reject_change(str(error))

    def tell_refusal(self) -> None:
        self.reject_change(self.refusal)

    def tell_unsent(self) -> None:
        self.reject_change("NOT_SENT: the request never left")

    def tell_void(self, venue_time: int) -> None:
        reason = "NOT_DONE: the terms are as before, and the request is no longer valid"
        self.reject_change(reason, venue_time)

    def tell_overtaken(self) -> None:
        self.reject_change("CANCEL_PENDING: the order is being canceled")

    def tell_unmodifiable(self) -> None:
        self.reject_change("ORDER_ENDED: the order has ended before the change")

    def tell_unchanged(self) -> None:
        """Nobody else has anything to tell: the terms are not new."""
        self.reject_change("UNCHANGED: the order has had these terms before")

    def tell_misfit(self, reason: str) -> None:
        self.reject_change(reason)

    def reject_change(self, reason: str, ts_event: int = 0) -> None:
        self.emit(OrderModifyRejected(self.client_order_id, reason, ts_event))

    def tell_cancel_refused(self, error: VenueError) -> None:
        self.emit(OrderCancelRejected(self.client_order_id, str(error)))
        self.ask_anew()

    def tell_too_late(self) -> None:
        reason = "ORDER_ENDED: the order has ended before the cancel"
        self.emit(OrderCancelRejected(self.client_order_id, reason))

    def alert(self) -> None:
        self.emit(OrderUnresolved(self.client_order_id, self.attempt))
