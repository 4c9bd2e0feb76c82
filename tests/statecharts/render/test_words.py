"""The words in a drawing, and where their lines are broken."""

from __future__ import annotations

import re

from statecharts.render.model import Edge, Label
from statecharts.render.paint import Paint
from statecharts.render.words import ON_ARROW, on_arrow, quoted


def lines(*labels: Label) -> list[str]:
    markup = on_arrow(Edge("here", "there", labels), Paint())
    rows = re.findall(r"<TR><TD ALIGN=.*?</TR>", markup)
    return [re.sub(r"<[^>]*>", "", row).strip() for row in rows]


def label(events: str, guard: str = "", effects: str = "") -> Label:
    return Label(tuple(events.split()), guard, effects, (0,))


def test_a_short_label_is_one_line() -> None:
    assert lines(label("opened", "is_new", "Ready")) == ["opened [is_new] / Ready"]


def test_a_long_label_is_broken_between_event_guard_and_effects() -> None:
    assert lines(label("opened", "is_first_of_many", "SessionReady")) == [
        "opened [is_first_of_many]",
        "/ SessionReady",
    ]


def test_the_name_of_a_timer_stays_beside_the_verb() -> None:
    broken = lines(label("retried", "", "SubscriptionRequested, start subscription_timeout"))
    assert broken == ["retried", "/ SubscriptionRequested,", "start subscription_timeout"]


def test_many_events_are_broken_between_events() -> None:
    broken = lines(label("acknowledged opened executed closed"))
    assert broken == ["acknowledged, opened,", "executed, closed"]
    assert all(len(line) <= ON_ARROW for line in broken)


def test_each_label_of_an_arrow_starts_a_line() -> None:
    assert lines(label("one"), label("two")) == ["one", "two"]


def test_signs_with_a_meaning_in_markup_are_escaped() -> None:
    markup = on_arrow(Edge("here", "there", (label("grown", "size<2&3"),)), Paint())
    assert "[size&lt;2&amp;3]" in markup


def test_quotes_and_backslashes_in_a_name_are_escaped() -> None:
    assert quoted('a"b\\c') == '"a\\"b\\\\c"'
