"""A picture as DOT text, for Graphviz. How its arrows run is decided in `layout`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from statecharts.render import paint as colours
from statecharts.render.layout import Wire, initial, ring, strung
from statecharts.render.model import MARK, Box, Picture
from statecharts.render.paint import Paint
from statecharts.render.visits import Visits
from statecharts.render.words import heading, on_arrow, on_state, quoted

_HEAD = f"""\
  graph [compound=true, newrank=true, ranksep=0.34, nodesep=0.2, pad=0.2,
         bgcolor="{colours.PAPER}", fontname="{colours.FONT}", comment="{MARK}"]
  node [shape=box, style="rounded,filled", margin=0, height=0.3, width=0.6, penwidth=1.2,
        fontname="{colours.FONT}", fontsize=12, fontcolor="{colours.INK}",
        color="{colours.LINE}", fillcolor="{colours.STATE_FILL}"]
  edge [color="{colours.ARROW}", penwidth=1.1, arrowsize=0.7]"""

_DOT = f'shape=circle, style=filled, fillcolor="{colours.LINE}", width=0.13, height=0.13, label=""'
_RING = f'shape=circle, style=filled, fillcolor="{colours.PAPER}", width=0.1, height=0.1, label=""'
_PIN = 'shape=point, style=invis, width=0.01, height=0.01, label=""'
_BARE = 'shape=plain, style=""'
_HIDDEN = "style=invis"


def dot(picture: Picture, visits: Visits | None = None) -> str:
    """DOT text of the chart, with what a run visited laid over it if `visits` are given."""
    return "\n".join(_Drawing(picture, strung(picture), Paint(visits)).lines()) + "\n"


@dataclass(frozen=True, slots=True)
class _Drawing:
    picture: Picture
    wires: tuple[Wire, ...]
    paint: Paint

    def lines(self) -> Iterator[str]:
        yield f"digraph {quoted(self.picture.name)} {{"
        yield _HEAD
        yield from self._inside("")
        for wire in self.wires:
            yield from self._wire(wire)
        yield "}"

    def _inside(self, around: str) -> Iterator[str]:
        """What lies in the state `around` but not deeper; `""` is the page."""
        for box in self.picture.children(around):
            if box.is_group:
                yield from self._group(box)
            else:
                yield _node(box.id, self._look(box), f"label={on_state(box, self.paint)}")
        yield from self._start(around)
        yield from self._finals(around)
        for wire in self.wires:
            if wire.scope == around:
                yield _node(wire.label, _BARE, f"label={on_arrow(wire.edge, self.paint)}")
                if wire.upper.node == ring(wire.label):
                    yield _node(wire.upper.node, _RING)

    def _look(self, box: Box) -> str:
        double = "peripheries=2" if box.row.is_final else ""
        return ", ".join(part for part in (double, self.paint.state(box.id)) if part)

    def _group(self, box: Box) -> Iterator[str]:
        fill = colours.GROUP_FILLS[box.id.count(".") % len(colours.GROUP_FILLS)]
        line = "dashed" if self.picture.is_region(box) else "solid"
        yield f"  subgraph {_cluster(box.id)} {{"
        yield (
            f'  graph [style="rounded,filled,{line}", color="{self.paint.group_line(box.id)}", '
            f'fillcolor="{fill}", margin=9, penwidth=1.2, label=""]'
        )
        yield from self._first_line(box)
        yield from self._last_line(box)
        yield from self._inside(box.id)
        yield "  }"

    def _first_line(self, box: Box) -> Iterator[str]:
        """The title, and the pins of arrows to this state."""
        pins = [wire.lower.node for wire in self.wires if wire.lower.border == box.id]
        yield _node(_first(box), _BARE, f"label={heading(box, self.paint)}")
        yield from (_node(pin, _PIN) for pin in pins)
        yield _level(_first(box), *pins)
        for child in self.picture.children(box.id):
            yield _arrow(_first(box), _first(child), _HIDDEN)

    def _last_line(self, box: Box) -> Iterator[str]:
        """The pins of arrows from this state, below all that is inside."""
        if not self._has_last_line(box):
            return
        pins = [wire.upper.node for wire in self.wires if wire.upper.border == box.id]
        yield from (_node(pin, _PIN) for pin in (_last(box), *pins))
        yield _level(_last(box), *pins)
        above = [_last(child) for child in self.picture.children(box.id)]
        above += [wire.label for wire in self.wires if wire.is_loop and wire.scope == box.id]
        for name in above:
            yield _arrow(name, _last(box), _HIDDEN)

    def _has_last_line(self, box: Box) -> bool:
        """Whether an arrow leaves this state or one around it."""
        return any(
            wire.upper.border and f"{box.id}.".startswith(f"{wire.upper.border}.")
            for wire in self.wires
        )

    def _start(self, around: str) -> Iterator[str]:
        """The initial dot, where the first state is entered by way of the border at all."""
        for box in self.picture.children(around):
            if self.picture.is_first(box):
                cut = f"lhead={_cluster(box.id)}" if box.is_group else ""
                yield _node(initial(around), _DOT)
                yield _arrow(initial(around), _first(box), "tailport=s", cut)

    def _finals(self, around: str) -> Iterator[str]:
        finals = [box.id for box in self.picture.children(around) if box.row.is_final]
        if len(finals) > 1:
            yield _level(*finals)

    def _wire(self, wire: Wire) -> Iterator[str]:
        upper, lower, label = wire.upper, wire.lower, wire.label
        look = self.paint.arrow(wire.edge)
        out = f"ltail={_cluster(upper.border)}" if upper.border else ""
        into = f"lhead={_cluster(lower.border)}" if lower.border else ""
        if wire.is_loop:
            yield _arrow(upper.node, label, "headport=w, arrowhead=none", out, look)
            yield _arrow(upper.node, label, "headport=e, dir=back", out, look)
            return
        side = "tailport=e" if upper.node == initial(wire.scope) else ""
        ends = ("arrowhead=none", "") if wire.is_down else ("dir=back", "arrowhead=none")
        yield _arrow(upper.node, label, "headport=n", side, ends[0], out, look)
        yield _arrow(label, lower.node, "tailport=s", ends[1], into, look)


def _first(box: Box) -> str:
    """The uppermost node of a state: itself, or the title inside."""
    return f"{box.id}:title" if box.is_group else box.id


def _last(box: Box) -> str:
    """The lowermost node of a state: itself, or a pin inside."""
    return f"{box.id}:last" if box.is_group else box.id


def _cluster(state: str) -> str:
    return quoted(f"cluster_{state}")


def _node(name: str, *look: str) -> str:
    return f"  {quoted(name)} [{', '.join(each for each in look if each)}]"


def _arrow(tail: str, head: str, *look: str) -> str:
    attributes = ", ".join(each for each in look if each)
    return f"  {quoted(tail)} -> {quoted(head)}" + (f" [{attributes}]" if attributes else "")


def _level(*names: str) -> str:
    return f"  {{ rank=same; {'; '.join(quoted(name) for name in names)} }}"
