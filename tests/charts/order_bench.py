"""An order on the bench, and the ways to each of its states."""

from __future__ import annotations

from paradex_adapter.charts import Order
from paradex_adapter.charts.requests import CreateOrder, QueryOrder
from paradex_adapter.orders import EVENTS_OF_STATUS
from paradex_adapter.wire.rest import Order as VenueOrder
from tests.charts.bench import Bench
from tests.charts.words import O1, VALID_UNTIL, execution, word

CREATE, QUERY = CreateOrder(O1), QueryOrder(O1)


def queued(order: Bench[Order]) -> Bench[Order]:
    order.dispatch("submit")
    return order


def sent(order: Bench[Order]) -> Bench[Order]:
    queued(order).dispatch("sent", valid_until=VALID_UNTIL)
    return order


def resting(order: Bench[Order]) -> Bench[Order]:
    sent(order).receive("opened", order=word("OPEN", at=1))
    return order


def said(order: Bench[Order], word: VenueOrder) -> list[object]:
    """The venue's word on the order, as it is brought to the chart; what came of it."""
    if word.status == "OPEN" and order.chart.trigger_price is not None:
        fired = {"venue_order_id": word.id, "ts_event": word.last_updated_at}
        told = order.receive("triggered", **fired)
    else:
        told = []
    for event in EVENTS_OF_STATUS[word.status]:
        told += order.receive(event, order=word)
    return told


WAYS: dict[str, list[tuple[str, dict[str, object]]]] = {
    "unconfirmed.sending": [],
    "unconfirmed.acknowledged": [("acked", {"order": word("NEW")})],
    "unconfirmed.unknown": [("unanswered", {})],
    "live.accepted": [("opened", {"order": word("OPEN")})],
    "live.partially_filled": [("executed", {"fill": execution(1)})],
    "live.stale": [("opened", {"order": word("OPEN")}), ("doubted", {})],
    "settling": [("closed", {"order": word("CLOSED", filled=2)})],
    "ended.canceled": [("closed", {"order": word("CLOSED", reason="USER_CANCELED")})],
}
"""From being sent to each state."""


def brought(order: Bench[Order], state: str) -> Bench[Order]:
    sent(order)
    for event, data in WAYS[state]:
        order.receive(event, **data)
    assert order.where == state
    return order
