from __future__ import annotations

import pytest

from paradex_adapter.charts import Reconciliation
from paradex_adapter.charts.facts import Reconciled
from paradex_adapter.charts.requests import Reconcile
from tests.charts.bench import Bench

RUN, DONE = Reconcile(), Reconciled()


REST = 1.0
PERIOD = 60.0


@pytest.fixture
def view() -> Bench[Reconciliation]:
    bench = Bench(Reconciliation(period_secs=PERIOD, rest_secs=REST))
    bench.dispatch("start")
    return bench


def test_nothing_is_compared_before_there_is_a_view():
    view = Bench(Reconciliation())
    assert view.dispatch("begin") == []
    assert view.where == "off"
    view.dispatch("start")
    assert view.dispatch("begin") == [RUN]


def test_a_demand_is_answered_by_one_run(view):
    assert view.dispatch("begin") == [RUN]
    assert view.receive("completed", at=7) == [Reconciled(at=7)]
    assert view.wait(REST) == []
    assert view.where == "idle"


def test_a_demand_while_one_runs_is_followed_by_another_run(view):
    view.dispatch("begin")
    assert view.dispatch("begin") == []
    assert view.dispatch("begin") == []
    assert view.receive("completed") == []
    assert view.wait(REST) == [RUN]
    assert view.where == "busy.running"
    assert view.receive("completed") == [DONE]


def test_however_often_it_is_demanded_there_is_a_rest_between_two(view):
    view.dispatch("begin")
    view.receive("completed")
    for _ in range(3):
        for _ in range(5):
            assert view.dispatch("begin") == []
        assert view.wait(REST - 0.1) == []
        assert view.wait(0.1) == [RUN]
        assert view.receive("completed") == [DONE]


def test_one_is_due_after_a_period_in_which_nobody_demanded_any(view):
    for _ in range(3):
        assert view.wait(PERIOD - 0.1) == []
        assert view.wait(0.1) == [RUN]
        view.receive("completed")
        view.wait(REST)


def test_without_a_period_none_is_ever_due():
    view = Bench(Reconciliation(period_secs=None))
    view.dispatch("start")
    assert view.wait(24 * 3600) == []


def test_a_run_that_repeats_has_its_full_time(view):
    view.dispatch("begin")
    view.dispatch("begin")
    view.wait(59)
    view.receive("completed")
    view.wait(REST + 59)
    assert view.where == "busy.running"


def test_a_failed_run_is_tried_again_until_one_completes(view):
    view.dispatch("begin")
    for delay in (0.25, 0.5, 1.0):
        assert view.receive("failed") == []
        assert view.dispatch("begin") == []
        assert view.wait(delay - 0.05) == []
        assert view.wait(0.1) == [RUN]
    assert view.receive("completed") == [DONE]
    view.dispatch("begin")
    assert view.wait(REST) == [RUN]
    view.receive("failed")
    assert view.wait(0.25) == [RUN]


def test_a_failed_run_that_was_to_be_repeated_is_run_once_more_only(view):
    view.dispatch("begin")
    view.dispatch("begin")
    view.receive("failed")
    assert view.wait(0.25) == [RUN]
    assert view.receive("completed") == [DONE]


def test_a_run_without_an_end_is_tried_again(view):
    view.dispatch("begin")
    assert view.wait(59.9) == []
    assert view.wait(0.5) == [RUN]


@pytest.mark.parametrize("demands", [0, 1, 2])
def test_stopping_ends_its_rest(view, demands):
    view.dispatch("begin")
    view.receive("completed")
    for _ in range(demands):
        view.dispatch("begin")
    assert view.dispatch("stop") == []
    assert (view.where, view.armed) == ("off", set())


@pytest.mark.parametrize("demands", [0, 1, 2])
def test_stopping_ends_it_from_everywhere(view, demands):
    for _ in range(demands):
        view.dispatch("begin")
    assert view.dispatch("stop") == []
    assert (view.where, view.armed) == ("off", set())
    assert view.wait(3600) == []
    assert view.stray("completed")


def test_stopping_what_waits_or_never_began_is_harmless(view):
    view.dispatch("begin")
    view.receive("failed")
    view.dispatch("stop")
    view.dispatch("stop")
    assert (view.where, view.armed) == ("off", set())
