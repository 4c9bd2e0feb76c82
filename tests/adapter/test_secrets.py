"""A whole run at the most talkative log level, searched for what nobody may see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.venue.trader import ALICE, BOB

JWT = re.compile(r"eyJ[\w-]{10,}")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def output() -> str:
    """Everything that the run wrote: log lines, records of charts, reprs, errors."""
    command = [sys.executable, "-m", "tests.adapter.talkative"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    printed = run.stdout + run.stderr
    assert run.returncode == 0, printed[-3000:]
    assert "the end\n" in run.stdout
    return printed


def test_the_run_has_told_what_secrets_pass_through(output: str) -> None:
    assert "Authenticate()" in output
    assert "TokenIssued()" in output
    assert "HTTP 503" in output
    assert "l2_private_key" in output


@pytest.mark.parametrize("key", [ALICE, BOB], ids=["the key", "the wrong key"])
def test_no_private_key_is_printed(output: str, key: object) -> None:
    assert key.private.removeprefix("0x").lower() not in output.lower()
    assert str(int(key.private, 16)) not in output


def test_no_token_is_printed(output: str) -> None:
    assert JWT.findall(output) == []


def test_no_bug_is_reported(output: str) -> None:
    assert "Traceback" not in output
    assert "A task of the" not in output


def test_a_client_that_cannot_connect_says_why_once_and_ends_the_node(output: str) -> None:
    errors = [line for line in output.splitlines() if "[ERROR]" in line]
    assert len(errors) == 1
    assert errors[0].endswith("ExecClient-PARADEX: Error on '_connect'")
    assert "check that l2_address and l2_private_key belong together" in output
