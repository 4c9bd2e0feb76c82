"""A picture as Mermaid text, as GitHub shows it inside Markdown.

Mermaid's limits, and what is done
1. A label ends at a colon or semicolon, and quotes, braces and hashes mean something: such
   characters are replaced.
2. An arrow between a state and one inside it breaks the layout: it is listed in the outer state.
3. A compound state shows a title only: what happens in it stands in a note beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from statecharts.render.layout import is_in
from statecharts.render.model import Box, Edge, Label, Picture

_UNSAFE = re.compile(r"[^\w ,.()\[\]/×=!<>&|+*-]")


def mermaid(picture: Picture) -> str:
    """A `stateDiagram-v2`."""
    lines = ["stateDiagram-v2", "    direction TB", *_inside(picture, "", "    ")]
    lines += [f"    {_arrow(edge)}" for edge in picture.edges if not _is_nested(edge)]
    return "\n".join(lines) + "\n"


def _inside(picture: Picture, around: str, indent: str) -> Iterator[str]:
    children = picture.children(around)
    for number, box in enumerate(children):
        if number and picture.is_region(box):
            yield f"{indent}--"
        yield from _state(picture, box, indent)
    for box in children:
        if box.row.is_initial and picture.is_entered(around):
            yield f"{indent}[*] --> {_id(box.id)}"
        if box.row.is_final:
            yield f"{indent}{_id(box.id)} --> [*]"


def _state(picture: Picture, box: Box, indent: str) -> Iterator[str]:
    name = f'{indent}state "{box.id}" as {_id(box.id)}'
    details = [*_hooks(box), *map(_safe, box.inside)]
    if not box.row.is_compound:
        yield name
        yield from (f"{indent}{_id(box.id)} : {detail}" for detail in details)
        return
    yield name + " {"
    yield from _inside(picture, box.id, indent + "    ")
    yield f"{indent}}}"
    details += [_nested(edge) for edge in picture.edges if _is_nested(edge) and box.id in _ends(edge)]
    if details:
        yield f"{indent}note right of {_id(box.id)}"
        yield from (f"{indent}    {detail}" for detail in details)
        yield f"{indent}end note"


def _hooks(box: Box) -> Iterator[str]:
    for when, effects in (("entry", box.entry), ("exit", box.exit)):
        if effects:
            yield _safe(f"{when} / {effects}")


def _arrow(edge: Edge) -> str:
    return f"{_id(edge.source)} --> {_id(edge.target)} : {_words(edge.labels)}"


def _nested(edge: Edge) -> str:
    return f"{edge.source} to {edge.target}, {_words(edge.labels)}"


def _words(labels: Iterable[Label]) -> str:
    return "<br/>".join(_safe(label) for label in labels)


def _is_nested(edge: Edge) -> bool:
    return is_in(edge.source, edge.target) or is_in(edge.target, edge.source)


def _ends(edge: Edge) -> tuple[str, str]:
    return min(edge.source, edge.target, key=len), ""


def _id(state: str) -> str:
    return state.replace(".", "_")


def _safe(text: object) -> str:
    return _UNSAFE.sub(" ", str(text))
