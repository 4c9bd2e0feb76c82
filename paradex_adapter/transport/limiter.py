"""Requests wait their turn here, so that the venue never has to say 429.

The venue meters with token buckets (API documentation, "Rate limits"); so do we. A caller is
delayed, never refused, and leaves in the order it came. Others may use the same limits, so what
the venue says of its own count rules where it is the lower one.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

from paradex_adapter.transport.quota import Quota

SATURATED_SECS = 1.0
"""A wait this long is worth telling of."""
MAX_HOLD_SECS = 60.0
"""The longest that the venue's word holds requests back: its longest window."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` requests in `seconds`, all of them at once if need be."""

    count: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.count:,} in {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Saturation:
    """So many requests wait that the last one will wait `seconds`. Told once, until none waits."""

    limiter: str
    limits: tuple[Rate, ...]
    waiting: int
    seconds: float

    def __str__(self) -> str:
        limits = " and ".join(map(str, self.limits))
        last = f"the last one {self.seconds:.1f} s (limits: {limits})"
        return f"{self.limiter}: {self.waiting} wait, {last}"


@dataclass(slots=True)
class Figures:
    """What a limiter has seen since it was made."""

    passed: int = 0
    delayed: int = 0  # of those that passed
    longest_wait_secs: float = 0.0
    saturations: int = 0
    refusals: int = 0  # how often the venue said that a limit was exceeded


class Limiter:
    """Lets requests pass at the rates given, all of which hold at the same time.

    `waiting` counts those that have not passed yet; `figures` those that have.
    """

    def __init__(
        self,
        *rates: Rate,
        name: str = "requests",
        saturated: Callable[[Saturation], None] = lambda what: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._name = name
        self._saturated = saturated
        self._clock = clock
        self._sleep = sleep
        self._buckets = [_Bucket(rate, clock()) for rate in rates]
        self._turn = anyio.Lock(fast_acquire=True)  # a fair lock: first come, first served
        self._is_saturated = False
        self.waiting = 0
        self.figures = Figures()

    async def acquire(self, also: Limiter | None = None) -> None:
        """Return when one more request may be sent, one that counts in `also` too. Canceling gives
        the place up."""
        if self.is_free and (also is None or also.is_free):
            self._pass()
            if also is not None:
                also._pass()
            return
        asked_at = self._clock()
        self.waiting += 1
        try:
            self._watch(also)
            async with self._turn:
                await self._until_due()
                if also is not None:
                    await also.acquire()
                    await self._until_due()  # the venue may have spoken meanwhile
                self._pass(self._clock() - asked_at)
        finally:
            self.waiting -= 1
            self._is_saturated = self._is_saturated and self.waiting > 0

    @property
    def is_free(self) -> bool:
        """Whether a request would pass at once."""
        return not self.waiting and not self.seconds_short()

    def seconds_short(self, count: int = 1) -> float:
        """How long until `count` more requests will have passed."""
        now = self._clock()
        return max((bucket.seconds_short(now, count) for bucket in self._buckets), default=0.0)

    def counts(self, quota: Quota) -> bool:
        """Whether the venue speaks of one of the rates here."""
        return any(bucket.is_of(quota) for bucket in self._buckets)

    def told(self, quota: Quota) -> None:
        """The venue's own count of one of the rates here."""
        for bucket in self._buckets:
            if bucket.is_of(quota):
                bucket.refill(self._clock())
                bucket.lower(quota.remaining)

    def hold(self, seconds: float, remaining: int = 0) -> None:
        """The venue refused a request because a limit was exceeded: nothing passes for so long,
        and then no more than `remaining` at once."""
        self.figures.refusals += 1
        now = self._clock()
        until = now + min(max(seconds, 0.0), MAX_HOLD_SECS)
        for bucket in self._buckets:
            bucket.refill(now)
            bucket.lower(remaining)
            bucket.close(until)

    async def _until_due(self) -> None:
        while (seconds := self.seconds_short()) > 0:
            await self._sleep(seconds)

    def _pass(self, waited: float | None = None) -> None:
        for bucket in self._buckets:
            bucket.tokens -= 1
        self.figures.passed += 1
        if waited is not None:
            self.figures.delayed += 1
            self.figures.longest_wait_secs = max(self.figures.longest_wait_secs, waited)

    def _watch(self, also: Limiter | None) -> None:
        elsewhere = 0.0 if also is None else also.seconds_short(self.waiting)
        seconds = max(self.seconds_short(self.waiting), elsewhere)
        if seconds < SATURATED_SECS or self._is_saturated:
            return
        self._is_saturated = True
        self.figures.saturations += 1
        limiter = self if also is None or elsewhere < seconds else also
        limits = tuple(bucket.rate for bucket in limiter._buckets)
        self._saturated(Saturation(self._name, limits, self.waiting, seconds))


class _Bucket:
    def __init__(self, rate: Rate, now: float) -> None:
        self.rate = rate
        self.tokens = float(rate.count)
        self._filled_at = now
        self._per_second = rate.count / rate.seconds

    def refill(self, now: float) -> None:
        if now > self._filled_at:
            gained = (now - self._filled_at) * self._per_second
            self.tokens = min(float(self.rate.count), self.tokens + gained)
            self._filled_at = now

    def lower(self, tokens: int) -> None:
        self.tokens = min(self.tokens, float(tokens))

    def close(self, until: float) -> None:
        """Give nothing and gain nothing until then."""
        self._filled_at = max(self._filled_at, until)

    def seconds_short(self, now: float, count: int) -> float:
        """How long until `count` whole tokens will have been there."""
        self.refill(now)
        missing = count - self.tokens
        return self._filled_at - now + (missing / self._per_second if missing > _ROUNDING else 0.0)

    def is_of(self, quota: Quota) -> bool:
        return (quota.limit, quota.window_secs) == (self.rate.count, self.rate.seconds)
