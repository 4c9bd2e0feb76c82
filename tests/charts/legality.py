"""An oracle of our own: which sequences of order events Nautilus accepts."""

from __future__ import annotations

from collections import Counter

from paradex_adapter.charts import facts as told
from paradex_adapter.charts.facts import OrderFact
from tests.charts.words import QUANTITY

LAST = (told.OrderRejected, told.OrderCanceled, told.OrderExpired)


def refuse_illegal(story: list[OrderFact]) -> None:
    kinds = Counter(map(type, story))
    assert type(story[0]) is told.OrderSubmitted
    assert kinds[told.OrderSubmitted] == 1
    assert kinds[told.OrderAccepted] <= 1
    trades = [fact.fill.trade_id for fact in story if isinstance(fact, told.OrderFilled)]
    assert len(set(trades)) == len(trades) <= QUANTITY
    is_accepted = has_ended = False
    filled = 0
    for before, fact in zip([None, *story], story, strict=False):
        match fact:
            case told.OrderAccepted():
                assert not has_ended
                is_accepted = True
            case told.OrderUpdated():
                assert is_accepted
                assert not has_ended
            case told.OrderFilled():
                assert is_accepted
                assert not has_ended or kinds[told.OrderCanceled]
                filled += 1
                has_ended = filled == QUANTITY or has_ended
            case told.OrderRejected():
                assert not is_accepted
                assert not has_ended
                has_ended = True
            case told.OrderCanceled() | told.OrderExpired():
                assert is_accepted
                assert filled < QUANTITY
                after_a_late_fill = isinstance(before, told.OrderFilled) and has_ended
                assert not has_ended or after_a_late_fill
                has_ended = True
