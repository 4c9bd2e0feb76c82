"""The command that draws charts and checks that their drawings are up to date."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from statecharts.render.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = "tests.statecharts.render.samples"
EXAMPLES = f"{SAMPLES}:EXAMPLES"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert main([EXAMPLES, str(tmp_path)]) == 0
    return tmp_path


def test_four_files_are_written_for_each_chart(folder: Path) -> None:
    stems = ("coffee_machine", "door", "lift", "parcel")
    expected = {f"{stem}.{kind}" for stem in stems for kind in ("md", "mmd", "dot", "svg")}
    assert {path.name for path in folder.iterdir()} == expected


def test_what_was_just_drawn_passes_the_check(folder: Path) -> None:
    assert main([EXAMPLES, str(folder), "--check"]) == 0


def test_the_check_names_stale_missing_and_left_over_files_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "door.svg").write_text("<svg/>")
    (folder / "door.md").unlink()
    (folder / "window.mmd").write_bytes((folder / "door.mmd").read_bytes())
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert main([EXAMPLES, str(folder), "--check"]) == 1
    told = capsys.readouterr().err
    assert f"stale: {folder / 'door.svg'}\n" in told
    assert f"missing: {folder / 'door.md'}\n" in told
    assert f"left over: {folder / 'window.mmd'}\n" in told
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_drawing_anew_removes_what_no_chart_draws_any_more_but_nothing_else(folder: Path) -> None:
    (folder / "window.svg").write_bytes((folder / "door.svg").read_bytes())
    (folder / "README.md").write_text("written by hand")
    assert main([EXAMPLES, str(folder)]) == 0
    assert not (folder / "window.svg").exists()
    assert (folder / "README.md").exists()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("no_colon", "'no_colon' is not MODULE:NAME"),
        ("no.such.module:EXAMPLES", "'no.such.module' cannot be imported"),
        (f"{SAMPLES}:NOTHING", f"'{SAMPLES}' has no 'NOTHING'"),
        (f"{SAMPLES}:NO_EXAMPLES", "is not a sequence of statecharts.explore.Example"),
        (f"{SAMPLES}:TWICE", "two charts are called Door"),
    ],
)
def test_a_wrong_name_is_one_line_that_says_so(
    name: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_every_byte_is_the_same_under_another_hash_seed(folder: Path, seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "statecharts.render", EXAMPLES, str(folder), "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert (done.returncode, done.stderr) == (0, "")
