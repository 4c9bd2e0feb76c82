"""The colours of a drawing: one palette, and what a run visited laid over it."""

from __future__ import annotations

from dataclasses import dataclass

from statecharts.render.model import Edge, Label
from statecharts.render.visits import Visits

FONT = "Helvetica"
PAPER = "#ffffff"
INK = "#0f172a"
FAINT = "#64748b"
LINE = "#334155"
ARROW = "#475569"
PLATE_LINE = "#cbd5e1"
GROUP_LINE = "#94a3b8"
GROUP_FILLS = ("#f8fafc", "#f1f5f9", "#e2e8f0")
STATE_FILL = "#eef2ff"
GUARD = "#b45309"
EFFECT = "#1d4ed8"

VISITED = "#15803d"
VISITED_FILL = "#dcfce7"
PALE = "#94a3b8"


@dataclass(frozen=True, slots=True)
class Shade:
    """The colours of one label, and how often it was taken (`×3`) where a run is shown."""

    text: str = INK
    guard: str = GUARD
    effect: str = EFFECT
    count: str = ""


@dataclass(frozen=True, slots=True)
class Paint:
    """How to colour each part. Without `visits` all are alike."""

    visits: Visits | None = None

    def label(self, label: Label) -> Shade:
        if self.visits is None:
            return Shade()
        hits = self.visits.of(label.rows)
        return Shade(count=f" ×{hits}") if hits else Shade(PALE, PALE, PALE)

    def hooks(self, state: str) -> Shade:
        """Of the entry and exit effects of a state."""
        return Shade(PALE, PALE, PALE) if self._is_missed(state) else Shade()

    def name(self, state: str) -> tuple[str, str]:
        """Of the qualifier and of the state's own name."""
        return (PALE, PALE) if self._is_missed(state) else (FAINT, INK)

    def state(self, state: str) -> str:
        """DOT attributes of a state's box."""
        if self.visits is None:
            return ""
        if self._is_missed(state):
            return f'color="{PALE}", fillcolor="{PAPER}", style="rounded,filled,dashed"'
        return f'color="{VISITED}", fillcolor="{VISITED_FILL}"'

    def group_line(self, state: str) -> str:
        return GROUP_LINE if self.visits is None or self._is_missed(state) else VISITED

    def plate_line(self, edge: Edge) -> str:
        return VISITED if self._is_taken(edge) else PLATE_LINE

    def arrow(self, edge: Edge) -> str:
        """DOT attributes of an arrow."""
        if self.visits is None:
            return ""
        if self._is_taken(edge):
            return f'color="{VISITED}", penwidth=1.8'
        return f'color="{PALE}", style=dashed'

    def _is_missed(self, state: str) -> bool:
        return self.visits is not None and state not in self.visits.states

    def _is_taken(self, edge: Edge) -> bool:
        return self.visits is not None and any(self.visits.of(each.rows) for each in edge.labels)
