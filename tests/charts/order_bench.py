"""An order on the bench, and the ways to each of its states."""

from __future__ import annotations

from paradex_adapter.charts import Order
from paradex_adapter.charts.requests import CreateOrder, QueryOrder
from tests.charts.bench import Bench
from tests.charts.words import O1, execution, word

CREATE, QUERY = CreateOrder(O1), QueryOrder(O1)


def sent(order: Bench[Order]) -> Bench[Order]:
    order.dispatch("submit")
    return order


def resting(order: Bench[Order]) -> Bench[Order]:
    sent(order).receive("opened", order=word("OPEN", at=1))
    return order


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
