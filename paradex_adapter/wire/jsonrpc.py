"""JSON-RPC 2.0 as the venue's WebSocket speaks it: text in, typed values out, no I/O.

A socket carries requests and their replies, matched by id, and pushes, which name their channel.
Replies to requests the venue refused hold an error; what an error means is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from paradex_adapter.errors import (
    OutcomeUnknown,
    RateLimited,
    Unauthorized,
    VenueError,
    WireError,
)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
METHOD_ERROR = 100
MALFORMED_TOKEN = 40110
INVALID_TOKEN = 40111
GEO_BLOCKED = 40112
PERMISSION_DENIED = 40300
RATE_LIMITED = 42901

_UNAUTHORIZED = {MALFORMED_TOKEN, INVALID_TOKEN}
# No positive evidence of a refusal, so it may not become a rejection.
_UNKNOWN = {INTERNAL_ERROR}
SERVER_ERRORS = range(-32_099, -31_999)
"""What JSON-RPC leaves to servers: by itself the number says nothing; a code in the text does."""
UNDECIDED = frozenset({"INTERNAL_ERROR", "SERVICE_UNAVAILABLE"})
"""REST codes of the venue's own failures: not a definite no."""
_EMBEDDED_CODE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")


class RpcError(msgspec.Struct, frozen=True, omit_defaults=True):
    """The venue's refusal of one request."""

    code: int
    message: str = ""
    data: Any = None

    def to_exception(self) -> VenueError | OutcomeUnknown:
        """`Unauthorized` for a token, `OutcomeUnknown` where nothing was decided, otherwise
        `VenueError`, whose code is the REST code that the text names, or this number."""
        text = self._text()
        if self.code in _UNAUTHORIZED:
            return Unauthorized(str(self.code), text)
        if self.code == RATE_LIMITED:
            return RateLimited(f"{self.code}: {text}")
        named = _EMBEDDED_CODE.search(text)
        code = named[0] if named else str(self.code)
        is_unsaid = named is None and self.code in SERVER_ERRORS
        if is_unsaid or self.code in _UNKNOWN or code in UNDECIDED:
            return OutcomeUnknown(f"{self.code}: {text}")
        return VenueError(code, text.removeprefix(code).removeprefix(": "))

    def _text(self) -> str:
        if isinstance(self.data, str) and self.data not in self.message:
            return f"{self.message}: {self.data}" if self.message else self.data
        return self.message


class Reply(msgspec.Struct, frozen=True):
    """The answer to one request: `result` or `error`, never both.

    `id` is as the request sent it, or None where the venue could not read which it was.
    """

    id: int | str | None
    result: msgspec.Raw | None = None
    error: RpcError | None = None


class Push(msgspec.Struct, frozen=True):
    """Data on a channel; wildcard subscriptions keep their name (`orders.ALL`)."""

    channel: str
    data: msgspec.Raw


class Request(msgspec.Struct, frozen=True):
    """A call, as a venue reads it. `params` is an object, or for order batches an array."""

    method: str
    params: msgspec.Raw = msgspec.Raw(b"{}")
    id: int | str | None = None


def encode_request(id: int | str, method: str, params: Mapping[str, object] | list[object]) -> str:
    """One call as a text frame."""
    body = {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
    return msgspec.json.encode(body).decode()


def encode_result(id: int | str | None, result: object) -> str:
    """The venue's yes to one call."""
    return msgspec.json.encode({"jsonrpc": "2.0", "id": id, "result": result}).decode()


def encode_error(id: int | str | None, error: RpcError) -> str:
    """The venue's no to one call."""
    return msgspec.json.encode({"jsonrpc": "2.0", "id": id, "error": error}).decode()


def encode_push(channel: str, data: object) -> str:
    """Data on a channel, as the venue sends it."""
    params = {"channel": channel, "data": data}
    body = {"jsonrpc": "2.0", "method": "subscription", "params": params}
    return msgspec.json.encode(body).decode()


def read(text: str | bytes) -> Reply | Push:
    """What a client received. Raises `WireError`, and nothing else, for anything but the two."""
    envelope = _decoded(text, _ENVELOPE)
    if envelope.method == "subscription" and envelope.params is not None:
        return envelope.params
    if envelope.method is not None or envelope.id is msgspec.UNSET:
        raise WireError("neither a reply nor a push: no id, and no subscription with params")
    if envelope.error is not None:
        return Reply(envelope.id, error=envelope.error)
    if envelope.result is msgspec.UNSET:
        raise WireError(f"the reply to request {envelope.id!r} has neither a result nor an error")
    return Reply(envelope.id, result=envelope.result)


def read_request(text: str | bytes) -> Request:
    """What a venue received. Raises `WireError`, and nothing else, for anything but a call."""
    return _decoded(text, _REQUEST)


def is_already_subscribed(error: RpcError) -> bool:
    """Whether a refused subscribe says that the subscription stands.

    The venue documents no code for it, so the words decide.
    """
    text = f"{error.message} {error.data}".lower()
    return "subscri" in text and ("already" in text or "duplicate" in text)


class _Envelope(msgspec.Struct):
    id: int | str | msgspec.UnsetType | None = msgspec.UNSET
    method: str | None = None
    params: Push | None = None
    result: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: RpcError | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_REQUEST = msgspec.json.Decoder(Request)


def _decoded[T](text: str | bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise WireError(f"not a message of the venue's WebSocket: {error}") from error
