"""A picture as a Markdown page: what the chart is, its drawing, its states and its transitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statecharts.render.mermaid import mermaid
from statecharts.render.model import MARK, Arrow, Box, Picture

_LEGEND = """\
`event [guard] / effects`. For one event the inner state's transitions are tried before the outer
state's, and those of a state in the order given; `else` means that an earlier one has a guard.
A transition to *here* stays where it is: nothing is left or entered."""


def markdown(picture: Picture) -> str:
    """The page; its picture is the SVG file beside it."""
    stem = picture.stem
    parts = [
        f"<!-- {MARK} -->",
        f"# {picture.name}",
        picture.about,
        f"![{picture.name} as a statechart]({stem}.svg)",
        "## States",
        _table(("state", "what is true", "on entry", "on exit", "timers"), _states(picture)),
        "## Transitions",
        _LEGEND,
        _table(("from", "event", "guard", "to", "effects"), map(_transition, picture.arrows)),
        "## As Mermaid",
        f"```mermaid\n{mermaid(picture)}```",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _states(picture: Picture) -> Iterator[tuple[str, ...]]:
    for box in picture.boxes:
        name = ", ".join([f"`{box.id}`", *_kinds(picture, box)])
        yield (name, box.note, box.entry, box.exit, "<br>".join(box.timers))


def _kinds(picture: Picture, box: Box) -> Iterator[str]:
    if picture.is_region(box):
        yield "region"
    elif box.row.is_initial:
        yield "initial"
    if box.row.is_parallel:
        yield "parallel"
    if box.row.is_final:
        yield "final"


def _transition(arrow: Arrow) -> tuple[str, ...]:
    target = "*here*" if arrow.is_internal else f"`{arrow.target}`"
    return (f"`{arrow.source}`", f"`{arrow.event}`", arrow.guard, target, arrow.effects)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
