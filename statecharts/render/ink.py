"""The one palette, so that every drawing speaks alike."""

from __future__ import annotations

FONT = "Helvetica"
PAPER = "#ffffff"
TEXT = "#0f172a"
FAINT = "#64748b"
GUARD = "#b45309"
EFFECT = "#1d4ed8"

STATE_LINE = "#334155"
STATE_FILL = "#eef2ff"
FINAL_FILL = "#f1f5f9"
GROUP_LINE = "#94a3b8"
GROUP_FILLS = ("#f8fafc", "#f1f5f9", "#e2e8f0")
ARROW = "#475569"

VISITED_LINE = "#15803d"
VISITED_FILL = "#dcfce7"
UNVISITED_LINE = "#cbd5e1"
UNVISITED_FILL = "#ffffff"
UNVISITED_TEXT = "#94a3b8"
