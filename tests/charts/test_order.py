from __future__ import annotations

from decimal import Decimal

import pytest

from paradex_adapter.charts import Order
from paradex_adapter.charts.facts import (
    OrderDenied,
    OrderDisputed,
    OrderKnown,
    OrderRejected,
    OrderSubmitted,
    OrderUnresolved,
    OrderUpdated,
)
from paradex_adapter.charts.requests import CreateOrder, QueryOrder
from tests.charts.bench import Bench
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

CREATE, QUERY = CreateOrder(O1), QueryOrder(O1)


@pytest.fixture
def order() -> Bench[Order]:
    return Bench(an_order())


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


# The ordinary life


def test_submitting_tells_it_and_sends_it_once(order):
    assert order.dispatch("submit") == [submitted(), CREATE]
    assert order.where == "unconfirmed.sending"


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
    assert set(map(type, told)) == {QueryOrder, OrderUnresolved}
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


# Three streams in any order


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
    assert quick.receive("executed", fill=execution(1, 5)) == [accepted(5), filled(1, 5)]
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


# Words that may have been missed


def test_an_order_of_a_lost_session_is_stale_until_the_session_is_back(order):
    resting(order)
    assert order.receive("session_lost") == [QUERY]
    assert order.where == "live.stale"
    order.receive("opened", order=word("OPEN"))
    assert order.where == "live.stale"
    order.receive("session_ready")
    assert order.where == "live.stale"
    order.receive("opened", order=word("OPEN"))
    assert order.where == "live.accepted"
    assert order.armed == set()


@pytest.mark.parametrize(
    ("state", "then"),
    [
        ("unconfirmed.acknowledged", "unconfirmed.unknown"),
        ("live.accepted", "live.stale"),
        ("live.partially_filled", "live.stale"),
    ],
)
def test_losing_the_session_puts_in_doubt_what_was_known(order, state, then):
    assert brought(order, state).receive("session_lost") == [QUERY]
    assert order.where == then


@pytest.mark.parametrize(
    "state",
    ["unconfirmed.sending", "unconfirmed.unknown", "live.stale", "settling", "ended.canceled"],
)
def test_losing_the_session_does_not_change_what_is_in_doubt_or_over(order, state):
    brought(order, state)
    running = order.armed
    assert order.receive("session_lost") == []
    assert (order.where, order.armed) == (state, running)


@pytest.mark.parametrize("state", WAYS)
def test_a_session_that_is_ready_changes_nothing_by_itself(order, state):
    brought(order, state)
    running = order.armed
    assert order.receive("session_ready") == []
    assert (order.where, order.armed) == (state, running)


@pytest.mark.parametrize(
    ("event", "data"),
    [("opened", {"order": word("OPEN")}), ("executed", {"fill": execution(1)})],
)
def test_what_is_heard_first_while_the_session_is_lost_is_asked_for_again(order, event, data):
    sent(order).receive("session_lost")
    assert QUERY in order.receive(event, **data)
    assert order.where == "live.stale"


def test_an_order_filled_while_the_session_was_lost_ends_filled(order):
    resting(order)
    order.receive("session_lost")
    assert order.receive("executed", fill=execution(1)) == [filled(1)]
    assert order.where == "live.stale"
    assert order.receive("executed", fill=execution(2)) == [filled(2)]
    assert order.where == "ended.filled"


def test_an_order_submitted_while_the_session_is_lost_is_watched_once_it_is_back():
    order = Bench(an_order(watched=False))
    order.dispatch("submit")
    assert order.receive("opened", order=word("OPEN", at=2)) == [accepted(2), QUERY]
    assert order.where == "live.stale"
    order.receive("session_ready")
    order.receive("opened", order=word("OPEN"))
    assert order.where == "live.accepted"


def test_a_word_of_executions_not_heard_of_is_followed_up(order):
    resting(order)
    assert order.receive("opened", order=word("OPEN", filled=1)) == []
    assert order.armed == {"fills_due"}
    assert order.wait(3.1) == [QUERY]
    assert order.where == "live.stale"
    order.receive("executed", fill=execution(1))
    order.receive("opened", order=word("OPEN", filled=1))
    assert order.where == "live.partially_filled"


def test_an_execution_that_comes_in_time_needs_no_follow_up(order):
    resting(order)
    order.receive("opened", order=word("OPEN", filled=1))
    order.receive("executed", fill=execution(1))
    assert order.wait(60) == []
    assert order.where == "live.partially_filled"


def test_a_first_word_that_tells_of_executions_not_heard_of_is_followed_up(order):
    sent(order)
    assert order.receive("opened", order=word("OPEN", filled=1, at=5))[:1] == [accepted(5)]
    assert QUERY in order.wait(60) or order.where == "live.stale"


def test_a_stale_order_is_believed_to_rest_only_with_its_executions_told(order):
    resting(order)
    order.receive("doubted")
    order.receive("opened", order=word("OPEN", filled=1))
    assert order.where == "live.stale"


@pytest.mark.parametrize("state", sorted(WAYS.keys() - {"unconfirmed.sending", "ended.canceled"}))
def test_a_doubted_order_is_asked_for(order, state):
    brought(order, state)
    assert order.receive("doubted") == [QUERY]
    assert "ask_again" in order.armed


def test_asking_starts_afresh_with_every_doubt(order):
    resting(order)
    for _ in range(8):
        order.receive("doubted")
        order.receive("opened", order=word("OPEN"))
    order.receive("doubted")
    assert order.timers.pending == (0.25,)


@pytest.mark.parametrize("state", ["unconfirmed.sending", "ended.canceled"])
def test_an_order_on_its_way_or_ended_is_not_asked_for_though_doubted(order, state):
    brought(order, state)
    assert order.receive("doubted") == []
    assert order.where == state


# Orders of an earlier process


def test_an_adopted_order_that_was_seen_on_the_book_is_stale_until_asked_for(order):
    adopted = order.dispatch("adopt", venue_order_id=VENUE_ID, filled_qty=Decimal(1), fills={"F-1"})
    assert adopted == [QUERY]
    assert order.where == "live.stale"
    assert order.receive("executed", fill=execution(1)) == []
    assert order.receive("opened", order=word("OPEN", filled=1)) == []
    assert order.where == "live.partially_filled"
    assert order.receive("executed", fill=execution(2)) == [filled(2)]
    assert order.where == "ended.filled"


def test_an_adopted_order_never_seen_on_the_book_is_unknown(order):
    adopted = order.dispatch("adopt", venue_order_id="", filled_qty=Decimal(0), fills=set())
    assert adopted == [QUERY]
    assert order.where == "unconfirmed.unknown"
    assert order.receive("not_found", venue_time=VALID_UNTIL + 1) != []
    assert order.where == "ended.rejected"


def test_an_adopted_order_keeps_its_own_record_of_executions(order):
    told = set()
    order.dispatch("adopt", venue_order_id=VENUE_ID, filled_qty=Decimal(0), fills=told)
    order.receive("executed", fill=execution(1))
    assert told == set()
    assert order.chart.fills == {"F-1"}


def test_an_order_is_submitted_once(order):
    assert OrderSubmitted(O1) in order.dispatch("submit")
    assert order.stray("submit")


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
        order.receive("executed", fill=execution(number))
        assert order.where == "live.partially_filled"
    order.receive("executed", fill=execution(3))
    assert order.where == "ended.filled"


def test_the_terms_of_an_order_that_ended_are_not_told(order):
    resting(order)
    order.receive("closed", order=word("CLOSED", reason="USER_CANCELED"))
    assert order.receive("amended", order=word("OPEN", price="3100")) == []
