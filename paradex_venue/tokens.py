"""Bearer tokens: issued after a signed log-in, good for `ttl` seconds, then refused.

They have the venue's claims and three parts, so that a client may read `exp`; they are signed with
a key of this process, so that none is good elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import math
import secrets

import msgspec

from paradex_venue.clock import Clock
from paradex_venue.refusal import Refused

_HEADER = {"alg": "ES384", "typ": "JWT"}


class _Claims(msgspec.Struct):
    sub: str
    exp: int


class Tokens:
    def __init__(self, clock: Clock, ttl: float) -> None:
        self._clock = clock
        self._ttl = ttl
        self._key = secrets.token_bytes(48)

    def issue(self, account: str) -> str:
        now = self._clock.now_ns() / 1e9
        claims = {
            "typ": "at+JWT",
            "exp": math.ceil(now + self._ttl),
            "iat": math.floor(now),
            "iss": "Paradex local",
            "sub": account,
        }
        body = ".".join(_encode(msgspec.json.encode(part)) for part in (_HEADER, claims))
        return f"{body}.{self._sign(body)}"

    def account_of(self, token: str) -> str:
        """The account a token is good for, or `Refused`: INVALID_TOKEN with status 401."""
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            raise Refused("INVALID_TOKEN", "the token is not one of this venue", 401)
        claims = msgspec.json.decode(_decode(body.partition(".")[2]), type=_Claims)
        if self._clock.now_ns() >= claims.exp * 1_000_000_000:
            raise Refused("INVALID_TOKEN", "the token is expired", 401)
        return claims.sub

    def _sign(self, body: str) -> str:
        return _encode(hmac.digest(self._key, body.encode(), "sha384"))


def is_token_shaped(token: str) -> bool:
    """Whether `token` has the three parts of a JWT, of which two are JSON objects."""
    parts = token.split(".")
    if len(parts) != 3:
        return False
    try:
        documents = [msgspec.json.decode(_decode(part)) for part in parts[:2]]
    except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError):
        return False
    return all(isinstance(document, dict) for document in documents)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
