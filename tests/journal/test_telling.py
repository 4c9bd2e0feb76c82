"""A story as a list, a table, a Mermaid diagram and a picture."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from paradex_adapter.charts import facts
from paradex_adapter.journal import words
from paradex_adapter.journal.conformity import KINDS
from paradex_adapter.journal.lines import Gap
from paradex_adapter.journal.mermaid import mermaid
from paradex_adapter.journal.reading import Library, Story, read
from paradex_adapter.journal.sequence import LANES, SENT_BY, Message, Note, sequence
from paradex_adapter.journal.svg import svg
from paradex_adapter.journal.table import listed, told
from paradex_adapter.wire import rest
from statecharts import table
from tests.journal.orders import OneOrder, changed, journal, lived, story, write


@pytest.fixture
def life(tmp_path) -> Story:
    return story(tmp_path / "j.jsonl", lived().lines("O-1"))


# The list


def test_the_list_tells_the_last_state_the_steps_and_the_trouble_of_each_order(tmp_path):
    kept = lived("O-1")
    OneOrder(kept.observe, "O-22").rest()
    kept.save(tmp_path / "j.jsonl")
    client, head, first, second = listed(read(tmp_path / "j.jsonl"))
    assert client == "PARADEX:"
    assert head == "order  last state     steps  began (UTC)                 trouble"
    assert first == (
        f"O-1    ended.filled   {len(kept.lines('O-1'))}     2025-11-22 21:00:00.001000  "
        "change rejected, unexpected, stale, cancel rejected"
    )
    assert second.split() == ["O-22", "live.accepted", "4", "2025-11-22", "21:00:00.018000"]


def test_a_list_of_nothing_says_so():
    assert list(listed(Library())) == ["no orders"]


def test_steps_that_are_missing_are_trouble(life):
    life.chapters.append(Gap(steps=3, reason="lost"))
    assert words.troubles(life)[-1] == "steps missing"


# The table


def test_the_table_has_a_line_for_each_step(life):
    head, columns, *rows, trouble = told(life)
    assert head == f"O-1 of PARADEX: ended.filled, {len(life.steps)} steps, 2025-11-22"
    assert columns.split()[:4] == ["#", "time", "(UTC)", "venue"]
    assert len(rows) == len(life.steps)
    *what, move, effects, brought = re.split(r"  +", rows[1])
    assert what == ["2", "21:00:00.002000", "21:00:00.007", "order", "opened"]
    assert move.startswith("unconfirmed.")
    assert move.endswith(" → live.accepted")
    assert "OrderAccepted(V-1, ts_event 1763845200007)" in effects.split("; ")
    assert brought == "OPEN 2 of 2 @ 3120.55"
    assert trouble.startswith("trouble: change rejected, unexpected")


def test_the_table_tells_what_each_kind_of_event_brought(life):
    brought = {line.event: words.carried(line) for line in life.steps}
    assert brought["modify"] == "3 @ 3120.60"
    assert brought["modify_refused"] == "ORDER_IS_CLOSED: the order; it has <ended>"
    assert brought["executed"] == "1 @ 3120.55 MAKER F-1"
    assert brought["doubted"] == ""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"fills": {"$": "set", "is": ["a", "b"]}}, "2 fills"),
        ({"filled_qty": {"$": "Decimal", "is": "1.5"}}, "filled_qty 1.5"),
        ({"venue_time": 12}, "venue_time 12"),
        ({"reason": "too small"}, "too small"),
        ({"fill": {"$": "Fill"}}, ""),
        ({"thing": {"$": "opaque", "is": "Thing"}}, "thing Thing"),
        (
            {"order": {"$": "Order", "status": "NEW", "request_info": {"$": "RequestInfo"}}},
            "NEW of",
        ),
    ],
)
def test_whatever_a_line_carries_is_told_without_fail(life, written, said):
    line = changed(life.steps, 0, data=written)[0]
    assert words.carried(line).startswith(said)


@pytest.mark.parametrize("ms", [10**30, -(10**30)])
def test_a_time_that_no_calendar_has_is_told_without_fail(life, ms):
    life.chapters = changed(life.steps, 0, venue_ms=ms)
    assert "00:00:00.000" in list(told(life))[2]


def test_an_event_that_was_not_expected_says_so(life):
    (row,) = (row for row in told(life) if "cancel_queued" in row)
    assert "idle: not expected" in row


def test_missing_steps_are_a_line_of_the_table(tmp_path):
    kept = journal()
    one = OneOrder(kept.observe)
    one.rest()
    one.repeat(400)
    rows = list(told(story(tmp_path / "j.jsonl", kept.lines("O-1"))))
    assert "146 steps of the order chart are missing (dropped)" in rows[2]


def test_a_terminal_is_given_nothing_that_it_would_obey(life):
    life.chapters = changed(life.steps, 0, data={"reason": "\x1b[2Jgone\r\n"})
    assert "\ufffd[2Jgone\ufffd\ufffd" in list(told(life))[2]


# The sequence


def test_each_step_is_a_message_from_whoever_sent_it(life):
    sent = [
        (mark.sender, mark.receiver, re.split(r"[ (]", mark.text.partition(": ")[2])[0])
        for mark in sequence(life)
        if isinstance(mark, Message) and mark.text.startswith("+")
    ]
    assert sent[:6] == [
        ("strategy", "order", "submit"),
        ("venue", "order", "opened"),
        ("venue", "command", "informed"),
        ("order", "command", "known"),
        ("strategy", "command", "modify"),
        ("venue", "command", "modify_refused"),
    ]
    assert ("order", "order", "doubted") in sent
    assert ("order", "order", "ask_again") in sent
    assert sent[-1] == ("order", "command", "order_ended")


def test_each_effect_that_leaves_a_chart_is_a_message_too(life):
    sent = {
        (mark.sender, mark.receiver, mark.text.partition("(")[0])
        for mark in sequence(life)
        if isinstance(mark, Message) and not mark.text.startswith("+")
    }
    assert sent == {
        ("order", "strategy", "OrderSubmitted"),
        ("order", "venue", "CreateOrder"),
        ("order", "strategy", "OrderAccepted"),
        ("order", "venue", "QueryOrder"),
        ("order", "strategy", "OrderFilled"),
        ("command", "strategy", "OrderModifyRejected"),
        ("command", "venue", "CancelOrder"),
        ("command", "venue", "QueryOrder"),
        ("command", "strategy", "OrderCancelRejected"),
    }


def test_where_a_chart_comes_to_is_noted_and_trouble_is_marked(life):
    notes = [mark for mark in sequence(life) if isinstance(mark, Note)]
    assert notes[0] == Note("", "O-1, 2025-11-22 21:00:00.001000 UTC")
    assert Note("order", "live.accepted") in notes
    assert Note("order", "live.stale", is_trouble=True) in notes
    assert Note("command", "not expected in idle", is_trouble=True) in notes


def test_what_the_words_name_is_there():
    tables = [table.read(kind) for kind in KINDS.values()]
    assert SENT_BY.keys() <= {event for each in tables for event in each.events}
    states = {state.id for each in tables for state in each.states}
    assert words.TROUBLE_STATES.keys() <= states
    assert all(hasattr(facts, name) for name in words.TROUBLE_FACTS)
    assert words.SAID.keys() <= {*vars(rest), "VenueError", "Unauthorized"}


# The drawings


def test_the_mermaid_text_is_a_sequence_diagram_in_four_lanes(life):
    first, *lines = mermaid(life).splitlines()
    assert first == "sequenceDiagram"
    assert lines[:4] == [f"    participant {lane} as {name}" for lane, name in LANES.items()]
    assert lines[4] == "    note over strategy,venue: O-1, 2025-11-22 21:00:00.001000 UTC"
    assert lines[5] == "    strategy->>order: +0.000 ms: submit"
    message = re.compile(
        r"    (strategy|order|command|venue)(->>|-x)(strategy|order|command|venue): "
    )
    note = re.compile(r"    note over (strategy,venue|order|command): ")
    assert [line for line in lines[4:] if not (message.match(line) or note.match(line))] == []
    assert any("-x" in line for line in lines)


def test_nothing_the_venue_says_ends_a_line_of_mermaid(life):
    life.chapters = changed(life.steps, 0, data={"reason": "a;b#c<br/>\nend"})
    text = mermaid(life)
    assert "a#59;b#35;c#lt;br/#gt; end" in text
    assert len(text.splitlines()) == len(list(sequence(life))) + 5


def test_the_picture_is_xml_with_every_message_and_note_in_it(life):
    life.chapters.append(Gap(steps=3, reason="lost <&>"))
    root = ElementTree.fromstring(svg(life))
    space = "{http://www.w3.org/2000/svg}"
    texts = " ".join(each.text or "" for each in root.iter(f"{space}text"))
    for mark in sequence(life):
        assert mark.text in texts
    arrows = [each for each in root.iter(f"{space}path") if "arrow" in each.get("class", "")]
    assert len(arrows) == sum(isinstance(mark, Message) for mark in sequence(life))


def test_a_story_without_steps_can_be_told_and_drawn(tmp_path):
    gap = Gap(steps=3, order="O-1", chart="order", reason="dropped")
    (only,) = read(write(tmp_path / "j.jsonl", [gap])).stories.values()
    assert "3 steps of the order chart are missing (dropped)" in "\n".join(told(only))
    assert "3 steps" in mermaid(only)
    assert "3 steps" in svg(only)
