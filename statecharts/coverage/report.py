"""What was taken of what there is, as Markdown; and what may be missing, with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from statecharts.chart import Chart
from statecharts.coverage.recording import Taken
from statecharts.errors import DefinitionError
from statecharts.table import TransitionRow, read

type Excuses = dict[str, dict[str, str]]
"""By chart name and transition, as `name_of` writes it: why it may be missing."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A transition that was not taken."""

    chart: str
    transition: str
    excuse: str  # "" when there is none

    def __str__(self) -> str:
        text = f"{self.chart}: {self.transition}"
        return f"{text} ({self.excuse})" if self.excuse else text


def name_of(row: TransitionRow) -> str:
    """`live.accepted --opened [is_ahead]--> live.accepted`: unique in its chart."""
    guard = f" [{row.guard}]" if row.guard else ""
    return f"{row.source} --{row.event}{guard}--> {row.target}"


def missing(charts: Iterable[type[Chart]], taken: Taken, excuses: Excuses) -> list[Missing]:
    """Every transition that was not taken, in the order of the tables."""
    found = []
    for chart in charts:
        excused = excuses.get(chart.__name__, {})
        for row in read(chart).transitions:
            if row.index not in taken.get(chart.__name__, {}):
                name = name_of(row)
                found.append(Missing(chart.__name__, name, excused.get(name, "")))
    return found


def report(charts: Iterable[type[Chart]], taken: Taken, excuses: Excuses) -> str:
    """The Markdown of it: one row a chart, then what is missing."""
    charts = list(charts)
    absent = missing(charts, taken, excuses)
    lines = ["| Chart | Transitions | Taken | Excused | Missing |", "|---|--:|--:|--:|--:|"]
    for chart in charts:
        lines.append(_line(chart, taken, [each for each in absent if each.chart == chart.__name__]))
    for title, chosen in (
        ("Missing", [each for each in absent if not each.excuse]),
        ("Excused", [each for each in absent if each.excuse]),
    ):
        if chosen:
            lines += ["", f"{title}:", "", *(f"- {each}" for each in chosen)]
    return "\n".join(lines) + "\n"


def _line(chart: type[Chart], taken: Taken, absent: list[Missing]) -> str:
    total = len(read(chart).transitions)
    excused = sum(bool(each.excuse) for each in absent)
    counts = (total, len(taken.get(chart.__name__, {})), excused, len(absent) - excused)
    return f"| {chart.__name__} | " + " | ".join(map(str, counts)) + " |"


def read_excuses(path: Path, charts: Iterable[type[Chart]]) -> Excuses:
    """A TOML file with a table for each chart: transition = "reason".

    `DefinitionError` for one without a reason, or of a transition that the charts do not have.
    """
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(path.read_text())
    known = {chart.__name__: {name_of(row) for row in read(chart).transitions} for chart in charts}
    for chart, excused in found.items():
        for transition, reason in excused.items():
            if transition not in known.get(chart, set()):
                raise DefinitionError(f"{path}: {chart} has no transition {transition!r}")
            if not reason:
                raise DefinitionError(f"{path}: {chart} {transition!r} is excused without a reason")
    return {chart: dict(excused) for chart, excused in found.items()}
