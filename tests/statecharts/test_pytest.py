"""The plugin, in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SUITE = """
from tests.statecharts.coverage.test_recording import Door

CHARTS = [Door]

def test_all_of_it():
    door = Door()
    door.step("push", weight=50)
    door.step("push", weight=5)
    {last}
"""


def _run(folder: Path, last: str, *options: str) -> subprocess.CompletedProcess[str]:
    file = folder / "test_door.py"
    file.write_text(SUITE.format(last=last))
    root = Path(__file__).resolve().parents[2]
    plugin = ["-p", "statecharts.pytest", "--chart-cov", *options]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, str(file)]
    environment = {"PYTHONPATH": f"{root}:{folder}", "PATH": ""}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_run_that_takes_everything_passes_and_writes_its_report(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "transitions.md"
    done = _run(tmp_path, 'door.step("pull")', "test_door:CHARTS", "--chart-cov-report", str(path))
    assert done.returncode == 0, done.stdout
    assert "| Door | 3 | 3 | 0 | 0 |" in path.read_text()


def test_a_run_that_leaves_something_out_fails_and_names_it(tmp_path: Path) -> None:
    done = _run(tmp_path, "pass", "test_door:CHARTS")
    assert done.returncode == 1
    assert "- Door: shut --pull--> open" in done.stdout


def test_what_a_failing_test_has_taken_does_not_count(tmp_path: Path) -> None:
    done = _run(tmp_path, "assert False", "test_door:CHARTS")
    assert done.returncode == 1
    assert "| Door | 3 | 0 | 0 | 3 |" in done.stdout


def test_charts_that_are_not_there_are_one_clear_line(tmp_path: Path) -> None:
    done = _run(tmp_path, "pass", "test_door:DOORS")
    assert done.returncode == 4
    assert "--chart-cov test_door:DOORS: module 'test_door' has no attribute 'DOORS'" in done.stderr
