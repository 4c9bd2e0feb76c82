"""Walks a chart exhaustively: every reachable configuration × event × guard outcome.

Guards are forced: each is made to answer True and False in turn, whatever the context says, so
that a cell exists for every outcome the table provides for. Hooks run with example data and the
effects they record are part of the cell, with the name of the hook that asked.

A chart that wants to be explored gives an `Example`: how to make one, and data for each event.
"""

from __future__ import annotations

import functools
import itertools
import types
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from statemachine import Event, State

from statecharts.chart import Chart
from statecharts.effects import Effect
from statecharts.errors import ExplorationError, UnexpectedEvent
from statecharts.table import Table, guards, identify, read

MAX_CONFIGURATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Example:
    """How to make one `chart`, and what each of its events may carry."""

    chart: type[Chart]
    arguments: tuple[object, ...] = ()
    data: Mapping[str, Mapping[str, object]] | None = None

    def of(self, event: str) -> Mapping[str, object]:
        """The data `event` carries in this example."""
        return (self.data or {}).get(event, {})


type Valuation = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One event under forced guards."""

    event: str
    valuation: Valuation = ()

    def __str__(self) -> str:
        outcomes = [name if holds else f"not {name}" for name, holds in self.valuation]
        return f"{self.event}[{' & '.join(outcomes)}]" if outcomes else self.event


@dataclass(frozen=True, slots=True)
class Asked:
    """One effect and the hook that asked for it: the outermost, where hooks call each other."""

    hook: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Cell:
    """What `stimulus` does in `configuration`. `target` is None when it must be refused.

    `path` is a shortest way here from the start; `taken` are the indices of the table's rows.
    """

    configuration: tuple[str, ...]
    stimulus: Stimulus
    path: tuple[Stimulus, ...]
    target: tuple[str, ...] | None
    taken: tuple[int, ...] = ()
    asked: tuple[Asked, ...] = ()

    def __str__(self) -> str:
        outcome = "+".join(self.target) if self.target else "refused"
        return f"{'+'.join(self.configuration)} {self.stimulus} -> {outcome}"


@dataclass(frozen=True, slots=True)
class Exploration:
    """A chart's table and every cell of it."""

    example: Example
    table: Table
    cells: tuple[Cell, ...]

    @property
    def configurations(self) -> tuple[tuple[str, ...], ...]:
        """Every reachable configuration, in the order of discovery."""
        return tuple(dict.fromkeys(cell.configuration for cell in self.cells))

    def effects_of(self, hook: str) -> tuple[tuple[Effect, ...], ...]:
        """The distinct sequences of effects that `hook` asked for, over all cells."""
        found = (
            tuple(asked.effect for asked in cell.asked if asked.hook == hook) for cell in self.cells
        )
        return tuple(dict.fromkeys(effects for effects in found if effects))


def explore(example: Example) -> Exploration:
    """Visit every reachable configuration of the chart and try everything there."""
    table = read(example.chart)
    probe = _probe_class(example.chart)
    start = _make(example, probe).active_leaves
    paths: dict[tuple[str, ...], tuple[Stimulus, ...]] = {start: ()}
    waiting = deque([start])
    cells: list[Cell] = []
    while waiting:
        configuration = waiting.popleft()
        for stimulus in _stimuli(table, configuration):
            cell = _try(example, probe, configuration, paths[configuration], stimulus)
            cells.append(cell)
            if cell.target is not None and cell.target not in paths:
                paths[cell.target] = (*paths[configuration], stimulus)
                waiting.append(cell.target)
        if len(paths) > MAX_CONFIGURATIONS:
            raise ExplorationError(f"{table.name}: more than {MAX_CONFIGURATIONS} configurations")
    return Exploration(example, table, tuple(cells))


def replay(example: Example, path: tuple[Stimulus, ...]) -> Chart:
    """A chart brought along `path` under the forced guards of each stimulus."""
    return _walk(example, _probe_class(example.chart), path)


