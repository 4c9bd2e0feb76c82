"""`TokenKeeper`: the token chart at work. Gives REST and the session their bearer tokens."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Protocol

import anyio
import msgspec

from paradex_adapter.charts.facts import TokenIssued, TokenRefused
from paradex_adapter.charts.requests import IssueToken
from paradex_adapter.charts.token import Token
from paradex_adapter.errors import OutcomeUnknown, Unauthorized, VenueError, WireError
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire.signing import Signer
from statecharts import Driver, Ports, Record, Timers

SIGNATURE_LIFETIME_SECS = 30 * 60
EXPIRY_MARGIN_SECS = 5.0
"""A token this close to its end may have ended by the time it arrives."""


class Issuer(Protocol):
    """Who issues tokens (`transport.rest.Rest`)."""

    async def authenticate(self, signer: Signer, now_s: int, expiration_s: int) -> str: ...


class _Waiter:
    """One caller waiting for a token."""

    def __init__(self) -> None:
        self.answered = anyio.Event()
        self.answer: TokenIssued | TokenRefused | None = None


class TokenKeeper:
    """One account's token, kept valid by its chart."""

    def __init__(
        self,
        issuer: Issuer,
        signer: Signer,
        tasks: Tasks,
        timers: Timers,
        clock: Callable[[], float],
        *,
        wait_secs: float = 30.0,
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self._issuer = issuer
        self._signer = signer
        self._tasks = tasks
        self._clock = clock
        self._wait_secs = wait_secs
        self._waiters: list[_Waiter] = []
        self.driver = Driver("token", Token(), Ports(self._request, self._emit, timers), observe)

    async def bearer(self) -> str:
        """A valid token. Raises `Unauthorized` when the venue will not issue one to this key and
        account, `OutcomeUnknown` when there is none within the bound."""
        waiter = _Waiter()
        self._waiters.append(waiter)
        self.driver.dispatch("need")
        with anyio.move_on_after(self._wait_secs):
            await waiter.answered.wait()
        match waiter.answer:
            case TokenIssued(token):
                return token
            case TokenRefused(reason):
                raise Unauthorized("TOKEN_REFUSED", reason, 401)
            case None:
                self._waiters.remove(waiter)
                raise OutcomeUnknown(f"no token within {self._wait_secs:g} s")

    def unauthorized(self, token: str) -> None:
        """The venue refused this token."""
        self.driver.receive("unauthorized", token=token)

    def _request(self, what: object) -> None:
        assert isinstance(what, IssueToken)
        self._tasks.start_soon(self._issue)

    def _emit(self, fact: object) -> None:
        assert isinstance(fact, TokenIssued | TokenRefused)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter.answer = fact
            waiter.answered.set()

    async def _issue(self) -> None:
        now = int(self._clock())
        try:
            token = await self._issuer.authenticate(
                self._signer, now, now + SIGNATURE_LIFETIME_SECS
            )
            lifetime = lifetime_secs(token)
        except VenueError as error:
            self.driver.receive("issue_refused", error=error)
        except (OutcomeUnknown, WireError):
            self.driver.receive("issue_failed")
        else:
            self.driver.receive("issued", token=token, lifetime=lifetime)


class _Claims(msgspec.Struct):
    exp: float
    iat: float


def lifetime_secs(token: str) -> float:
    """How long a token just issued is good for, by its own claims (`exp` - `iat`), less a margin.

    The difference is used, not `exp` itself: the venue's clock need not be ours.
    """
    parts = token.split(".")
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = msgspec.json.decode(payload, type=_Claims)
    except (IndexError, ValueError, msgspec.DecodeError):
        raise WireError("the venue's token is not a JWT with exp and iat") from None
    lifetime = claims.exp - claims.iat
    if not math.isfinite(lifetime) or lifetime <= 0:
        raise WireError(f"the venue's token lives {lifetime} seconds")
    return max(lifetime - EXPIRY_MARGIN_SECS, lifetime / 2)
