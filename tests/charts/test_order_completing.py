"""An execution that seems to be the last: told as such only when nothing remains for certain."""

from __future__ import annotations

from decimal import Decimal

import pytest

from paradex_adapter.charts.facts import OrderDisputed, OrderUnresolved
from tests.charts.bench import Bench
from tests.charts.order_bench import QUERY, resting, said, sent
from tests.charts.words import (
    O1,
    a_market_order,
    accepted,
    an_order,
    canceled,
    events,
    execution,
    filled,
    updated,
    word,
)

BINARY = 0
"""An execution in binary words, which do not say what remains."""


def half_filled(order: Bench, of: int = BINARY) -> Bench:
    resting(order)
    order.receive("executed", fill=execution(1, of=of))
    return order


def completing(order: Bench, of: int = BINARY) -> Bench:
    """Two of two executed, as far as we know."""
    half_filled(order, of)
    assert order.receive("executed", fill=execution(2, of=of)) == []
    assert order.where == "completing"
    return order


# What is certain at once


def test_an_execution_that_says_that_nothing_remains_is_the_last(order):
    half_filled(order, of=2)
    assert order.receive("executed", fill=execution(2)) == [filled(2)]
    assert order.where == "ended.filled"


def test_an_execution_that_the_venues_word_counts_already_is_the_last(order):
    half_filled(order)
    said(order, word("OPEN", filled=2))
    assert order.receive("executed", fill=execution(2, of=BINARY)) == [filled(2, of=BINARY)]
    assert order.where == "ended.filled"


def test_nothing_is_awaited_for_a_market_order_whose_size_cannot_change():
    order = sent(Bench(a_market_order()))
    order.receive("executed", fill=execution(1, of=BINARY))
    assert order.receive("executed", fill=execution(2, of=BINARY)) == [filled(2, of=BINARY)]
    assert order.where == "ended.filled"


# What is held until the venue's word of the order


def test_an_execution_that_may_be_the_last_is_told_with_the_word_of_the_end(order):
    completing(order)
    assert said(order, word("CLOSED", filled=2)) == [filled(2, of=BINARY)]
    assert order.where == "ended.filled"
    assert order.armed == set()


def test_an_order_executed_at_once_is_accepted_at_once():
    order = sent(Bench(an_order(size=1)))
    assert order.receive("executed", fill=execution(1, 5, of=BINARY)) == [accepted(5)]
    assert said(order, word("CLOSED", filled=1, size=1)) == [filled(1, 5, of=BINARY)]
    assert order.where == "ended.filled"


@pytest.mark.parametrize("of", [3, BINARY], ids=["json", "binary"])
def test_an_execution_that_overtakes_the_word_of_an_increase_is_not_the_last(order, of):
    """Somebody made the order larger in the venue's own interface."""
    completing(order, of)
    told = said(order, word("OPEN", filled=2, size=3, at=7))
    assert events(told) == [updated(3, at=7), filled(2, of=of)]
    assert order.where == "live.stale"
    said(order, word("OPEN", filled=2, size=3, at=7))
    assert order.where == "live.partially_filled"
    order.receive("executed", fill=execution(3, of=of))
    assert said(order, word("CLOSED", filled=3, size=3, at=8)) == (
        [filled(3, of=of)] if of == BINARY else []
    )
    assert order.where == "ended.filled"


def test_the_word_of_an_increase_is_enough_though_it_counts_less(order):
    completing(order)
    told = said(order, word("OPEN", filled=1, size=3, at=7))
    assert events(told) == [updated(3, at=7), filled(2, of=BINARY)]


def test_the_word_of_another_price_is_told_and_awaits_what_was_executed_since(order):
    completing(order)
    told = said(order, word("OPEN", filled=1, price="3100", at=7))
    assert told == [updated(2, "3100", 7)]
    assert order.where == "completing"


def test_every_execution_that_follows_waits_its_turn(order):
    completing(order)
    assert order.receive("executed", fill=execution(3, of=BINARY)) == []
    told = said(order, word("CLOSED", filled=3, size=3))
    assert told == [updated(3), filled(2, of=BINARY), filled(3, of=BINARY)]
    assert order.where == "ended.filled"


def test_an_execution_that_is_held_is_held_once(order):
    completing(order)
    assert order.receive("executed", fill=execution(2, of=BINARY)) == []
    assert said(order, word("CLOSED", filled=2)) == [filled(2, of=BINARY)]


def test_a_word_that_is_older_than_the_execution_does_not_say_that_it_was_the_last(order):
    completing(order)
    assert said(order, word("OPEN", filled=1)) == []
    assert order.where == "completing"


def test_an_increase_that_we_asked_for_may_have_been_made(order):
    half_filled(order, of=2)
    order.dispatch("change_sent", size=Decimal(3))
    assert order.receive("executed", fill=execution(2)) == []
    assert said(order, word("CLOSED", filled=2)) == [filled(2)]
    assert order.where == "ended.filled"


