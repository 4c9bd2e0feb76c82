"""Mermaid text that GitHub renders."""

from __future__ import annotations

import re

import pytest

from statecharts.explore import Example, explore
from statecharts.render import mermaid, picture
from tests.statecharts.render.samples import COFFEE_MACHINE, DOOR, EXAMPLES, PARCEL

ID = r"[a-z_]+"
WORDS = r"(?:[\w ,.()\[\]/×=!<>&|+*-]|<br/>)+"
LINE = re.compile(
    rf'%% .*|stateDiagram-v2|direction TB|--|\}}|state "[\w.]+" as {ID}(?: \{{)?|{ID} : {WORDS}'
    rf"|(?:\[\*\]|{ID}) --> {ID}(?: : {WORDS})?|note right of {ID}|end note"
    rf"|classDef final stroke-width:4px|class {ID}(?:,{ID})* final"
)


def drawn(example: Example) -> str:
    return mermaid(picture(explore(example)))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.chart.__name__)
def test_every_line_is_of_a_kind_known_to_render(example: Example) -> None:
    text = re.sub(
        r"(note right of \w+\n).*?(\n *end note)", r"\1note\2", drawn(example), flags=re.S
    )
    odd = [line for line in text.splitlines() if not LINE.fullmatch(line.strip())]
    assert [line for line in odd if line.strip() != "note"] == []


def test_labels_carry_event_guard_and_effects() -> None:
    assert "    closed --> ajar : push [is_oiled] / Opened\n" in drawn(DOOR)


def test_several_labels_of_one_arrow_stand_on_lines_of_their_own() -> None:
    assert "on --> off : switched_off<br/>overheated / Alarm\n" in drawn(COFFEE_MACHINE)


def test_regions_of_a_parallel_state_are_separated() -> None:
    assert drawn(COFFEE_MACHINE).count("\n        --\n") == 1


def test_an_arrow_between_a_state_and_one_inside_it_stands_in_a_note() -> None:
    text = drawn(PARCEL)
    assert "travelling.stored to travelling.stored.shelved on misplaced" in text
    assert "travelling_stored --> travelling_stored_shelved" not in text


def test_final_states_are_marked() -> None:
    assert "    class delivered,lost final\n" in drawn(PARCEL)
