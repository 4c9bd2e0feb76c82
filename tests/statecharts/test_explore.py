from __future__ import annotations

import pytest
from statemachine import State

from statecharts import CancelTimer, Chart, Emit, ExplorationError, Request, StartTimer
from statecharts import explore as module
from statecharts.explore import Asked, Example, Stimulus, explore, force, replay
from tests.statecharts.samples import ERRAND, Ask, Errand, Told


@pytest.fixture(scope="module")
def exploration():
    return explore(ERRAND)


def found(exploration, configuration: str, stimulus: str):
    (cell,) = (
        cell
        for cell in exploration.cells
        if "+".join(cell.configuration) == configuration and str(cell.stimulus) == stimulus
    )
    return cell


def test_every_reachable_configuration_is_found_once(exploration):
    assert exploration.configurations == (("idle",), ("busy.asking",), ("done",), ("busy.resting",))


def test_every_event_is_tried_in_every_configuration_under_every_guard_outcome(exploration):
    tried = [(cell.configuration, str(cell.stimulus)) for cell in exploration.cells]
    assert len(tried) == len(set(tried)) == 6 * 4 + 1 + 3  # begin has one guard here, again two


def test_guards_answer_as_forced_whatever_the_context_says(exploration):
    assert found(exploration, "idle", "begin[is_allowed]").target == ("busy.asking",)
    assert found(exploration, "idle", "begin[not is_allowed]").target is None
    again = "busy.resting", "again[{} & {}]"
    for patient, tired, target in [
        ("is_patient", "is_tired", "idle"),
        ("is_patient", "not is_tired", "busy.asking"),
        ("not is_patient", "is_tired", "idle"),
        ("not is_patient", "not is_tired", "idle"),
    ]:
        cell = found(exploration, again[0], again[1].format(patient, tired))
        assert cell.target == (target,)


def test_what_is_not_listed_is_refused(exploration):
    cell = found(exploration, "done", "abandon")
    assert (cell.target, cell.taken, cell.asked) == (None, (), ())
    assert str(cell) == "done abandon -> refused"


def test_paths_are_shortest_and_lead_where_they_say(exploration):
    lengths = {cell.configuration: len(cell.path) for cell in exploration.cells}
    assert lengths == {("idle",): 0, ("busy.asking",): 1, ("busy.resting",): 2, ("done",): 2}
    for cell in exploration.cells:
        assert replay(ERRAND, cell.path).active_leaves == cell.configuration


def test_a_replayed_chart_may_be_forced_on(exploration):
    chart = replay(ERRAND, (Stimulus("begin", (("is_allowed", True),)),))
    chart.step("answer_timeout")
    force(chart, Stimulus("again", (("is_patient", True), ("is_tired", False))))
    chart.step("again")
    assert chart.active_leaves == ("busy.asking",)


def test_a_replayed_chart_is_still_one_of_its_class():
    chart = replay(ERRAND, ())
    assert isinstance(chart, Errand)
    assert type(chart).__name__ == "Errand"


def test_effects_are_told_with_the_hook_that_asked(exploration):
    cell = found(exploration, "busy.asking", "answered")
    assert cell.asked == (
        Asked("on_exit_asking", CancelTimer("answer_timeout")),
        Asked("tell", Emit(Told("because"))),
    )


def test_the_rows_taken_are_told(exploration):
    rows = exploration.table.transitions
    for cell in exploration.cells:
        for index in cell.taken:
            assert rows[index].event == cell.stimulus.event
    (taken,) = found(exploration, "busy.resting", "answered").taken
    assert (rows[taken].source, rows[taken].is_internal) == ("busy", True)


def test_the_effects_of_a_hook_are_gathered_over_all_cells(exploration):
    assert exploration.effects_of("on_enter_asking") == (
        (Request(Ask("why")), StartTimer("answer_timeout", 5.0)),
    )
    assert exploration.effects_of("note") == ()


def test_what_a_hook_has_another_ask_for_is_its_own_asking_and_told_once():
    class Chain(Chart):
        here = State(initial=True)
        there = State(final=True)
        go = here.to(there, on="outer")

        def outer(self) -> None:
            self.emit(Told("outer"))
            self.inner()
            self.emit(Told("outer again"))

        def inner(self) -> None:
            self.emit(Told("inner"))

    (cell,) = (cell for cell in explore(Example(Chain)).cells if cell.target)
    told = ("outer", "inner", "outer again")
    assert cell.asked == tuple(Asked("outer", Emit(Told(what))) for what in told)


def test_exploring_twice_finds_the_same(exploration):
    assert explore(ERRAND).cells == exploration.cells


def test_exploring_leaves_the_chart_class_as_it_was(exploration):
    errand = Errand(allowed=False)
    assert not errand.is_allowed()
    assert errand.is_patient()


def test_arguments_that_make_no_chart_are_named():
    with pytest.raises(ExplorationError, match=r"Errand: the example's arguments do not make one"):
        explore(Example(Errand, ("why", True, "too many")))


def test_data_that_an_event_lacks_is_named_with_the_event_and_the_place():
    expected = r"Errand: answered failed in <Errand busy\.asking> with the example's data.*'answer'"
    with pytest.raises(ExplorationError, match=expected):
        explore(Example(Errand, ("why",)))


def test_a_walk_without_end_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MAX_CONFIGURATIONS", 2)
    with pytest.raises(ExplorationError, match="Errand: more than 2 configurations"):
        explore(ERRAND)


def test_an_event_without_data_carries_none():
    assert Example(Errand).of("begin") == {}
    assert ERRAND.of("answered") == {"answer": "because"}
