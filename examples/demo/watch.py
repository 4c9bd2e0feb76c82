"""What the charts did, when, and waiting until something holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from examples.demo.errors import DemoError
from statecharts import Record, Step

GLANCE_SECS = 0.2
"""How long a condition goes unlooked at while nothing is told to have changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Seconds since the start, and what happened: a chart's record, or the story's words."""

    at: float
    what: Record | str


class Watch:
    """Records every step of every chart and knows where each chart is now.

    `glance` is called while waiting; it raises what ends the wait.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.chronicle: list[Entry] = []
        self.glance: Callable[[], None] = lambda: None
        self._clock = clock
        self._started = clock()
        self._places: dict[str, str] = {}
        self._changed = asyncio.Event()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started

    def record(self, record: Record) -> None:
        """A chart's word, as it comes over the message bus."""
        self.chronicle.append(Entry(self.elapsed, record))
        if isinstance(record, Step):
            self._places[record.chart] = record.target[0].rpartition(".")[2]
        self.changed()

    def note(self, words: str) -> None:
        """Something the story says."""
        self.chronicle.append(Entry(self.elapsed, words))

    def changed(self) -> None:
        """Somebody's condition may hold now."""
        self._changed.set()

    @property
    def is_connected(self) -> bool:
        """Whether both sessions are up, and every channel that is wanted flows."""
        channels = [place for _, place in self._of("subscription")]
        return (
            self._places.get("connection public") == "connected"
            and self._places.get("connection private") == "authenticated"
            and all(place in ("active", "checking", "released") for place in channels)
        )

    @property
    def is_cut_off(self) -> bool:
        """Whether neither session is up."""
        up = {"connected", "authenticating", "arming", "authenticated", "degraded"}
        return up.isdisjoint(place for _, place in self._of("connection"))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being asked of the venue for the sake of reconciliation."""
        return all(self._places.get(name) == "idle" for name in ("reconciliation", "account"))

    async def until(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until `holds()`. `DemoError` naming `what` when it does not within `seconds`."""
        deadline = self.elapsed + seconds
        while not holds():
            self.glance()
            if self.elapsed > deadline:
                raise DemoError(f"{what}: still not so after {seconds:g} s")
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), GLANCE_SECS)
            except TimeoutError:
                continue

    async def lull(self, seconds: float) -> None:
        """Let time pass, with an eye on everything."""
        end = self.elapsed + seconds
        while (left := end - self.elapsed) > 0:
            self.glance()
            await asyncio.sleep(min(GLANCE_SECS, left))

    def _of(self, kind: str) -> list[tuple[str, str]]:
        return [item for item in self._places.items() if item[0].startswith(f"{kind} ")]