def test_a_size_that_was_asked_for_and_made_is_as_good_as_any(order):
    resting(order)
    order.dispatch("change_sent", size=Decimal(3))
    said(order, word("OPEN", size=3))
    for number in (1, 2, 3):
        assert order.receive("executed", fill=execution(number, of=3)) == [filled(number, of=3)]
    assert order.where == "ended.filled"


def test_an_order_filled_by_the_smaller_size_that_was_asked_for_ends_filled(order):
    resting(order)
    order.dispatch("change_sent", size=Decimal(1))
    assert order.receive("executed", fill=execution(1, of=BINARY)) == []
    told = said(order, word("CLOSED", filled=1, size=1))
    assert told == [updated(1), filled(1, of=BINARY)]
    assert order.where == "ended.filled"


def test_a_word_that_counts_all_but_leaves_some_frees_what_was_held(order):
    resting(order)
    order.dispatch("change_sent", size=Decimal(1))
    order.receive("executed", fill=execution(1, of=BINARY))
    told = said(order, word("OPEN", filled=1))
    assert events(told) == [filled(1, of=BINARY)]
    assert order.where == "live.stale"


def test_an_execution_that_says_nothing_remains_while_one_was_missed_is_held(order):
    resting(order)
    assert order.receive("executed", fill=execution(2)) == []
    told = said(order, word("CLOSED", filled=2))
    assert told == [filled(2), QUERY, QUERY]  # the order is stale for a moment, then settling
    assert order.receive("executed", fill=execution(1)) == [filled(1)]
    assert order.where == "ended.filled"


# When that word does not come


def test_the_venue_is_asked_when_its_word_does_not_come(order):
    completing(order)
    assert order.wait(0.2) == []
    assert order.wait(0.1) == [QUERY]
    assert said(order, word("CLOSED", filled=2)) == [filled(2, of=BINARY)]


def test_it_is_asked_ever_more_slowly_and_an_alert_is_raised_now_and_then(order):
    completing(order)
    told = order.wait(300)
    assert OrderUnresolved(O1, 9) in told
    assert told.count(QUERY) > 10
    assert order.where == "completing"


def test_it_is_asked_at_once_when_somebody_doubts(order):
    completing(order)
    assert order.receive("doubted") == [QUERY]
    assert order.where == "completing"


def test_losing_the_session_keeps_what_is_held_and_asking_goes_on(order):
    completing(order)
    assert order.receive("session_lost") == []
    assert order.wait(0.3) == [QUERY]
    assert events(said(order, word("OPEN", filled=2, size=3))) == [
        updated(3),
        filled(2, of=BINARY),
    ]
    said(order, word("OPEN", filled=2, size=3))
    assert order.where == "live.stale"  # until the session is back


# When it contradicts


def test_an_end_that_counts_more_than_was_told_is_settled_by_asking(order):
    """The word of the end came without its terms: nobody can say which execution it counts."""
    order = Bench(an_order(size=3))
    sent(order)
    order.receive("executed", fill=execution(1, of=2))
    order.receive("executed", fill=execution(2, of=2))
    closed = word("CLOSED", filled=2, size=3, reason="USER_CANCELED")
    assert order.receive("closed", order=closed) == [QUERY]
    assert order.receive("executed", fill=execution(2, of=3))[0] == filled(2, of=3)
    assert order.where == "ended.canceled"


def test_an_end_that_does_not_count_what_was_executed_is_disputed(order):
    completing(order)
    told = said(order, word("CLOSED", filled=1, reason="USER_CANCELED", at=9))
    assert told == [OrderDisputed(O1, execution(2, of=BINARY)), canceled("USER_CANCELED", 9)]
    assert order.where == "ended.canceled"


# Terms of an order nobody had heard of


def test_an_order_that_grew_before_it_was_heard_of_is_told_its_terms_before_its_executions(order):
    """Of an earlier process: its acceptance, its increase and its executions were all missed."""
    order.dispatch("adopt", venue_order_id="", filled_qty=Decimal(0), fills=set())
    told = said(order, word("CLOSED", filled=3, size=3, at=9))
    assert told == [accepted(9), updated(3, at=9), QUERY]
    for number in (1, 2, 3):
        order.receive("executed", fill=execution(number, of=3))
    assert order.where == "ended.filled"


def test_its_executions_may_be_heard_of_before_its_terms(order):
    assert sent(order).where == "unconfirmed.sending"
    told = [fact for n in (1, 2, 3) for fact in order.receive("executed", fill=execution(n, of=3))]
    assert told == [accepted(), filled(1, of=3)]
    told = said(order, word("CLOSED", filled=3, size=3, at=9))
    assert told == [updated(3, at=9), filled(2, of=3), filled(3, of=3)]
    assert order.where == "ended.filled"


def test_the_size_of_an_order_on_the_whole_position_is_not_a_change(order):
    """The venue writes it as 0 until it triggers."""
    resting(order)
    assert said(order, word("OPEN", size=0)) == []
    assert order.chart.quantity == 2
