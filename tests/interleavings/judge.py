"""What the strategy sees, judged: Nautilus's own order, and what Nautilus leaves unsaid.

A `Seen` is what a strategy knows of its order after some events. Each sequence of events is
applied to a real order once, whoever comes to it later finds it here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from nautilus_trader.core.fsm import InvalidStateTrigger
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.orders import Order

from paradex_adapter.charts import facts as told
from paradex_adapter.charts.facts import OrderFact
from paradex_adapter.wire.rest import Fill
from tests.charts.nautilus_order import (
    nautilus_event,
    nautilus_market_order,
    nautilus_order,
    nautilus_pending,
)
from tests.interleavings.words import PRICE, QUANTITY, half

PENDING = (OrderStatus.PENDING_UPDATE, OrderStatus.PENDING_CANCEL)
ALERTS = (told.OrderUnresolved, told.OrderKnown)
"""Facts that are no Nautilus event."""

LATE = "late"
type Event = OrderFact | str
"""A fact, or the command that the strategy sends: `"modify"`, `"cancel"`, or `LATE`, either of
them sent before the strategy knows that the order has ended."""


class Illegal(Exception):
    """The strategy was told what it must never be."""


class Execution(NamedTuple):
    """As the strategy was told of it."""

    trade_id: str
    size: Decimal
    price: Decimal
    fee: Decimal
    is_maker: bool


class Seen(NamedTuple):
    """A strategy's view. `before` is the status Nautilus would go back to."""

    status: str
    before: str
    quantity: Decimal
    price: Decimal
    filled: Decimal
    average: Decimal
    commission: Decimal
    executions: frozenset[Execution]
    venue_order_id: str
    terms_at: int  # since when the terms hold that were told last
    is_over: bool
    changes_asked: int
    changes_rejected: int
    cancels_rejected: int  # for another reason than that the order had ended


class Judge:
    """Judges the events of one order; the same sequence once."""

    def __init__(self, is_market: bool) -> None:
        self._is_market = is_market
        self._after: dict[tuple[int, object], int | Illegal] = {}
        self._histories: list[tuple[Event, ...]] = [()]
        self.seen: list[Seen] = [_first(self._order())]

    def apply(self, view: int, event: Event) -> int:
        """The view after `event`; `Illegal` when it must not be told now."""
        if isinstance(event, ALERTS):
            return view
        key = view, _key(event)
        after = self._after.get(key)
        if after is None:
            after = self._after[key] = self._judged(view, event)
        if isinstance(after, Illegal):
            raise after
        return after

    def _judged(self, view: int, event: Event) -> int | Illegal:
        try:
            return self._judge(view, event)
        except Illegal as illegal:
            return illegal

    def _judge(self, view: int, event: Event) -> int:
        history = self._histories[view]
        order = self._order()
        for earlier in history:
            _apply(order, earlier)
        seen = _judged(self.seen[view], order, event)
        if seen in self.seen:  # the same view by another way
            return self.seen.index(seen)
        self.seen.append(seen)
        self._histories.append((*history, event))
        return len(self.seen) - 1

    def _order(self) -> Order:
        if self._is_market:
            return nautilus_market_order(QUANTITY)
        return nautilus_order(QUANTITY, str(half(PRICE)))


def _key(event: Event) -> object:
    """What tells one event from another; times are not judged, but for those of terms."""
    match event:
        case told.OrderFilled(_, _, fill):
            return "fill", fill.trade_id, fill.size, fill.price, fill.fee, fill.liquidity
        case told.OrderUpdated(quantity=quantity, price=price, ts_event=at):
            return "update", quantity, price, at
        case told.OrderModifyRejected(_, reason) | told.OrderCancelRejected(_, reason):
            return type(event), reason.partition(":")[0]
        case str():
            return event
        case _:
            return type(event)


def _apply(order: Order, event: Event) -> None:
    if isinstance(event, OrderFact):
        order.apply(nautilus_event(event, order))
    elif event != LATE:
        order.apply(nautilus_pending(event, order))


