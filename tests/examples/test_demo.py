"""`python -m examples.demo`: what is asked of it, and what it answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from examples.demo.__main__ import main, verdict
from examples.demo.comparison import Row
from examples.demo.director import Outcome
from examples.demo.strategy import Seen

REPOSITORY = Path(__file__).resolve().parents[2]


def outcome(*rows: Row) -> Outcome:
    return Outcome(list(rows), {}, Seen())


def test_sides_that_agree_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict(outcome(Row("fees", "1", "1", True)), 7, 12.34) == 0
    assert "agree in everything (seed 7, 12.3 s)" in capsys.readouterr().out


def test_sides_that_differ_exit_1_and_say_in_what(capsys: pytest.CaptureFixture[str]) -> None:
    rows = (Row("fees", "1", "2", False), Row("fills", "1", "1", True), Row("3 bid", "", "", False))

    assert verdict(outcome(*rows), 7, 12.34) == 1
    assert "DISAGREE (seed 7, 12.3 s): fees, 3 bid." in capsys.readouterr().out


def test_nothing_to_compare_exits_1() -> None:
    assert verdict(outcome(), 7, 12.34) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--outage", "-1"], "'-1' is not a number of seconds: above 0, up to 120"),
        (["--freeze", "nan"], "'nan' is not a number of seconds"),
        (["--outage", "soon"], "'soon' is not a number of seconds"),
        (["--outage", "1", "--freeze", "1"], "not allowed with argument"),
        (["--seed", "x"], "invalid int value: 'x'"),
    ],
)
def test_arguments_that_cannot_work_are_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2
    assert words in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "taken"
    file.touch()

    assert main(["--out", str(file)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"demo: {file} cannot be written to (")


def test_the_story_ends_with_both_sides_in_agreement(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo", "--seed", "3", "--out", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    rows = [line for line in done.stdout.splitlines() if line.endswith(("✓", "✗"))]
    assert len(rows) == 11
    assert all(row.endswith("✓") for row in rows)
    assert any(row.split()[0] == "position" and row.split()[1] == "0" for row in rows)
    assert "\x1b" not in done.stdout
    for told in ("SessionLost", "3 bid", "Reconcile", "the node stops", "(0 errors"):
        assert told in done.stdout
    assert {path.name for path in tmp_path.glob("*.svg")} >= {"order.svg", "connection.svg"}
