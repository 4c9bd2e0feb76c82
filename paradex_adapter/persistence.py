"""Asking again what got no answer, while there is time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

from paradex_adapter.backoff import Backoff
from paradex_adapter.errors import OutcomeUnknown

CONNECT_TIMEOUT_SECS = 45.0
"""How long a client tries to connect. A node waits 60 seconds for it, by default."""


async def until_answered[T](
    ask: Callable[[], Awaitable[T]],
    backoff: Backoff,
    troubled: Callable[[str, Exception], None],
    limit_secs: float | None = None,
) -> T:
    """What `ask()` returns, asked again after each `OutcomeUnknown` until `limit_secs` are over
    (None: `CONNECT_TIMEOUT_SECS`); then the last one is raised, also where the venue still keeps
    us waiting. Ask for what is safe to repeat."""
    limit = CONNECT_TIMEOUT_SECS if limit_secs is None else limit_secs
    deadline = anyio.current_time() + limit
    attempt = 0
    last = OutcomeUnknown(f"no answer within {limit:g} s")
    with anyio.move_on_after(limit):
        while True:
            try:
                return await ask()
            except OutcomeUnknown as error:
                last, delay = error, backoff.delay(attempt)
            if anyio.current_time() + delay > deadline:
                break
            troubled(f"trying again in {delay:g} s", last)
            await anyio.sleep(delay)
            attempt += 1
    raise last