def _judged(seen: Seen, order: Order, event: Event) -> Seen:
    _refuse(seen, event)
    status = order.status
    try:
        _apply(order, event)
    except (InvalidStateTrigger, ValueError, KeyError) as error:
        raise Illegal(f"Nautilus cannot apply {_name(event)}: {error}") from error
    before = seen.before if status in PENDING else OrderStatus(status).name
    return _view(order, before, seen)._replace(**_noted(seen, event))


def _refuse(seen: Seen, event: Event) -> None:
    """What Nautilus would take, and a strategy must not be told."""
    answers = (told.OrderModifyRejected, told.OrderCancelRejected, str)
    if seen.is_over and not isinstance(event, answers):
        raise Illegal(f"{_name(event)} after the end ({seen.status})")
    match event:
        case told.OrderAccepted() if seen.venue_order_id:
            raise Illegal("accepted a second time")
        case told.OrderDisputed(_, fill):
            raise Illegal(f"fill {fill.id} disputed, of an honest venue")
        case told.OrderFilled(_, _, fill):
            _refuse_fill(seen, fill)
        case told.OrderUpdated():
            _refuse_update(seen, event)


def _refuse_fill(seen: Seen, fill: Fill) -> None:
    if not seen.venue_order_id:
        raise Illegal(f"fill {fill.id} before the acceptance")
    if seen.filled + Decimal(fill.size) > seen.quantity:
        raise Illegal(
            f"fill {fill.id} of {fill.size} after {seen.filled} makes more than the "
            f"{seen.quantity} told: Nautilus drops it"
        )


def _refuse_update(seen: Seen, update: told.OrderUpdated) -> None:
    if (update.quantity, update.price) == (seen.quantity, seen.price):
        raise Illegal("an update that changes nothing")
    if update.quantity < seen.filled:
        raise Illegal(f"updated to {update.quantity}, with {seen.filled} filled")
    if update.ts_event < seen.terms_at:
        raise Illegal("updated to terms older than those told before")


def _noted(seen: Seen, event: Event) -> dict[str, object]:
    match event:
        case "modify" | "late":
            return {"changes_asked": seen.changes_asked + 1}
        case told.OrderModifyRejected():
            return {"changes_rejected": seen.changes_rejected + 1}
        case told.OrderCancelRejected(_, reason):
            ours = reason.startswith("ORDER_ENDED")
            return {"cancels_rejected": seen.cancels_rejected + (not ours)}
        case told.OrderUpdated(ts_event=at):
            return {"terms_at": at}
        case told.OrderFilled(_, _, fill):
            new = Execution(
                fill.trade_id,
                Decimal(fill.size),
                Decimal(fill.price),
                Decimal(fill.fee),
                fill.liquidity == "MAKER",
            )
            return {"executions": seen.executions | {new}}
        case _:
            return {}


def _first(order: Order) -> Seen:
    nothing = Seen(*("", "") + (Decimal(0),) * 5, frozenset(), "", 0, False, 0, 0, 0)
    return _view(order, "INITIALIZED", nothing)


def _view(order: Order, before: str, seen: Seen) -> Seen:
    commissions = [money.as_decimal() for money in order.commissions()]
    return seen._replace(
        status=OrderStatus(order.status).name,
        before=before,
        quantity=order.quantity.as_decimal().normalize(),
        price=order.price.as_decimal().normalize() if order.has_price else Decimal(0),
        filled=order.filled_qty.as_decimal().normalize(),
        average=Decimal(f"{order.avg_px:.6f}").normalize(),
        commission=sum(commissions, Decimal(0)).normalize(),
        venue_order_id=str(order.venue_order_id or ""),
        is_over=order.is_closed,
    )


def _name(event: Event) -> str:
    return f"the strategy's {event}" if isinstance(event, str) else type(event).__name__
