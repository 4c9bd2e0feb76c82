"""`Program`: one chart class, compiled. It makes configurations and cells as they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from statemachine.transition import Transition

from statecharts.effects import Effect
from statecharts.engine import source
from statecharts.engine.configuration import Cell, Configuration, Move, Place
from statecharts.engine.hooks import Constants, Hooks
from statecharts.engine.members import Members
from statecharts.engine.outbox import NOWHERE
from statecharts.engine.planner import Plan, Planner
from statecharts.engine.source import NONE, Lane
from statecharts.engine.steps import Data, Microstep, Selected, run
from statecharts.errors import DefinitionError


class Program:
    """What all instances of `chart` share."""

    def __init__(self, chart: Any, members: Members) -> None:
        self.chart = chart
        self.name: str = chart.__name__
        self.planner = Planner(chart)
        self._hooks = Hooks(members)
        self._events = frozenset(str(event) for event in chart._events)
        self._configurations: dict[Place, Configuration] = {}
        self._choices: dict[tuple[Configuration, str | None], Callable[..., Selected]] = {}
        self._microsteps: dict[tuple[Configuration, str | None, Selected], Microstep] = {}
        self.start = self._enter()

    def configuration(self, place: Place) -> Configuration:
        """The one configuration that stands for `place`."""
        found = self._configurations.get(place)
        if found is None:
            found = self._configurations.setdefault(place, Configuration(self, place))
        return found

    def cell(self, at: Configuration, event: str) -> Cell:
        """What `event` does at `at`. Kept there, unless it is an event that no state expects."""
        constants: Constants = {"here": at, "busy": at.busy}
        lanes = [] if at.place.is_over else self._lanes(at, event, constants)
        if at.is_restless and not at.place.is_over:
            cell: Cell = at, _running(event)
        elif any(guard for lane in lanes for _, guard in lane):
            constants["moves"] = _Moves(self, at, event)
            cell = at, source.function(source.guarded(lanes), constants, _where(at, event))
        else:
            cell = self._taking(at, event, tuple(lane[0][0] if lane else NONE for lane in lanes))
        if any(lanes) or event in self._events:
            at[event] = cell
        return cell

    def move(self, at: Configuration, event: str, selected: Selected) -> Move:
        """A move that takes the transitions `selected`, or refuses if there are none."""
        there, move = self._taking(at, event, selected)
        if move is None:
            move = source.function(source.silent(), {"there": there}, _where(at, event))
        return move

    def select(
        self, at: Configuration, event: str | None, chart: Any, data: Data
    ) -> Selected | None:
        """What `chart`, being at `at`, selects for `event`; None when that is nothing."""
        choose = self._choices.get((at, event))
        if choose is None:
            constants: Constants = {}
            lanes = self._lanes(at, event, constants)
            if not any(lanes):
                return None
            choose = source.function(source.choice(lanes), constants, _where(at, event))
            self._choices[at, event] = choose
        selected = choose(chart, data)
        return selected if _is_any(selected) else None

    def microstep(self, at: Configuration, event: str | None, selected: Selected) -> Microstep:
        """Taking the transitions `selected` and not what follows from it."""
        found = self._microsteps.get((at, event, selected))
        if found is None:
            plan = self._plan(at, selected)
            there = self.configuration(plan.target)
            constants: Constants = {"there_busy": there.busy}
            lines = source.microstep(*self._calls(plan, event, constants))
            act = source.function(lines, constants, _where(at, event))
            found = Microstep(act, there, plan.raised, plan.ending)
            self._microsteps[at, event, selected] = found
        return found

    def _taking(self, at: Configuration, event: str, selected: Selected) -> Cell:
        if not _is_any(selected):
            return at, _refusing(at, event)
        plan = self._plan(at, selected)
        if not self._is_settled(plan):
            return at, _running(event, selected)
        place = plan.target
        if plan.ending and self.planner.is_done(place, plan.ending):
            place = place._replace(is_over=True)
        there = self.configuration(place)
        names = {"here": at, "here_busy": at.busy, "there": there, "there_busy": there.busy}
        constants: Constants = {**names, "NOWHERE": NOWHERE}
        leaving, arriving = self._calls(plan, event, constants)
        if not leaving and not arriving:
            return there, None
        lines = source.move(leaving, arriving)
        return at, source.function(lines, constants, _where(at, event))

    def _lanes(self, at: Configuration, event: str | None, constants: Constants) -> list[Lane]:
        """What each active leaf asks, as far as it may come: to the first without a guard."""
        return [
            list(self._asked(lane, event, constants))
            for lane in self.planner.lanes(at.place, event)
        ]

    def _asked(
        self, lane: Iterable[Transition], event: str | None, constants: Constants
    ) -> Iterable[tuple[int, str]]:
        for transition in lane:
            guard = self._hooks.guard(transition, event, constants)
            yield self.planner.index[id(transition)], guard
            if not guard:
                return

    def _plan(self, at: Configuration, selected: Selected) -> Plan:
        indices = [index for index in selected if index != NONE]
        return self.planner.step(at.place, [self.planner.transitions[at] for at in indices])

    def _calls(
        self, plan: Plan, event: str | None, constants: Constants
    ) -> tuple[list[str], list[str]]:
        """The calls of a plan's hooks before the configuration changes, and after."""
        groups, hooks = (plan.leaving, plan.arriving), self._hooks
        leaving, arriving = (
            [call for group in half for call in hooks.calls(group, event, constants)]
            for half in groups
        )
        return leaving, arriving

    def _is_settled(self, plan: Plan) -> bool:
        """Whether nothing can follow from a plan by itself."""
        is_heard = any(map(self.planner.is_expected, plan.raised))
        return plan.target.is_over or not (is_heard or self.planner.is_restless(plan.target))

    def _enter(self) -> Configuration:
        """Where a chart begins: there, and having done nothing to get there."""
        plan = self.planner.start()
        leaving, arriving = self._calls(plan, None, {})
        for call in leaving + arriving:
            name = call.removeprefix("self.").partition("(")[0]
            raise DefinitionError(
                f"{self.name}.{name} would run while the chart is being made, when nobody performs "
                "effects; do its work on the transitions that lead there"
            )
        if not self._is_settled(plan):
            raise DefinitionError(
                f"{self.name} would move on by itself while it is being made, when nobody performs "
                "effects; begin in a state without eventless transitions that is not done"
            )
        return self.configuration(plan.target)


class _Moves(dict[Selected, Move]):
    """What follows from what the guards of one cell answered."""

    def __init__(self, program: Program, at: Configuration, event: str) -> None:
        super().__init__()
        self._make: Callable[[Selected], Move] = lambda chosen: program.move(at, event, chosen)

    def __missing__(self, selected: Selected) -> Move:
        move = self[selected] = self._make(selected)
        return move


def _running(event: str, selected: Selected | None = None) -> Move:
    def move(chart: Any, data: Data) -> tuple[Effect, ...]:
        return run(chart, event, data, selected)

    return move


def _refusing(at: Configuration, event: str) -> Move:
    def move(chart: Any, data: Data) -> tuple[Effect, ...]:
        raise at.refuse(event)

    return move


def _is_any(selected: Selected) -> bool:
    return any(index != NONE for index in selected)


def _where(at: Configuration, event: str | None) -> str:
    """How tracebacks name the code of a cell."""
    return f"{event or 'eventless'} of {at.program.name} in {'+'.join(at.leaves)}"
