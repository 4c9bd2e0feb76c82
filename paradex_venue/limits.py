"""The published rate limits: token buckets, told in every answer, enforced only when asked.

A request takes one token from every bucket that concerns it, or from none where one of them is
empty. Amounts are counted in units of `nanoseconds × limit`, so that nothing is ever rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from paradex_venue.clock import Clock

type Meter = Literal["public", "auth", "orders", "private", "host"]

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """Holds `limit` tokens, and fills up again in `window` seconds."""

    limit: int
    window: int


# `orders` and `private` are per account, the others per host.
BUCKETS: dict[Meter, tuple[Bucket, ...]] = {
    "public": (Bucket(1500, 60),),
    "auth": (Bucket(600, 60),),
    "orders": (Bucket(800, 1), Bucket(17_250, 60)),
    "private": (Bucket(120, 1), Bucket(600, 60)),
    "host": (Bucket(1500, 60),),
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """How the scarcest of the buckets stands after a request."""

    limit: int
    window: int
    remaining: int
    # Unix seconds at which the bucket is full again.
    reset: int
    # Seconds until there is a token, where there was none.
    retry_after: int | None = None

    @property
    def is_exceeded(self) -> bool:
        return self.retry_after is not None

    def headers(self) -> dict[str, str]:
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Window": str(self.window),
        }
        return told | ({"Retry-After": str(self.retry_after)} if self.is_exceeded else {})


class Limits:
    """Counts always; where limits are not enforced nobody is refused."""

    def __init__(self, clock: Clock, *, is_enforced: bool = True) -> None:
        self._clock = clock
        self._is_enforced = is_enforced
        # When a bucket is full again, by bucket and whose it is.
        self._full_at: dict[tuple[Meter, Bucket, str], int] = {}

    def spend(self, meter: Meter, who: str, host: str = "") -> Allowance:
        """Take a token for a request of `who`, and of `host` where the two are limited apart."""
        payers: list[tuple[Meter, str]] = [(meter, who)]
        if host:
            payers.append(("host", host))
        now = self._clock.now_ns()
        keys = [(name, bucket, payer) for name, payer in payers for bucket in BUCKETS[name]]
        standing = [(self._used(key, now), key) for key in keys]
        empty = [pair for pair in standing if pair[0] > _room(pair[1][1])]
        if empty:
            refusal = max((_refusal(used, key[1], now) for used, key in empty), key=_wait)
            return refusal if self._is_enforced else replace(refusal, retry_after=None)
        for used, key in standing:
            bucket = key[1]
            self._full_at[key] = now * bucket.limit + used + bucket.window * _SECOND
        allowances = [_allowance(self._used(key, now), key[1], now) for key in keys]
        return min(allowances, key=lambda allowance: allowance.remaining)

    def _used(self, key: tuple[Meter, Bucket, str], now: int) -> int:
        return max(0, self._full_at.get(key, 0) - now * key[1].limit)


def _room(bucket: Bucket) -> int:
    """How much may be used so that a token is left."""
    return bucket.window * _SECOND * (bucket.limit - 1)


def _allowance(used: int, bucket: Bucket, now: int) -> Allowance:
    token = bucket.window * _SECOND
    remaining = (token * bucket.limit - used) // token
    full_at = -(-(now * bucket.limit + used) // (bucket.limit * _SECOND))
    return Allowance(bucket.limit, bucket.window, remaining, full_at)


def _refusal(used: int, bucket: Bucket, now: int) -> Allowance:
    wait = -(-(used - _room(bucket)) // (bucket.limit * _SECOND))
    full = _allowance(used, bucket, now)
    return Allowance(full.limit, full.window, 0, full.reset, max(1, wait))


def _wait(allowance: Allowance) -> int:
    return allowance.retry_after or 0
