"""The execution client's journal: what is kept of orders that a real node trades."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest
from nautilus_trader.model.enums import OrderSide

from paradex_adapter.errors import ConfigError
from paradex_adapter.journal.conformity import Verdict, check
from paradex_adapter.journal.reading import Library, read
from paradex_venue import Venue
from tests.adapter.node import Desk, built, node_config, trading
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio

PLACED = ("Initialized", "Submitted", "Accepted")


async def traded(desk: Desk) -> list[str]:
    """The client ids of an order that was canceled and of one that was filled."""
    resting = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
    desk.probe.submit_order(resting)
    await desk.told(resting, *PLACED)
    desk.probe.cancel_order(resting)
    await desk.told(resting, *PLACED, "PendingCancel", "Canceled")
    taking = desk.probe.market(OrderSide.BUY, "0.1")
    desk.probe.submit_order(taking)
    await desk.told(taking, *PLACED, "Filled")
    return [resting.client_order_id.value, taking.client_order_id.value]


def ends(library: Library, names: list[str]) -> list[str]:
    """Where the charts of these orders were last, every step of theirs being checked."""
    stories = [library.stories["PARADEX", name] for name in names]
    for story in stories:
        assert {one.verdict for one in check(story)} == {Verdict.CONFORMS}
    charts = [[line for line in each.steps if line.chart == "order"] for each in stories]
    return [lines[-1].target[0] for lines in charts]


async def test_every_order_of_a_node_is_journaled_on_disk_and_conforms(
    venue: Venue, tmp_path: Path
) -> None:
    async with trading(venue, execution={"journal_dir": str(tmp_path / "journal")}) as desk:
        names = await traded(desk)
    library = read(tmp_path / "journal")
    assert library.remarks == []
    assert ends(library, names) == ["ended.canceled", "ended.filled"]


async def test_without_a_folder_the_journal_is_in_memory_and_can_be_saved(
    venue: Venue, tmp_path: Path
) -> None:
    async with trading(venue) as desk:
        names = await traded(desk)
        desk.execution.journal.save(tmp_path / "saved.jsonl")
        assert {f"order {name}" for name in names} <= desk.states.keys()  # on the bus, as ever
    assert ends(read(tmp_path / "saved.jsonl"), names) == ["ended.canceled", "ended.filled"]


async def test_no_secret_is_in_a_journal(venue: Venue, tmp_path: Path) -> None:
    async with trading(venue, execution={"journal_dir": str(tmp_path)}) as desk:
        await traded(desk)
    text = (tmp_path / "PARADEX.000001.jsonl").read_text()
    assert "OrderAccepted" in text
    assert ALICE.private.removeprefix("0x").lower() not in text.lower()
    assert str(int(ALICE.private, 16)) not in text
    assert not re.search(r"eyJ[\w-]{10,}|jwt|bearer|signature|token", text, re.IGNORECASE)


async def test_a_full_disk_is_one_warning_and_no_order_minds(
    venue: Venue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, text: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with trading(venue, execution={"journal_dir": str(tmp_path)}) as desk:
        troubles: list[str] = []
        monkeypatch.setattr(
            desk.execution, "troubled", lambda what, error: troubles.append(f"{what}: {error}")
        )
        monkeypatch.setattr("paradex_adapter.journal.files.os.write", full)
        names = await traded(desk)
        await desk.until(lambda: troubles)
        assert [each for each in troubles if "journal" in each] == [
            "the journal of PARADEX is losing steps: [Errno 28] No space left on device"
        ]
        assert set(names) <= set(desk.execution.journal.orders)
        monkeypatch.undo()
    assert read(tmp_path).remarks != []  # how much is missing is said at the end


async def test_a_folder_that_cannot_be_used_is_refused_when_the_node_is_built(
    venue: Venue, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("")
    config = node_config(venue, execution={"journal_dir": str(tmp_path / "taken")})
    with pytest.raises(ConfigError, match=r"journal_dir .*taken.* cannot be used"):
        async with built(config):
            raise AssertionError("it was built")
