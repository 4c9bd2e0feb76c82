"""The end of steps that would have none: eventless transitions that go in a circle."""

from __future__ import annotations

from statecharts.errors import DefinitionError

MICROSTEPS = 100
"""A step of more microsteps than this is going in a circle. Real ones have two or three."""


def refuse_endless(chart: str, microsteps: int) -> None:
    """Raise `DefinitionError` if a step has come to too many microsteps."""
    if microsteps > MICROSTEPS:
        raise DefinitionError(
            f"{chart}: more than {MICROSTEPS} microsteps in one step; its eventless transitions "
            "go in a circle"
        )
