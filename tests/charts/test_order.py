"""An order's ordinary life, and how it is rejected."""

from __future__ import annotations

import pytest

from paradex_adapter.charts.facts import OrderDenied, OrderKnown, OrderRejected, OrderUnresolved
from tests.charts.bench import Bench
from tests.charts.order_bench import CREATE, QUERY, WAYS, brought, queued, resting, sent
from tests.charts.words import (
    O1,
    REFUSAL,
    VALID_UNTIL,
    VENUE_ID,
    accepted,
    an_order,
    canceled,
    events,
    execution,
    expired,
    filled,
    submitted,
    word,
)

# The ordinary life


def test_submitting_tells_it_and_asks_once_that_it_be_sent(order):
    assert order.dispatch("submit") == [submitted(), CREATE]
    assert order.where == "unconfirmed.queued"


def test_an_order_waits_for_its_turn_as_long_as_it_takes_and_then_for_an_answer(order):
    assert queued(order).armed == set()
    assert order.dispatch("sent", valid_until=VALID_UNTIL) == []
    assert (order.where, order.armed) == ("unconfirmed.sending", {"reply_timeout"})


def test_an_order_that_never_left_is_rejected_at_once(order):
    reason = "NOT_SENT: the request never left"
    assert queued(order).receive("unanswered") == [OrderRejected(O1, reason, False, 0)]
    assert order.where == "ended.rejected"


def test_an_order_is_valid_from_when_it_was_signed_and_not_from_when_it_was_submitted(order):
    queued(order).dispatch("sent", valid_until=VALID_UNTIL + 60_000)
    order.receive("unanswered")
    order.receive("not_found", venue_time=VALID_UNTIL + 60_000)
    assert order.where == "unconfirmed.unknown"
    order.receive("not_found", venue_time=VALID_UNTIL + 60_001)
    assert order.where == "ended.rejected"


def test_the_venue_takes_an_order_in_two_phases(order):
    sent(order)
    assert order.receive("acked", order=word("NEW")) == [OrderKnown(O1, VENUE_ID)]
    assert order.where == "unconfirmed.acknowledged"
    assert order.receive("opened", order=word("OPEN", at=7)) == [accepted(7)]
    assert order.where == "live.accepted"


def test_a_resting_order_fills_in_two_parts(order):
    resting(order)
    assert order.receive("executed", fill=execution(1, 5)) == [filled(1, 5)]
    assert order.where == "live.partially_filled"
    assert order.receive("executed", fill=execution(2, 6)) == [filled(2, 6)]
    assert order.where == "ended.filled"


def test_the_word_of_a_filled_orders_end_adds_nothing(order):
    resting(order)
    order.receive("executed", fill=execution(1))
    order.receive("executed", fill=execution(2))
    assert order.receive("closed", order=word("CLOSED", filled=2)) == []
    assert order.where == "ended.filled"


def test_a_canceled_order_is_told_with_the_venues_reason_and_time(order):
    resting(order)
    closed = word("CLOSED", reason="USER_CANCELED", at=9)
    assert order.receive("closed", order=closed) == [canceled("USER_CANCELED", 9)]
    assert order.where == "ended.canceled"


def test_a_partly_filled_order_may_be_canceled(order):
    resting(order)
    order.receive("executed", fill=execution(1, 5))
    closed = word("CLOSED", filled=1, reason="USER_CANCELED", at=9)
    assert order.receive("closed", order=closed) == [canceled("USER_CANCELED", 9)]


@pytest.mark.parametrize("reason", ["EXPIRED", "ASSET_EXPIRED"])
def test_an_order_whose_time_is_over_expires(order, reason):
    resting(order)
    assert order.receive("closed", order=word("CLOSED", reason=reason, at=9)) == [expired(9)]
    assert order.where == "ended.expired"


def test_ioc_with_nothing_filled_is_accepted_and_canceled(order):
    sent(order)
    closed = word("CLOSED", reason="REMAINING_IOC_CANCEL", at=9)
    assert order.receive("closed", order=closed) == [
        accepted(9),
        canceled("REMAINING_IOC_CANCEL", 9),
    ]


def test_an_order_that_expired_before_it_was_seen_is_accepted_and_expired(order):
    sent(order)
    told = order.receive("closed", order=word("CLOSED", reason="EXPIRED", at=9))
    assert told == [accepted(9), expired(9)]


def test_a_denied_order_is_never_sent(order):
    assert order.dispatch("deny", reason="too small") == [OrderDenied(O1, "too small")]
    assert order.where == "ended.denied"
    assert order.wait(3600) == []


# Rejections


