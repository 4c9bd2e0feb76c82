"""The report counts against the chart's own table, and takes no excuse on trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecharts.coverage import read_excuses, report
from statecharts.errors import DefinitionError
from tests.statecharts.coverage.test_recording import Door

LIGHT, PULL = "open --push [is_light]--> shut", "shut --pull--> open"


def test_what_is_missing_is_named_and_what_is_excused_says_why() -> None:
    text = report([Door], {"Door": {1: {"heavy"}}}, {"Door": {PULL: "it has no handle"}})
    assert "| Door | 3 | 1 | 1 | 1 |" in text
    assert f"Missing:\n\n- Door: {LIGHT}\n" in text
    assert f"- Door: {PULL} (it has no handle)" in text


def test_a_report_of_everything_names_nothing() -> None:
    text = report([Door], {"Door": {index: {"test"} for index in range(3)}}, {})
    assert "| Door | 3 | 3 | 0 | 0 |" in text
    assert "Missing" not in text.partition("\n")[2]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            '[Door]\n"open --fly--> shut" = "no wings"',
            "Door has no transition 'open --fly--> shut'",
        ),
        ('[Window]\n"a --b--> c" = "why"', "Window has no transition"),
        (f'[Door]\n"{PULL}" = ""', "is excused without a reason"),
    ],
)
def test_an_excuse_for_nothing_or_without_a_reason_is_refused(
    tmp_path: Path, text: str, wrong: str
) -> None:
    path = tmp_path / "excuses.toml"
    path.write_text(text)
    with pytest.raises(DefinitionError, match=wrong):
        read_excuses(path, [Door])
