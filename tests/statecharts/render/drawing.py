"""Reads a drawn SVG back: where its boxes, labels, borders and arrows are."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TEXT = re.compile(r'<text[^>]* x="([^"]*)" y="([^"]*)"[^>]*>([^<]+)<')
_LETTER = (4.0, 7.0)  # no letter of the labels is smaller, but i, l and t

type Point = tuple[float, float]

_GROUP = re.compile(r'<g id="[^"]*" class="(\w+)">\s*<title>(.*?)</title>(.*?)</g>', re.S)
_POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@dataclass(frozen=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, point: Point, margin: float = 1.0) -> bool:
        x, y = point
        across = self.left + margin < x < self.right - margin
        return across and self.top + margin < y < self.bottom - margin

    def encloses(self, other: Area) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def is_apart_from(self, other: Area) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return beside or self.bottom <= other.top or other.bottom <= self.top


@dataclass(frozen=True)
class Drawing:
    """`areas` and `borders` by name; `arrows` by their two ends, as points along the way."""

    areas: dict[str, Area]
    borders: dict[str, Area]
    arrows: list[tuple[tuple[str, str], list[Point]]]


def read(svg: str) -> Drawing:
    drawing = Drawing({}, {}, [])
    for kind, title, body in _GROUP.findall(svg):
        name = html.unescape(title)
        outline = [_points(text) for text in re.findall(r'(?: d|points)="([^"]*)"', body)]
        outline = [*outline, *map(_extent, _TEXT.findall(body))]
        if kind == "edge":
            tail, head = (re.sub(r":[nsew]$", "", end) for end in name.split("->"))
            drawing.arrows.append(((tail, head), list(_along(outline[0]))))
        elif outline:
            flat = [point for part in outline for point in part]
            areas = drawing.areas if kind == "node" else drawing.borders
            areas[name] = _around(flat)
    return drawing


def _points(text: str) -> list[Point]:
    return [(float(x), float(y)) for x, y in _POINT.findall(text)]


def _extent(text: tuple[str, str, str]) -> list[Point]:
    x, y = float(text[0]), float(text[1])
    return [(x, y), (x + _LETTER[0] * len(text[2]), y - _LETTER[1])]


def _around(points: list[Point]) -> Area:
    across, down = [x for x, _ in points], [y for _, y in points]
    return Area(min(across), min(down), max(across), max(down))


def _along(curve: list[Point]) -> Iterator[Point]:
    """Twenty points on each Bézier piece."""
    for start in range(0, len(curve) - 3, 3):
        piece = curve[start : start + 4]
        for step in range(21):
            yield _at(piece, step / 20)


def _at(piece: list[Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, piece, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, piece, strict=True))
    return x, y
