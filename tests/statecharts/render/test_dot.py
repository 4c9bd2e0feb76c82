"""DOT text, and what the drawing made of it looks like: measured, as an eye would."""

from __future__ import annotations

import itertools

import pytest

from statecharts.explore import Example, explore
from statecharts.render import dot, picture, svg
from tests.statecharts.render.drawing import Drawing, read
from tests.statecharts.render.samples import COFFEE_MACHINE, DOOR, EXAMPLES, PARCEL


def drawn(example: Example) -> Drawing:
    return read(svg(dot(picture(explore(example)))))


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda example: example.chart.__name__)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return drawn(request.param)


def test_no_arrow_runs_over_a_label_or_a_state_but_those_it_ties(drawing: Drawing) -> None:
    assert drawing.arrows
    over = [
        (ends, name)
        for (ends, way), (name, area) in itertools.product(drawing.arrows, drawing.areas.items())
        if name not in ends and any(area.holds(point) for point in way)
    ]
    assert over == []


def test_no_label_or_state_lies_across_a_border(drawing: Drawing) -> None:
    across = [
        (name, border)
        for (name, area), (border, around) in itertools.product(
            drawing.areas.items(), drawing.borders.items()
        )
        if not around.encloses(area) and not around.is_apart_from(area)
    ]
    assert across == []


def test_no_label_or_state_lies_on_another(drawing: Drawing) -> None:
    pairs = itertools.combinations(drawing.areas.items(), 2)
    assert [(a, b) for (a, one), (b, other) in pairs if not one.is_apart_from(other)] == []


def test_states_follow_down_the_page_as_they_were_declared() -> None:
    areas = drawn(DOOR).areas
    assert areas["closed"].bottom < areas["locked"].top
    assert areas["locked"].bottom < areas["broken"].top


def test_states_lie_inside_the_state_around_them_and_others_outside() -> None:
    parcel = drawn(PARCEL)
    depot = parcel.borders["cluster_travelling.stored"]
    assert depot.encloses(parcel.areas["travelling.stored.shelved"])
    assert depot.is_apart_from(parcel.areas["travelling.driven"])
    assert parcel.borders["cluster_travelling"].encloses(depot)


def test_an_arrow_to_a_compound_state_ends_at_its_border() -> None:
    parcel = drawn(PARCEL)
    border = parcel.borders["cluster_travelling"]
    way = next(way for (_, head), way in parcel.arrows if head == "label0:travelling")
    assert not any(border.holds(point, margin=2.0) for point in way)


def test_final_states_have_a_double_border_and_regions_a_dashed_one() -> None:
    assert "broken [peripheries=2" in dot(picture(explore(DOOR)))
    assert dot(picture(explore(COFFEE_MACHINE))).count('style="rounded,filled,dashed"') == 2


def test_guards_are_written_so_that_graphviz_can_read_them() -> None:
    labels = dot(picture(explore(DOOR)))
    assert "[not is_oiled]" in labels
    assert "/ Opened" in labels
