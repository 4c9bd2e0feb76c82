"""What is being asked of one order: one command at a time."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    OrderCancelRejected,
    OrderModifyRejected,
    OrderUnresolved,
)
from paradex_adapter.charts.requests import CancelOrder, QueryOrder
from paradex_adapter.errors import VenueError
from statecharts import HERE, Chart

OVERDUE_ATTEMPTS = 10


class Command(Chart):
    """What the strategy asks of an order that the venue may or may not have yet.

    A cancel waits until the venue has the order, is asked for again until the order ends (asking
    twice is harmless), and is rejected on the venue's definite word only. It can lose to a fill.
    """

    idle = State(initial=True)  # the venue may have the order; nothing is asked
    waiting = State()  # to be canceled as soon as the venue is known to have the order
    canceling = State()  # the cancel is asked for; the order's end is outstanding
    ended = State()  # the order has ended

    cancel = (
        idle.to(canceling, cond="is_known")
        | idle.to(waiting)
        | waiting.to(HERE)
        | canceling.to(HERE)
        | ended.to(HERE, on="tell_too_late")
    )
    known = waiting.to(canceling) | idle.to(HERE) | canceling.to(HERE) | ended.to(HERE)
    cancel_queued = canceling.to(HERE) | ended.to(HERE)
    cancel_refused = canceling.to(idle, on="tell_refused") | ended.to(HERE)
    cancel_unanswered = canceling.to(HERE) | ended.to(HERE)
    cancel_timeout = canceling.to(canceling, cond="is_overdue", on="alert") | canceling.to(
        canceling
    )
    modify = (
        idle.to(HERE, on="tell_unmodifiable")
        | waiting.to(HERE, on="tell_unmodifiable")
        | canceling.to(HERE, on="tell_unmodifiable")
        | ended.to(HERE, on="tell_unmodifiable")
    )
    order_ended = idle.to(ended) | waiting.to(ended) | canceling.to(ended)

    def __init__(self, client_order_id: str, backoff: Backoff = Backoff(first=3.0)) -> None:
        self.client_order_id = client_order_id
        self.backoff = backoff
        self.has_reached_venue = False
        self.attempt = 0
        super().__init__()

    def is_known(self) -> bool:
        return self.has_reached_venue

    def is_overdue(self) -> bool:
        return self.attempt % OVERDUE_ATTEMPTS == OVERDUE_ATTEMPTS - 1

    def on_known(self) -> None:
        self.has_reached_venue = True

    def on_enter_canceling(self) -> None:
        self.request(CancelOrder(self.client_order_id))
        self.start_timer("cancel_timeout", self.backoff.delay(self.attempt))
        self.attempt += 1

    def on_exit_canceling(self) -> None:
        self.cancel_timer("cancel_timeout")

    def tell_refused(self, error: VenueError) -> None:
        self.attempt = 0
        self.emit(OrderCancelRejected(self.client_order_id, str(error)))
        self.request(QueryOrder(self.client_order_id))

    def tell_too_late(self) -> None:
        reason = "ORDER_ENDED: the order has ended before the cancel"
        self.emit(OrderCancelRejected(self.client_order_id, reason))

    def tell_unmodifiable(self) -> None:
        reason = "MODIFY_UNSUPPORTED: cancel the order and submit another"
        self.emit(OrderModifyRejected(self.client_order_id, reason))

    def alert(self) -> None:
        self.emit(OrderUnresolved(self.client_order_id, self.attempt))
