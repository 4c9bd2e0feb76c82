"""What a run visited, and the drawing that shows it."""

from __future__ import annotations

import pytest

from statecharts import Driver, Ports, Step
from statecharts.explore import Example, Exploration, explore
from statecharts.ports import Timer
from statecharts.render import dot, overlay, picture
from statecharts.render.paint import PALE, VISITED
from statecharts.render.visits import visits
from statecharts.step import Record
from tests.statecharts.render.samples import COFFEE_MACHINE, DOOR, PARCEL


class StoppedClock:
    """Timers that never run out."""

    def start(self, delay: float, callback: object) -> Timer:
        return self

    def cancel(self) -> None:
        pass


def ignore(what: object) -> None:
    pass


def run(example: Example, *events: str) -> tuple[Step, ...]:
    """The steps a driver reports for a new chart that is sent `events`."""
    records: list[Record] = []
    ports = Ports(request=ignore, emit=ignore, timers=StoppedClock())
    driver = Driver("sample 1", example.chart(*example.arguments), ports, records.append)
    for event in events:
        driver.dispatch(event)
    return tuple(record for record in records if isinstance(record, Step))


def taken(exploration: Exploration, *steps: Step) -> dict[str, int]:
    rows = exploration.table.transitions
    counts = visits(exploration, steps).transitions
    return {f"{rows[row].source} {rows[row].event}": count for row, count in counts.items()}


@pytest.fixture(scope="module")
def door() -> Exploration:
    return explore(DOOR)


def test_transitions_are_counted(door: Exploration) -> None:
    steps = run(DOOR, "turned", "turned", "turned", "knocked")
    assert taken(door, *steps) == {"closed turned": 2, "locked turned": 1, "locked knocked": 1}


def test_states_entered_and_left_are_visited_with_those_around_them() -> None:
    seen = visits(explore(PARCEL), run(PARCEL, "collected", "unloaded"))
    assert seen.states == {
        "packed",
        "travelling",
        "travelling.driven",
        "travelling.stored",
        "travelling.stored.shelved",
    }


def test_a_transition_of_the_state_around_is_counted_for_that_state() -> None:
    steps = run(PARCEL, "collected", "unloaded", "scanned", "gone")
    counted = taken(explore(PARCEL), *steps)
    assert counted["travelling scanned"] == 1
    assert counted["travelling gone"] == 1


def test_a_step_in_one_region_is_counted_whatever_the_other_region_does() -> None:
    steps = run(COFFEE_MACHINE, "switched_on", "warmed", "drawn", "cooled")
    assert taken(explore(COFFEE_MACHINE), *steps) == {
        "off switched_on": 1,
        "on.water.cold warmed": 1,
        "on.tank.filled drawn": 1,
        "on.water.hot cooled": 1,
    }


def test_steps_of_another_chart_count_nothing(door: Exploration) -> None:
    assert taken(door, *run(PARCEL, "collected")) == {}


def test_of_transitions_alike_the_one_with_the_steps_effects_is_counted() -> None:
    exploration = explore(DOOR)
    (step,) = run(DOOR, "push")
    row = next(iter(visits(exploration, [step]).transitions))
    assert exploration.table.transitions[row].guard == "is_oiled"


def test_the_drawing_shows_counts_and_pales_what_was_not_visited(door: Exploration) -> None:
    drawn = dot(picture(door), visits(door, run(DOOR, "turned", "turned", "turned")))
    assert f'<FONT COLOR="{VISITED}"> ×2</FONT>' in drawn
    assert f'broken [peripheries=2, color="{PALE}"' in drawn
    assert f'locked [color="{VISITED}"' in drawn


def test_the_overlay_has_the_states_of_the_plain_drawing(door: Exploration) -> None:
    text = overlay(door, run(DOOR, "turned"))
    assert text.count('class="node"') == dot(picture(door)).count("label=")
    assert "×1" in text
