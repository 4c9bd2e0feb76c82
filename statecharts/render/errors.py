"""The error of this package."""

from __future__ import annotations

from statecharts.errors import ChartError


class RenderError(ChartError):
    """A chart cannot be drawn: not found by its name, or the drawing program fails."""
