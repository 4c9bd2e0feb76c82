from __future__ import annotations

from decimal import Decimal

import pytest

from paradex_adapter.charts import Command
from paradex_adapter.charts.facts import (
    OrderCancelRejected,
    OrderModifyRejected,
    OrderUnresolved,
)
from paradex_adapter.charts.requests import CancelOrder, ModifyOrder, ReviewOrder
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Change, Order, RequestInfo
from tests.charts.bench import Bench

O1 = "O-1"
CANCEL, QUERY = CancelOrder(O1), ReviewOrder(O1)
REFUSAL = VenueError("NOT_NOW", "the venue's words", 400)
IS_CLOSED = VenueError("ORDER_IS_CLOSED", "the order is closed", 400)


@pytest.fixture
def command() -> Bench[Command]:
    return Bench(Command(O1))


def canceling(command: Bench[Command]) -> Bench[Command]:
    on_book(command)
    command.dispatch("cancel")
    return command


def test_an_order_the_venue_has_is_canceled_at_once(command):
    command.receive("known")
    assert command.dispatch("cancel") == [CANCEL]
    assert command.where == "canceling"


def test_a_cancel_before_the_venue_has_the_order_waits_for_it(command):
    assert command.dispatch("cancel") == []
    assert command.dispatch("cancel") == []
    assert command.wait(3600) == []
    assert command.receive("known") == [CANCEL]


def test_a_cancel_that_waits_is_forgotten_when_the_order_ends(command):
    command.dispatch("cancel")
    assert command.dispatch("order_ended") == []
    assert command.receive("known") == []


def test_a_cancel_is_asked_for_again_until_the_order_ends(command):
    canceling(command)
    assert command.receive("cancel_queued") == []
    assert command.wait(2.9) == []
    assert command.wait(0.2) == [CANCEL]
    assert command.receive("cancel_unanswered") == []
    assert command.wait(6.0) == [CANCEL]
    assert command.dispatch("order_ended") == []
    assert command.wait(3600) == []


def test_a_cancel_asked_for_twice_is_sent_once(command):
    canceling(command)
    assert command.dispatch("cancel") == []
    assert command.receive("known") == []
    assert command.where == "canceling"


def test_a_refused_cancel_is_told_and_the_order_is_asked_for(command):
    canceling(command)
    assert command.receive("cancel_refused", error=REFUSAL) == [
        OrderCancelRejected(O1, "NOT_NOW: the venue's words"),
        QUERY,
    ]
    assert (command.where, command.armed) == ("idle", set())


def test_after_a_refusal_the_order_may_be_canceled_again(command):
    canceling(command)
    command.wait(3.0)
    command.receive("cancel_refused", error=REFUSAL)
    assert command.dispatch("cancel") == [CANCEL]
    assert command.wait(2.9) == []
    assert command.wait(0.2) == [CANCEL]


def test_a_cancel_of_what_is_closed_already_awaits_the_word_of_the_end(command):
    """An earlier cancel did it, or an execution did: the end says which."""
    canceling(command)
    assert command.receive("cancel_refused", error=IS_CLOSED) == [QUERY]
    assert command.where == "canceling"
    assert command.dispatch("order_ended") == []


def test_a_cancel_refused_before_the_order_is_on_the_book_is_asked_for_again(command):
    """Nautilus has not been told the order accepted: it could not take the rejection."""
    command.receive("known")
    command.dispatch("cancel")
    assert command.receive("cancel_refused", error=REFUSAL) == [QUERY]
    assert command.where == "canceling"
    assert command.wait(3.0) == [CANCEL]


def test_a_refusal_that_comes_after_the_end_is_not_told(command):
    canceling(command)
    command.dispatch("order_ended")
    for late in ("cancel_queued", "cancel_unanswered"):
        assert command.receive(late) == []
    assert command.receive("cancel_refused", error=REFUSAL) == []
    assert not command.driver.unexpected


def test_a_cancel_after_the_end_is_rejected(command):
    command.dispatch("order_ended")
    (rejected,) = command.dispatch("cancel")
    assert isinstance(rejected, OrderCancelRejected)
    assert rejected.reason.startswith("ORDER_ENDED")


