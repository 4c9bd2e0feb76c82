from __future__ import annotations

from dataclasses import replace

import pytest
from statemachine import State

from paradex_adapter.charts import EXAMPLES
from statecharts import Chart, ChartError, restored, snapshot
from statecharts.explore import explore, replay
from tests.statecharts.engine.zoo.history import Shallow
from tests.statecharts.engine.zoo.regions import DoneRegions


class Basket(Chart):
    """Remembers in slots, and in what hooks change in place."""

    __slots__ = ("owner", "things")

    open = State(initial=True)

    put = open.to.itself(internal=True, on="keep")

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.things: list[str] = []
        super().__init__()

    def keep(self, thing: str) -> None:
        self.things.append(thing)


def test_what_a_chart_remembers_is_put_down_and_taken_up():
    basket = Basket("Ann")
    basket.step("put", thing="bread")
    taken = snapshot(basket, 7)
    assert (taken.place.states, taken.taken) == (("open",), 7)
    assert taken.fields == {"owner": "Ann", "things": ["bread"]}
    again = restored(Basket, taken)
    assert (again.owner, again.things, again.active_leaves) == ("Ann", ["bread"], ("open",))


def test_what_a_chart_does_later_changes_neither_the_snapshot_nor_what_was_made_of_it():
    basket = Basket("Ann")
    taken = snapshot(basket)
    basket.step("put", thing="bread")
    one, two = restored(Basket, taken), restored(Basket, taken)
    one.step("put", thing="milk")
    assert (taken.fields["things"], one.things, two.things) == ([], ["milk"], [])


def test_what_is_remembered_is_not_shown():
    assert "bread" not in repr(snapshot(Basket("bread")))


def test_history_is_part_of_where_a_chart_is():
    chart = Shallow()
    chart.step("come")
    chart.step("leave")
    again = restored(Shallow, snapshot(chart))
    assert again._at is chart._at
    for each in (chart, again):
        each.step("come")
    assert again.active_leaves == chart.active_leaves


def test_an_end_is_part_of_where_a_chart_is():
    chart = DoneRegions()
    chart.step("eastwards")
    chart.step("note")
    place = chart._at.place._replace(is_over=True)
    chart._at = chart._at.program.configuration(place)
    assert restored(DoneRegions, snapshot(chart))._at is chart._at


def test_a_state_that_the_kind_has_not_is_refused_by_name():
    taken = snapshot(Basket("Ann"))
    strange = replace(taken, place=taken.place._replace(states=("both", "l1", "open")))
    with pytest.raises(ChartError, match="Basket has no state both, l1"):
        restored(Basket, strange)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.chart.__name__)
def test_wherever_a_chart_of_ours_is_it_can_be_taken_up(example):
    exploration = explore(example)
    paths = {cell.configuration: cell.path for cell in exploration.cells}
    for configuration, path in paths.items():
        chart = replay(example, path)
        again = restored(type(chart), snapshot(chart))
        assert again.active_leaves == configuration
        assert snapshot(again).fields == snapshot(chart).fields
