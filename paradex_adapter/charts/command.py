"""What is being asked of one order: one command at a time."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    OrderCancelRejected,
    OrderModifyRejected,
    OrderUnresolved,
)
from paradex_adapter.charts.requests import CancelOrder, ModifyOrder, QueryOrder
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Change
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import HERE, Chart, Compound

OVERDUE_ATTEMPTS = 10
OPEN_STATUSES = frozenset({"OPEN", "UNTRIGGERED"})


class Command(Chart):
    """What the strategy asks of an order that the venue may or may not have yet.

    A cancel waits until the venue has the order, a change until the order is on the book. A cancel
    overtakes whatever else is asked, is asked for again until the order ends (asking twice is
    harmless), and can lose to a fill. Of changes the latest counts; one without an answer is
    neither done nor refused: the venue is asked for the order until its terms say which.
    """

    idle = State(initial=True)  # nothing is asked
    holding_change = State()  # to be modified as soon as the order is on the book
    holding_cancel = State()  # to be canceled as soon as the venue is known to have the order

    class modifying(Compound):  # the change is sent; its outcome is outstanding
        latest = State(initial=True)  # and it is the latest
        outdated = State()  # and another is wanted since

    canceling = State()  # the cancel is sent; the order's end is outstanding
    ended = State()  # the order has ended

    cancel = (
        idle.to(canceling, cond="is_known")
        | idle.to(holding_cancel)
        | holding_change.to(holding_cancel, on="tell_overtaken")
        | holding_cancel.to(HERE)
        | modifying.to(canceling)
        | canceling.to(HERE)
        | ended.to(HERE, on="tell_too_late")
    )
    modify = (
        idle.to(modifying, cond="is_on_book", on="want")
        | idle.to(holding_change, on="want")
        | holding_change.to(HERE, on="want")
        | holding_cancel.to(HERE, on="tell_overtaken")
        | modifying.latest.to(modifying.outdated, on="want")
        | modifying.outdated.to(HERE, on="want")
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
        holding_cancel.to(canceling)
        | holding_change.to(HERE)
        | idle.to(HERE)
        | modifying.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )

    informed = (
        holding_change.to(modifying, cond="is_open")
        | modifying.latest.to(idle, cond="is_as_wanted")
        | modifying.latest.to(idle, cond="is_refused_there", on="tell_refused_there")
        | modifying.outdated.to(modifying, cond="is_refused_there or is_changed")
        | modifying.to(HERE)
        | idle.to(HERE)
        | holding_change.to(HERE)
        | holding_cancel.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )
    modify_refused = (
        modifying.latest.to(idle, on="tell_modify_refused")
        | modifying.outdated.to(modifying)
        | idle.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE)
    )
    modify_timeout = (
        modifying.outdated.to(modifying)
        | modifying.latest.to(HERE, cond="is_overdue", on=["alert", "ask"])
        | modifying.latest.to(HERE, on="ask")
    )

    cancel_queued = canceling.to(HERE) | ended.to(HERE)
    cancel_refused = canceling.to(idle, on="tell_cancel_refused") | idle.to(HERE) | ended.to(HERE)
    cancel_unanswered = canceling.to(HERE) | ended.to(HERE)
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
        self.wanted: Change | None = None
        self.sent: Change | None = None
        self.refusal_id = ""  # of the last change that the venue refused after taking it
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

    def is_as_wanted(self, order: VenueOrder) -> bool:
        return self.wanted is not None and self.wanted.is_in(order)

    def is_changed(self, order: VenueOrder) -> bool:
        return self.sent is not None and self.sent.is_in(order)

    def is_refused_there(self, order: VenueOrder) -> bool:
        info = order.request_info
        return info is not None and info.status == "REJECTED" and info.id != self.refusal_id

    # What every path into or out of a state does

    def on_enter_modifying(self) -> None:
        assert self.wanted is not None
        self.sent = self.wanted
        self.attempt = 0
        self.request(ModifyOrder(self.client_order_id, self.sent))
        self.start_timer("modify_timeout", self.backoff.delay(self.attempt))

    def on_exit_modifying(self) -> None:
        self.attempt = 0
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

    def after_informed(self, order: VenueOrder) -> None:
        if order.request_info is not None and order.request_info.status == "REJECTED":
            self.refusal_id = order.request_info.id

    def want(self, change: Change) -> None:
        self.wanted = change

    def ask(self) -> None:
        self.attempt += 1
        self.request(QueryOrder(self.client_order_id))
        self.start_timer("modify_timeout", self.backoff.delay(self.attempt))

    def tell_refused_there(self, order: VenueOrder) -> None:
        message = order.request_info.message if order.request_info else ""
        self.emit(OrderModifyRejected(self.client_order_id, f"MODIFY_REJECTED: {message}"))

    def tell_modify_refused(self, error: VenueError) -> None:
        self.emit(OrderModifyRejected(self.client_order_id, str(error)))

    def tell_overtaken(self) -> None:
        reason = "CANCEL_PENDING: the order is being canceled"
        self.emit(OrderModifyRejected(self.client_order_id, reason))

    def tell_unmodifiable(self) -> None:
        reason = "ORDER_ENDED: the order has ended before the change"
        self.emit(OrderModifyRejected(self.client_order_id, reason))

    def tell_misfit(self, reason: str) -> None:
        self.emit(OrderModifyRejected(self.client_order_id, reason))

    def tell_cancel_refused(self, error: VenueError) -> None:
        self.attempt = 0
        self.emit(OrderCancelRejected(self.client_order_id, str(error)))
        self.request(QueryOrder(self.client_order_id))

    def tell_too_late(self) -> None:
        reason = "ORDER_ENDED: the order has ended before the cancel"
        self.emit(OrderCancelRejected(self.client_order_id, reason))

    def alert(self) -> None:
        self.emit(OrderUnresolved(self.client_order_id, self.attempt))
