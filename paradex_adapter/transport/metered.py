"""Requests that wait for their turn under the venue's limits, and bear a token where one is
needed. What the venue says of its limits in the answers is heeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Protocol

from paradex_adapter.errors import ConfigError, Unauthorized
from paradex_adapter.transport.http import Http, Params
from paradex_adapter.transport.limiter import Limiter
from paradex_adapter.transport.limits import Limits

type Body = Callable[[], object]
"""Makes what is sent, when it is about to leave: what is signed is void in time."""


class Tokens(Protocol):
    """Where private requests get their bearer token from."""

    async def bearer(self) -> str:
        """A valid token, waited for within bounds; raises `Unauthorized` or `OutcomeUnknown`."""

    def unauthorized(self, token: str) -> None:
        """The venue refused `token`."""


class Metered:
    """Each returns the body of a 2xx answer and raises what `Http.send` raises. `limits` are those
    of everything that acts for the account."""

    def __init__(self, http: Http, tokens: Tokens | None, limits: Limits) -> None:
        self._http = http
        self._tokens = tokens
        self._limits = limits

    async def public(self, path: str, params: Params | None = None) -> bytes:
        """Ask what anybody may ask."""
        address = self._limits.address
        await address.acquire()
        heard = partial(self._limits.heard, charged=(address,))
        return await self._http.send("GET", path, params=params, heard=heard)

    async def sign_in(
        self, path: str, headers: Mapping[str, str], body: Body | None = None
    ) -> bytes:
        """Show who one is, by a signature in the headers."""
        auth = self._limits.auth
        await auth.acquire()
        heard = partial(self._limits.heard, charged=(auth,))
        return await self._http.send("POST", path, json=body, headers=headers, heard=heard)

    async def question(self, path: str, params: Params | None = None) -> bytes:
        """Ask about the account."""
        return await self._authorized("GET", path, self._limits.private, params)

    async def command(
        self, method: str, path: str, params: Params | None = None, body: Body | None = None
    ) -> bytes:
        """Ask for something to be done with orders."""
        return await self._authorized(method, path, self._limits.orders, params, body)

    async def _authorized(
        self,
        method: str,
        path: str,
        limiter: Limiter,
        params: Params | None = None,
        body: Body | None = None,
    ) -> bytes:
        """Send with a token; where the venue refuses the token, once more with a new one. That is
        safe for orders too: a request refused with 401 was not executed."""
        if self._tokens is None:
            raise ConfigError(f"{method} {path} needs credentials: none are configured")
        address = self._limits.address
        heard = partial(self._limits.heard, charged=(limiter, address))
        json = None if body is None else cache(body)  # sent again as it was signed, or void
        for is_last in (False, True):
            await limiter.acquire(address)
            token = await self._tokens.bearer()
            try:
                return await self._http.send(
                    method, path, params=params, json=json, token=token, heard=heard
                )
            except Unauthorized:
                self._tokens.unauthorized(token)
                if is_last:
                    raise
        raise AssertionError("the last attempt returns or raises")
