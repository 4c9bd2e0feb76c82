from __future__ import annotations

from decimal import Decimal

from paradex_adapter.charts.facts import OrderUpdated
from paradex_adapter.charts.requests import ReviewOrder
from tests.charts.order_bench import QUERY, resting
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


def test_other_terms_of_the_same_time_are_asked_about_and_the_answer_counts(order):
    """Nobody can tell which word is the later: it may have been repeated, or overtaken."""
    resting(order)
    order.receive("amended", order=word("OPEN", at=7))
    other = word("OPEN", price="3100", at=7)
    assert order.receive("amended", order=other) == [ReviewOrder(O1), QUERY]
    assert order.where == "live.stale"
    assert order.receive("amended", order=other) == [ReviewOrder(O1), QUERY]
    (updated,) = order.receive("amended", order=other, is_fresh=True)
    assert updated == OrderUpdated(O1, VENUE_ID, Decimal(2), Decimal(3100), 7)


def test_an_answer_that_confirms_the_terms_leaves_them(order):
    resting(order)
    order.receive("amended", order=word("OPEN", at=7))
    order.receive("amended", order=word("OPEN", price="3100", at=7))
    assert order.receive("amended", order=word("OPEN", at=7), is_fresh=True) == []
    assert order.chart.price == Decimal("3120.55")


def test_the_terms_of_the_end_are_the_latest_of_their_time(order):
    resting(order)
    order.receive("amended", order=word("OPEN", at=7))
    (updated,) = order.receive("amended", order=word("CLOSED", price="3100", at=7))
    assert updated.price == Decimal(3100)
