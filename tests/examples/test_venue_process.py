"""The venue as a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from examples.demo.account import open_trader_account
from examples.demo.errors import DemoError
from examples.demo.venue_process import GONE, venue_process

pytestmark = pytest.mark.anyio


async def test_a_fresh_account_is_onboarded_and_the_truth_about_it_is_told(tmp_path: Path) -> None:
    async with venue_process(1, tmp_path / "venue.log") as venue:
        account = await open_trader_account(venue.rest_url)
        truth = await venue.truth(account.address)

        with pytest.raises(DemoError, match="the venue's control refused 'cancel'"):
            await venue.cancel(account.address, "O-1")

    assert truth["balance"]["size"] == "1000000"
    assert account.private_key not in repr(account)
    assert not venue.is_running
    with pytest.raises(DemoError, match=GONE):
        venue.thaw()


async def test_a_venue_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    seed: Any = "no number"

    with pytest.raises(DemoError, match=r"the venue did not start: .*'no number'"):
        async with venue_process(seed, tmp_path / "venue.log"):
            pytest.fail("it started")
