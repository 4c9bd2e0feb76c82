"""An order of which words may have been missed, and one of an earlier process."""

from __future__ import annotations

from decimal import Decimal

import pytest

from paradex_adapter.charts.facts import OrderSubmitted
from tests.charts.bench import Bench
from tests.charts.order_bench import QUERY, WAYS, brought, resting, sent
from tests.charts.words import (
    O1,
    VALID_UNTIL,
    VENUE_ID,
    accepted,
    an_order,
    execution,
    filled,
    word,
)

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
    sent(order)
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
    assert order.dispatch("submit") == []


# Orders that the venue knows before we have sent them


NOT_SENT = {"venue_order_id": "", "filled_qty": Decimal(0), "fills": set()}


def test_an_order_that_was_not_sent_yet_waits_to_be_sent(order):
    assert order.dispatch("adopt", **NOT_SENT, was_submitted=False) == []
    assert order.where == "initialized"
    for event in ("session_lost", "session_ready", "doubted"):
        assert order.receive(event) == []
    assert sent(order).where == "unconfirmed.sending"


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("acked", {"order": word("NEW")}),
        ("opened", {"order": word("OPEN")}),
        ("amended", {"order": word("CLOSED", filled=1)}),
        ("closed", {"order": word("CLOSED", filled=2)}),
        ("executed", {"fill": execution(1)}),
    ],
)
def test_a_word_on_an_order_we_have_not_sent_is_of_an_earlier_process(order, event, data):
    """One that was killed between sending the order and writing that down."""
    order.dispatch("adopt", **NOT_SENT, was_submitted=False)
    assert order.receive(event, **data) == [OrderSubmitted(O1), QUERY]
    assert order.where == "unconfirmed.unknown"
    assert order.dispatch("submit") == []  # whoever sends it again does not


def test_an_order_that_has_charts_may_still_be_denied(order):
    order.dispatch("adopt", **NOT_SENT, was_submitted=False)
    order.dispatch("deny", reason="too small")
    assert order.where == "ended.denied"
