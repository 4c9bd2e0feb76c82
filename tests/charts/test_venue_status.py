from __future__ import annotations

import pytest

from paradex_adapter.charts import VenueStatus
from paradex_adapter.charts.facts import VenueStatusTold
from paradex_adapter.charts.requests import AskStatus
from tests.charts.bench import Bench

ASK = AskStatus()


@pytest.fixture
def venue() -> Bench[VenueStatus]:
    bench = Bench(VenueStatus(interval_secs=30.0, limited_interval_secs=5.0))
    assert bench.dispatch("start") == [ASK]
    return bench


def test_the_venue_is_asked_from_time_to_time_whether_it_answers_or_not(venue):
    assert venue.wait(29.9) == []
    assert venue.wait(0.1) == [ASK]
    assert venue.receive("told", status="ok") == [VenueStatusTold("ok", "")]
    assert venue.where == "watching.ok"
    assert venue.wait(30.0) == [ASK]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("maintenance", "maintenance"),
        ("cancel_only", "cancel_only"),
        ("post_only", "post_only"),
        ("auction", "unfamiliar"),
    ],
)
def test_a_limit_is_told_and_its_end_is_looked_for_more_often(venue, status, state):
    venue.receive("told", status="ok")
    assert venue.receive("told", status=status) == [VenueStatusTold(status, "ok")]
    assert venue.where == f"watching.{state}"
    for _ in range(2):
        assert venue.wait(5.0) == [ASK]
        assert venue.receive("told", status=status) == []
    assert venue.receive("told", status="ok") == [VenueStatusTold("ok", status)]
    assert venue.wait(29.9) == []


def test_one_limit_may_follow_another(venue):
    venue.receive("told", status="cancel_only")
    assert venue.receive("told", status="post_only") == [
        VenueStatusTold("post_only", "cancel_only")
    ]


def test_a_refusal_that_hints_at_a_limit_has_the_venue_asked_at_once(venue):
    venue.receive("told", status="ok")
    assert venue.receive("hinted") == [ASK]
    assert venue.wait(29.9) == []


def test_a_new_session_is_told_of_a_limit_that_stands(venue):
    assert venue.dispatch("session_ready") == []
    venue.receive("told", status="ok")
    assert venue.dispatch("session_ready") == []
    venue.receive("told", status="cancel_only")
    assert venue.dispatch("session_ready") == [VenueStatusTold("cancel_only", "")]


def test_nobody_is_asked_before_the_start_or_after_the_end(venue):
    idle = Bench(VenueStatus())
    assert idle.dispatch("session_ready") == []
    assert idle.stray("hinted")
    assert idle.stray("told", status="ok")
    assert idle.dispatch("stop") == []
    venue.receive("told", status="cancel_only")
    assert venue.dispatch("stop") == []
    assert (venue.where, venue.armed) == ("off", set())
    assert venue.wait(3600) == []
    venue.dispatch("start")
    assert venue.receive("told", status="cancel_only") == [VenueStatusTold("cancel_only", "")]
