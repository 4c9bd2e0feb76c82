"""Compiled charts do what the reference does: every cell, every answer, every fault.

`python -m tests.statecharts.engine.prove` tries more charts at random than are tried here.
"""

from __future__ import annotations

import random

import pytest

from paradex_adapter.charts import EXAMPLES
from statecharts import Chart, UnexpectedEvent
from statecharts.engine import context, reference
from statecharts.engine.configuration import Place
from statecharts.engine.hooks import Hooks
from statecharts.engine.planner import Planner
from statecharts.engine.steps import _Step
from tests.statecharts.engine.generator import generate
from tests.statecharts.engine.stock import stock
from tests.statecharts.engine.tandem import Mismatch, Tandem
from tests.statecharts.engine.zoo import ZOO
from tests.statecharts.engine.zoo.calling import Conditions
from tests.statecharts.engine.zoo.following import Eventless
from tests.statecharts.engine.zoo.nesting import Flat
from tests.statecharts.engine.zoo.regions import NestedRegions

pytestmark = pytest.mark.usefixtures("circles_are_short")

RANDOM_CHARTS = 150
STEPS_EACH = 15

SHIPPED = {example.chart.__name__: example for example in EXAMPLES}
SHAPES = {example.chart.__name__: example for example in ZOO}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_chart_does_what_the_reference_does(name):
    assert Tandem(SHIPPED[name]).compare_everything().steps > 40


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_chart_does_what_python_statemachine_does_as_it_comes(name):
    """Nothing is mended in the reference that matters to these, but that steps are atomic."""
    Tandem(SHIPPED[name], stock).compare_everything(faults=False)


@pytest.mark.parametrize("name", SHAPES)
def test_a_chart_of_every_shape_does_what_the_reference_does(name):
    tally = Tandem(SHAPES[name]).compare_everything()
    assert (tally.places > 1, tally.faults > 20, tally.cut_short) == (True, True, 0)


@pytest.mark.parametrize("seed", range(RANDOM_CHARTS))
def test_a_chart_made_at_random_does_what_the_reference_does(seed):
    Tandem(generate(seed)).wander(random.Random(seed), STEPS_EACH)


@pytest.mark.parametrize("name", SHIPPED)
def test_under_its_own_guards_a_shipped_chart_walks_as_the_reference_does(name):
    example, draw = SHIPPED[name], random.Random(name)
    charts = [make(*example.arguments) for make in (example.chart, reference(example.chart))]
    events = sorted(map(str, example.chart._events))
    for _ in range(200):
        event = draw.choice(events)
        results = [attempt(chart, event, example.of(event)) for chart in charts]
        assert results[0] == results[1]


def attempt(chart: Chart, event: str, data) -> object:
    try:
        return chart.step(event, **data), chart.active_leaves
    except UnexpectedEvent as refusal:
        return str(refusal)


def test_fields_and_properties_are_read_by_guards():
    for make in (Conditions, reference(Conditions)):
        chart = make(4)
        with pytest.raises(UnexpectedEvent):
            chart.step("field")
        chart.flag = True
        chart.step("field")
        chart.step("compared")
        assert chart.active_leaves == ("two",)
        chart.level = 8
        with pytest.raises(UnexpectedEvent):
            chart.step("chained")


# The comparison itself is tried: each of these bugs must be found


def skip_a_call(self, group, event, constants, calls=Hooks.calls):
    return calls(self, group, event, constants)[:-1]


def turn_calls_round(self, group, event, constants, calls=Hooks.calls):
    return calls(self, group, event, constants)[::-1]


def say_yes(self, transition, event, constants):
    return ""


def forget_leaving(self, place, selected, step=Planner.step):
    plan = step(self, place, selected)
    return type(plan)((), plan.arriving, plan.target, plan.raised, plan.ending)


def arrive_elsewhere(self, place, selected, step=Planner.step):
    plan = step(self, place, selected)
    target = Place(place.states, plan.target.history, plan.target.is_over)
    return type(plan)(plan.leaving, plan.arriving, target, plan.raised, plan.ending)


def settle_nothing(self):
    return False


@pytest.mark.parametrize(
    ("example", "where", "bug"),
    [
        (Flat, (Hooks, "calls"), skip_a_call),
        (Flat, (Hooks, "calls"), turn_calls_round),
        (Flat, (Hooks, "guard"), say_yes),
        (NestedRegions, (Planner, "step"), forget_leaving),
        (NestedRegions, (Planner, "step"), arrive_elsewhere),
        (Eventless, (_Step, "_settle"), settle_nothing),
    ],
)
def test_a_bug_in_the_engine_would_be_found(monkeypatch, example, where, bug):
    monkeypatch.setattr(*where, bug)
    with pytest.raises(Mismatch, match=r"of the reference: .*\n  and compiled: "):
        Tandem(SHAPES[example.__name__]).compare_everything()


def test_a_chart_left_where_it_failed_would_be_found():
    tandem = Tandem(SHAPES["Flat"])
    step = tandem.compiled.step

    def stay(event, **data):
        try:
            return step(event, **data)
        except Exception:
            tandem.compiled._at = tandem.compiled._start.program.configuration(Place(("gone",)))
            raise

    tandem.compiled.__dict__["step"] = stay
    with pytest.raises(Mismatch, match="place of the reference"):
        tandem.compare_everything()


def test_what_a_chart_remembers_is_compared():
    tandem = Tandem(SHIPPED["Order"])
    assert set(context(tandem.compiled)) - {"_watch"} == set(tandem._fresh)
    assert {"client_order_id", "filled_qty", "fills", "attempt"} < set(tandem._fresh)
