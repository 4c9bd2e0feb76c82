"""An oracle of our own: which sequences of order events Nautilus accepts."""

from __future__ import annotations

from decimal import Decimal

from paradex_adapter.charts import facts as told
from paradex_adapter.charts.facts import OrderFact
from tests.charts.words import QUANTITY

LAST = (told.OrderRejected, told.OrderCanceled, told.OrderExpired)


def refuse_illegal(story: list[OrderFact]) -> None:
    """Fails unless Nautilus would apply every event, and an end is an end.

    A late execution opens a canceled order again, so another cancel must follow it.
    """
    trades = [fact.fill.trade_id for fact in story if isinstance(fact, told.OrderFilled)]
    assert len(set(trades)) == len(trades)
    state, filled, quantity = "initialized", 0, Decimal(QUANTITY)
    for fact in story:
        step = state, type(fact)
        if isinstance(fact, told.OrderUpdated):
            quantity = fact.quantity
            assert quantity >= filled
        if isinstance(fact, told.OrderFilled):
            filled += 1
            assert filled <= quantity
            step = (state, "last fill") if filled == quantity else step
        assert step in LEGAL, f"{type(fact).__name__} while {state}: {story}"
        state = LEGAL[step]
    assert state != "reopened"


LEGAL = {
    ("initialized", told.OrderSubmitted): "submitted",
    ("submitted", told.OrderRejected): "over",
    ("submitted", told.OrderAccepted): "accepted",
    ("accepted", told.OrderTriggered): "triggered",
    ("canceled", told.OrderFilled): "reopened",
    ("canceled", "last fill"): "over",
    ("reopened", told.OrderCanceled): "canceled",
} | {
    (state, kind): after
    for state in ("accepted", "triggered", "executed")
    for kind, after in (
        (told.OrderUpdated, state),
        (told.OrderFilled, "executed"),
        ("last fill", "over"),
        (told.OrderCanceled, "canceled"),
        (told.OrderExpired, "over"),
    )
}
"""What an event leads to; whatever is not here is illegal."""
