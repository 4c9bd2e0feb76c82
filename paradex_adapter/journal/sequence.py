"""An order's story as a sequence of messages between four lanes, however it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paradex_adapter.journal import words
from paradex_adapter.journal.lines import Gap, StepLine
from paradex_adapter.journal.reading import Story
from paradex_adapter.journal.table import missing

LANES = {
    "strategy": "Strategy",
    "order": "Order chart",
    "command": "Command chart",
    "venue": "Venue",
}
SENT_BY = {
    "known": "order",
    "order_ended": "order",
    "change_sent": "command",
    "sent": "order",
    "doubted": "order",
    "adopt": "order",
}
"""Events that neither the strategy nor the venue sends: what one chart lets the other know, and
what the adapter brings up by itself."""


@dataclass(frozen=True, slots=True)
class Message:
    """From one lane to another or to itself. `is_lost`: it was not expected."""

    sender: str
    receiver: str
    text: str
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Said of one lane, or of all of them (`""`). `is_trouble`: to be looked at."""

    lane: str
    text: str
    is_trouble: bool = False


type Mark = Message | Note


def sequence(story: Story) -> Iterator[Mark]:
    """Each step as its event, where it led to if that is elsewhere, and what was asked and told."""
    began = story.steps[0].ts if story.steps else 0
    if began:
        yield Note("", f"{story.order}, {words.date(began)} {words.clock(began)} UTC")
    for chapter in story.chapters:
        if isinstance(chapter, Gap):
            yield Note("", missing(chapter), is_trouble=True)
        else:
            yield _event(chapter, began)
            yield from _outcome(chapter)


def _event(line: StepLine, began: int) -> Message:
    carried = words.carried(line)
    name = f"{line.event} ({carried})" if carried else line.event
    text = f"{words.elapsed(began, line.ts)}: {name}"
    return Message(_sender(line), line.chart, text, not line.is_expected)


def _sender(line: StepLine) -> str:
    by_origin = {"local": "strategy", "timer": line.chart}
    return SENT_BY.get(line.event) or by_origin.get(line.origin, "venue")


def _outcome(line: StepLine) -> Iterator[Mark]:
    if not line.is_expected:
        yield Note(line.chart, f"not expected in {words.leaf(line.source)}", is_trouble=True)
    elif line.source != line.target:
        is_trouble = words.TROUBLE_STATES.keys() & line.target
        yield Note(line.chart, words.leaf(line.target), bool(is_trouble))
    for written in line.effects:
        match written:
            case ["request", _]:
                yield Message(line.chart, "venue", words.effect(written))
            case ["emit", _]:
                yield Message(line.chart, "strategy", words.effect(written))
