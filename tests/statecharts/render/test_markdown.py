"""The Markdown page of a chart."""

from __future__ import annotations

import pytest

from statecharts.explore import explore
from statecharts.render import markdown, mermaid, picture
from tests.statecharts.render.samples import COFFEE_MACHINE, DOOR


@pytest.fixture(scope="module")
def page() -> str:
    return markdown(picture(explore(DOOR)))


def test_the_page_opens_with_title_description_and_drawing(page: str) -> None:
    opening = "# Door\n\nA door with a lock.\n\nIt may be broken, and then it is over.\n\n![Door"
    assert opening in page
    assert "(door.svg)" in page


def test_states_say_what_is_true_what_happens_and_which_timers_run(page: str) -> None:
    row = (
        "| `ajar` | open a little | start swing_shut | cancel swing_shut | swing_shut after 2.5 s |"
    )
    assert row in page.splitlines()


def test_initial_and_final_states_say_so(page: str) -> None:
    assert "| `closed`, initial |" in page
    assert "| `broken`, final |" in page


def test_transitions_stand_one_to_a_row_in_the_order_of_the_table(page: str) -> None:
    lines = page.splitlines()
    first = lines.index("| `closed` | `push` | is_oiled | `ajar` | Opened |")
    assert lines[first + 1] == "| `closed` | `push` | else | `closed` | Knock |"
    assert lines[first + 2] == "| `closed` | `knocked` |  | *here* |  |"


def test_the_page_holds_the_mermaid_text(page: str) -> None:
    assert f"```mermaid\n{mermaid(picture(explore(DOOR)))}```\n" in page


def test_parallel_states_and_their_regions_say_so() -> None:
    page = markdown(picture(explore(COFFEE_MACHINE)))
    assert "| `on`, parallel |" in page
    assert "| `on.tank`, region |" in page
