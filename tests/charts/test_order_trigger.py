"""An order that waits for the mark to reach its trigger price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from paradex_adapter.charts import Order
from paradex_adapter.charts.facts import OrderTriggered, OrderUpdated
from tests.charts.bench import Bench
from tests.charts.order_bench import QUERY, said, sent
from tests.charts.words import (
    O1,
    PRICE,
    TRIGGER,
    VENUE_ID,
    a_stop,
    accepted,
    canceled,
    events,
    execution,
    filled,
    word,
)


@pytest.fixture
def stop() -> Bench[Order]:
    """A stop-limit order of two, described and not sent."""
    return Bench(a_stop())


def triggered(at: int = 0) -> OrderTriggered:
    return OrderTriggered(O1, VENUE_ID, at)


def stop_word(status: str, **more: object):
    return word(status, trigger=TRIGGER, **more)


def waiting(stop: Bench[Order]) -> Bench[Order]:
    sent(stop)
    assert said(stop, stop_word("UNTRIGGERED", at=3)) == [accepted(3)]
    assert stop.where == "live.untriggered"
    return stop


def executed(stop: Bench[Order], number: int, at: int = 0) -> list[object]:
    """As an execution of a conditional order is brought to its chart."""
    told = stop.receive("triggered", venue_order_id=VENUE_ID, ts_event=at)
    return told + stop.receive("executed", fill=execution(number, at))


def test_an_order_that_waits_is_accepted_and_told_triggered_when_it_reaches_the_book(stop):
    waiting(stop)
    assert said(stop, stop_word("NEW", at=5)) == []
    assert said(stop, stop_word("OPEN", at=6)) == [triggered(6)]
    assert stop.where == "live.accepted"
    assert said(stop, stop_word("OPEN", at=6)) == []


def test_an_order_never_waits_again_once_it_was_triggered(stop):
    waiting(stop)
    said(stop, stop_word("OPEN", at=6))
    assert said(stop, stop_word("UNTRIGGERED", at=3)) == []
    assert stop.where == "live.accepted"


def test_an_order_first_heard_of_on_the_book_is_accepted_and_triggered(stop):
    sent(stop)
    assert said(stop, stop_word("OPEN", at=6)) == [accepted(6), triggered(6)]
    assert stop.where == "live.accepted"


def test_an_execution_that_overtakes_the_word_of_the_trigger_brings_it_along(stop):
    waiting(stop)
    assert executed(stop, 1, at=8) == [triggered(8), filled(1, 8)]
    assert stop.where == "live.partially_filled"
    assert executed(stop, 2, at=9) == [filled(2, 9)]
    assert stop.where == "ended.filled"


def test_an_execution_that_overtakes_everything_brings_everything_along(stop):
    sent(stop)
    assert executed(stop, 1, at=8) == [accepted(8), triggered(8), filled(1, 8)]


def test_an_order_that_waits_may_be_canceled(stop):
    waiting(stop)
    told = said(stop, stop_word("CLOSED", reason="USER_CANCELED", at=9))
    assert told == [canceled("USER_CANCELED", 9)]


def test_an_order_refused_when_it_was_triggered_is_canceled_with_the_venues_reason(stop):
    """Nautilus has accepted it long ago."""
    waiting(stop)
    told = said(stop, stop_word("CLOSED", reason="NOT_ENOUGH_MARGIN", at=9))
    assert told == [canceled("NOT_ENOUGH_MARGIN", 9)]


def test_an_order_closed_with_executions_is_told_triggered_before_them(stop):
    waiting(stop)
    assert said(stop, stop_word("CLOSED", filled=2, at=9)) == [QUERY]
    assert executed(stop, 1, at=8) == [triggered(8), filled(1, 8)]
    assert executed(stop, 2, at=8) == [filled(2, 8)]


def test_a_waiting_order_of_a_lost_session_is_stale_until_it_is_found_waiting(stop):
    waiting(stop)
    assert stop.receive("session_lost") == [QUERY]
    said(stop, stop_word("UNTRIGGERED", at=3))
    assert stop.where == "live.stale"
    stop.receive("session_ready")
    assert said(stop, stop_word("UNTRIGGERED", at=3)) == []
    assert (stop.where, stop.armed) == ("live.untriggered", set())


def test_an_order_triggered_while_the_session_was_lost_is_told_so(stop):
    waiting(stop)
    stop.receive("session_lost")
    stop.receive("session_ready")
    assert said(stop, stop_word("OPEN", at=6)) == [triggered(6)]
    assert stop.where == "live.accepted"


def test_an_order_described_while_the_session_is_lost_is_asked_for_once_it_waits():
    stop = sent(Bench(a_stop(watched=False)))
    assert said(stop, stop_word("UNTRIGGERED", at=3)) == [accepted(3), QUERY]
    assert stop.where == "live.stale"


def test_an_execution_first_heard_of_while_the_session_is_lost_is_asked_about():
    stop = sent(Bench(a_stop(watched=False)))
    assert executed(stop, 1, at=8) == [accepted(8), triggered(8), QUERY, filled(1, 8)]
    assert stop.where == "live.stale"


def test_what_was_triggered_in_an_earlier_process_is_not_told_again(stop):
    known = {"venue_order_id": VENUE_ID, "filled_qty": Decimal(0), "fills": set()}
    stop.dispatch("adopt", **known, has_triggered=True)
    assert said(stop, stop_word("OPEN", at=6)) == []
    assert stop.where == "live.accepted"


def test_the_trigger_price_is_one_of_the_terms(stop):
    waiting(stop)
    (updated,) = said(stop, word("UNTRIGGERED", trigger="3200", at=7))
    terms = Decimal(2), Decimal(PRICE), 7, Decimal(3200)
    assert updated == OrderUpdated(O1, VENUE_ID, *terms)


def test_a_stop_that_takes_what_it_gets_has_no_price_to_change():
    stop = Bench(Order(O1, Decimal(2), None, 0, trigger_price=Decimal(TRIGGER)))
    sent(stop)
    said(stop, stop_word("UNTRIGGERED", at=3))
    (updated,) = said(stop, word("UNTRIGGERED", size=1, price="0", trigger=TRIGGER, at=7))
    assert updated == OrderUpdated(O1, VENUE_ID, Decimal(1), None, 7, Decimal(TRIGGER))


def test_an_order_cut_to_the_position_when_it_triggered_ends_filled(stop):
    """Binary words do not say that the execution was all of it."""
    waiting(stop)
    stop.receive("triggered", venue_order_id=VENUE_ID, ts_event=8)
    assert stop.receive("executed", fill=execution(1, 8, of=0)) == []
    (updated, fill) = said(stop, stop_word("CLOSED", filled=1, size=1, at=8))
    assert updated.quantity == 1
    assert fill == filled(1, 8, of=0)
    assert stop.where == "ended.filled"


def test_nothing_is_told_of_a_trigger_after_the_end(stop):
    waiting(stop)
    said(stop, stop_word("CLOSED", reason="USER_CANCELED"))
    assert events(said(stop, stop_word("OPEN", at=2))) == []
    assert stop.where == "ended.canceled"
