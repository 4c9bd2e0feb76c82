"""The venue's time: a port, so that a simulation can own the hours."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Wall time in nanoseconds since the epoch, and calls in the future."""

    def now_ns(self) -> int: ...

    def call_later(self, seconds: float, action: Callable[[], None]) -> None: ...


class LoopClock:
    """Real time on a running event loop. After `close` nothing more is called."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pending: set[asyncio.TimerHandle] = set()

    def now_ns(self) -> int:
        return time.time_ns()

    def call_later(self, seconds: float, action: Callable[[], None]) -> None:
        def run() -> None:
            self._pending.discard(handle)
            action()

        handle = self._loop.call_later(seconds, run)
        self._pending.add(handle)

    def close(self) -> None:
        for handle in self._pending:
            handle.cancel()
        self._pending.clear()


class ManualClock:
    """Time that stands still until `advance`. Equal moments run in the order they were asked."""

    def __init__(self, now_ns: int = 1_706_868_900_000_000_000) -> None:
        self._now_ns = now_ns
        self._pending: list[tuple[int, int, Callable[[], None]]] = []
        self._asked = 0

    def now_ns(self) -> int:
        return self._now_ns

    def call_later(self, seconds: float, action: Callable[[], None]) -> None:
        self._asked += 1
        due = self._now_ns + round(seconds * 1e9)
        heapq.heappush(self._pending, (due, self._asked, action))

    def advance(self, seconds: float) -> None:
        """Move time on and run, at its own moment, whatever falls due on the way."""
        end = self._now_ns + round(seconds * 1e9)
        while self._pending and self._pending[0][0] <= end:
            self._now_ns, _, action = heapq.heappop(self._pending)
            action()
        self._now_ns = end
