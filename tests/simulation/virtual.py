"""An event loop with a time of its own: it stands still while anything is left to be done, and
then is the time of whatever comes next. What takes a minute takes no time, and a slow machine
loses nothing; the sockets are real."""

from __future__ import annotations

import asyncio
import os
import selectors
from collections.abc import Callable
from typing import Any

from paradex_venue.clock import LoopClock

BEGINNING_NS = 1_800_000_000_000_000_000
"""What the clocks on the wall say when a loop begins: 2027-01-15."""
STEP_SECS = 20e-6
"""What a turn of the loop takes."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Good for what waits on sockets and timers, not for what works in threads."""

    def __init__(self) -> None:
        self._passed = 0.0
        super().__init__(_Selector(self._pass))

    def time(self) -> float:
        return self._passed

    def wall_ns(self) -> int:
        """Nanoseconds since the epoch."""
        return BEGINNING_NS + round(self._passed * 1e9)

    def wall(self) -> float:
        """Seconds since the epoch, as `time.time` has them."""
        return self.wall_ns() / 1e9

    def _pass(self, seconds: float) -> None:
        self._passed += seconds


class VirtualClock(LoopClock):
    """The time of the loop, for a venue."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__(loop)
        self._wall_ns = loop.wall_ns

    def now_ns(self) -> int:
        return self._wall_ns()


class _Selector(selectors.DefaultSelector):
    """Passes the time until the next timer where no socket has anything."""

    def __init__(self, let_pass: Callable[[float], None]) -> None:
        super().__init__()
        self._let_pass = let_pass

    def select(self, timeout: float | None = None) -> Any:
        self._let_pass(STEP_SECS)
        ready = super().select(0)
        if not ready and (timeout is None or timeout > 0):
            os.sched_yield()  # what was sent is on its way through the kernel
            ready = super().select(0 if timeout is not None else None)
            if not ready and timeout is not None:
                self._let_pass(timeout)
        return ready
