"""Whether a journal is what the charts do: each step is taken again, by the chart itself.

A chart begins at the first line that has its `stand`: new, or as it stood then. What came before it
is not checked, and nor is what comes after steps that are missing, until the next `stand`. From
there on a chart is given the same events with the same data, and must go where the journal says and
ask for what the journal says. A step that differs is a change of the chart since, a hook that looks
at something besides its own data, or a line that somebody has altered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from paradex_adapter.charts.command import Command
from paradex_adapter.charts.order import Order
from paradex_adapter.errors import JournalError
from paradex_adapter.journal.lines import Gap, Stand, StepLine, effect_written, snapshot_of, stand
from paradex_adapter.journal.reading import Story
from paradex_adapter.journal.values import revived
from statecharts import Chart, ChartError, UnexpectedEvent, restored, snapshot

KINDS: dict[str, type[Chart]] = {"order": Order, "command": Command}


class Verdict(StrEnum):
    """What replaying one step has shown."""

    CONFORMS = "conforms"
    DIFFERS = "differs"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Checked:
    """One step of a story, the `number`-th, and what replaying it has shown. `fault` says how it
    differs."""

    number: int
    line: StepLine
    verdict: Verdict
    fault: str = ""


def check(story: Story) -> Iterator[Checked]:
    """Replay a story, step by step."""
    replay = _Replay()
    number = 0
    for chapter in story.chapters:
        if isinstance(chapter, Gap):
            replay.lose(chapter)
            continue
        number += 1
        try:
            verdict, fault = replay.take(chapter), ""
        except _Differs as differs:
            verdict, fault = Verdict.DIFFERS, str(differs)
        yield Checked(number, chapter, verdict, fault)


class _Differs(Exception):
    """A step is not what the chart does."""


class _Replay:
    """The charts of one order, as far as they have come."""

    def __init__(self) -> None:
        self._charts: dict[str, Chart] = {}

    def lose(self, gap: Gap) -> None:
        """Steps are missing: where these charts are is not known until the next `stand`."""
        for name in [gap.chart] if gap.chart else list(self._charts):
            self._charts.pop(name, None)

    def take(self, line: StepLine) -> Verdict:
        """Take the step again. After one that differs the chart is not known either."""
        chart = self._charts.pop(line.chart, None)
        try:
            if line.stand is not None:
                chart = _standing(line.chart, line.stand, chart)
            if chart is None:
                return Verdict.UNCHECKED
            _take(chart, line)
        except (ChartError, JournalError) as error:
            raise _Differs(str(error)) from error
        except (TypeError, AttributeError, LookupError, ValueError, ArithmeticError) as error:
            raise _Differs(f"the chart cannot take it: {error!r}") from error
        self._charts[line.chart] = chart
        return Verdict.CONFORMS


def _standing(kind: str, told: Stand, known: Chart | None) -> Chart:
    """A chart as it stood; one that we have brought here must stand there already."""
    if known is not None and told.taken:
        found = stand(snapshot(known, told.taken))
        if found != told:
            raise _Differs(f"before it, {_difference(told, found)}")
    return restored(KINDS[kind], snapshot_of(told))


def _difference(told: Stand, found: Stand) -> str:
    for name in sorted(told.fields.keys() | found.fields.keys()):
        if told.fields.get(name) != found.fields.get(name):
            return _words(f"{name} is", told.fields.get(name), found.fields.get(name))
    return _words("it stands in", told.states, found.states)


def _take(chart: Chart, line: StepLine) -> None:
    _compare("it starts in", line.source, list(chart.active_leaves))
    data = {name: revived(value) for name, value in line.data.items()}
    try:
        effects = chart.step(line.event, **data)
    except UnexpectedEvent:
        if line.is_expected:
            raise
        return
    if not line.is_expected:
        raise _Differs(f"the journal says it was not expected, the chart goes to {_leaf(chart)}")
    _compare("it leads to", line.target, list(chart.active_leaves))
    _compare("it asks for", line.effects, [effect_written(effect) for effect in effects])


def _compare(what: str, told: object, found: object) -> None:
    if told != found:
        raise _Differs(_words(what, told, found))


def _words(what: str, told: object, found: object) -> str:
    return f"{what} {told} by the journal, {found} by the chart"


def _leaf(chart: Chart) -> str:
    return "+".join(chart.active_leaves)
