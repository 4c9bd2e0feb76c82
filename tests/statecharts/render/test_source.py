"""What the author wrote beside the states."""

from __future__ import annotations

from statemachine import State

from statecharts import Chart
from statecharts.render.source import about, notes
from tests.statecharts.render.samples import COFFEE_MACHINE, Door


class GlassDoor(Door):
    pass


def test_the_comment_after_a_state_says_what_is_true_there() -> None:
    assert notes(Door) == {
        "closed": "shut, not locked",
        "locked": "shut, and the key was turned",
        "ajar": "open a little",
        "broken": "",
    }


def test_nested_states_are_found_under_their_qualified_ids() -> None:
    found = notes(COFFEE_MACHINE.chart)
    assert found["on.water"] == "the boiler"
    assert found["on.tank.empty"] == "not enough"


def test_comments_of_an_inherited_chart_are_found() -> None:
    assert notes(GlassDoor)["locked"] == "shut, and the key was turned"


def test_a_chart_is_described_by_its_own_docstring() -> None:
    assert about(Door) == "A door with a lock.\n\nIt may be broken, and then it is over."
    assert about(GlassDoor) == ""


def test_a_chart_made_without_a_source_file_has_no_comments() -> None:
    namespace: dict[str, object] = {"State": State, "Chart": Chart, "__name__": "nowhere"}
    exec("class Lamp(Chart):\n  dark = State(initial=True)\n  lit = dark.to(dark)", namespace)
    assert notes(namespace["Lamp"]) == {}  # type: ignore[arg-type]
