"""A story as a picture of its sequence, in the colours of the charts' diagrams."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from paradex_adapter.journal.reading import Story
from paradex_adapter.journal.sequence import LANES, Mark, Message, Note, sequence

PAPER, INK, LINE = "#ffffff", "#0f172a", "#94a3b8"
STATE, STATE_LINE, REQUEST, ALERT = "#eef2ff", "#334155", "#1d4ed8", "#b45309"

APART = 270  # between lanes
LEFT = 100  # of the first lane
TOP = 64
LEADING = 14  # of a line of text
LETTER = 5.6  # the width of one, about
_AT = {lane: LEFT + at * APART for at, lane in enumerate(LANES)}
WIDTH = LEFT * 2 + APART * (len(LANES) - 1)

_STYLE = (
    f"text{{font:10px Helvetica,Arial,sans-serif;fill:{INK};"
    f"paint-order:stroke;stroke:{PAPER};stroke-width:3}}"
    f".lane{{font-weight:bold;font-size:12px}}"
    f".lane,.mid{{text-anchor:middle;stroke:none}}"
    f".told{{stroke:{REQUEST}}}.lost{{stroke:{ALERT};stroke-dasharray:4 3}}"
    f".arrow{{stroke-width:1.2;fill:none}}.heard{{stroke:{STATE_LINE}}}"
)
_HEADS = (("heard", STATE_LINE), ("told", REQUEST), ("lost", ALERT))


def svg(story: Story) -> str:
    """The picture, whole."""
    body: list[str] = []
    y = TOP
    for mark in sequence(story):
        parts, height = _drawn(mark, y)
        body += parts
        y += height
    frame = f'width="{WIDTH}" height="{y + 24}" viewBox="0 0 {WIDTH} {y + 24}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>',
            f"<style>{_STYLE}</style>",
            f"<defs>{''.join(_head(*each) for each in _HEADS)}</defs>",
            f'<rect width="100%" height="100%" fill="{PAPER}"/>',
            *_lanes(y),
            *body,
            "</svg>",
        ]
    )


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto">'
        f'<path d="M0,0 L7,3 L0,6 z" fill="{colour}"/></marker>'
    )


def _lanes(bottom: int) -> Iterator[str]:
    for lane, title in LANES.items():
        x = _AT[lane]
        yield f'<path d="M{x},40 V{bottom + 8}" stroke="{LINE}" stroke-dasharray="2 3"/>'
        yield _box(x, 16, 120, 24, STATE_LINE)
        yield f'<text class="lane" x="{x}" y="32">{title}</text>'


def _drawn(mark: Mark, y: int) -> tuple[list[str], int]:
    """The parts of one mark whose top is at `y`, and how much room they take."""
    if isinstance(mark, Note):
        return _note(mark, y)
    if mark.sender == mark.receiver:
        return _loop(mark, y)
    start, end = _AT[mark.sender], _AT[mark.receiver]
    lines = _wrapped(mark.text, abs(end - start) - 24)
    at = y + LEADING * len(lines) + 2
    path = _arrow(mark, f"M{start},{at} H{end - 2 if end > start else end + 2}")
    return [path, *_text(lines, min(start, end) + 12, y)], at - y + 12


def _loop(mark: Message, y: int) -> tuple[list[str], int]:
    x = _AT[mark.sender]
    lines = _wrapped(mark.text, APART - 48)
    height = max(LEADING * len(lines), LEADING)
    path = _arrow(mark, f"M{x},{y + 4} h24 v{height} H{x + 2}")
    return [path, *_text(lines, x + 32, y)], height + 16


def _note(note: Note, y: int) -> tuple[list[str], int]:
    x = _AT[note.lane] if note.lane else WIDTH // 2
    lines = _wrapped(note.text, APART - 40 if note.lane else WIDTH - 80)
    width = round(max(map(len, lines)) * LETTER) + 24
    colour = ALERT if note.is_trouble else STATE_LINE if note.lane else LINE
    box = _box(x, y, width, LEADING * len(lines) + 6, colour)
    return [box, *_text(lines, x, y + 2, "mid")], LEADING * len(lines) + 16


def _arrow(mark: Message, path: str) -> str:
    is_told = mark.sender in ("order", "command") and mark.receiver in ("strategy", "venue")
    kind = "lost" if mark.is_lost else "told" if is_told else "heard"
    return f'<path class="arrow {kind}" d="{path}" marker-end="url(#{kind})"/>'


def _box(x: int, y: int, width: int, height: int, colour: str) -> str:
    place = f'x="{x - width / 2:g}" y="{y}" width="{width}" height="{height}" rx="6"'
    return f'<rect {place} fill="{STATE}" stroke="{colour}"/>'


def _text(lines: list[str], x: int, y: int, kind: str = "") -> Iterator[str]:
    for at, line in enumerate(lines):
        place = f'x="{x}" y="{y + LEADING * at + 11}"'
        yield f'<text class="{kind}" {place}>{escape(line)}</text>'


def _wrapped(text: str, width: int) -> list[str]:
    safe = "".join(each if each.isprintable() else " " for each in text)
    return textwrap.wrap(safe, int(width / LETTER)) or [""]
