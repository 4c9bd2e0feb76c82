"""Charts drawn from their own class: Markdown, Mermaid, DOT and SVG.

python -m statecharts.render MODULE:NAME DIR [--check]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from statecharts.explore import Example, Exploration, explore
from statecharts.render.compose import picture
from statecharts.render.dot import dot
from statecharts.render.errors import RenderError
from statecharts.render.markdown import markdown
from statecharts.render.mermaid import mermaid
from statecharts.render.model import Picture
from statecharts.render.svg import svg
from statecharts.render.visits import visits
from statecharts.step import Step

__all__ = [
    "Picture",
    "RenderError",
    "dot",
    "draw",
    "markdown",
    "mermaid",
    "overlay",
    "picture",
    "svg",
]


def draw(examples: Sequence[Example]) -> dict[str, str]:
    """Four files for each chart: from file name to text."""
    files: dict[str, str] = {}
    for example in examples:
        drawing = picture(explore(example))
        if f"{drawing.stem}.md" in files:
            raise RenderError(f"two charts are called {drawing.name}; draw them into two folders")
        text = dot(drawing)
        files[f"{drawing.stem}.md"] = markdown(drawing)
        files[f"{drawing.stem}.mmd"] = mermaid(drawing)
        files[f"{drawing.stem}.dot"] = text
        files[f"{drawing.stem}.svg"] = svg(text)
    return files


def overlay(exploration: Exploration, steps: Iterable[Step]) -> str:
    """SVG text of the explored chart with what `steps` visited in green, each with its count.

    Give the steps of one chart only: `Step.chart` names a driver, and who made it knows its chart.
    """
    return svg(dot(picture(exploration), visits(exploration, steps)))
