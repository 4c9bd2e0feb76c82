"""An oracle of our own: which sequences of order events Nautilus accepts."""

from __future__ import annotations

from paradex_adapter.charts import facts as told
from paradex_adapter.charts.facts import OrderFact
from tests.charts.words import QUANTITY

LAST = (told.OrderRejected, told.OrderCanceled, told.OrderExpired)


def refuse_illegal(story: list[OrderFact]) -> None:
    """Fails unless Nautilus would apply every event, and an end is an end.

    A late execution opens a canceled order again, so another cancel must follow it.
    """
    trades = [fact.fill.trade_id for fact in story if isinstance(fact, told.OrderFilled)]
    assert len(set(trades)) == len(trades) <= QUANTITY
    state, filled = "initialized", 0
    for fact in story:
        step = state, type(fact)
        if isinstance(fact, told.OrderFilled):
            filled += 1
            step = (state, "last fill") if filled == QUANTITY else step
        assert step in LEGAL, f"{type(fact).__name__} while {state}: {story}"
        state = LEGAL[step]
    assert state != "reopened"


LEGAL = {
    ("initialized", told.OrderSubmitted): "submitted",
    ("submitted", told.OrderRejected): "over",
    ("submitted", told.OrderAccepted): "accepted",
    ("accepted", told.OrderUpdated): "accepted",
    ("accepted", told.OrderFilled): "accepted",
    ("accepted", "last fill"): "over",
    ("accepted", told.OrderCanceled): "canceled",
    ("accepted", told.OrderExpired): "over",
    ("canceled", told.OrderFilled): "reopened",
    ("canceled", "last fill"): "over",
    ("reopened", told.OrderCanceled): "canceled",
}
"""What an event leads to; whatever is not here is illegal."""
