"""The snippet that a user of Nautilus would start from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from examples import quickstart
from examples.demo.account import open_trader_account
from examples.demo.venue_process import VenueProcess, venue_process

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_SECS = 30.0


def test_an_unknown_environment_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARADEX_ENVIRONMENT", "MARS")

    assert quickstart.main() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("quickstart: environment 'MARS' is unknown: use PROD, TESTNET or")


@pytest.mark.anyio
async def test_it_rests_one_bid_and_takes_it_back_on_ctrl_c(tmp_path: Path) -> None:
    async with venue_process(2, tmp_path / "venue.log") as venue:
        account = await open_trader_account(venue.rest_url)
        environment = os.environ | {
            "PARADEX_ENVIRONMENT": venue.rest_url,
            "PARADEX_L2_ADDRESS": account.address,
            "PARADEX_L2_PRIVATE_KEY": account.private_key,
        }
        async with await anyio.open_process(
            [sys.executable, "-m", "examples.quickstart"],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            with anyio.fail_after(PATIENCE_SECS):
                await _order_that_is(venue, account.address, "OPEN")
                running.send_signal(signal.SIGINT)
                code = await running.wait()
        order = await _order_that_is(venue, account.address, "CLOSED")

    assert code == 0
    assert (order["instruction"], order["cancel_reason"]) == ("POST_ONLY", "USER_CANCELED")
    assert order["remaining_size"] == order["size"]


async def _order_that_is(venue: VenueProcess, address: str, status: str) -> dict[str, Any]:
    """The one order, as soon as it is `status`. The venue can only be asked, so it is asked."""
    while True:
        orders: list[dict[str, Any]] = (await venue.truth(address))["orders"]
        if [order["status"] for order in orders] == [status]:
            return orders[0]
        await anyio.sleep(0.05)