def force(chart: Chart, stimulus: Stimulus) -> None:
    """Make the guards of a replayed chart answer as `stimulus` says."""
    chart.__dict__["_valuation"] = dict(stimulus.valuation)


def _stimuli(table: Table, configuration: tuple[str, ...]) -> Iterator[Stimulus]:
    for event in table.events:
        atoms = table.atoms(configuration, event)
        for outcome in itertools.product((True, False), repeat=len(atoms)):
            yield Stimulus(event, tuple(zip(atoms, outcome, strict=True)))


def _try(
    example: Example,
    probe: type[Chart],
    configuration: tuple[str, ...],
    path: tuple[Stimulus, ...],
    stimulus: Stimulus,
) -> Cell:
    chart: Any = _walk(example, probe, path)
    chart._taken.clear()
    chart._asked.clear()
    try:
        _step(example, chart, stimulus)
    except UnexpectedEvent:
        return Cell(configuration, stimulus, path, None)
    return Cell(
        configuration, stimulus, path, chart.active_leaves, tuple(chart._taken), tuple(chart._asked)
    )


def _walk(example: Example, probe: type[Chart], path: tuple[Stimulus, ...]) -> Chart:
    chart = _make(example, probe)
    for stimulus in path:
        _step(example, chart, stimulus)
    return chart


def _make(example: Example, probe: type[Chart]) -> Chart:
    try:
        return probe(*example.arguments)
    except TypeError as error:
        raise ExplorationError(
            f"{example.chart.__name__}: the example's arguments do not make one: {error}"
        ) from error


def _step(example: Example, chart: Chart, stimulus: Stimulus) -> None:
    force(chart, stimulus)
    try:
        chart.step(stimulus.event, **example.of(stimulus.event))
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        raise ExplorationError(
            f"{example.chart.__name__}: {stimulus} failed in {chart!r} with the "
            f"example's data: {error!r}"
        ) from error


@functools.cache
def _probe_class(chart: type[Chart]) -> type[Chart]:
    """A subclass that forces guards and notes transitions taken and who asked for what."""
    rows = identify(chart)

    def __init__(self: Any, *arguments: object) -> None:
        self.__dict__.update(_valuation={}, _taken=[], _asked=[], _hook="")
        chart.__init__(self, *arguments)

    def before_transition(self: Any, transition: object) -> None:
        if id(transition) in rows:
            self._taken.append(rows[id(transition)])

    body: dict[str, object] = {"__init__": __init__, "before_transition": before_transition}
    body.update((name, _forced(name)) for name in guards(chart))
    body.update((name, _noting(chart, name)) for name in _hooks(chart))
    body["__module__"] = f"{chart.__module__}.{chart.__qualname__}"
    probe: type[Chart] = types.new_class(
        chart.__name__, (chart,), exec_body=lambda ns: ns.update(body)
    )
    return probe


def _hooks(chart: type[Chart]) -> Iterator[str]:
    """The methods of `chart` that python-statemachine may call as hooks."""
    asks = set(guards(chart))
    for name in dir(chart):
        if name.startswith("_") or name in asks or hasattr(Chart, name):
            continue
        attribute = getattr(chart, name)
        if callable(attribute) and not isinstance(attribute, Event | State):
            yield name


def _forced(guard: str) -> Callable[[Any], bool]:
    def answer(self: Any) -> bool:
        return bool(self._valuation.get(guard, False))

    return answer


def _noting(chart: type[Chart], name: str) -> Callable[..., object]:
    original = getattr(chart, name)

    @functools.wraps(original)
    def hook(self: Any, *args: object, **kwargs: object) -> object:
        if self._hook:  # called by another hook: it is that one's asking
            return original(self, *args, **kwargs)
        before = len(self._outbox)
        self._hook = name
        try:
            return original(self, *args, **kwargs)
        finally:
            self._asked.extend(Asked(name, effect) for effect in self._outbox[before:])
            self._hook = ""

    return hook
