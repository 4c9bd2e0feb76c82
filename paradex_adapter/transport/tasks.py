"""A task group that outlives calls.

A task group must be entered and left by the same task, and a client's `connect` and `disconnect`
are two. So one task of its own holds the group; anyone on the loop may start work in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import TaskGroup


class Tasks:
    """Work that runs until it ends or `aclose()`. One failing task does not end the others:
    its exception, a bug, goes to `crashed`."""

    def __init__(self, crashed: Callable[[BaseException], None]) -> None:
        self._crashed = crashed
        self._group: TaskGroup | None = None
        self._holder: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Accept work from now on. Opening twice is harmless."""
        if self._holder is not None:
            return
        opened = anyio.Event()
        self._holder = asyncio.create_task(self._hold(opened))
        await opened.wait()

    def start_soon[*Ts](self, work: Callable[[*Ts], Awaitable[object]], *args: *Ts) -> None:
        """Run `work(*args)` soon. After `aclose()` nothing is started any more."""
        if self._group is not None:
            self._group.start_soon(self._run, work, args)

    async def aclose(self) -> None:
        """Cancel what runs and wait until it has ended."""
        group, holder, self._group, self._holder = self._group, self._holder, None, None
        if group is None or holder is None:
            return
        group.cancel_scope.cancel()
        await holder

    async def _hold(self, opened: anyio.Event) -> None:
        async with anyio.create_task_group() as group:
            self._group = group
            opened.set()
            await anyio.sleep_forever()

    async def _run(self, work: Callable[..., Awaitable[object]], args: tuple[object, ...]) -> None:
        try:
            await work(*args)
        except Exception as error:  # the task boundary
            self._crashed(error)
