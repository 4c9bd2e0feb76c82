"""What happened: the records that logs, timelines, coverage and tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from statecharts.effects import Effect
from statecharts.engine import Snapshot

NO_DATA: Mapping[str, object] = MappingProxyType({})


class Origin(StrEnum):
    """Who sent the event. It decides what an unexpected one means."""

    LOCAL = "local"  # our own code: unexpected is a bug
    REMOTE = "remote"  # the other side: unexpected is counted
    TIMER = "timer"  # one of the chart's own timers


@dataclass(frozen=True, slots=True)
class Step:
    """One event run to completion. `source` and `target` are configurations: leaf state ids.

    `data` is what the event carried; `before` the chart as it was, told now and then: in the first
    record of a driver, and so often after it that its last steps can always be run again. Neither
    is shown, and what happened is the same without them.
    """

    chart: str
    event: str
    origin: Origin
    source: tuple[str, ...]
    target: tuple[str, ...]
    effects: tuple[Effect, ...]
    data: Mapping[str, object] = field(default=NO_DATA, repr=False, compare=False)
    before: Snapshot | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        asked = ", ".join(str(effect) for effect in self.effects)
        arrow = f"{'+'.join(self.source)} --{self.event}--> {'+'.join(self.target)}"
        return f"{arrow} / {asked}" if asked else arrow


@dataclass(frozen=True, slots=True)
class Unexpected:
    """An event from the other side that the chart does not list here. Nothing changed.
    `data` and `before` are as in `Step`."""

    chart: str
    event: str
    configuration: tuple[str, ...]
    data: Mapping[str, object] = field(default=NO_DATA, repr=False, compare=False)
    before: Snapshot | None = field(default=None, repr=False, compare=False)


type Record = Step | Unexpected
