"""What a hook may ask for. Effects are values: hooks record them, a driver performs them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """Send `what` to the other side."""

    what: object

    def __str__(self) -> str:
        return type(self.what).__name__


@dataclass(frozen=True, slots=True)
class Emit:
    """Tell our own side the fact `what`."""

    what: object

    def __str__(self) -> str:
        return type(self.what).__name__


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Send `event` to this chart after `delay` seconds, unless cancelled or started anew."""

    event: str
    delay: float

    def __str__(self) -> str:
        return f"start {self.event}"


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget the timer named `event`; one already due but not yet handled is forgotten too."""

    event: str

    def __str__(self) -> str:
        return f"cancel {self.event}"


type Effect = Request | Emit | StartTimer | CancelTimer