def test_a_cancel_that_stays_without_effect_raises_an_alert_now_and_then(command):
    canceling(command)
    told = command.wait(600)
    alerts = [fact for fact in told if isinstance(fact, OrderUnresolved)]
    assert [alert.attempts for alert in alerts] == [9, 19]
    assert told.count(CANCEL) > 15


VALID_UNTIL = 302_000
FIRST, SECOND = Change(Decimal(2), Decimal("3100")), Change(Decimal(3), Decimal("3101"))


def word(change: Change | None = None, status: str = "OPEN", **more: object) -> Order:
    size, price = (str(change.size), str(change.price)) if change else ("1", "3000")
    return Order(
        id="17",
        market="ETH-USD-PERP",
        side="BUY",
        type="LIMIT",
        size=size,
        remaining_size=size,
        price=price,
        status=status,
        **more,
    )


def on_book(command: Bench[Command]) -> Bench[Command]:
    command.receive("known")
    command.receive("informed", order=word())
    return command


def modifying(command: Bench[Command]) -> Bench[Command]:
    on_book(command)
    assert command.dispatch("modify", change=FIRST) == [ModifyOrder(O1, FIRST, 1)]
    command.dispatch("modify_signed", number=1, valid_until=VALID_UNTIL)
    return command


def doubtful(command: Bench[Command]) -> Bench[Command]:
    modifying(command)
    assert command.receive("modify_unanswered", number=1) == [QUERY]
    assert command.where == "modifying.doubtful"
    return command


def outcome(status: str, id: str) -> RequestInfo:
    return RequestInfo(id=id, request_type="MODIFY_ORDER", status=status, message="no margin")


def refused_there(id: str) -> RequestInfo:
    return outcome("REJECTED", id)


def test_a_change_waits_until_the_order_is_on_the_book(command):
    assert command.dispatch("modify", change=FIRST) == []
    assert command.receive("known") == []
    assert command.receive("informed", order=word(status="NEW")) == []
    assert command.receive("informed", order=word()) == [ModifyOrder(O1, FIRST, 1)]


def test_changes_that_wait_become_one(command):
    command.dispatch("modify", change=Change(None, Decimal("3100")))
    command.dispatch("modify", change=Change(Decimal(2), None))
    command.receive("known")
    assert command.receive("informed", order=word()) == [ModifyOrder(O1, FIRST, 1)]


def test_a_change_is_done_when_the_orders_terms_say_so(command):
    modifying(command)
    assert command.receive("informed", order=word()) == []
    assert command.where == "modifying.latest"
    assert command.receive("informed", order=word(FIRST)) == []
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_to_the_terms_that_the_order_has_is_no_change(command):
    """No new terms are told, and Nautilus waits for a word on the change: it gets one."""
    on_book(command)
    command.dispatch("modify", change=Change(None, Decimal(3000)))
    command.dispatch("modify_signed", number=1, valid_until=VALID_UNTIL)
    command.receive("modify_unanswered", number=1)
    assert command.receive("informed", order=word()) == [
        OrderModifyRejected(O1, "UNCHANGED: the order has had these terms before")
    ]
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_is_done_when_the_venue_says_so_of_it(command):
    """Somebody has changed the order again before the word of ours was heard."""
    modifying(command)
    command.receive("modify_queued", number=1, request_id="r1")
    assert command.receive("informed", order=word(request_info=outcome("SUCCESS", "r0"))) == []
    assert command.where == "modifying.latest"
    command.receive("informed", order=word(request_info=outcome("SUCCESS", "r1")))
    assert command.where == "idle"


def test_a_word_from_before_an_earlier_change_does_not_say_that_the_way_back_is_done(command):
    modifying(command)
    command.receive("informed", order=word(FIRST, last_updated_at=5))
    back = Change(Decimal(1), Decimal(3000))
    command.dispatch("modify", change=back)
    command.receive("informed", order=word(last_updated_at=4))
    assert command.where == "modifying.latest"
    command.receive("informed", order=word(last_updated_at=6))
    assert command.where == "idle"


def test_a_change_that_is_not_answered_yet_is_asked_about_and_never_rejected(command):
    modifying(command)
    told = command.wait(600)
    assert command.where == "modifying.latest"
    assert {type(each) for each in told} == {ReviewOrder, OrderUnresolved}


