"""How long to wait before trying again: geometric, capped, spread by jitter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays in seconds. Attempt 0 waits `first`, each further one `factor` times longer, to `cap`.

    Jitter is handed in, since a chart's hooks may not draw random numbers: 0.0 keeps the full
    delay, 1.0 halves it.
    """

    first: float = 0.25
    factor: float = 2.0
    cap: float = 30.0

    def delay(self, attempt: int, jitter: float = 0.0) -> float:
        """The delay before attempt number `attempt`."""
        exponent = min(attempt, 64)  # beyond, the power overflows and the cap rules anyway
        full = min(self.cap, self.first * self.factor**exponent)
        return full * (1 - jitter / 2)
