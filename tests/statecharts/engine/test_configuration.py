from __future__ import annotations

import copy
import pickle

import pytest

from statecharts import UnexpectedEvent
from statecharts.engine.configuration import Place
from tests.statecharts.engine.zoo.history import Shallow
from tests.statecharts.engine.zoo.nesting import Flat
from tests.statecharts.engine.zoo.regions import DoneRegions, Regions


def test_a_place_has_one_configuration_however_it_is_reached():
    one, two = Regions(), Regions()
    for event in ("go_left", "go_left"):
        one.step(event)
    assert one._at is two._at
    one.step("go_left")
    two.step("go_left")
    assert one._at is two._at
    assert one._at is not Regions()._at


def test_what_history_recorded_makes_another_place():
    one, two = Shallow(), Shallow()
    one.step("come")
    one.step("leave")
    assert one.active_leaves == two.active_leaves == ("out",)
    assert one._at is not two._at
    assert one._at.place == Place(("out",), (("last", ("desk",)),))


def test_leaves_are_told_in_document_order_whatever_the_order_of_entry():
    chart = Regions()
    chart.step("leave")
    chart.step("jump")
    assert chart.active_leaves == ("both.left.l1", "both.right.r2")


def test_an_end_is_a_place_of_its_own_where_nothing_is_expected():
    chart = DoneRegions()
    chart.step("eastwards")
    chart.step("note")
    program, place = chart._at.program, chart._at.place
    over = program.configuration(place._replace(is_over=True))
    chart._at = over
    with pytest.raises(UnexpectedEvent):
        chart.step("note")
    assert chart._at is over


def test_events_that_nobody_expects_leave_no_trace():
    flat = Flat()
    for name in ("one", "two", "begins"):
        with pytest.raises(UnexpectedEvent, match=f"Flat: '{name}' is not expected in idle"):
            flat.step(name)
    assert not {"one", "two", "begins"} & set(flat._at)


def test_a_configuration_is_copied_and_restored_as_itself():
    chart = Regions()
    chart.step("go_left")
    at = chart._at
    assert copy.copy(at) is copy.deepcopy(at) is pickle.loads(pickle.dumps(at)) is at
    assert repr(at) == "<Regions in both.left.l2+both.right.r1>"
    assert at == at
    assert at != at.busy
