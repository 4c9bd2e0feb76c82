"""Two small charts in the words of the real ones: what is tested of journals stands still while
those change. The real ones have their turn in `test_values` and `test_simulation`."""

from __future__ import annotations

from decimal import Decimal

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderCancelRejected,
    OrderFilled,
    OrderModifyRejected,
    OrderRejected,
    OrderSubmitted,
)
from paradex_adapter.charts.requests import CancelOrder, CreateOrder, QueryOrder
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Change, Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import HERE, Chart, Compound


class Order(Chart):
    """An order: sent, on the book, doubted perhaps, and filled."""

    initialized = State(initial=True)

    class unconfirmed(Compound):
        sending = State(initial=True)

    class live(Compound):
        accepted = State(initial=True)
        stale = State()

    class ended(Compound):
        filled = State(initial=True, final=True)
        rejected = State(final=True)

    submit = initialized.to(unconfirmed, on="send")
    refused = unconfirmed.to(ended.rejected, on="tell_refused")
    opened = (
        unconfirmed.to(live.accepted, on="tell_accepted")
        | live.stale.to(live.accepted)
        | live.to(HERE)
    )
    executed = live.to(ended.filled, cond="is_last", on="tell_filled") | live.to(
        HERE, on="tell_filled"
    )
    doubted = live.to(live.stale)
    ask_again = live.stale.to(live.stale)
    unanswered = unconfirmed.to(HERE)
    session_lost = live.to(HERE) | ended.to(HERE)

    def __init__(self, client_order_id: str, quantity: Decimal) -> None:
        self.client_order_id = client_order_id
        self.quantity = quantity
        self.filled_qty = Decimal(0)
        self.fills: set[str] = set()
        self.backoff = Backoff()
        self.attempt = 0
        super().__init__()

    def is_last(self, fill: Fill) -> bool:
        return self.filled_qty + Decimal(fill.size) >= self.quantity

    def on_enter_accepted(self) -> None:
        self.attempt = 0

    def on_enter_stale(self) -> None:
        self.request(QueryOrder(self.client_order_id))
        self.start_timer("ask_again", self.backoff.delay(self.attempt))
        self.attempt += 1

    def on_exit_stale(self) -> None:
        self.cancel_timer("ask_again")

    def send(self) -> None:
        self.emit(OrderSubmitted(self.client_order_id))
        self.request(CreateOrder(self.client_order_id))

    def tell_refused(self, error: VenueError) -> None:
        self.emit(OrderRejected(self.client_order_id, str(error), False, 0))

    def tell_accepted(self, order: VenueOrder) -> None:
        self.emit(OrderAccepted(self.client_order_id, order.id, order.last_updated_at))

    def tell_filled(self, fill: Fill) -> None:
        self.filled_qty += Decimal(fill.size)
        self.fills.add(fill.trade_id)
        self.emit(OrderFilled(self.client_order_id, fill.order_id, fill))


class Command(Chart):
    """What is asked of one: a change, which is refused; a cancel, which comes too late."""

    idle = State(initial=True)
    modifying = State()
    canceling = State()
    ended = State()

    modify = idle.to(modifying, on="want")
    modify_refused = modifying.to(idle, on="tell_modify_refused")
    cancel = idle.to(canceling)
    cancel_queued = canceling.to(HERE)
    cancel_refused = canceling.to(idle, on="tell_cancel_refused")
    known = idle.to(HERE)
    informed = idle.to(HERE) | modifying.to(HERE) | ended.to(HERE)
    order_ended = idle.to(ended) | modifying.to(ended) | canceling.to(ended)

    def __init__(self, client_order_id: str) -> None:
        self.client_order_id = client_order_id
        self.wanted: Change | None = None
        super().__init__()

    def on_enter_canceling(self) -> None:
        self.request(CancelOrder(self.client_order_id))

    def want(self, change: Change) -> None:
        self.wanted = change

    def tell_modify_refused(self, error: VenueError) -> None:
        self.emit(OrderModifyRejected(self.client_order_id, str(error)))

    def tell_cancel_refused(self, error: VenueError) -> None:
        self.emit(OrderCancelRejected(self.client_order_id, str(error)))
        self.request(QueryOrder(self.client_order_id))