def test_a_change_that_was_taken_is_given_up_when_the_venue_would_make_it_no_more(command):
    modifying(command)
    command.receive("modify_queued", number=1, request_id="r1")
    assert command.receive("inquired", venue_time=VALID_UNTIL) == []
    (rejected,) = command.receive("inquired", venue_time=VALID_UNTIL + 1)
    assert rejected.reason.startswith("NOT_DONE")
    assert rejected.ts_event == VALID_UNTIL + 1
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_that_was_not_sent_yet_is_not_given_up(command):
    on_book(command).dispatch("modify", change=FIRST)
    assert command.receive("inquired", venue_time=VALID_UNTIL + 1) == []


def test_a_change_that_never_left_is_rejected(command):
    on_book(command).dispatch("modify", change=FIRST)
    (rejected,) = command.receive("modify_unanswered", number=1)
    assert rejected.reason.startswith("NOT_SENT")
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_without_an_answer_of_which_nothing_is_seen_is_sent_again(command):
    doubtful(command)
    assert command.receive("informed", order=word()) == []
    assert command.receive("inquired", venue_time=1) == []
    assert command.wait(3.0) == [ModifyOrder(O1, FIRST, 2)]
    assert command.receive("informed", order=word(FIRST)) == []
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_without_an_answer_is_not_sent_again_before_the_venue_was_asked(command):
    doubtful(command)
    assert command.wait(3.0) == [QUERY]
    assert command.where == "modifying.doubtful"


def test_sending_it_again_slows_down_and_raises_an_alert_now_and_then(command):
    doubtful(command)
    told = []
    for number in range(2, 14):
        command.receive("inquired", venue_time=1)
        told += command.wait(31)
        command.receive("modify_signed", number=number, valid_until=VALID_UNTIL)
        told += command.receive("modify_unanswered", number=number)
    assert told.count(OrderUnresolved(O1, 9)) == 1
    assert [each.number for each in told if isinstance(each, ModifyOrder)] == list(range(2, 14))


def test_a_change_without_an_answer_that_was_made_is_done(command):
    doubtful(command)
    command.receive("informed", order=word(FIRST))
    assert (command.where, command.armed) == ("idle", set())


def test_a_refusal_of_what_was_sent_twice_is_believed_once_the_terms_say_so_too(command):
    """The venue refuses a change that changes nothing: it may have made it the first time."""
    doubtful(command)
    command.receive("inquired", venue_time=1)
    command.wait(3.0)
    assert command.receive("modify_refused", error=REFUSAL, number=2) == [QUERY]
    assert command.where == "modifying.doubtful"
    (rejected,) = command.receive("inquired", venue_time=1)
    assert rejected == OrderModifyRejected(O1, "NOT_NOW: the venue's words")
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_the_venue_refuses_at_once_is_rejected(command):
    modifying(command)
    (rejected,) = command.receive("modify_refused", error=REFUSAL, number=1)
    assert rejected == OrderModifyRejected(O1, "NOT_NOW: the venue's words")
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_the_venue_refuses_later_is_rejected_with_its_words_and_at_its_time(command):
    modifying(command)
    refused = word(request_info=refused_there("r1"), last_updated_at=7)
    (rejected,) = command.receive("informed", order=refused)
    assert rejected == OrderModifyRejected(O1, "MODIFY_REJECTED: no margin", 7)


def test_the_refusal_of_somebody_elses_change_does_not_refuse_ours(command):
    modifying(command)
    command.receive("modify_queued", number=1, request_id="r1")
    assert command.receive("informed", order=word(request_info=refused_there("r0"))) == []
    assert command.receive("informed", order=word(request_info=refused_there("r1"))) != []


def test_the_answer_to_an_earlier_change_says_nothing_about_the_one_that_is_sent(command):
    modifying(command)
    command.dispatch("modify", change=SECOND)
    assert command.wait(3.1) == [ModifyOrder(O1, SECOND, 2)]
    assert command.receive("modify_refused", error=REFUSAL, number=1) == []
    assert command.receive("modify_unanswered", number=1) == []
    command.receive("modify_queued", number=1, request_id="r1")
    assert command.receive("informed", order=word(request_info=refused_there("r1"))) == []
    assert command.where == "modifying.latest"
    command.receive("modify_queued", number=2, request_id="r2")
    assert command.receive("informed", order=word(request_info=refused_there("r2"))) != []


