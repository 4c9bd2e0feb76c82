from __future__ import annotations

import pytest
from statemachine import State

from statecharts import (
    HERE,
    Chart,
    Driver,
    InboxFull,
    Origin,
    Ports,
    Request,
    StartTimer,
    Step,
    Unexpected,
    UnexpectedEvent,
)
from statecharts.driver import INBOX_BOUND
from statecharts.testing import Recorder, VirtualTimers
from tests.statecharts.samples import Ask, Errand, Told


class Egg(Chart):
    """A timer that is started anew, and one that is cancelled at the last moment."""

    raw = State(initial=True)
    boiling = State()
    boiled = State(final=True)

    boil = raw.to(boiling, on="set_timer")
    put_back = boiling.to(HERE, on="set_timer")
    look = boiling.to(HERE, on="ask")
    take_out = boiling.to(raw, on="forget_timer")
    done = boiling.to(boiled)

    def set_timer(self) -> None:
        self.start_timer("done", 5.0)

    def forget_timer(self) -> None:
        self.cancel_timer("done")

    def ask(self) -> None:
        self.request(Ask("is it done"))


class Bench:
    """A driver of an errand, and what happens around it."""

    def __init__(self) -> None:
        self.timers = VirtualTimers()
        self.recorder = Recorder()
        ports = self.recorder.ports(self.timers)
        self.driver = Driver("errand 1", Errand(), ports, self.recorder.observe)

    @property
    def where(self) -> str:
        return "+".join(self.driver.chart.active_leaves)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_effects_go_to_their_ports(bench):
    bench.driver.dispatch("begin")
    assert bench.recorder.requests == [Ask("why")]
    assert bench.driver.armed == {"answer_timeout"}
    bench.driver.receive("answered", answer="so")
    assert bench.recorder.facts == [Told("so")]
    assert bench.driver.armed == frozenset()
    assert bench.timers.pending == ()


def test_every_effect_is_performed_before_the_next_event_is_taken():
    timers, told = VirtualTimers(), []

    def request(what: object) -> None:
        driver.receive("noted", note="from within")  # waits: the timer is not started yet
        told.append((what, driver.chart.notes.copy(), driver.armed))

    driver = Driver("errand", Errand(), Ports(request, told.append, timers))
    driver.dispatch("begin")
    assert told == [(Ask("why"), [], frozenset())]
    assert driver.chart.notes == ["from within"]
    assert driver.armed == {"answer_timeout"}


def test_events_sent_from_within_effects_wait_in_order_and_see_a_settled_chart():
    seen = []

    def request(what: object) -> None:
        driver.receive("noted", note="first")
        driver.receive("answered", answer="second")
        seen.append(driver.chart.active_leaves)

    def emit(what: object) -> None:
        seen.append((what, driver.chart.active_leaves, driver.chart.notes.copy()))

    driver = Driver("errand", Errand(), Ports(request, emit, VirtualTimers()))
    driver.dispatch("begin")
    assert seen == [("busy.asking",), (Told("second"), ("done",), ["first"])]


def test_an_unexpected_event_of_ours_raises(bench):
    with pytest.raises(UnexpectedEvent, match="'abandon' is not expected in idle"):
        bench.driver.dispatch("abandon")
    assert bench.recorder.records == []
    assert bench.driver.unexpected == {}


def test_an_unexpected_event_of_the_other_side_is_counted_and_reported(bench):
    for _ in range(2):
        bench.driver.receive("answered", answer="early")
    assert bench.driver.unexpected == {("answered", "idle"): 2}
    assert bench.recorder.records == [Unexpected("errand 1", "answered", ("idle",))] * 2
    assert bench.recorder.effects == []
    bench.driver.dispatch("begin")
    assert bench.where == "busy.asking"


def test_a_timer_sends_the_event_it_is_named_after(bench):
    bench.driver.dispatch("begin")
    bench.timers.advance(4.9)
    assert bench.where == "busy.asking"
    bench.timers.advance(0.2)
    assert bench.where == "busy.resting"
    assert bench.driver.armed == {"again"}
    assert bench.recorder.records[-1].origin is Origin.TIMER
    bench.timers.advance(2.0)
    assert bench.recorder.requests == [Ask("why"), Ask("why")]


def test_a_timer_that_was_cancelled_never_fires(bench):
    bench.driver.dispatch("begin")
    bench.driver.dispatch("abandon")
    bench.timers.advance(60.0)
    assert bench.where == "idle"


def test_starting_a_timer_again_replaces_the_running_one():
    timers = VirtualTimers()
    driver = Driver("egg", Egg(), Recorder().ports(timers))
    driver.dispatch("boil")
    timers.advance(3.0)
    driver.dispatch("put_back")
    assert timers.pending == (8.0,)
    timers.advance(4.0)
    assert driver.chart.active_leaves == ("boiling",)
    timers.advance(1.0)
    assert driver.chart.active_leaves == ("boiled",)


