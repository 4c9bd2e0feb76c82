"""Journals as text: the list of orders, and the story of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from paradex_adapter.journal import words
from paradex_adapter.journal.lines import Gap, StepLine
from paradex_adapter.journal.reading import Library, Story

ORDERS = ("order", "last state", "steps", "began (UTC)", "trouble")
STEPS = ("#", "time (UTC)", "venue", "chart", "event", "from → to", "asks and tells", "brought")


def listed(library: Library) -> Iterator[str]:
    """A line for each order, in the order in which they began."""
    stories = list(library.stories.values())
    clients = {story.client for story in stories}
    for client in sorted(clients):
        yield f"{client}:"
        yield from _aligned([ORDERS, *(_row(each) for each in stories if each.client == client)])
    if not stories:
        yield "no orders"


def told(story: Story) -> Iterator[str]:
    """A line for each step of one order."""
    steps = story.steps
    day = f", {words.date(steps[0].ts)}" if steps else ""
    yield f"{story.order} of {story.client}: {words.state(story)}, {len(steps)} steps{day}"
    yield from _aligned([STEPS, *_rows(story)])
    if marks := words.troubles(story):
        yield f"trouble: {', '.join(marks)}"


def missing(gap: Gap) -> str:
    """What a gap says."""
    count = f"{gap.steps} steps" if gap.steps else "steps"
    where = f" of the {gap.chart} chart" if gap.chart else ""
    return f"{count}{where} are missing ({gap.reason})"


def _row(story: Story) -> Sequence[str]:
    steps = story.steps
    began = f"{words.date(steps[0].ts)} {words.clock(steps[0].ts)}" if steps else ""
    marks = ", ".join(words.troubles(story))
    return story.order, words.state(story), str(len(steps)), began, marks


def _rows(story: Story) -> Iterator[Sequence[str]]:
    number = 0
    for chapter in story.chapters:
        if isinstance(chapter, Gap):
            yield "", "", "", "", "", missing(chapter), "", ""
        else:
            number += 1
            yield _step(number, chapter)


def _step(number: int, line: StepLine) -> Sequence[str]:
    venue = words.clock(line.venue_ms * 1_000_000)[:-3] if line.venue_ms else ""
    effects = "; ".join(words.effect(each) for each in line.effects)
    times = words.clock(line.ts), venue
    chart = line.chart, line.event, words.move(line)
    return str(number), *times, *chart, effects, words.carried(line)


def _aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as what is in them; the last has no end."""
    table = [[_safe(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _safe(text: str) -> str:
    """The venue's words with nothing in them that a terminal would obey."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
