"""What a driver needs from the world: three ports, none of which may block or raise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Timer(Protocol):
    """A running timer."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """The only way to the clock."""

    def start(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` once, after `delay` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a chart's effects go.

    `request` sends to the other side and returns at once; how it ended comes back as an event.
    `emit` tells our own side. A failure of either is an event too, never an exception.
    """

    request: Callable[[object], None]
    emit: Callable[[object], None]
    timers: Timers