class LateTimers(VirtualTimers):
    """Timers whose cancelling comes too late, as on a loop that has queued the callback."""

    def forget(self, timer: object) -> None:
        pass

    def fire_everything(self) -> None:
        for timer in list(self._running):
            timer.callback()


def test_a_timer_cancelled_while_it_is_due_is_dropped():
    timers, recorder = LateTimers(), Recorder()
    driver = Driver("errand", Errand(), recorder.ports(timers), recorder.observe)
    driver.dispatch("begin")
    driver.dispatch("abandon")
    timers.fire_everything()
    assert driver.chart.active_leaves == ("idle",)
    assert [record.event for record in recorder.records] == ["begin", "abandon"]


def test_a_timer_replaced_while_it_is_due_does_not_pass_for_its_successor():
    timers, recorder = LateTimers(), Recorder()
    driver = Driver("errand", Errand(), recorder.ports(timers), recorder.observe)
    driver.dispatch("begin")
    driver.dispatch("abandon")
    driver.dispatch("begin")
    old, new = timers._running
    old.callback()
    assert driver.chart.active_leaves == ("busy.asking",)
    new.callback()
    assert driver.chart.active_leaves == ("busy.resting",)
    new.callback()
    assert driver.chart.active_leaves == ("busy.resting",)


def test_a_timer_cancelled_while_its_event_waits_in_the_inbox_is_dropped():
    timers, recorder = VirtualTimers(), Recorder()

    def look(what: object) -> None:
        driver.receive("take_out")
        timers.advance(5.0)  # `done` falls due, and waits in the inbox behind `take_out`

    driver = Driver("egg", Egg(), Ports(look, lambda what: None, timers), recorder.observe)
    driver.dispatch("boil")
    driver.dispatch("look")
    assert [record.event for record in recorder.records] == ["boil", "look", "take_out"]
    assert driver.chart.active_leaves == ("raw",)


def test_stop_cancels_the_timers_and_forgets_what_waits(bench):
    bench.driver.dispatch("begin")
    bench.driver.stop()
    assert bench.driver.armed == frozenset()
    assert bench.timers.pending == ()
    bench.timers.advance(60.0)
    assert bench.where == "busy.asking"


def test_stop_from_within_an_effect_forgets_the_events_behind_it():
    def request(what: object) -> None:
        driver.receive("abandon")
        driver.stop()

    driver = Driver("errand", Errand(), Ports(request, lambda what: None, VirtualTimers()))
    driver.dispatch("begin")
    assert driver.chart.active_leaves == ("busy.asking",)


def test_an_inbox_that_fills_without_end_is_an_error():
    def request(what: object) -> None:
        for _ in range(INBOX_BOUND + 1):
            driver.receive("noted")

    driver = Driver("errand 7", Errand(), Ports(request, lambda what: None, VirtualTimers()))
    with pytest.raises(InboxFull, match="errand 7: 10000 events wait; 'noted' is one more"):
        driver.dispatch("begin")


def test_a_port_that_raises_leaves_the_driver_usable():
    timers, calls = VirtualTimers(), []

    def request(what: object) -> None:
        calls.append(what)
        raise OSError("a port must not raise")

    driver = Driver("errand", Errand(), Ports(request, lambda what: None, timers))
    with pytest.raises(OSError, match="must not raise"):
        driver.dispatch("begin")
    assert driver.chart.active_leaves == ("busy.asking",)
    driver.dispatch("abandon")
    assert driver.chart.active_leaves == ("idle",)
    assert calls == [Ask("why")]


def test_a_step_record_tells_what_happened(bench):
    bench.driver.dispatch("begin")
    (step,) = bench.recorder.records
    assert step == Step(
        chart="errand 1",
        event="begin",
        origin=Origin.LOCAL,
        source=("idle",),
        target=("busy.asking",),
        effects=(Request(Ask("why")), StartTimer("answer_timeout", 5.0)),
    )
    assert str(step) == "idle --begin--> busy.asking / Ask, start answer_timeout"


def test_a_step_that_asks_for_nothing_says_so_briefly(bench):
    bench.driver.dispatch("begin")
    bench.driver.receive("noted")
    assert str(bench.recorder.records[-1]) == "busy.asking --noted--> busy.asking"
    assert bench.recorder.records[-1].origin is Origin.REMOTE


def test_a_step_is_reported_before_its_effects_are_performed():
    order = []
    ports = Ports(lambda what: order.append("performed"), order.append, VirtualTimers())
    driver = Driver("errand", Errand(), ports, lambda record: order.append("reported"))
    driver.dispatch("begin")
    assert order == ["reported", "performed"]


def test_a_driver_needs_no_observer():
    driver = Driver("errand", Errand(), Recorder().ports(VirtualTimers()))
    driver.dispatch("begin")
    driver.receive("begin")
    assert driver.unexpected == {("begin", "busy.asking"): 1}
    assert repr(driver) == "<Driver errand busy.asking>"
