from __future__ import annotations

from decimal import Decimal

import pytest

from paradex_adapter.charts import Command
from paradex_adapter.charts.facts import (
    OrderCancelRejected,
    OrderModifyRejected,
    OrderUnresolved,
)
from paradex_adapter.charts.requests import CancelOrder, ModifyOrder, QueryOrder
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Change, Order, RequestInfo
from tests.charts.bench import Bench

O1 = "O-1"
CANCEL, QUERY = CancelOrder(O1), QueryOrder(O1)
REFUSAL = VenueError("ORDER_IS_CLOSED", "the order is closed", 400)


@pytest.fixture
def command() -> Bench[Command]:
    return Bench(Command(O1))


def canceling(command: Bench[Command]) -> Bench[Command]:
    command.receive("known")
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
        OrderCancelRejected(O1, "ORDER_IS_CLOSED: the order is closed"),
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
    assert command.dispatch("modify", change=FIRST) == [ModifyOrder(O1, FIRST)]
    return command


def refused_there(id: str) -> RequestInfo:
    return RequestInfo(id=id, request_type="MODIFY_ORDER", status="REJECTED", message="no margin")


def test_a_change_waits_until_the_order_is_on_the_book(command):
    assert command.dispatch("modify", change=FIRST) == []
    assert command.receive("known") == []
    assert command.receive("informed", order=word(status="NEW")) == []
    assert command.receive("informed", order=word()) == [ModifyOrder(O1, FIRST)]


def test_a_change_is_done_when_the_orders_terms_say_so(command):
    modifying(command)
    assert command.receive("informed", order=word()) == []
    assert command.where == "modifying.latest"
    assert command.receive("informed", order=word(FIRST)) == []
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_without_an_answer_is_asked_about_and_never_rejected(command):
    modifying(command)
    told = command.wait(600)
    assert command.where == "modifying.latest"
    assert {type(each) for each in told} == {QueryOrder, OrderUnresolved}


def test_a_change_the_venue_refuses_at_once_is_rejected(command):
    modifying(command)
    (rejected,) = command.receive("modify_refused", error=REFUSAL)
    assert rejected == OrderModifyRejected(O1, "ORDER_IS_CLOSED: the order is closed")
    assert (command.where, command.armed) == ("idle", set())


def test_a_change_the_venue_refuses_later_is_rejected_with_its_words(command):
    modifying(command)
    (rejected,) = command.receive("informed", order=word(request_info=refused_there("r1")))
    assert rejected == OrderModifyRejected(O1, "MODIFY_REJECTED: no margin")


def test_the_refusal_of_an_earlier_change_does_not_refuse_the_next(command):
    modifying(command)
    command.receive("informed", order=word(request_info=refused_there("r1")))
    command.dispatch("modify", change=SECOND)
    assert command.receive("informed", order=word(request_info=refused_there("r1"))) == []
    assert command.where == "modifying.latest"
    assert command.receive("informed", order=word(request_info=refused_there("r2"))) != []


@pytest.mark.parametrize(
    "outcome",
    [
        ("informed", {"order": word(FIRST)}),
        ("informed", {"order": word(request_info=refused_there("r1"))}),
        ("modify_refused", {"error": REFUSAL}),
    ],
)
def test_of_changes_the_latest_is_sent_once_the_earlier_has_an_outcome(command, outcome):
    modifying(command)
    assert command.dispatch("modify", change=SECOND) == []
    event, data = outcome
    assert command.receive(event, **data) == [ModifyOrder(O1, SECOND)]
    assert command.receive("informed", order=word(SECOND)) == []
    assert command.where == "idle"


def test_a_later_change_does_not_wait_for_ever_for_the_outcome_of_an_earlier(command):
    modifying(command)
    command.dispatch("modify", change=SECOND)
    assert command.wait(3.1) == [ModifyOrder(O1, SECOND)]


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


def test_a_change_after_the_end_is_rejected(command):
    command.dispatch("order_ended")
    (rejected,) = command.dispatch("modify", change=FIRST)
    assert rejected.reason.startswith("ORDER_ENDED")


def test_a_change_that_cannot_be_asked_for_is_rejected_with_the_reason(command):
    on_book(command)
    (rejected,) = command.dispatch("misfit", reason="PRICE_INCREMENT: 1.23 is off 0.1")
    assert rejected == OrderModifyRejected(O1, "PRICE_INCREMENT: 1.23 is off 0.1")
