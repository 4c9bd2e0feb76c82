"""What happened: the records that logs, timelines, coverage and tests read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from statecharts.effects import Effect


class Origin(StrEnum):
    """Who sent the event. It decides what an unexpected one means."""

    LOCAL = "local"  # our own code: unexpected is a bug
    REMOTE = "remote"  # the other side: unexpected is counted
    TIMER = "timer"  # one of the chart's own timers


@dataclass(frozen=True, slots=True)
class Step:
    """One event run to completion. `source` and `target` are configurations: leaf state ids."""

    chart: str
    event: str
    origin: Origin
    source: tuple[str, ...]
    target: tuple[str, ...]
    effects: tuple[Effect, ...]

    def __str__(self) -> str:
        asked = ", ".join(str(effect) for effect in self.effects)
        arrow = f"{'+'.join(self.source)} --{self.event}--> {'+'.join(self.target)}"
        return f"{arrow} / {asked}" if asked else arrow


@dataclass(frozen=True, slots=True)
class Unexpected:
    """An event from the other side that the chart does not list here. Nothing changed."""

    chart: str
    event: str
    configuration: tuple[str, ...]


type Record = Step | Unexpected
