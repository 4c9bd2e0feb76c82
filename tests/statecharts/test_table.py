from __future__ import annotations

import pytest
from statemachine import State

from statecharts import HERE, Chart
from statecharts.table import StateRow, TransitionRow, guards, identify, read
from tests.statecharts.samples import Errand


@pytest.fixture(scope="module")
def table():
    return read(Errand)


def test_states_are_listed_in_the_order_of_the_class_body_with_qualified_ids(table):
    assert [state.id for state in table.states] == [
        "idle",
        "busy",
        "busy.asking",
        "busy.resting",
        "done",
    ]


def test_a_state_row_says_what_kind_of_state_it_is(table):
    rows = {state.id: state for state in table.states}
    assert rows["idle"] == StateRow("idle", "", True, False, False, False)
    assert rows["busy"] == StateRow("busy", "", False, False, True, False)
    assert rows["busy.asking"] == StateRow("busy.asking", "busy", True, False, False, False)
    assert rows["done"] == StateRow("done", "", False, True, False, False)


def test_every_declared_transition_has_a_row_of_its_own(table):
    assert [row.index for row in table.transitions] == list(range(len(table.transitions)))
    found = {(row.source, row.event, row.guard, row.target) for row in table.transitions}
    assert found == {
        ("idle", "begin", "is_allowed", "busy"),
        ("busy.asking", "answered", "", "done"),
        ("busy", "answered", "", "busy"),
        ("busy.asking", "answer_timeout", "", "busy.resting"),
        ("busy.resting", "again", "is_patient and not is_tired", "busy.asking"),
        ("busy.resting", "again", "", "idle"),
        ("busy", "noted", "", "busy"),
        ("busy", "abandon", "", "idle"),
    }


def test_only_a_transition_to_here_is_internal(table):
    internal = {(row.source, row.event) for row in table.transitions if row.is_internal}
    assert internal == {("busy", "answered"), ("busy", "noted")}


def test_events_are_listed_once_each(table):
    assert sorted(table.events) == [
        "abandon",
        "again",
        "answer_timeout",
        "answered",
        "begin",
        "noted",
    ]


def test_what_surrounds_a_state_is_told_innermost_first(table):
    assert table.around("busy.asking") == ("busy.asking", "busy")
    assert table.around("idle") == ("idle",)


def test_transitions_are_listed_in_the_order_in_which_they_are_asked(table):
    rows = table.listed(("busy.asking",), "answered")
    assert [(row.source, row.target) for row in rows] == [
        ("busy.asking", "done"),
        ("busy", "busy"),
    ]
    assert table.listed(("idle",), "answered") == ()


def test_atoms_are_the_guards_an_event_may_ask_once_each_in_the_order_of_asking(table):
    assert table.atoms(("busy.resting",), "again") == ("is_patient", "is_tired")
    assert table.atoms(("busy.asking",), "again") == ()


def test_guards_names_every_guard_of_the_chart():
    assert guards(Errand) == ("is_allowed", "is_patient", "is_tired")


class Negated(Chart):
    """Guards in every spelling."""

    here = State(initial=True)
    there = State(final=True)

    go = here.to(there, cond="is_a", unless="is_b")
    run = here.to(there, unless="is_a or is_b") | here.to(HERE, cond="is_a or is_b")
    fly = here.to(there, cond="is_a or is_b", unless="is_c and is_a") | here.to(HERE)

    def is_a(self) -> bool:
        return True

    def is_b(self) -> bool:
        return True

    def is_c(self) -> bool:
        return True


def test_the_text_of_a_guard_means_what_the_guard_means():
    texts = {(row.event, row.is_internal): row.guard for row in read(Negated).transitions}
    assert texts == {
        ("go", False): "is_a and not is_b",
        ("run", False): "not (is_a or is_b)",
        ("run", True): "is_a or is_b",
        ("fly", False): "(is_a or is_b) and not (is_c and is_a)",
        ("fly", True): "",
    }


def test_a_row_names_each_of_its_atoms_once():
    rows = {(row.event, row.is_internal): row.atoms for row in read(Negated).transitions}
    assert rows["fly", False] == ("is_a", "is_b", "is_c")


def test_the_librarys_transitions_are_known_by_their_rows(table):
    found = identify(Errand)
    assert sorted(found.values()) == [row.index for row in table.transitions]
    library = {id(each): each for state in Errand.states for each in state.transitions}
    named = {found[key]: each for key, each in library.items() if key in found}
    for index, transition in named.items():
        row = table.transitions[index]
        assert isinstance(row, TransitionRow)
        assert transition.source.id == row.source
        assert transition.event == row.event
