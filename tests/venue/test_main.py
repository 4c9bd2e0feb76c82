"""`python -m paradex_venue`, as a process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from paradex_venue.__main__ import main
from tests.venue.trader import ALICE, BOB

COMMAND = [sys.executable, "-W", "error", "-m", "paradex_venue"]


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *arguments], text=True, **pipes) as running:
        try:
            yield running
        finally:
            running.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_says_where_and_stops_cleanly_when_told(number: signal.Signals) -> None:
    with process("--seed", "7", "--markets", "ETH-USD-PERP") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        urls = json.loads(running.stdout.readline())
        assert set(urls) == {"rest_url", "ws_url", "control_url"}
        with urllib.request.urlopen(f"{urls['rest_url']}/markets", timeout=5) as response:
            (market,) = json.load(response)["results"]
        assert market["symbol"] == "ETH-USD-PERP"
        running.send_signal(number)
        assert running.wait(timeout=10) == 0
        assert running.stdout.read() == ""
        assert running.stderr.read() == ""


def test_accounts_and_their_subkeys_are_onboarded_beforehand() -> None:
    account = f"{ALICE.address}:{ALICE.public}:{BOB.public}"
    with process("--account", account, "--no-market-maker") as running:
        assert running.stdout is not None
        urls = json.loads(running.stdout.readline())
        now = int(time.time())
        signature = BOB.signer(ALICE.address).auth(timestamp=now, expiration=now + 60)
        headers = {
            "PARADEX-STARKNET-ACCOUNT": ALICE.address,
            "PARADEX-STARKNET-SIGNATURE": signature,
            "PARADEX-TIMESTAMP": str(now),
            "PARADEX-SIGNATURE-EXPIRATION": str(now + 60),
        }
        response = httpx.post(f"{urls['rest_url']}/auth/{BOB.public}", headers=headers)
        assert response.json()["jwt_token"]
        running.terminate()
        assert running.wait(timeout=10) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "host '0.0.0.0' is not loopback"),
        (["--host", "example.com"], "host 'example.com' is not loopback"),
        (["--markets", "FOO"], "market 'FOO' is not listed"),
        (["--account", "0x1"], "account '0x1' is not ADDRESS:PUBLIC_KEY"),
        (["--account", "zebra:0x1"], "address 'zebra' is no 0x hex"),
    ],
)
def test_what_cannot_work_is_one_clear_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_port_that_is_taken_is_one_clear_line(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main([option, str(taken.getsockname()[1])]) == 2
    printed = capsys.readouterr()
    assert "cannot listen on 127.0.0.1" in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)


def test_help_names_the_knobs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    printed = capsys.readouterr().out
    for knob in ("--seed", "--jwt-ttl", "--require-sbe", "--no-control", "--no-market-maker"):
        assert knob in printed
