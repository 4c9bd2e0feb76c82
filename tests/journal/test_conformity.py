from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from paradex_adapter.journal import conformity, memory
from paradex_adapter.journal.conformity import Verdict, check
from paradex_adapter.journal.lines import Gap, Line
from tests.journal.orders import OneOrder, changed, journal, lived, story


@pytest.fixture
def lines() -> list[Any]:
    """The journal of an order that has lived."""
    return lived().lines("O-1")


def at(lines: list[Any], chart: str, event: str) -> int:
    """Where a step stands."""
    return next(i for i, line in enumerate(lines) if (line.chart, line.event) == (chart, event))


def faults(tmp_path: Path, lines: list[Line]) -> list[tuple[str, str]]:
    found = check(story(tmp_path / "j.jsonl", lines))
    return [(one.line.event, one.fault) for one in found if one.verdict is Verdict.DIFFERS]


def test_every_step_of_a_journal_conforms(tmp_path, lines):
    found = list(check(story(tmp_path / "j.jsonl", lines)))
    assert {one.verdict for one in found} == {Verdict.CONFORMS}
    assert [one.number for one in found] == list(range(1, len(lines) + 1))


def test_an_order_that_lives_again_under_its_name_begins_anew(tmp_path):
    kept = journal()
    OneOrder(kept.observe).rest()
    OneOrder(kept.observe).live()
    assert faults(tmp_path, kept.lines("O-1")) == []


# Each fault is found, and found where it is


@pytest.mark.parametrize(
    ("chart", "event", "fields", "fault"),
    [
        (
            "order",
            "opened",
            {"target": ["live.stale"]},
            "it leads to ['live.stale'] by the journal",
        ),
        ("order", "doubted", {"source": ["live.stale"]}, "it starts in ['live.stale'] by the"),
        ("order", "opened", {"effects": []}, "it asks for [] by the journal"),
        ("order", "doubted", {"event": "executed"}, "the chart cannot take it"),
        ("order", "doubted", {"event": "blessed"}, "'blessed' is not expected in live.accepted"),
        ("order", "opened", {"data": {}}, "the chart cannot take it"),
        ("order", "opened", {"data": {"order": "a word"}}, "the chart cannot take it"),
        ("order", "doubted", {"event": "reply_timeout"}, "'reply_timeout' is not expected in live"),
        ("order", "opened", {"data": {"order": {"$": "opaque", "is": "X"}}}, "a value of X cannot"),
        ("command", "cancel_queued", {"target": ["idle"]}, "'cancel_queued' is not expected in"),
        ("command", "modify_refused", {"target": [], "effects": []}, "it was not expected, the"),
    ],
)
def test_a_step_that_was_altered_is_found(tmp_path, lines, chart, event, fields, fault):
    altered = changed(lines, at(lines, chart, event), **fields)
    ((where, words), *_) = faults(tmp_path, altered)
    assert where == fields.get("event", event)
    assert fault in words


def test_a_payload_that_was_altered_is_found(tmp_path, lines):
    here = at(lines, "order", "executed")
    fill = {**lines[here].data["fill"], "price": "1"}
    ((where, words),) = faults(tmp_path, changed(lines, here, data={"fill": fill}))
    assert where == "executed"
    assert words.startswith("it asks for [['emit', {'$': 'OrderFilled'")


def test_a_step_that_was_removed_is_found_at_the_next(tmp_path, lines):
    here = at(lines, "order", "opened")
    ((where, words),) = faults(tmp_path, lines[:here] + lines[here + 1 :])
    assert where == "doubted"
    assert "it starts in ['live.accepted'] by the journal, ['unconfirmed." in words


def test_two_steps_that_changed_places_are_found(tmp_path, lines):
    here = at(lines, "command", "modify")
    other = at(lines, "command", "modify_refused")
    lines[here], lines[other] = lines[other], lines[here]
    assert faults(tmp_path, lines)[0][0] == "modify_refused"


