"""Identifiers and sequence numbers as the venue forms them: long, numeric, ever increasing."""

from __future__ import annotations

from paradex_venue.clock import Clock


class Ids:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self._last_sequence = 0

    def order(self) -> str:
        """28 digits, beginning with the time in milliseconds."""
        return f"{self._milliseconds():013d}{self._next():011d}0000"

    def fill(self) -> str:
        """19 digits; trades are numbered alike."""
        return f"{self._milliseconds() % 10**10:010d}{self._next():09d}"

    def sequence(self) -> int:
        """Like a time in nanoseconds, but always greater than the one before."""
        self._last_sequence = max(self._last_sequence + 1, self._clock.now_ns())
        return self._last_sequence

    def _milliseconds(self) -> int:
        return self._clock.now_ns() // 1_000_000

    def _next(self) -> int:
        self._count += 1
        return self._count