def test_the_refusal_of_an_earlier_change_does_not_refuse_the_next(command):
    modifying(command)
    command.receive("informed", order=word(request_info=refused_there("r1")))
    command.dispatch("modify", change=SECOND)
    assert command.receive("informed", order=word(request_info=refused_there("r1"))) == []
    assert command.where == "modifying.latest"
    assert command.receive("informed", order=word(request_info=refused_there("r2"))) != []
    command.dispatch("modify", change=FIRST)
    assert command.receive("informed", order=word(request_info=refused_there("r1"))) == []


@pytest.mark.parametrize(
    "told",
    [
        ("informed", {"order": word(FIRST)}),
        ("informed", {"order": word(request_info=refused_there("r1"))}),
        ("modify_refused", {"error": REFUSAL, "number": 1}),
    ],
)
def test_what_is_wanted_meanwhile_is_sent_once_the_earlier_change_has_an_outcome(command, told):
    modifying(command)
    assert command.dispatch("modify", change=Change(None, Decimal("3101"))) == []
    assert command.dispatch("modify", change=Change(Decimal(3), None)) == []
    event, data = told
    assert command.receive(event, **data) == [ModifyOrder(O1, SECOND, 2)]
    assert command.receive("informed", order=word(SECOND)) == []
    assert command.where == "idle"


@pytest.mark.parametrize(
    "told", [("modify_unanswered", {"number": 1}), ("inquired", {"venue_time": 1}), None]
)
def test_what_is_wanted_meanwhile_is_sent_with_a_change_that_may_have_been_lost(command, told):
    modifying(command)
    command.dispatch("modify", change=Change(None, Decimal("3101")))
    asked = command.receive(told[0], **told[1]) if told else command.wait(3.1)
    assert asked == [ModifyOrder(O1, Change(FIRST.size, Decimal("3101")), 2)]


def test_a_change_wanted_while_the_last_is_in_doubt_is_sent_with_it(command):
    doubtful(command)
    assert command.dispatch("modify", change=Change(None, Decimal("3101"))) == []
    (sent,) = command.receive("inquired", venue_time=1)
    assert sent == ModifyOrder(O1, Change(FIRST.size, Decimal("3101")), 2)


def test_a_cancel_overtakes_a_change(command):
    modifying(command)
    assert command.dispatch("cancel") == [CANCEL]
    assert command.armed == {"cancel_timeout"}
    (rejected,) = command.dispatch("modify", change=SECOND)
    assert rejected.reason.startswith("CANCEL_PENDING")


def test_a_change_that_waits_is_told_when_a_cancel_overtakes_it(command):
    command.dispatch("modify", change=FIRST)
    (rejected,) = command.dispatch("cancel")
    assert rejected.reason.startswith("CANCEL_PENDING")
    assert command.receive("known") == [CANCEL]


def test_a_cancel_overtakes_a_change_that_waits_for_the_book_of_an_order_the_venue_has(command):
    command.receive("known")
    command.dispatch("modify", change=FIRST)
    rejected, sent = command.dispatch("cancel")
    assert rejected.reason.startswith("CANCEL_PENDING")
    assert sent == CANCEL


@pytest.mark.parametrize("late", ["cancel_queued", "cancel_unanswered"])
def test_the_answer_to_a_cancel_sent_twice_comes_late(command, late):
    canceling(command)
    command.receive("cancel_refused", error=REFUSAL)
    assert command.receive(late) == []


def test_a_change_after_the_end_is_rejected(command):
    command.dispatch("order_ended")
    (rejected,) = command.dispatch("modify", change=FIRST)
    assert rejected.reason.startswith("ORDER_ENDED")


def test_a_change_that_cannot_be_asked_for_is_rejected_with_the_reason(command):
    on_book(command)
    (rejected,) = command.dispatch("misfit", reason="PRICE_INCREMENT: 1.23 is off 0.1")
    assert rejected == OrderModifyRejected(O1, "PRICE_INCREMENT: 1.23 is off 0.1")
