"""A picture as DOT text, for Graphviz.

How it is laid out
1. Every label is a node in the middle of its arrow, in the innermost state around both ends: so
   no label lies across a border or on another label.
2. The order of declaration is the order down the page. An arrow upwards is written downwards and
   drawn with its head at the other end, so the layout has no cycles to break.
3. A compound state has two points inside, its initial dot above and an invisible one below;
   arrows end at whichever is nearer and are cut off at the border.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statecharts.render import ink
from statecharts.render.model import Box, Edge, Picture
from statecharts.render.words import group_title, on_arrow, on_state, quoted

_HEAD = f"""\
  graph [compound=true, rankdir=TB, ranksep=0.28, nodesep=0.3, margin=0.2, pad=0.1,
         bgcolor="{ink.PAPER}", fontname="{ink.FONT}", fontsize=12]
  node [shape=box, style="rounded,filled", margin=0, height=0.3, width=0.6,
        fontname="{ink.FONT}", fontsize=12, fontcolor="{ink.TEXT}",
        color="{ink.STATE_LINE}", fillcolor="{ink.STATE_FILL}", penwidth=1.2]
  edge [fontname="{ink.FONT}", fontsize=10, color="{ink.ARROW}", penwidth=1.1, arrowsize=0.7]"""

_DOT = f'shape=circle, style=filled, fillcolor="{ink.STATE_LINE}", width=0.13, height=0.13, label=""'
_POINT = 'shape=point, style=invis, width=0.01, height=0.01, label=""'
_ANY = f'shape=circle, style=filled, fillcolor="{ink.PAPER}", width=0.1, height=0.1, label=""'


def dot(picture: Picture) -> str:
    return "\n".join(_Drawing(picture).lines()) + "\n"


class _Drawing:
    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._boxes = {box.id: box for box in picture.boxes}
        self._place = {box.id: place for place, box in enumerate(picture.boxes)}

    def lines(self) -> Iterator[str]:
        yield f"digraph {quoted(self._picture.name)} {{"
        yield _HEAD
        yield from self._inside("", "  ")
        for number, edge in enumerate(self._picture.edges):
            yield from self._edge(number, edge)
        yield from self._order()
        yield "}"

    def _inside(self, parent: str, indent: str) -> Iterator[str]:
        """What lies in `parent` but not deeper; `""` is the page."""
        children = self._picture.children(parent)
        yield from self._initial(parent, children, indent)
        for box in children:
            if box.row.is_compound:
                yield from self._group(box, indent)
            else:
                yield f"{indent}{quoted(box.id)} [{_state(box)}]"
        for number, edge in enumerate(self._picture.edges):
            if self._scope(edge) == parent:
                yield f"{indent}label{number} [shape=plain, style=\"\", label={on_arrow(edge)}]"
                if self._starts_anywhere_inside(edge):
                    yield f"{indent}any{number} [{_ANY}]"

    def _initial(self, parent: str, children: tuple[Box, ...], indent: str) -> Iterator[str]:
        yield f"{indent}{_top(parent)} [{_DOT}]"
        if parent:
            yield f"{indent}{_bottom(parent)} [{_POINT}]"
        first = [box for box in children if box.row.is_initial]
        for box in first:
            yield f"{indent}{_top(parent)} -> {self._above(box.id)}"

    def _group(self, box: Box, indent: str) -> Iterator[str]:
        depth = box.id.count(".")
        line = "dashed" if self._is_region(box) else "solid"
        yield f"{indent}subgraph {_cluster(box.id)} {{"
        yield (
            f"{indent}  graph [style=\"rounded,filled,{line}\", color=\"{ink.GROUP_LINE}\", "
            f"fillcolor=\"{ink.GROUP_FILLS[depth % 3]}\", labeljust=l, margin=12, penwidth=1.2, "
            f"label={group_title(box)}]"
        )
        yield from self._inside(box.id, indent + "  ")
        yield f"{indent}}}"

    def _is_region(self, box: Box) -> bool:
        return bool(box.parent) and self._boxes[box.parent].row.is_parallel

    # Arrows

    def _edge(self, number: int, edge: Edge) -> Iterator[str]:
        label = f"label{number}"
        if self._starts_anywhere_inside(edge):
            yield _arrow(f"any{number}", label, "arrowhead=none")
            yield _arrow(label, self._above(edge.target), self._cut("lhead", edge.target))
        elif self._ends_around(edge):
            yield _arrow(_top(edge.target), label, "dir=back")
            yield _arrow(label, self._above(edge.source), "arrowhead=none")
        elif self._place[edge.source] < self._place[edge.target]:
            yield from self._through(edge.source, label, edge.target, "arrowhead=none", "")
        elif edge.source == edge.target:
            cut = self._cut("ltail", edge.source)
            yield _arrow(self._below(edge.source), label, "arrowhead=none", cut)
            yield _arrow(self._below(edge.source), label, "dir=back", cut)
        else:
            yield from self._through(edge.target, label, edge.source, "dir=back", "arrowhead=none")

    def _through(self, upper: str, label: str, lower: str, into: str, out: str) -> Iterator[str]:
        yield _arrow(self._below(upper), label, into, self._cut("ltail", upper))
        yield _arrow(label, self._above(lower), out, self._cut("lhead", lower))

    def _order(self) -> Iterator[str]:
        """Invisible: keeps a compound state's lower point under what is inside."""
        for box in self._picture.boxes:
            if box.parent:
                yield f"  {self._below(box.id)} -> {_bottom(box.parent)} [style=invis, weight=0]"

    def _scope(self, edge: Edge) -> str:
        """The innermost state around both ends, which may be one of the ends itself."""
        if self._starts_anywhere_inside(edge):
            return edge.source
        if self._ends_around(edge):
            return edge.target
        around = self._boxes[edge.source].parent
        while around and not _is_in(edge.target, around):
            around = self._boxes[around].parent
        return around

    def _starts_anywhere_inside(self, edge: Edge) -> bool:
        return _is_in(edge.target, edge.source)

    def _ends_around(self, edge: Edge) -> bool:
        return _is_in(edge.source, edge.target)

    def _above(self, state: str) -> str:
        return _top(state) if self._boxes[state].row.is_compound else quoted(state)

    def _below(self, state: str) -> str:
        return _bottom(state) if self._boxes[state].row.is_compound else quoted(state)

    def _cut(self, end: str, state: str) -> str:
        return f"{end}={_cluster(state)}" if self._boxes[state].row.is_compound else ""


def _state(box: Box) -> str:
    look = f'fillcolor="{ink.FINAL_FILL}", peripheries=2, ' if box.row.is_final else ""
    return f"{look}label={on_state(box)}"


def _is_in(state: str, around: str) -> bool:
    return state.startswith(f"{around}.")


def _cluster(state: str) -> str:
    return quoted(f"cluster_{state}")


def _top(state: str) -> str:
    return quoted(f"{state}:initial")


def _bottom(state: str) -> str:
    return quoted(f"{state}:end")


def _arrow(tail: str, head: str, *look: str) -> str:
    attributes = ", ".join(each for each in look if each)
    return f"  {tail} -> {head}" + (f" [{attributes}]" if attributes else "")
