"""A whole run of the adapter against a venue that misbehaves: every order's journal conforms."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from paradex_adapter.journal import Disk, Journal
from paradex_adapter.journal.conformity import Verdict, check
from paradex_adapter.journal.reading import read
from statecharts import Record
from tests.journal.orders import changed, story
from tests.simulation.run import Report, run
from tests.simulation.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def kinds() -> None:
    """The real charts."""


async def journaled(seed: int, folder: Path) -> tuple[Report, Journal]:
    """A run with a journal of it, in memory and on disk."""
    kept = Journal("PARADEX", Disk(folder, "PARADEX", refuse))
    observe = World._observe

    def observed(self: World, record: Record) -> None:
        kept.observe(record)
        observe(self, record)

    with mock.patch.object(World, "_observe", observed):
        report = await run(seed, steps=40)
    kept.close()
    return report, kept


def refuse(what: str, error: Exception) -> None:
    raise AssertionError(f"{what}: {error}")


async def test_the_journal_of_every_order_of_a_run_conforms_and_a_fault_in_it_is_found(
    tmp_path,
):
    report, kept = await journaled(4, tmp_path)
    steps = [record for record in report.records if record.chart.split()[0] in ("order", "command")]
    library = read(tmp_path)
    assert library.remarks == []
    assert len(library.stories) == len(kept.orders) == report.orders > 3
    assert sum(len(found.steps) for found in library.stories.values()) == len(steps)
    for found in library.stories.values():
        assert found.chapters == kept.lines(found.order)
        assert [one for one in check(found) if one.verdict is not Verdict.CONFORMS] == []
        at = next(i for i, line in enumerate(found.steps) if line.source != line.target)
        wrong = changed(found.steps, at, target=found.steps[at].source)
        verdicts = [one.verdict for one in check(story(tmp_path / "wrong.jsonl", wrong))]
        assert verdicts[: at + 1] == [Verdict.CONFORMS] * at + [Verdict.DIFFERS]
