from __future__ import annotations

from decimal import Decimal

from paradex_adapter.charts.facts import OrderUpdated
from tests.charts.order_bench import resting
from tests.charts.words import O1, VENUE_ID, execution, word


def test_new_terms_are_told_once(order):
    resting(order)
    assert order.receive("amended", order=word("OPEN")) == []
    (updated,) = order.receive("amended", order=word("OPEN", size=3, price="3100", at=4))
    assert updated == OrderUpdated(O1, VENUE_ID, Decimal(3), Decimal("3100"), 4)
    assert order.receive("amended", order=word("OPEN", size=3, price="3100")) == []


def test_an_order_made_larger_is_filled_by_its_new_quantity(order):
    resting(order)
    order.receive("amended", order=word("OPEN", size=3))
    for number in (1, 2):
        order.receive("executed", fill=execution(number, of=3))
        assert order.where == "live.partially_filled"
    order.receive("executed", fill=execution(3, of=3))
    assert order.where == "ended.filled"


def test_an_older_word_does_not_bring_back_older_terms(order):
    resting(order)
    order.receive("amended", order=word("OPEN", price="3100", at=7))
    assert order.receive("amended", order=word("OPEN", at=6)) == []
    assert order.receive("amended", order=word("OPEN", price="3100", at=9)) == []
    assert order.receive("amended", order=word("OPEN", price="3090", at=8)) == []


def test_of_two_words_of_one_millisecond_the_one_that_counts_more_is_the_later(order):
    resting(order)
    order.receive("executed", fill=execution(1, of=3))
    order.receive("amended", order=word("OPEN", filled=1, size=3, at=7))
    assert order.receive("amended", order=word("OPEN", at=7)) == []
    assert order.chart.quantity == 3


def test_the_terms_of_an_order_that_ended_are_not_told(order):
    resting(order)
    order.receive("closed", order=word("CLOSED", reason="USER_CANCELED"))
    assert order.receive("amended", order=word("OPEN", price="3100")) == []
