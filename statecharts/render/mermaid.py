"""A picture as Mermaid text, as GitHub shows it inside Markdown.

Mermaid's limits, and what is done
1. A label ends at a colon or semicolon, and quotes, braces and hashes mean something: such
   characters are replaced.
2. A compound state shows a title only: what happens in it stands in a note beside it.
3. An arrow between a state and one inside it breaks the layout: it stands in the same note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from statecharts.render.layout import is_in
from statecharts.render.model import MARK, Box, Edge, Picture

_UNSAFE = re.compile(r"[^\w ,.()\[\]/×=!<>&|+*-]")


def mermaid(picture: Picture) -> str:
    """A `stateDiagram-v2`."""
    lines = [f"%% {MARK}", "stateDiagram-v2", "    direction TB"]
    lines += _inside(picture, "", "    ")
    lines += [f"    {_arrow(edge)}" for edge in picture.edges if not _outer(edge)]
    finals = [_id(box.id) for box in picture.boxes if box.row.is_final]
    if finals:
        lines += ["    classDef final stroke-width:4px", f"    class {','.join(finals)} final"]
    return "\n".join(lines) + "\n"


def _inside(picture: Picture, around: str, indent: str) -> Iterator[str]:
    children = picture.children(around)
    for number, box in enumerate(children):
        if number and picture.is_region(box):
            yield f"{indent}--"
        yield f'{indent}state "{box.id}" as {_id(box.id)}' + " {" * box.is_group
        if box.is_group:
            yield from _inside(picture, box.id, f"{indent}    ")
            yield f"{indent}}}"
            yield from _note(picture, box, indent)
        else:
            yield from (f"{indent}{_id(box.id)} : {line}" for line in _details(box))
    for box in children:
        if picture.is_first(box):
            yield f"{indent}[*] --> {_id(box.id)}"


def _note(picture: Picture, box: Box, indent: str) -> Iterator[str]:
    nested = [edge for edge in picture.edges if _outer(edge) == box.id]
    lines = [*_details(box), *(line for edge in nested for line in _nested(edge))]
    if lines:
        yield f"{indent}note right of {_id(box.id)}"
        yield from (f"{indent}    {line}" for line in lines)
        yield f"{indent}end note"


def _details(box: Box) -> Iterator[str]:
    for when, effects in (("entry", box.entry), ("exit", box.exit)):
        if effects:
            yield _safe(f"{when} / {effects}")
    yield from (_safe(label) for label in box.inside)


def _arrow(edge: Edge) -> str:
    words = "<br/>".join(_safe(label) for label in edge.labels)
    return f"{_id(edge.source)} --> {_id(edge.target)} : {words}"


def _nested(edge: Edge) -> Iterator[str]:
    for label in edge.labels:
        yield _safe(f"{edge.source} to {edge.target} on {label}")


def _outer(edge: Edge) -> str:
    """The end of an arrow that lies around its other end, or `""`."""
    if is_in(edge.target, edge.source):
        return edge.source
    return edge.target if is_in(edge.source, edge.target) else ""


def _id(state: str) -> str:
    return state.replace(".", "_")


def _safe(text: object) -> str:
    return _UNSAFE.sub(" ", str(text))