def test_a_refused_order_is_rejected_in_the_venues_words(order):
    sent(order)
    assert order.receive("refused", error=REFUSAL) == [
        OrderRejected(O1, "ORDER_SIZE_BELOW_MIN: too small", False, 0)
    ]
    assert order.where == "ended.rejected"


def test_post_only_that_would_cross_is_rejected_as_such(order):
    sent(order)
    order.receive("acked", order=word("NEW"))
    closed = word("CLOSED", reason="POST_ONLY_WOULD_CROSS", at=9)
    assert order.receive("closed", order=closed) == [
        OrderRejected(O1, "POST_ONLY_WOULD_CROSS", True, 9)
    ]


def test_a_reason_nobody_has_heard_of_on_an_order_that_never_opened_is_a_rejection(order):
    sent(order)
    assert order.receive("closed", order=word("CLOSED", reason="MOON_PHASE", at=9)) == [
        OrderRejected(O1, "MOON_PHASE", False, 9)
    ]


def test_a_reason_nobody_has_heard_of_on_a_resting_order_is_a_cancel(order):
    resting(order)
    told = order.receive("closed", order=word("CLOSED", reason="MOON_PHASE", at=9))
    assert told == [canceled("MOON_PHASE", 9)]


def test_a_timeout_never_becomes_a_rejection(order):
    sent(order)
    told = order.wait(3600)
    assert events(told) == []
    assert set(map(type, told)) == {type(QUERY), OrderUnresolved}
    assert order.where == "unconfirmed.unknown"


def test_an_unanswered_order_is_asked_for_at_once(order):
    sent(order)
    assert order.receive("unanswered") == [QUERY]
    assert order.where == "unconfirmed.unknown"


def test_an_order_without_a_reply_in_time_is_asked_for(order):
    sent(order)
    assert order.wait(14.9) == []
    assert order.wait(0.2) == [QUERY]


def test_asking_goes_on_ever_more_slowly_and_raises_an_alert_now_and_then(order):
    sent(order)
    order.receive("unanswered")
    asked = [order.wait(seconds) for seconds in (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)]
    assert asked == [[QUERY]] * 7
    assert order.wait(59.9) == [QUERY]
    assert order.wait(0.2) == [OrderUnresolved(O1, 9), QUERY]
    assert order.wait(9 * 30) == [QUERY] * 9
    assert order.wait(30) == [OrderUnresolved(O1, 19), QUERY]


@pytest.mark.parametrize("state", ["unconfirmed.unknown", "live.stale", "settling"])
def test_an_order_in_doubt_for_long_raises_an_alert_and_stays_in_doubt(order, state):
    brought(order, state)
    told = order.wait(300)
    assert OrderUnresolved(O1, 9) in told
    assert told.count(QUERY) > 10
    assert order.where == state


def test_an_order_not_found_is_rejected_only_once_its_request_is_void_by_the_venues_clock(order):
    sent(order)
    order.receive("unanswered")
    assert order.receive("not_found", venue_time=VALID_UNTIL) == []
    assert order.where == "unconfirmed.unknown"
    (rejected,) = order.receive("not_found", venue_time=VALID_UNTIL + 1)
    assert isinstance(rejected, OrderRejected)
    assert (rejected.due_post_only, rejected.ts_event) == (False, VALID_UNTIL + 1)
    assert rejected.reason.startswith("NOT_FOUND")


def test_an_order_the_venue_once_had_is_not_rejected_for_not_being_found(order):
    sent(order)
    order.receive("acked", order=word("NEW"))
    order.wait(3.0)
    assert order.where == "unconfirmed.unknown"
    assert order.receive("not_found", venue_time=VALID_UNTIL + 1) == []
    assert order.where == "unconfirmed.unknown"


@pytest.mark.parametrize("state", sorted(WAYS.keys() - {"unconfirmed.unknown"}))
def test_not_being_found_changes_no_order_that_is_not_unknown(order, state):
    brought(order, state)
    assert order.receive("not_found", venue_time=VALID_UNTIL + 1) == []
    assert order.where == state


def test_a_late_acknowledgement_of_an_unknown_order_is_believed(order):
    sent(order)
    order.receive("unanswered")
    assert order.receive("opened", order=word("OPEN", at=5)) == [accepted(5)]
    assert order.where == "live.accepted"
    assert order.armed == set()


def test_an_order_described_before_the_session_was_ready_is_watched_when_it_is():
    order = Bench(an_order(watched=False))
    assert order.receive("session_ready") == []
    resting(order)
    assert order.where == "live.accepted"


def test_an_acknowledged_order_that_does_not_open_is_asked_for(order):
    sent(order)
    order.receive("acked", order=word("NEW"))
    assert order.wait(2.9) == []
    assert order.wait(0.2) == [QUERY]
