"""Waiting for a condition without looking at the clock."""

from __future__ import annotations

from collections.abc import Callable

import anyio


class Changes:
    """Lets one task wait until something has happened."""

    def __init__(self) -> None:
        self._next = anyio.Event()

    def tell(self, _: object = None) -> None:
        """Something happened: whoever waits looks again."""
        self._next.set()
        self._next = anyio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, looked at after every change. The caller sets the deadline."""
        while not holds():
            await self._next.wait()
