"""The picture before it is drawn: boxes, edges and the words on them."""

from __future__ import annotations

from dataclasses import dataclass

from statecharts.table import StateRow

MARK = "Drawn by statecharts.render from the chart: do not edit."
"""Stands in every file, so that a file no chart draws any more is known."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One transition. `index` is its row in the table; `effects` is ready to be read.

    `guard` is `else` where an earlier transition of the same state and event has one.
    """

    index: int
    source: str
    event: str
    guard: str
    target: str
    effects: str
    is_internal: bool


@dataclass(frozen=True, slots=True)
class Label:
    """Events with the same guard and effects: `acked, data_seen [is_fresh] / Publish`."""

    events: tuple[str, ...]
    guard: str
    effects: str
    rows: tuple[int, ...]

    def __str__(self) -> str:
        return self.head + (f" / {self.effects}" if self.effects else "")

    @property
    def head(self) -> str:
        """What must happen: the events and the guard."""
        return ", ".join(self.events) + (f" [{self.guard}]" if self.guard else "")


@dataclass(frozen=True, slots=True)
class Edge:
    """All that leads from `source` to `target`: one arrow with a few labels."""

    source: str
    target: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """One state. `note` says what is true there, `timers` which of them run out there."""

    row: StateRow
    note: str
    entry: str
    exit: str
    timers: tuple[str, ...]
    inside: tuple[Label, ...]

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def parent(self) -> str:
        return self.row.parent

    @property
    def is_group(self) -> bool:
        """Whether there are states inside."""
        return self.row.is_compound or self.row.is_parallel


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart ready to be drawn in any format."""

    name: str
    about: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    edges: tuple[Edge, ...]

    @property
    def stem(self) -> str:
        """The name of the chart's files: `VenueStatus` is drawn into `venue_status.md`."""
        small = "".join(f"_{c.lower()}" if c.isupper() else c for c in self.name)
        return small.lstrip("_")

    def children(self, parent: str) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.parent == parent)

    def is_first(self, box: Box) -> bool:
        """Whether an initial dot points at it."""
        return box.row.is_initial and not self.is_region(box) and self.is_entered(box.parent)

    def is_entered(self, around: str) -> bool:
        """Whether `around` (`""` is the page) is ever entered by its border, at its first state.

        A state whose arrows all end at states inside is not; a region is, with its siblings.
        """
        box = next((box for box in self.boxes if box.id == around), None)
        if box is None or self.is_region(box) or any(edge.target == around for edge in self.edges):
            return True
        return box.row.is_initial and self.is_entered(box.parent)

    def is_region(self, box: Box) -> bool:
        """Whether it is active together with its siblings."""
        return any(other.id == box.parent and other.row.is_parallel for other in self.boxes)
