"""The words in a DOT drawing, as Graphviz's HTML-like labels."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Iterator

from statecharts.render import ink
from statecharts.render.model import Box, Edge, Label

WIDTH = 34
"""Characters in a line, about."""


def quoted(text: str) -> str:
    """A DOT identifier or string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def on_state(box: Box) -> str:
    """The name, and under a line what happens on entry, on exit and inside."""
    rows = [f'<TR><TD CELLPADDING="5">{_name(box)}</TD></TR>']
    inner = _compartment(box)
    if inner:
        rows += ["<HR/>", f'<TR><TD CELLPADDING="5">{_stacked(inner, "LEFT")}</TD></TR>']
    return _table("".join(rows))


def group_title(box: Box) -> str:
    """The same for a compound state, whose border is drawn already."""
    title = [_name(box), *_compartment(box)]
    return f"<{_stacked(title, 'LEFT')}>"


def on_arrow(edge: Edge) -> str:
    lines = [line for label in edge.labels for line in _label(label)]
    return f"<{_stacked(lines, 'LEFT')}>"


def _name(box: Box) -> str:
    around, _, local = box.id.rpartition(".")
    prefix = f'<FONT COLOR="{ink.FAINT}">{around}.</FONT>' if around else ""
    return f"{prefix}<B>{local}</B>"


def _compartment(box: Box) -> list[str]:
    lines = [*_hook("entry", box.entry), *_hook("exit", box.exit)]
    lines += [line for label in box.inside for line in _label(label)]
    return lines


def _hook(when: str, effects: str) -> Iterator[str]:
    if effects:
        yield from _wrapped(f"{when} / {effects}", ink.EFFECT)


def _label(label: Label) -> Iterator[str]:
    yield from _wrapped(", ".join(label.events), ink.TEXT)
    if label.guard:
        yield from _wrapped(f"[{label.guard}]", ink.GUARD)
    if label.effects:
        yield from _wrapped(f"/ {label.effects}", ink.EFFECT)


def _wrapped(text: str, colour: str) -> Iterator[str]:
    for line in textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False):
        yield f'<FONT COLOR="{colour}" POINT-SIZE="10">{html.escape(line)}</FONT>'


def _stacked(lines: Iterable[str], align: str) -> str:
    rows = "".join(f'<TR><TD ALIGN="{align}">{line}</TD></TR>' for line in lines)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>'


def _table(rows: str) -> str:
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>>'
