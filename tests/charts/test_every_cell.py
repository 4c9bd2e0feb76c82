"""Generated from the charts: every reachable configuration × event × guard outcome.

The machinery is tried here, against an own reading of SCXML's rules. What the charts ought to do
is told by the invariants and the stories beside this file.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import pytest

from statecharts import CancelTimer, Emit, Request, StartTimer, UnexpectedEvent
from statecharts.explore import Exploration
from statecharts.table import StateRow, Table, TransitionRow
from statecharts.testing import Case, Stage, cases
from tests.charts.explored import EXPLORED

CASES = [case for exploration in EXPLORED.values() for case in cases(exploration)]
ACCEPTED = [case for case in CASES if case.cell.target is not None]
REFUSED = [case for case in CASES if case.cell.target is None]

each_chart = pytest.mark.parametrize(
    "exploration", EXPLORED.values(), ids=lambda exploration: exploration.table.name
)


def running(stage: Stage) -> dict[str, float]:
    """When each running timer is due."""
    return {name: timer.due for name, (_, timer) in stage.driver._timers.items()}


def context(stage: Stage) -> dict[str, str]:
    """What the chart remembers, in words."""
    remembered = vars(stage.driver.chart).items()
    return {name: repr(value) for name, value in remembered if not name.startswith("_")}


# An own reading of the rules of SCXML, for charts without parallel states


def holds(guard: str, valuation: Mapping[str, bool]) -> bool:
    return bool(eval(guard, {"__builtins__": {}}, dict(valuation))) if guard else True


def enabled(
    table: Table, leaf: str, event: str, valuation: dict[str, bool]
) -> TransitionRow | None:
    """The innermost active state speaks first; of its transitions, the first whose guard holds."""
    state = leaf
    while state:
        for row in table.transitions:
            if (row.source, row.event) == (state, event) and holds(row.guard, valuation):
                return row
        state = parent(table, state)
    return None


def parent(table: Table, state: str) -> str:
    return named(table, state).parent


def named(table: Table, state: str) -> StateRow:
    (row,) = (row for row in table.states if row.id == state)
    return row


def entered(table: Table, state: str) -> str:
    """Entering a compound state enters its initial child."""
    while named(table, state).is_compound:
        (state,) = (row.id for row in table.states if row.parent == state and row.is_initial)
    return state


def expected(case: Case) -> tuple[tuple[int, ...], tuple[str, ...] | None]:
    """The row taken and the configuration reached, by these rules."""
    table = EXPLORED[case.example.chart].table
    (leaf,) = case.cell.configuration
    row = enabled(table, leaf, case.cell.stimulus.event, dict(case.cell.stimulus.valuation))
    if row is None:
        return (), None
    return (row.index,), (leaf if row.is_internal else entered(table, row.target),)


# Every cell


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_refused_event_changes_nothing_and_raises_only_when_it_is_ours(case: Case):
    assert expected(case) == ((), None)
    stage = Stage(case)
    before = running(stage), context(stage)
    with pytest.raises(UnexpectedEvent):
        stage.dispatch()
    stage.receive()
    assert stage.driver.unexpected == {
        (case.cell.stimulus.event, "+".join(case.cell.configuration)): 1
    }
    assert stage.driver.chart.active_leaves == case.cell.configuration
    assert stage.recorder.effects == []
    assert (running(stage), context(stage)) == before


@pytest.mark.parametrize("case", ACCEPTED, ids=str)
def test_an_accepted_event_reaches_its_target_and_does_what_was_recorded(case: Case):
    assert expected(case) == (case.cell.taken, case.cell.target)
    stage = Stage(case)
    timers = running(stage)
    stage.dispatch()
    for effect in stage.effects:
        match effect:
            case StartTimer(event, delay):
                timers[event] = stage.timers.now + delay
            case CancelTimer(event):
                timers.pop(event, None)
    assert stage.driver.chart.active_leaves == case.cell.target
    performed = [effect for effect in stage.effects if isinstance(effect, Request | Emit)]
    assert stage.recorder.effects == performed
    assert running(stage) == timers
    assert stage.timers.pending == tuple(sorted(timers.values()))
    assert not stage.driver.unexpected


# Nothing is declared in vain


@each_chart
def test_every_declared_transition_is_taken_somewhere(exploration: Exploration):
    taken = {index for cell in exploration.cells for index in cell.taken}
    assert [row for row in exploration.table.transitions if row.index not in taken] == []


@each_chart
def test_every_state_can_be_reached(exploration: Exploration):
    reached = {leaf for configuration in exploration.configurations for leaf in configuration}
    leaves = {state.id for state in exploration.table.states if not state.is_compound}
    assert leaves == reached


@each_chart
def test_every_guard_decides_something(exploration: Exploration):
    """For every guard of every event there is a place where its answer alone makes a difference."""
    deciding = set()
    outcomes = {
        (cell.configuration, cell.stimulus.event, cell.stimulus.valuation): (
            cell.target,
            cell.taken,
        )
        for cell in exploration.cells
    }
    for (configuration, event, valuation), outcome in outcomes.items():
        for place, (guard, answer) in enumerate(valuation):
            other = (*valuation[:place], (guard, not answer), *valuation[place + 1 :])
            if outcomes[configuration, event, other] != outcome:
                deciding.add((configuration, event, guard))
    asked = {
        (cell.configuration, cell.stimulus.event, guard)
        for cell in exploration.cells
        for guard, _ in cell.stimulus.valuation
    }
    assert asked == deciding


@each_chart
def test_every_guard_can_be_asked_with_the_example_data_of_its_events(exploration: Exploration):
    example = exploration.example
    chart = example.chart(*example.arguments)
    for row in exploration.table.transitions:
        for name in row.atoms:
            guard = getattr(chart, name)
            parameters = inspect.signature(guard).parameters.values()
            known = {each.name for each in parameters} & set(example.of(row.event))
            answer = guard(**{each: example.of(row.event)[each] for each in known})
            assert isinstance(answer, bool), f"{row.event}: {name} answers {answer!r}"


@each_chart
def test_example_data_is_given_for_events_of_the_chart_only(exploration: Exploration):
    assert set(exploration.example.data or {}) <= set(exploration.table.events)
