"""Many seeds, in several processes."""

from __future__ import annotations

import logging
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from tests.simulation.run import Report, run
from tests.simulation.setting import drawn
from tests.simulation.virtual import VirtualLoop
from tests.simulation.world import SETTINGS, VENUE

SEEDS_A_PROCESS = 50
"""Then a new one takes over, so that no seed runs in what many others have left behind."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to run: `steps` actions each; the steps of what goes wrong are written to `traces`."""

    steps: int
    may_drop: bool = True
    traces: Path | None = None


def play(seeds: Iterable[int], order: Order, jobs: int) -> Iterator[Report]:
    """A report of each seed, in their order, without its records."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn, max_tasks_per_child=SEEDS_A_PROCESS) as pool:
        pending = [pool.submit(_play, seed, order) for seed in seeds]
        for future in pending:
            yield future.result()


def _play(seed: int, order: Order) -> Report:
    # What a venue logs of the connections it breaks is no news here.
    logging.disable(logging.ERROR)
    try:
        report = anyio.run(_run, seed, order, backend_options={"loop_factory": VirtualLoop})
    except Exception as error:  # of that seed: the others are to be run as well
        return Report(seed, drawn(seed, VENUE, SETTINGS), [f"crashed: {_in_words(error)}"])
    if report.wrong and order.traces is not None:
        order.traces.mkdir(parents=True, exist_ok=True)
        (order.traces / f"seed-{seed}.txt").write_text(trace(report))
    report.records.clear()
    return report


def _in_words(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(_in_words, error.exceptions))
    return repr(error)


async def _run(seed: int, order: Order) -> Report:
    return await run(seed, steps=order.steps, may_drop=order.may_drop)


def trace(report: Report) -> str:
    """The steps of every chart that what is wrong is about; of all, if it is about none."""
    lines = [str(report.setting), *report.wrong]
    for record in report.records:
        if not report.stories or not report.stories.keys().isdisjoint(record.chart.split()):
            lines.append(str(record))
    return "\n".join(lines) + "\n"


@dataclass(slots=True)
class Totals:
    """Of many reports."""

    seeds: int = 0
    orders: int = 0
    fills: int = 0
    changes: int = 0
    alerts: int = 0
    disagreements: int = 0
    bad: list[int] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)

    def add(self, report: Report) -> None:
        self.seeds += 1
        self.orders += report.orders
        self.fills += report.fills
        self.changes += report.changes
        self.alerts += report.alerts
        self.disagreements += len(report.wrong)
        self.injected += report.injected
        self.unexpected += report.unexpected
        if report.wrong:
            self.bad.append(report.seed)

    def __str__(self) -> str:
        lines = ["What went wrong on purpose, and what others did:"]
        lines += [f"  {count:7,}  {name}" for name, count in sorted(self.injected.items())]
        lines += ["Events of the venue's that a chart did not list:"] * bool(self.unexpected)
        lines += [f"  {count:7,}  {name}" for name, count in sorted(self.unexpected.items())]
        lines.append(
            f"{self.seeds:,} seeds, {self.orders:,} orders, {self.fills:,} fills, "
            f"{self.changes:,} changes, {self.alerts:,} alerts, "
            f"{self.injected.total():,} faults and events, {self.disagreements:,} disagreements"
        )
        if self.bad:
            lines.append(f"seeds that disagree: {self.bad}")
        return "\n".join(lines)
