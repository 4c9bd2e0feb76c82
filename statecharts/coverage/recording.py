"""`Recorder`: notes the transitions that compiled charts take while it records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from statecharts.chart import Chart
from statecharts.effects import Effect
from statecharts.engine.compiled import Compiled
from statecharts.table import identified

type Taken = dict[str, dict[int, set[str]]]
"""By chart name and index of the transition's row: the contexts (tests) in which it was taken."""


class Recorder:
    """Only what a context that ended well has taken counts: `keep` it, or `drop` it."""

    def __init__(self) -> None:
        self.kept: Taken = defaultdict(lambda: defaultdict(set))
        self._new: set[tuple[str, int]] = set()

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Every step of every compiled chart is noted meanwhile."""
        step = Compiled.step

        def recorded(chart: Any, event: str, **data: Any) -> tuple[Effect, ...]:
            at = chart._at
            selected = at.program.select(at, event, chart, data) or ()
            effects = step(chart, event, **data)
            self._note(chart.__class__, event, selected)
            return effects

        Compiled.step = recorded  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            Compiled.step = step  # type: ignore[method-assign]

    def keep(self, context: str) -> None:
        """What was taken since the last call was taken in `context`."""
        for chart, index in self._new:
            self.kept[chart][index].add(context)
        self._new.clear()

    def drop(self) -> None:
        """Forget what was taken since the last call."""
        self._new.clear()

    def _note(self, chart: type[Chart], event: str, selected: tuple[int, ...]) -> None:
        rows = _rows(chart)
        for place in selected:
            if (place, event) in rows:
                self._new.add((chart.__name__, rows[place, event]))


@cache
def _rows(chart: type[Chart]) -> dict[tuple[int, str], int]:
    """From the engine's number of a transition, and the event, to the index of its row."""
    rows, start = identified(chart), chart._start
    assert start is not None
    numbered = enumerate(start.program.planner.transitions)
    places = {id(transition): number for number, transition in numbered}
    return {(places[key], event): index for (key, event), index in rows.items()}
