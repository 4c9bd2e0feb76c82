from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest

from paradex_adapter.transport.tasks import Tasks

pytestmark = pytest.mark.anyio


class Work:
    """Something that runs, and tells how it goes."""

    def __init__(self) -> None:
        self.started = anyio.Event()
        self.ended = anyio.Event()

    async def forever(self) -> None:
        self.started.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.ended.set()

    async def at_once(self, *told: object) -> None:
        self.told = told
        self.ended.set()

    async def badly(self) -> None:
        raise ValueError("a bug")


@pytest.fixture
def crashes() -> list[BaseException]:
    return []


@pytest.fixture
async def tasks(anyio_backend: str, crashes: list[BaseException]) -> AsyncIterator[Tasks]:
    tasks = Tasks(crashes.append)
    await tasks.open()
    yield tasks
    await tasks.aclose()


async def within_bounds(event: anyio.Event) -> None:
    with anyio.fail_after(2):
        await event.wait()


async def test_work_runs_with_its_arguments(tasks: Tasks) -> None:
    work = Work()
    tasks.start_soon(work.at_once, 1, "two")
    await within_bounds(work.ended)
    assert work.told == (1, "two")


async def test_closing_cancels_what_runs_and_waits_until_it_has_ended(tasks: Tasks) -> None:
    work = Work()
    tasks.start_soon(work.forever)
    await within_bounds(work.started)
    await tasks.aclose()
    assert work.ended.is_set()


async def test_closing_works_from_another_task_than_opening(tasks: Tasks) -> None:
    work = Work()
    tasks.start_soon(work.forever)
    await within_bounds(work.started)
    async with anyio.create_task_group() as group:
        group.start_soon(tasks.aclose)
    assert work.ended.is_set()


async def test_a_task_that_fails_is_told_and_does_not_end_the_others(
    tasks: Tasks, crashes: list[BaseException]
) -> None:
    bad, good = Work(), Work()
    tasks.start_soon(good.forever)
    tasks.start_soon(bad.badly)
    last = Work()
    tasks.start_soon(last.at_once)
    await within_bounds(last.ended)
    assert [repr(error) for error in crashes] == ["ValueError('a bug')"]
    assert not good.ended.is_set()


async def test_being_canceled_is_no_crash(tasks: Tasks, crashes: list[BaseException]) -> None:
    work = Work()
    tasks.start_soon(work.forever)
    await within_bounds(work.started)
    await tasks.aclose()
    assert crashes == []


async def test_a_task_may_start_another(tasks: Tasks) -> None:
    work = Work()

    async def start_it() -> None:
        tasks.start_soon(work.at_once)

    tasks.start_soon(start_it)
    await within_bounds(work.ended)


async def test_nothing_is_started_before_opening_or_after_closing(
    crashes: list[BaseException],
) -> None:
    tasks, work = Tasks(crashes.append), Work()
    tasks.start_soon(work.at_once)
    await tasks.open()
    await tasks.aclose()
    tasks.start_soon(work.at_once)
    await anyio.wait_all_tasks_blocked()
    assert not work.ended.is_set()


async def test_opening_twice_and_closing_twice_are_harmless(tasks: Tasks) -> None:
    work = Work()
    tasks.start_soon(work.forever)
    await tasks.open()
    await within_bounds(work.started)
    assert not work.ended.is_set()
    await tasks.aclose()
    await tasks.aclose()
    assert work.ended.is_set()


async def test_it_can_be_opened_again(tasks: Tasks) -> None:
    await tasks.aclose()
    await tasks.open()
    work = Work()
    tasks.start_soon(work.at_once)
    await within_bounds(work.ended)
