"""The words in a DOT drawing, as Graphviz's HTML-like labels."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Iterator

from graphviz import escape
from graphviz.quoting import quote

from statecharts.render.model import Box, Edge, Label
from statecharts.render.paint import PAPER, VISITED, Paint, Shade

IN_STATE = 44
ON_ARROW = 30
"""Characters in a line, about."""

_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'


def quoted(text: str) -> str:
    """A DOT identifier or string: DOT's keywords and its rules of escaping are the library's."""
    return str(quote(escape(text)))


def on_state(box: Box, paint: Paint) -> str:
    """The name, and under a line what happens on entry, on exit and inside."""
    rows = f'<TR><TD CELLPADDING="5">{_name(box, paint)}</TD></TR>'
    inside = list(_compartment(box, paint))
    if inside:
        rows += f'<HR/><TR><TD ALIGN="LEFT" CELLPADDING="5">{_stacked(inside)}</TD></TR>'
    return f"<{_TABLE}{rows}</TABLE>>"


def heading(box: Box, paint: Paint) -> str:
    """The same for a compound state, whose border is drawn already."""
    rows = f'<TR><TD ALIGN="LEFT" CELLPADDING="2">{_name(box, paint)}</TD></TR>'
    inside = list(_compartment(box, paint))
    if inside:
        rows += f'<TR><TD ALIGN="LEFT">{_stacked(inside)}</TD></TR>'
    return f"<{_TABLE}{rows}</TABLE>>"


def on_arrow(edge: Edge, paint: Paint) -> str:
    """A small plate with everything that takes this way."""
    lines = [line for label in edge.labels for line in _label(label, paint, ON_ARROW)]
    plate = (
        f'<TABLE BORDER="1" COLOR="{paint.plate_line(edge)}" BGCOLOR="{PAPER}" STYLE="ROUNDED" '
        'CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">'
    )
    return f"<{plate}<TR><TD>{_stacked(lines)}</TD></TR></TABLE>>"


def _name(box: Box, paint: Paint) -> str:
    around, _, local = box.id.rpartition(".")
    faint, strong = paint.name(box.id)
    prefix = _coloured(f"{around}.", faint) if around else ""
    return f"{prefix}<B>{_coloured(local, strong)}</B>"


def _compartment(box: Box, paint: Paint) -> Iterator[str]:
    shade = paint.hooks(box.id)
    for when, effects in (("entry", box.entry), ("exit", box.exit)):
        if effects:
            yield from _lines([(when, shade.text), (f"/ {effects}", shade.effect)], IN_STATE)
    for label in box.inside:
        yield from _label(label, paint, IN_STATE)


def _label(label: Label, paint: Paint, width: int) -> Iterator[str]:
    shade: Shade = paint.label(label)
    parts = [(", ".join(label.events), shade.text)]
    if label.guard:
        parts.append((f"[{label.guard}]", shade.guard))
    if label.effects:
        parts.append((f"/ {label.effects}", shade.effect))
    *lines, last = _lines(parts, width)
    yield from lines
    yield last + (f"<B>{_coloured(shade.count, VISITED)}</B>" if shade.count else "")


def _lines(parts: list[tuple[str, str]], width: int) -> Iterator[str]:
    """Coloured parts, as many to a line as it holds; a part too long for one is broken."""
    line, room = "", width
    for text, colour in parts:
        for piece in _wrapped(text, width):
            if line and len(piece) + 1 > room:
                yield line
                line, room = "", width
            line += _coloured(f" {piece}" if line else piece, colour)
            room -= len(piece) + 1
    yield line


def _wrapped(text: str, width: int) -> list[str]:
    """Broken between events and between effects, never inside `start ack_timeout`."""
    for word in ("start", "cancel", "/"):
        text = text.replace(f"{word} ", f"{word}\0")
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


def _coloured(text: str, colour: str) -> str:
    return f'<FONT COLOR="{colour}">{html.escape(text)}</FONT>'


def _stacked(lines: Iterable[str]) -> str:
    """One under the other, evenly: Graphviz sets a line of one colour lower than one of several,
    so each gets a second, all but invisible part."""
    filler = '<FONT POINT-SIZE="2"> </FONT>'
    rows = "".join(f'<TR><TD ALIGN="LEFT" HEIGHT="13">{line}{filler}</TD></TR>' for line in lines)
    return f'<FONT POINT-SIZE="10">{_TABLE}{rows}</TABLE></FONT>'
