"""How the arrows of a picture are strung, before they are written as DOT.

1. Every label is a node in the middle of its arrow, in the innermost state around both ends: so
   no label lies across a border or on another label.
2. The order of declaration is the order down the page. An arrow upwards is strung downwards like
   the others, with its head at the other end, so the drawing program has no cycle to break.
3. An arrow to or from a compound state is tied to an invisible pin of its own inside, on the first
   or the last line, and cut off at the border.
4. Where the border is crossed from inside, the arrow is tied to the initial dot (to the state
   around) or to a small ring (from the state around).
"""

from __future__ import annotations

from dataclasses import dataclass

from statecharts.render.model import Edge, Picture


@dataclass(frozen=True, slots=True)
class End:
    """Where a wire is tied: a node, and the compound state at whose border it is cut, or `""`."""

    node: str
    border: str = ""


@dataclass(frozen=True, slots=True)
class Wire:
    """One edge, strung from `upper` by its label to `lower`; `is_down` says where its head is."""

    edge: Edge
    label: str
    scope: str
    upper: End
    lower: End
    is_down: bool

    @property
    def is_loop(self) -> bool:
        return self.edge.source == self.edge.target


def strung(picture: Picture) -> tuple[Wire, ...]:
    """The wires of `picture`, in the order of its edges."""
    compounds = {box.id for box in picture.boxes if box.is_group}
    places = {box.id: place for place, box in enumerate(picture.boxes)}
    return tuple(
        _strung(edge, f"label{number}", compounds, places)
        for number, edge in enumerate(picture.edges)
    )


def _strung(edge: Edge, label: str, compounds: set[str], places: dict[str, int]) -> Wire:
    def end(state: str) -> End:
        return End(f"{label}:{state}", state) if state in compounds else End(state)

    source, target = edge.source, edge.target
    if is_in(target, source):
        return Wire(edge, label, source, End(ring(label)), end(target), is_down=True)
    if is_in(source, target):
        return Wire(edge, label, target, End(initial(target)), end(source), is_down=False)
    scope = _around_both(source, target)
    if source == target or places[source] < places[target]:
        return Wire(edge, label, scope, end(source), end(target), is_down=True)
    return Wire(edge, label, scope, end(target), end(source), is_down=False)


def _around_both(one: str, other: str) -> str:
    around = one.rpartition(".")[0]
    while around and not is_in(other, around):
        around = around.rpartition(".")[0]
    return around


def is_in(state: str, around: str) -> bool:
    """Whether `state` lies in `around`, at any depth."""
    return state.startswith(f"{around}.")


def initial(state: str) -> str:
    """The dot inside `state` from which its first state is entered; `""` is the page."""
    return f"{state}:initial"


def ring(label: str) -> str:
    """Where an arrow starts that leaves any state around it."""
    return f"{label}:ring"