def test_a_timer_of_another_length_is_found(tmp_path, lines):
    here = next(i for i, line in enumerate(lines) if any(e[0] == "start" for e in line.effects))
    effects = [["start", e[1], 77.5] if e[0] == "start" else e for e in lines[here].effects]
    ((where, words), *_) = faults(tmp_path, changed(lines, here, effects=effects))
    assert where == lines[here].event
    assert "77.5" in words


def test_one_chart_that_differs_is_no_fault_of_the_other(tmp_path, lines):
    altered = changed(lines, at(lines, "order", "opened"), effects=[])
    found = list(check(story(tmp_path / "j.jsonl", altered)))
    of_command = {one.verdict for one in found if one.line.chart == "command"}
    after = [one.verdict for one in found if one.line.chart == "order"][2:]
    assert of_command == {Verdict.CONFORMS}
    assert set(after) == {Verdict.UNCHECKED}


# What is told now and then: how a chart stands


def long_life() -> list[Any]:
    kept = journal()
    one = OneOrder(kept.observe)
    one.rest()
    one.repeat(150)
    return kept.lines("O-1")


def standing(lines: list[Any]) -> list[int]:
    """Where the order chart is told as it stands."""
    return [i for i, line in enumerate(lines) if line.chart == "order" and line.stand is not None]


def test_a_field_that_differs_from_what_the_steps_make_of_it_is_found(tmp_path):
    lines = long_life()
    _, here, _ = standing(lines)
    fields = {**lines[here].stand.fields, "attempt": 5}
    stand = lines[here].stand
    altered = type(stand)(taken=stand.taken, states=stand.states, fields=fields)
    ((where, words),) = faults(tmp_path, changed(lines, here, stand=altered))
    assert (where, words) == ("opened", "before it, attempt is 5 by the journal, 0 by the chart")


@pytest.mark.parametrize("taken", [0, 64])
def test_a_state_that_no_chart_has_is_found(tmp_path, taken):
    lines = long_life()
    here = standing(lines)[taken // 64]
    stand = lines[here].stand
    altered = type(stand)(taken=stand.taken, states=["nirvana"], fields=stand.fields)
    ((_, words),) = faults(tmp_path, changed(lines, here, stand=altered))
    assert "nirvana" in words


def test_after_a_fault_the_chart_is_checked_again_from_where_it_is_told(tmp_path):
    lines = long_life()
    altered = changed(lines, 10, effects=[["cancel", "nothing"]])
    verdicts = [one.verdict for one in check(story(tmp_path / "j.jsonl", altered))]
    _, second, _ = standing(lines)
    assert verdicts[10] is Verdict.DIFFERS
    assert set(verdicts[11:second]) == {Verdict.UNCHECKED}
    assert set(verdicts[second:]) == {Verdict.CONFORMS}


def test_the_charts_that_are_kept_are_those_that_are_replayed():
    assert set(memory.CHARTS) == conformity.KINDS.keys()


# Gaps


def test_steps_that_are_missing_where_the_journal_says_so_are_no_fault(tmp_path):
    lines = long_life()
    _, second, _ = standing(lines)
    gap = Gap(steps=10, reason="lost")
    found = list(check(story(tmp_path / "j.jsonl", [*lines[:20], gap, *lines[30:]])))
    assert Verdict.DIFFERS not in {one.verdict for one in found}
    verdicts = [one.verdict for one in found]
    assert set(verdicts[20 : second - 10]) == {Verdict.UNCHECKED}
    assert set(verdicts[second - 10 :]) == {Verdict.CONFORMS}


def test_steps_missing_of_one_chart_leave_the_other_to_be_checked(tmp_path, lines):
    gap = Gap(steps=1, order="O-1", chart="order", reason="dropped")
    found = check(story(tmp_path / "j.jsonl", [lines[0], gap, *lines[2:]]))
    by_chart = {(one.line.chart, one.verdict) for one in list(found)[1:]}
    assert by_chart == {("order", Verdict.UNCHECKED), ("command", Verdict.CONFORMS)}


def test_a_journal_keeps_more_of_a_chart_than_lies_between_two_stands():
    stands = standing(long_life())
    assert max(b - a for a, b in pairwise(stands)) < memory.KEPT_STEPS // 2
