"""Work that is demanded again and again: how one attempt ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import anyio
import pytest

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts import Reconciliation
from paradex_adapter.errors import OutcomeUnknown
from paradex_adapter.recurring import Recurring
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.timers import LoopTimers

pytestmark = pytest.mark.anyio

PATIENCE = 3.0


class Bench:
    """What became of the attempts."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self.done: list[int] = []
        self.troubles: list[str] = []
        self.is_done = anyio.Event()

    def recurring(self, work: Callable[[], Awaitable[int]]) -> Recurring:
        chart = Reconciliation(
            Backoff(first=0.01), run_timeout_secs=0.05, period_secs=None, rest_secs=0.01
        )
        made = Recurring(
            "work", chart, work, self._tasks, LoopTimers(), self._troubled, done=self._done
        )
        made.start()
        return made

    def _troubled(self, what: str, error: Exception) -> None:
        self.troubles.append(f"{what}: {error}")

    def _done(self, at: int) -> None:
        self.done.append(at)
        self.is_done.set()

    async def finished(self) -> None:
        with anyio.fail_after(PATIENCE):
            await self.is_done.wait()


@pytest.fixture
async def bench(anyio_backend: str) -> AsyncIterator[Bench]:
    crashes: list[BaseException] = []
    tasks = Tasks(crashes.append)
    await tasks.open()
    yield Bench(tasks)
    await tasks.aclose()
    assert crashes == []


async def test_what_fails_is_told_and_tried_again_until_it_is_done(bench: Bench) -> None:
    attempts = 0

    async def work() -> int:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise OutcomeUnknown("no answer")
        return 42

    recurring = bench.recurring(work)
    recurring.demand()
    await bench.finished()
    recurring.stop()
    assert bench.done == [42]
    assert bench.troubles == ["work: no answer"] * 2


async def test_an_attempt_that_takes_too_long_is_given_up_and_does_not_complete_later(
    bench: Bench,
) -> None:
    """It asked before whatever was demanded since."""
    released, given_up, attempts = anyio.Event(), anyio.Event(), 0

    async def work() -> int:
        nonlocal attempts
        attempts += 1
        if attempts > 1:
            return 2
        try:
            await released.wait()
        finally:
            given_up.set()
        return 1

    recurring = bench.recurring(work)
    recurring.demand()
    await bench.finished()
    released.set()
    recurring.stop()
    assert given_up.is_set()
    assert bench.done == [2]
