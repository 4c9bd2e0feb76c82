"""What the venue says of its limits in every answer (API documentation, "Rate limits")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_WAIT_SECS = 1.0
"""How long to wait after a 429 that does not say how long: the shortest of the venue's windows."""
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Quota:
    """`remaining` of `limit` requests in `window_secs`. `wait_secs` is None unless this answer
    refused the request because the limit was exceeded."""

    limit: int
    remaining: int
    window_secs: int
    wait_secs: float | None = None


def quota_of(status: int, headers: Mapping[str, str]) -> Quota | None:
    """Read an answer's X-RateLimit-* headers and, of a 429, Retry-After. None where they say
    nothing that can be read, and nothing was refused."""
    limit, remaining, window = (
        _number(headers, f"x-ratelimit-{name}") for name in ("limit", "remaining", "window")
    )
    wait_secs = None
    if status == _TOO_MANY_REQUESTS:
        told = _number(headers, "retry-after")
        wait_secs = DEFAULT_WAIT_SECS if told is None else float(told)
    elif limit is None or remaining is None or window is None:
        return None
    return Quota(limit or 0, remaining or 0, window or 0, wait_secs)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
