"""A story as a Mermaid sequence diagram."""

from __future__ import annotations

from collections.abc import Iterator

from paradex_adapter.journal.reading import Story
from paradex_adapter.journal.sequence import LANES, Mark, Message, sequence

_ENTITIES = str.maketrans({"#": "#35;", ";": "#59;", "<": "#lt;", ">": "#gt;"})


def mermaid(story: Story) -> str:
    """The diagram's text, to put into a ```` ```mermaid ```` block."""
    lines = [f"participant {lane} as {title}" for lane, title in LANES.items()]
    lines += [_drawn(mark) for mark in sequence(story)]
    return "\n    ".join(["sequenceDiagram", *lines])


def _drawn(mark: Mark) -> str:
    text = "".join(_readable(mark.text))
    if isinstance(mark, Message):
        arrow = "-x" if mark.is_lost else "->>"
        return f"{mark.sender}{arrow}{mark.receiver}: {text}"
    first, *_, last = LANES
    return f"note over {mark.lane or f'{first},{last}'}: {text}"


def _readable(text: str) -> Iterator[str]:
    """Without what ends a line of Mermaid, or begins something else in it."""
    for each in text:
        yield each.translate(_ENTITIES) if each.isprintable() else " "
