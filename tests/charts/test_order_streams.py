"""Replies, words and executions of an order: in any order and any number of times."""

from __future__ import annotations

import pytest

from paradex_adapter.charts.facts import OrderDisputed
from tests.charts.bench import Bench
from tests.charts.order_bench import QUERY, brought, resting, sent
from tests.charts.words import O1, REFUSAL, accepted, an_order, events, execution, filled, word


def test_a_fill_that_arrives_before_the_acceptance_is_told_after_it(order):
    sent(order)
    assert order.receive("executed", fill=execution(1, 5)) == [accepted(5), filled(1, 5)]
    assert order.where == "live.partially_filled"
    assert order.receive("opened", order=word("OPEN", filled=1)) == []
    assert order.receive("acked", order=word("NEW")) == []
    assert order.where == "live.partially_filled"


def test_an_order_filled_at_once_is_accepted_first():
    quick = Bench(an_order(size=1))
    quick.dispatch("submit")
    told = quick.receive("executed", fill=execution(1, 5, of=1))
    assert told == [accepted(5), filled(1, 5, of=1)]
    assert quick.where == "ended.filled"


def test_a_repeated_execution_is_told_once(order):
    resting(order)
    order.receive("executed", fill=execution(1))
    assert order.receive("executed", fill=execution(1)) == []
    assert order.where == "live.partially_filled"
    order.receive("executed", fill=execution(2))
    assert order.receive("executed", fill=execution(2)) == []
    assert order.where == "ended.filled"


def test_partially_filled_never_goes_back_to_accepted(order):
    resting(order)
    order.receive("executed", fill=execution(1))
    for late in (word("OPEN"), word("OPEN", filled=1)):
        assert order.receive("opened", order=late) == []
        assert order.where == "live.partially_filled"
    order.receive("session_lost")
    order.receive("session_ready")
    order.receive("opened", order=word("OPEN", filled=1))
    assert order.where == "live.partially_filled"


def test_closed_waits_for_its_missing_executions_and_then_tells_them_before_the_end(order):
    resting(order)
    closed = word("CLOSED", filled=2, at=9)
    assert order.receive("closed", order=closed) == [QUERY]
    assert order.where == "settling"
    assert order.receive("executed", fill=execution(1)) == [filled(1)]
    assert order.receive("executed", fill=execution(1)) == []
    assert order.receive("executed", fill=execution(2)) == [filled(2)]
    assert order.where == "ended.filled"


def test_a_canceled_order_waits_for_its_one_execution(order):
    resting(order)
    closed = word("CLOSED", filled=1, reason="USER_CANCELED", at=9)
    assert order.receive("closed", order=closed) == [QUERY]
    (fill, cancel) = order.receive("executed", fill=execution(1, 5))
    assert fill == filled(1, 5)
    assert cancel.reason == "USER_CANCELED"
    assert order.where == "ended.canceled"


def test_an_expired_order_waits_for_its_one_execution(order):
    resting(order)
    order.receive("closed", order=word("CLOSED", filled=1, reason="EXPIRED", at=9))
    assert events(order.receive("executed", fill=execution(1, 5)))[0] == filled(1, 5)
    assert order.where == "ended.expired"


@pytest.mark.parametrize(
    ("reason", "end"), [("EXPIRED", "ended.expired"), ("USER_CANCELED", "ended.canceled")]
)
def test_an_order_closed_partly_filled_waits_for_each_of_its_executions(reason, end):
    order = Bench(an_order(size=3))
    sent(order)
    order.receive("opened", order=word("OPEN", size=3))
    order.receive("closed", order=word("CLOSED", filled=2, reason=reason, size=3))
    assert order.receive("executed", fill=execution(1)) == [filled(1)]
    assert order.where == "settling"
    told = order.receive("executed", fill=execution(2))
    assert (told[0], len(told)) == (filled(2), 2)
    assert order.where == end


def test_a_late_word_of_fewer_executions_does_not_cut_the_waiting_short(order):
    resting(order)
    order.receive("closed", order=word("CLOSED", filled=2))
    order.receive("opened", order=word("OPEN", filled=1))
    assert order.receive("executed", fill=execution(1)) == [filled(1)]
    assert order.where == "settling"


def test_the_word_of_the_end_may_be_repeated_while_settling(order):
    brought(order, "settling")
    assert order.receive("closed", order=word("CLOSED", filled=2)) == []
    assert order.where == "settling"


def test_an_order_closed_before_anything_else_was_heard_is_accepted_and_settled(order):
    sent(order)
    closed = word("CLOSED", filled=2, at=9)
    assert order.receive("closed", order=closed) == [accepted(9), QUERY]
    order.receive("executed", fill=execution(1))
    order.receive("executed", fill=execution(2))
    assert order.where == "ended.filled"


def test_settling_asks_until_the_executions_are_there(order):
    resting(order)
    order.receive("closed", order=word("CLOSED", filled=2))
    told = order.wait(600)
    assert events(told) == []
    assert told.count(QUERY) > 10
    assert order.where == "settling"


@pytest.mark.parametrize("late", ["opened", "acked"])
def test_a_late_word_does_not_change_how_a_settling_order_ends(order, late):
    resting(order)
    order.receive("closed", order=word("CLOSED", filled=1, reason="EXPIRED", at=9))
    order.receive(late, order=word("OPEN" if late == "opened" else "NEW", at=3))
    assert order.where == "settling"
    order.receive("executed", fill=execution(1, 5))
    assert order.where == "ended.expired"


@pytest.mark.parametrize("late", ["opened", "acked", "closed"])
def test_a_late_update_never_reopens_a_closed_order(order, late):
    resting(order)
    order.receive("closed", order=word("CLOSED", reason="USER_CANCELED", at=9))
    status = {"opened": "OPEN", "acked": "NEW", "closed": "CLOSED"}[late]
    assert order.receive(late, order=word(status, at=3)) == []
    assert order.where == "ended.canceled"
    assert order.armed == set()


def test_a_late_execution_of_a_canceled_order_is_told_and_the_order_is_canceled_again(order):
    resting(order)
    order.receive("closed", order=word("CLOSED", reason="USER_CANCELED", at=9))
    (fill, cancel) = order.receive("executed", fill=execution(1, 5))
    assert fill == filled(1, 5)
    assert cancel.reason == "USER_CANCELED"
    assert order.where == "ended.canceled"
    assert order.receive("executed", fill=execution(1, 5)) == []


def test_a_late_execution_that_fills_a_canceled_order_is_its_last_word(order):
    """Nautilus calls the order filled then, and a filled order cannot be canceled."""
    resting(order)
    order.receive("executed", fill=execution(1))
    order.receive("closed", order=word("CLOSED", filled=1, reason="USER_CANCELED", at=9))
    assert order.receive("executed", fill=execution(2, 8)) == [filled(2, 8)]
    assert order.where == "ended.filled"
    assert order.receive("executed", fill=execution(1)) == []


def test_an_execution_of_an_order_that_was_rejected_is_disputed(order):
    sent(order)
    order.receive("refused", error=REFUSAL)
    assert order.receive("executed", fill=execution(1)) == [OrderDisputed(O1, execution(1))]
