"""Drives a chart compiled and by the reference, side by side, and holds them to each other.

Tried are every reachable place (configuration and history), every event and some that nobody
expects, with and without data, every way in which the guards can answer, and a fault in every call
that a hook or a guard gets. Compared are the calls with what they were given and where the chart
seemed to be, the effects or the exception, where the chart is then, and what it remembers.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from statemachine.orderedset import OrderedSet

from statecharts.engine import context, reference
from statecharts.engine.configuration import Place
from statecharts.engine.outbox import NOWHERE
from statecharts.explore import Example
from tests.statecharts.engine.watched import Call, guards, watched

UNKNOWN = "nonsense"
SHORT_CIRCLE = 12
"""How many microsteps a step may have here, so that charts in a circle are soon found out."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One step to try: an event with data at a place, how guards answer, which call fails."""

    place: Place
    event: str
    data: Mapping[str, object]
    answers: Mapping[str, bool] = field(default_factory=dict)
    fault: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step did. `result`: the effects, or the exception's type and text."""

    calls: tuple[Call, ...]
    asked: tuple[str, ...]
    result: object
    place: Place
    leaves: tuple[str, ...]
    remembered: Mapping[str, object]


class Mismatch(AssertionError):
    """The engines differ: tells the trial and both outcomes, where they differ."""

    def __init__(self, chart: str, trial: Trial, right: Outcome, ours: Outcome) -> None:
        lines = [f"{chart}: {trial}"]
        for each in fields(Outcome):
            expected, got = getattr(right, each.name), getattr(ours, each.name)
            if expected != got:
                lines += [f"{each.name} of the reference: {expected}", f"and compiled: {got}"]
        super().__init__("\n  ".join(lines))


@dataclass(slots=True)
class Tally:
    """How much was compared. `cut_short`: charts of which not everything was tried."""

    charts: int = 0
    places: int = 0
    steps: int = 0
    faults: int = 0
    cut_short: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Tally)))


class Tandem:
    """Both engines on one chart."""

    def __init__(self, example: Example, other: Callable[[Any], Any] = reference) -> None:
        chart = watched(example.chart)
        self.example = example
        self.compiled: Any = chart(*example.arguments)
        self.reference: Any = other(chart)(*example.arguments)
        self.tally = Tally(charts=1)
        self.guards = guards(example.chart)
        self._states = {
            state.id: state for state in self.reference._config._instance_states.values()
        }
        self._fresh = {k: v for k, v in context(self.compiled).items() if k != "_watch"}

    def compare_everything(self, budget: int = 1_000_000, *, faults: bool = True) -> Tally:
        """Try everything on both, or stop after about `budget` trials. Raises a `Mismatch`."""
        start = self._start()
        known, waiting = {start}, deque([start])
        while waiting:
            place = waiting.popleft()
            self.tally.places += 1
            for outcome in self._compare_at(place, faults):
                if outcome.place not in known:
                    known.add(outcome.place)
                    waiting.append(outcome.place)
            if self.tally.steps + self.tally.faults > budget:
                self.tally.cut_short = int(bool(waiting))
                break
        return self.tally

    def wander(self, draw: random.Random, steps: int) -> Tally:
        """Try `steps` steps at random, each from a place known by then, with a fault or two."""
        places = [self._start()]
        stimuli = list(self._stimuli())
        whole = [(event, data) for event, data in stimuli if data == self.example.of(event) != {}]
        for _ in range(steps):
            answers = {guard: draw.random() < 0.5 for guard in self.guards}
            stimulus = draw.choice(stimuli if draw.random() < 0.2 else whole or stimuli)
            trial = Trial(draw.choice(places[-5:]), *stimulus, answers)
            outcome = self.compare(trial)
            self.tally.steps += 1
            if outcome.place not in places:
                places.append(outcome.place)
            if outcome.calls:
                self.compare(replace(trial, fault=draw.randrange(len(outcome.calls))))
                self.tally.faults += 1
        self.tally.places = len(places)
        return self.tally

    def _start(self) -> Place:
        start = self._place_of(self.reference)
        assert start == self._place_of(self.compiled)
        return start

    def compare(self, trial: Trial) -> Outcome:
        """Try one step on both and hold the outcomes to each other."""
        right, ours = self._run(self.reference, trial), self._run(self.compiled, trial)
        if right != ours:
            raise Mismatch(self.example.chart.__name__, trial, right, ours)
        return ours

    def _compare_at(self, place: Place, faults: bool) -> Iterator[Outcome]:
        for event, data in self._stimuli():
            undecided: list[dict[str, bool]] = [{}]
            while undecided:
                trial = Trial(place, event, data, undecided.pop())
                outcome = self.compare(trial)
                self.tally.steps += 1
                yield outcome
                undecided += _otherwise(trial.answers, outcome.asked)
                self._compare_faults(trial, len(outcome.calls) if faults else 0)

    def _compare_faults(self, trial: Trial, calls: int) -> None:
        for fault in range(calls):
            self.compare(replace(trial, fault=fault))
            self.tally.faults += 1

    def _stimuli(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        events = [str(event) for event in self.example.chart._events]
        for event in (*events, f"{events[0]}.sub", UNKNOWN):
            names = tuple(self.example.of(event))
            for given in range(len(names), -1, -1):
                yield event, {name: self.example.of(event)[name] for name in names[:given]}

    def _run(self, chart: Any, trial: Trial) -> Outcome:
        self._put(chart, trial.place)
        chart._watch.begin(dict(trial.answers), trial.fault)
        try:
            result: object = chart.step(trial.event, **trial.data)
        except Exception as error:
            result = type(error), str(error)
        assert chart._outbox is NOWHERE
        return Outcome(
            tuple(chart._watch.calls),
            tuple(chart._watch.asked),
            result,
            self._place_of(chart),
            chart.active_leaves,
            {name: getattr(chart, name) for name in self._fresh},
        )

    def _put(self, chart: Any, place: Place) -> None:
        """Put `chart` there, as it was made otherwise."""
        for name, value in self._fresh.items():
            setattr(chart, name, value.copy() if isinstance(value, set | list | dict) else value)
        if chart is self.compiled:
            chart._at = chart._start.program.configuration(place)
            return
        chart.current_state_value = OrderedSet(self._states[id_].value for id_ in place.states)
        chart.history_values = {
            id_: [self._states[recorded] for recorded in states] for id_, states in place.history
        }
        chart._engine.running = not place.is_over

    def _place_of(self, chart: Any) -> Place:
        if chart is self.compiled:
            return Place(*chart._at.place)
        history = chart.history_values
        return Place(
            tuple(state.id for state in chart.configuration),
            tuple((id_, tuple(state.id for state in history[id_])) for id_ in sorted(history)),
            chart.is_terminated,
        )


def _otherwise(answers: Mapping[str, bool], asked: tuple[str, ...]) -> Iterator[dict[str, bool]]:
    """The other ways in which the guards that said yes unasked might have answered."""
    answered = dict(answers)
    for guard in asked:
        yield {**answered, guard: False}
        answered[guard] = True
