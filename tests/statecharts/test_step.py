from __future__ import annotations

from statecharts import Driver
from statecharts.driver import SNAPSHOT_EVERY
from statecharts.step import NO_DATA
from statecharts.testing import Recorder, VirtualTimers
from tests.statecharts.samples import Errand


def driver() -> tuple[Driver[Errand], Recorder]:
    recorder = Recorder()
    made = Driver("errand", Errand(), recorder.ports(VirtualTimers()), recorder.observe)
    return made, recorder


def test_a_record_has_what_the_event_carried():
    errand, recorder = driver()
    errand.dispatch("begin")
    errand.receive("noted", note="milk")
    errand.receive("begin", why="again")
    assert [dict(record.data) for record in recorder.records] == [
        {},
        {"note": "milk"},
        {"why": "again"},
    ]


def test_what_an_event_carried_is_neither_shown_nor_compared():
    errand, recorder = driver()
    errand.dispatch("begin")
    errand.receive("noted", note="a secret")
    errand.receive("noted", note="another")
    _, one, other = recorder.records
    assert "secret" not in repr(one)
    assert one == other
    assert hash(one) == hash(other)


def test_the_first_record_and_then_one_in_so_many_tell_the_chart_as_it_was_before():
    errand, recorder = driver()
    errand.dispatch("begin")
    for number in range(2 * SNAPSHOT_EVERY):
        errand.receive("noted", note=number)
    told = {at: record.before for at, record in enumerate(recorder.records) if record.before}
    assert list(told) == [0, SNAPSHOT_EVERY, 2 * SNAPSHOT_EVERY]
    assert [before.taken for before in told.values()] == list(told)
    assert told[0].place.states == ("idle",)
    assert told[SNAPSHOT_EVERY].fields["notes"] == list(range(SNAPSHOT_EVERY - 1))


def test_an_unexpected_event_may_be_the_first_record_too():
    errand, recorder = driver()
    errand.receive("answered", answer="early")
    (record,) = recorder.records
    assert record.before is not None
    assert dict(record.data) == {"answer": "early"}


def test_no_data_cannot_be_written_to():
    assert not hasattr(NO_DATA, "__setitem__")
