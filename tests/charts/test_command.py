from __future__ import annotations

import pytest

from paradex_adapter.charts import Command
from paradex_adapter.charts.facts import (
    OrderCancelRejected,
    OrderModifyRejected,
    OrderUnresolved,
)
from paradex_adapter.charts.requests import CancelOrder, QueryOrder
from paradex_adapter.errors import VenueError
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


@pytest.mark.parametrize("events", [[], ["cancel"], ["known", "cancel"], ["order_ended"]])
def test_modifying_is_rejected_with_the_remedy_whatever_is_going_on(command, events):
    for event in events:
        command.receive(event)
    before = command.where
    (rejected,) = command.dispatch("modify")
    assert isinstance(rejected, OrderModifyRejected)
    assert "cancel the order and submit another" in rejected.reason
    assert command.where == before
