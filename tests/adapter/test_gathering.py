from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import anyio
import pytest

from paradex_adapter.gathering import Gathering
from paradex_adapter.transport.tasks import Tasks

pytestmark = pytest.mark.anyio


class Post:
    """What was sent, request by request."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []

    async def create(self, names: Sequence[str]) -> None:
        self.sent.append(("create", *names))

    async def cancel(self, names: Sequence[str]) -> None:
        self.sent.append(("cancel", *names))


@pytest.fixture
async def tasks(anyio_backend: str) -> AsyncIterator[Tasks]:
    tasks = Tasks(lambda error: pytest.fail(repr(error)))
    await tasks.open()
    yield tasks
    await tasks.aclose()


async def test_what_is_asked_for_by_itself_leaves_by_itself(tasks: Tasks) -> None:
    post, gathering = Post(), Gathering(tasks, 3)
    for name in "ab":
        gathering.perform(post.create, name)
    await anyio.wait_all_tasks_blocked()
    assert post.sent == [("create", "a"), ("create", "b")]


async def test_what_is_asked_for_together_leaves_in_batches_in_the_order_of_asking(
    tasks: Tasks,
) -> None:
    post, gathering = Post(), Gathering(tasks, 3)
    with gathering.together():
        for name in "abcd":
            gathering.perform(post.create, name)
            gathering.perform(post.cancel, name)
        await anyio.wait_all_tasks_blocked()
        assert post.sent == []
    await anyio.wait_all_tasks_blocked()
    assert post.sent == [
        *(("create", *"abc"), ("create", "d")),
        *(("cancel", *"abc"), ("cancel", "d")),
    ]


async def test_a_gathering_within_another_leaves_first_and_ends_nothing_but_itself(
    tasks: Tasks,
) -> None:
    post, gathering = Post(), Gathering(tasks, 3)
    with gathering.together():
        gathering.perform(post.create, "a")
        with gathering.together():
            gathering.perform(post.create, "b")
            gathering.perform(post.create, "c")
        gathering.perform(post.create, "d")
    gathering.perform(post.create, "e")
    await anyio.wait_all_tasks_blocked()
    assert post.sent == [("create", *"bc"), ("create", *"ad"), ("create", "e")]


async def test_what_was_asked_for_before_a_failure_leaves_all_the_same(tasks: Tasks) -> None:
    post, gathering = Post(), Gathering(tasks, 3)

    def ask() -> None:
        with gathering.together():
            gathering.perform(post.create, "a")
            raise KeyError

    with pytest.raises(KeyError):
        ask()
    await anyio.wait_all_tasks_blocked()
    assert post.sent == [("create", "a")]
