"""The published rate limits: counted always, told in every answer, enforced only when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paradex_venue.clock import Clock

type Meter = Literal["public", "auth", "orders", "private"]

WINDOW_S = 60
_PER_WINDOW: dict[Meter, int] = {"public": 1500, "auth": 600, "orders": 17_250, "private": 600}


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    remaining: int
    # Unix seconds at which the window ends.
    reset: int
    is_exceeded: bool

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Window": str(WINDOW_S),
        }


class Limits:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._window = 0
        self._counts: dict[tuple[Meter, str], int] = {}

    def spend(self, meter: Meter, who: str) -> Allowance:
        """Count one request of `who` (an address, or a host) against `meter`."""
        window = self._clock.now_ns() // (WINDOW_S * 1_000_000_000)
        if window != self._window:
            self._window = window
            self._counts.clear()
        count = self._counts[meter, who] = self._counts.get((meter, who), 0) + 1
        limit = _PER_WINDOW[meter]
        return Allowance(limit, max(0, limit - count), (window + 1) * WINDOW_S, count > limit)
