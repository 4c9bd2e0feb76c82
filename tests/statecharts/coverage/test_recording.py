"""What charts take is noted while somebody records, and only then."""

from __future__ import annotations

import pytest
from statemachine import State

from statecharts import Chart
from statecharts.coverage import Recorder
from statecharts.errors import UnexpectedEvent


class Door(Chart):
    open = State(initial=True)
    shut = State()
    push = open.to(shut, cond="is_light") | open.to(open)
    pull = shut.to(open)

    def is_light(self, weight: int) -> bool:
        return weight < 10


def test_the_transition_that_a_guard_chose_is_noted_with_its_context() -> None:
    recorder = Recorder()
    with recorder.recording():
        Door().step("push", weight=50)
        recorder.keep("heavy")
        Door().step("push", weight=5)
        recorder.keep("light")
    assert recorder.kept == {"Door": {1: {"heavy"}, 0: {"light"}}}


def test_what_is_dropped_has_not_been_taken() -> None:
    recorder = Recorder()
    with recorder.recording():
        Door().step("push", weight=5)
        recorder.drop()
        recorder.keep("later")
    assert recorder.kept == {}


def test_nothing_is_noted_when_nobody_records() -> None:
    recorder = Recorder()
    with recorder.recording():
        pass
    Door().step("push", weight=5)
    recorder.keep("afterwards")
    assert recorder.kept == {}


def test_a_step_that_is_refused_has_taken_nothing() -> None:
    recorder, door = Recorder(), Door()
    with recorder.recording():
        with pytest.raises(UnexpectedEvent):
            door.step("pull")
        recorder.keep("refused")
    assert recorder.kept == {}
    assert door.active_leaves == ("open",)
