from __future__ import annotations

import pytest

from statecharts import Emit, Request, StartTimer, UnexpectedEvent
from statecharts.explore import explore
from statecharts.testing import Recorder, Stage, VirtualTimers, cases
from tests.statecharts.samples import ERRAND, Ask, Told


def test_time_stands_until_it_is_advanced():
    timers, fired = VirtualTimers(), []
    timers.start(1.0, lambda: fired.append(timers.now))
    assert (timers.now, fired, timers.pending) == (0.0, [], (1.0,))
    timers.advance(0.5)
    assert (timers.now, fired) == (0.5, [])
    timers.advance(0.5)
    assert (timers.now, fired, timers.pending) == (1.0, [1.0], ())


def test_timers_fire_in_the_order_of_time_and_then_of_starting():
    timers, fired = VirtualTimers(), []
    for name, delay in [("late", 2.0), ("early", 1.0), ("as late", 2.0)]:
        timers.start(delay, lambda name=name: fired.append((name, timers.now)))
    assert timers.pending == (1.0, 2.0, 2.0)
    timers.advance(10.0)
    assert fired == [("early", 1.0), ("late", 2.0), ("as late", 2.0)]
    assert timers.now == 10.0


def test_a_timer_started_by_another_fires_within_the_same_advance():
    timers, fired = VirtualTimers(), []

    def again() -> None:
        fired.append(timers.now)
        if len(fired) < 3:
            timers.start(1.0, again)

    timers.start(1.0, again)
    timers.advance(2.5)
    assert fired == [1.0, 2.0]
    assert timers.pending == (3.0,)


def test_a_cancelled_timer_does_not_fire_and_may_be_cancelled_again():
    timers, fired = VirtualTimers(), []
    timer = timers.start(1.0, lambda: fired.append("fired"))
    timer.cancel()
    timer.cancel()
    timers.advance(5.0)
    assert (fired, timers.pending) == ([], ())


def test_a_timer_may_cancel_another_that_is_due_at_once():
    timers, fired = VirtualTimers(), []
    timers.start(1.0, lambda: second.cancel())
    second = timers.start(1.0, lambda: fired.append("second"))
    timers.advance(1.0)
    assert fired == []


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_time_does_not_run_backwards(seconds):
    timers = VirtualTimers()
    with pytest.raises(ValueError, match="time does not run backwards"):
        timers.advance(seconds)
    with pytest.raises(ValueError, match="time does not run backwards"):
        timers.start(seconds, lambda: None)


def test_a_recorder_remembers_requests_and_facts_in_one_order():
    recorder = Recorder()
    ports = recorder.ports(VirtualTimers())
    ports.request(Ask("why"))
    ports.emit(Told("so"))
    ports.request(Ask("how"))
    assert recorder.effects == [Request(Ask("why")), Emit(Told("so")), Request(Ask("how"))]
    assert recorder.requests == [Ask("why"), Ask("how")]
    assert recorder.facts == [Told("so")]
    recorder.clear()
    assert (recorder.effects, recorder.records) == ([], [])


@pytest.fixture(scope="module")
def errands():
    return cases(explore(ERRAND))


def test_there_is_a_case_for_every_cell_and_its_text_is_unique(errands):
    assert [case.cell for case in errands] == list(explore(ERRAND).cells)
    texts = [str(case) for case in errands]
    assert len(set(texts)) == len(texts)
    assert "Errand: busy.resting again[is_patient & not is_tired] -> busy.asking" in texts


def named(errands, text: str):
    (case,) = (case for case in errands if str(case) == f"Errand: {text}")
    return case


def test_a_stage_stands_where_its_case_begins_with_its_timers_running(errands):
    stage = Stage(named(errands, "busy.resting abandon -> idle"))
    assert stage.driver.chart.active_leaves == ("busy.resting",)
    assert stage.driver.armed == {"again"}
    assert stage.timers.pending == (2.0,)
    assert stage.recorder.effects == stage.recorder.records == []


def test_a_stage_sends_the_event_of_its_case_under_its_guards(errands):
    text = "busy.resting again[is_patient & not is_tired] -> busy.asking"
    stage = Stage(named(errands, text))
    stage.dispatch()
    assert stage.driver.chart.active_leaves == ("busy.asking",)
    assert stage.recorder.effects == [Request(Ask("why"))]
    assert StartTimer("answer_timeout", 5.0) in stage.effects


def test_a_stage_shows_how_a_case_is_refused(errands):
    stage = Stage(named(errands, "idle begin[not is_allowed] -> refused"))
    with pytest.raises(UnexpectedEvent):
        stage.dispatch()
    stage.receive()
    assert stage.driver.unexpected == {("begin", "idle"): 1}
