"""The `Timers` port on the running event loop. Nautilus's own clock calls back on a foreign thread
and is not used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class LoopTimers:
    """Starts timers on the loop that runs when they are started."""

    def start(self, delay: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call `callback` once, after `delay` seconds; the handle cancels."""
        return asyncio.get_running_loop().call_later(delay, callback)
