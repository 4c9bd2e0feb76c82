"""A picture as DOT text, for Graphviz.

How it is laid out
1. Every label is a node in the middle of its arrow, in the innermost state around both ends: so
   no label lies across a border or on another label.
2. The order of declaration is the order down the page. An arrow upwards is written downwards and
   drawn with its head at the other end, so the layout has no cycles to break.
3. An arrow to or from a compound state ends at an invisible point of its own inside, on the first
   or the last line, and is cut off at the border. The other end of an arrow that stays inside is
   the initial dot (arrow to the state around) or a small ring (arrow from the state around).
"""

from __future__ import annotations

from collections.abc import Iterator

from statecharts.render import ink
from statecharts.render.model import Box, Edge, Picture
from statecharts.render.words import heading, on_arrow, on_state, quoted

_HEAD = f"""\
  graph [compound=true, newrank=true, ranksep=0.25, nodesep=0.2, pad=0.2,
         bgcolor="{ink.PAPER}", fontname="{ink.FONT}", fontsize=12]
  node [shape=box, style="rounded,filled", margin=0, height=0.3, width=0.6,
        fontname="{ink.FONT}", fontsize=12, fontcolor="{ink.TEXT}",
        color="{ink.STATE_LINE}", fillcolor="{ink.STATE_FILL}", penwidth=1.2]
  edge [color="{ink.ARROW}", penwidth=1.1, arrowsize=0.7]"""

_DOT = f'shape=circle, style=filled, fillcolor="{ink.STATE_LINE}", width=0.13, height=0.13, label=""'
_RING = f'shape=circle, style=filled, fillcolor="{ink.PAPER}", width=0.1, height=0.1, label=""'
_POINT = 'shape=point, style=invis, width=0.01, height=0.01, label=""'


def dot(picture: Picture) -> str:
    return "\n".join(_Drawing(picture).lines()) + "\n"


class _Drawing:
    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._boxes = {box.id: box for box in picture.boxes}
        self._place = {box.id: place for place, box in enumerate(picture.boxes)}
        self._firsts: dict[str, list[str]] = {box.id: [] for box in picture.boxes}
        self._lasts: dict[str, list[str]] = {box.id: [_end(box.id)] for box in picture.boxes}
        self._arrows = [
            line for number, edge in enumerate(picture.edges) for line in self._edge(number, edge)
        ]

    def lines(self) -> Iterator[str]:
        yield f"digraph {quoted(self._picture.name)} {{"
        yield _HEAD
        yield from self._inside("", "  ")
        yield from self._arrows
        yield "}"

    def _inside(self, parent: str, indent: str) -> Iterator[str]:
        """What lies in `parent` but not deeper; `""` is the page."""
        children = self._picture.children(parent)
        for box in children:
            if box.row.is_compound:
                yield from self._group(box, indent)
            else:
                yield f"{indent}{quoted(box.id)} [{_state(box)}]"
        yield from self._initial(parent, children, indent)
        for number, edge in enumerate(self._picture.edges):
            if self._scope(edge) == parent:
                yield f'{indent}label{number} [shape=plain, style="", label={on_arrow(edge)}]'
                if self._starts_around(edge):
                    yield f"{indent}ring{number} [{_RING}]"

    def _initial(self, parent: str, children: tuple[Box, ...], indent: str) -> Iterator[str]:
        yield f"{indent}{_initial(parent)} [{_DOT}]"
        for box in children:
            if box.row.is_initial:
                cut = f" [lhead={_cluster(box.id)}]" if box.row.is_compound else ""
                yield f"{indent}{_initial(parent)} -> {self._above(box.id)}{cut}"
        finals = [quoted(box.id) for box in children if box.row.is_final]
        if len(finals) > 1:
            yield f"{indent}{{ rank=same; {'; '.join(finals)} }}"

    def _group(self, box: Box, indent: str) -> Iterator[str]:
        line = "dashed" if self._is_region(box) else "solid"
        fill = ink.GROUP_FILLS[box.id.count(".") % len(ink.GROUP_FILLS)]
        yield f"{indent}subgraph {_cluster(box.id)} {{"
        yield (
            f'{indent}  graph [style="rounded,filled,{line}", color="{ink.GROUP_LINE}", '
            f'fillcolor="{fill}", margin=10, penwidth=1.2, label=""]'
        )
        yield from (f"{indent}  {line}" for line in self._frame(box))
        yield from self._inside(box.id, indent + "  ")
        yield f"{indent}}}"

    def _frame(self, box: Box) -> Iterator[str]:
        """The first and the last line inside a compound state."""
        title = _title(box.id)
        yield f'{title} [shape=plain, style="", label={heading(box)}]'
        firsts = [title, *self._firsts[box.id]]
        lasts = self._lasts[box.id]
        for point in firsts[1:] + lasts:
            yield f"{point} [{_POINT}]"
        yield f"{{ rank=same; {'; '.join([*firsts, _initial(box.id)])} }}"
        yield f"{{ rank=same; {'; '.join(lasts)} }}"
        for child in self._picture.children(box.id):
            inner = child.row.is_compound
            yield f"{title} -> {_title(child.id) if inner else quoted(child.id)} [style=invis]"
            yield f"{_end(child.id) if inner else quoted(child.id)} -> {_end(box.id)} [style=invis]"

    def _is_region(self, box: Box) -> bool:
        return bool(box.parent) and self._boxes[box.parent].row.is_parallel

    def _scope(self, edge: Edge) -> str:
        """The innermost state around both ends, which may be one of the ends itself."""
        if self._starts_around(edge):
            return edge.source
        if self._ends_around(edge):
            return edge.target
        around = self._boxes[edge.source].parent
        while around and not _is_in(edge.target, around):
            around = self._boxes[around].parent
        return around

    def _starts_around(self, edge: Edge) -> bool:
        return _is_in(edge.target, edge.source)

    def _ends_around(self, edge: Edge) -> bool:
        return _is_in(edge.source, edge.target)

    # Arrows

    def _edge(self, number: int, edge: Edge) -> Iterator[str]:
        label = f"label{number}"
        if self._starts_around(edge):
            yield from self._line(f"ring{number}", label, self._upper(edge.target, label), True)
        elif self._ends_around(edge):
            yield from self._line(_initial(edge.target), label, self._upper(edge.source, label), False)
        elif edge.source == edge.target:
            lower = self._lower(edge.source, label)
            yield _arrow(*lower, label, "headport=n", "arrowhead=none")
        elif self._place[edge.source] < self._place[edge.target]:
            ...

    def _above(self, state: str) -> str:
        return _initial(state) if self._boxes[state].row.is_compound else quoted(state)
