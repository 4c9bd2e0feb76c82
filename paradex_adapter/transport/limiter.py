"""Requests wait their turn here, so that the venue never has to say 429.

The venue meters with token buckets (API documentation, "Rate limits"); so do we. A caller is
delayed, never refused, and leaves in the order it came.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` requests in `seconds`, all of them at once if need be."""

    count: int
    seconds: float


class Limiter:
    """Lets requests pass at the rates given, all of which hold at the same time."""

    def __init__(
        self,
        *rates: Rate,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._buckets = [_Bucket(rate, clock()) for rate in rates]
        self._turn = anyio.Lock()

    async def acquire(self) -> None:
        """Return when one more request may be sent. Canceling gives the place up."""
        async with self._turn:  # a fair lock: first come, first served
            now = self._clock()
            wait = max((bucket.seconds_short(now) for bucket in self._buckets), default=0.0)
            if wait > 0:
                await self._sleep(wait)
            # Taken without looking again: where the sleep ended a rounding error too early, the
            # next one waits that much longer.
            for bucket in self._buckets:
                bucket.tokens -= 1


class _Bucket:
    def __init__(self, rate: Rate, now: float) -> None:
        self.tokens = float(rate.count)
        self._rate = rate
        self._filled_at = now

    def seconds_short(self, now: float) -> float:
        """Refill up to `now`; how long until a whole token is there."""
        per_second = self._rate.count / self._rate.seconds
        gained = (now - self._filled_at) * per_second
        self.tokens = min(float(self._rate.count), self.tokens + gained)
        self._filled_at = now
        return max(0.0, 1.0 - self.tokens) / per_second


def _public() -> Limiter:
    return Limiter(Rate(1500, 60.0))


def _private() -> Limiter:
    return Limiter(Rate(120, 1.0), Rate(600, 60.0))


def _orders() -> Limiter:
    return Limiter(Rate(800, 1.0), Rate(17_250, 60.0))


def _auth() -> Limiter:
    return Limiter(Rate(600, 60.0))


@dataclass(frozen=True, slots=True)
class Limits:
    """One limiter for each scope the venue meters. Clients of one account share one of these."""

    public: Limiter = field(default_factory=_public)  # per address: market data
    auth: Limiter = field(default_factory=_auth)  # per address: sign-in and onboarding
    private: Limiter = field(default_factory=_private)  # per account: queries
    orders: Limiter = field(default_factory=_orders)  # per account: create, change, cancel
