"""The charts with what this run visited highlighted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from examples.demo.watch import Entry
from paradex_adapter.charts import (
    EXAMPLES,
    Book,
    Command,
    Connection,
    Order,
    Reconciliation,
    Stream,
    Subscription,
    Token,
    VenueStatus,
)
from statecharts import Chart, Step
from statecharts.explore import explore
from statecharts.render import overlay

CHARTS: dict[str, type[Chart]] = {
    "connection": Connection,
    "subscription": Subscription,
    "book": Book,
    "stream": Stream,
    "order": Order,
    "command": Command,
    "token": Token,
    "reconciliation": Reconciliation,
    "account": Reconciliation,
    "venue_status": VenueStatus,
}
"""Which chart a driver runs, by the first word of its name."""


def draw(chronicle: Iterable[Entry], out: Path) -> list[Path]:
    """Write one SVG for each chart into the folder `out`; returns the files."""
    steps = [entry.what for entry in chronicle if isinstance(entry.what, Step)]
    files = []
    for example in EXAMPLES:
        taken = [step for step in steps if _chart_of(step) is example.chart]
        file = out / f"{example.chart.__name__.lower()}.svg"
        file.write_text(overlay(explore(example), taken), encoding="utf-8")
        files.append(file)
    return files


def _chart_of(step: Step) -> type[Chart]:
    return CHARTS[step.chart.partition(" ")[0]]
