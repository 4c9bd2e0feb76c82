"""From an explored chart to a picture."""

from __future__ import annotations

import pytest

from statecharts.explore import explore
from statecharts.render import Picture, picture
from statecharts.render.model import Box, Edge
from tests.statecharts.render.samples import COFFEE_MACHINE, DOOR, LIFT, PARCEL


@pytest.fixture(scope="module")
def door() -> Picture:
    return picture(explore(DOOR))


@pytest.fixture(scope="module")
def parcel() -> Picture:
    return picture(explore(PARCEL))


def box(drawing: Picture, state: str) -> Box:
    return next(box for box in drawing.boxes if box.id == state)


def edge(drawing: Picture, source: str, target: str) -> Edge:
    return next(edge for edge in drawing.edges if (edge.source, edge.target) == (source, target))


def test_entry_and_exit_effects_belong_to_the_state(door: Picture) -> None:
    assert box(door, "ajar").entry == "start swing_shut"
    assert box(door, "ajar").exit == "cancel swing_shut"


def test_effects_of_a_transition_exclude_those_of_the_states_it_leaves_and_enters(
    door: Picture,
) -> None:
    assert [str(label) for label in edge(door, "closed", "ajar").labels] == [
        "push [is_oiled] / Opened"
    ]


def test_a_transition_after_a_guarded_one_reads_else(door: Picture) -> None:
    assert [str(label) for label in edge(door, "closed", "closed").labels] == [
        "push [else] / Knock"
    ]


def test_events_with_the_same_guard_and_effects_share_a_label(door: Picture) -> None:
    assert [str(label) for label in edge(door, "locked", "closed").labels] == ["turned, unlocked"]


def test_internal_transitions_are_inside_their_state_and_no_edges(door: Picture) -> None:
    assert [str(label) for label in box(door, "locked").inside] == ["knocked / Knock"]
    assert ("locked", "locked") not in {(edge.source, edge.target) for edge in door.edges}


def test_a_state_names_the_timers_that_run_out_in_it(door: Picture) -> None:
    assert box(door, "ajar").timers == ("swing_shut after 2.5 s",)
    assert box(door, "closed").timers == ()


def test_effects_asked_through_another_method_are_counted_once(parcel: Picture) -> None:
    labels = edge(parcel, "travelling.driven", "delivered").labels
    assert [str(label) for label in labels] == ["handed_over / Knock, Knock"]


def test_every_transition_of_the_table_is_drawn_exactly_once() -> None:
    for example in (DOOR, COFFEE_MACHINE, PARCEL):
        exploration = explore(example)
        drawing = picture(exploration)
        labels = [label for edge in drawing.edges for label in edge.labels]
        labels += [label for box in drawing.boxes for label in box.inside]
        rows = sorted(row for label in labels for row in label.rows)
        assert rows == [row.index for row in exploration.table.transitions]


def test_an_initial_dot_points_into_a_state_that_an_arrow_ends_at(parcel: Picture) -> None:
    assert parcel.is_first(box(parcel, "packed"))
    assert parcel.is_first(box(parcel, "travelling.driven"))


def test_an_initial_dot_points_into_each_region_but_at_none() -> None:
    machine = picture(explore(COFFEE_MACHINE))
    assert machine.is_first(box(machine, "on.water.cold"))
    assert machine.is_first(box(machine, "on.tank.filled"))
    assert not machine.is_first(box(machine, "on.water"))


def test_no_initial_dot_points_into_a_state_whose_arrows_all_end_inside() -> None:
    lift = picture(explore(LIFT))
    assert not lift.is_first(box(lift, "moving.up"))


def test_files_are_named_in_lower_case_with_underscores() -> None:
    assert picture(explore(COFFEE_MACHINE)).stem == "coffee_machine"
