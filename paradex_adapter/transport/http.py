"""HTTP to the venue: the one place where httpx is spoken and its failures are named.

| what came back                                    | what is raised   |
|---------------------------------------------------|------------------|
| 2xx                                               | nothing: the body|
| 401                                               | `Unauthorized`   |
| other 4xx with the venue's `{"error","message"}`  | `VenueError`     |
| 429                                               | `RateLimited`    |
| 408, 5xx, 3xx, a body that is not the venue's     | `OutcomeUnknown` |
| no answer, no connection, half an answer          | `OutcomeUnknown` |

The text of an error names method, path and what happened; never headers, tokens or what was sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import ip_address
from typing import Never

import anyio
import httpx
import msgspec

from paradex_adapter.errors import OutcomeUnknown, RateLimited, Unauthorized, VenueError
from paradex_adapter.transport.quota import Quota, quota_of

type Params = Mapping[str, str | int | None]

CONNECTIONS = 16
"""How many are used at once for questions (GET), and as many again for commands."""

# The venue answers some of its own failures with 400 and these codes: not a definite no.
_NOT_DEFINITE = frozenset({"INTERNAL_ERROR", "SERVICE_UNAVAILABLE"})
# Gateways and limits speak before or after the venue acted: RFC 9110 section 15.5.9, RFC 6585.
_TIMED_OUT, _TOO_MANY = 408, 429


class _ApiError(msgspec.Struct):
    """OpenAPI `responses.ApiError`."""

    error: str
    message: str = ""


class Http:
    """One keep-alive HTTP/1.1 client for one base URL (`"https://host/v1"`).

    `timeout` in seconds bounds a whole exchange, connecting included. Safe for concurrent use in
    one event loop: what exceeds the connections waits for its turn, and commands do not wait for
    questions. Close it with `aclose` or leave `async with`; `open` makes it good again.
    """

    def __init__(self, base_url: str, *, timeout: float = 10.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._client = self._new_client()
        # Whoever waits for a connection waits here: httpx looks through all that wait, each time.
        self._connections = {
            is_question: anyio.Semaphore(CONNECTIONS, fast_acquire=True)
            for is_question in (True, False)
        }

    @property
    def base_url(self) -> str:
        return self._base_url

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Callable[[], object] | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        heard: Callable[[Quota | None], None] = lambda quota: None,
    ) -> bytes:
        """Send one request and return the body of its 2xx answer.

        `path` starts with `/`; a param that is None is left out. `json` makes the body, which is
        encoded with msgspec, when a connection is free for it. `heard` is told what an answer,
        whichever, says of the venue's limits.
        Raises `VenueError`, `Unauthorized` or `OutcomeUnknown` by the table above.
        """
        async with self._connections[method == "GET"]:
            request = self._client.build_request(
                method,
                path,
                params={name: value for name, value in (params or {}).items() if value is not None},
                content=None if json is None else msgspec.json.encode(json()),
                headers=_headers(headers, token, has_body=json is not None),
            )
            response = await self._exchange(request, f"{method} {path}")
        heard(quota_of(response.status_code, response.headers))
        if response.is_success:
            return response.content
        _refuse(response, f"{method} {path}")

    def open(self) -> None:
        """Be good for requests again after `aclose`. Harmless when it is."""
        if self._client.is_closed:
            self._client = self._new_client()

    async def aclose(self) -> None:
        await self._client.aclose()

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._base_url,
            timeout=self._timeout,
            limits=httpx.Limits(max_connections=2 * CONNECTIONS, keepalive_expiry=30.0),
            verify=_tls(),
            trust_env=not is_loopback(httpx.URL(self._base_url).host),
        )

    async def _exchange(self, request: httpx.Request, what: str) -> httpx.Response:
        if self._client.is_closed:
            raise OutcomeUnknown(f"{what}: not sent, the client has been closed")
        try:
            with anyio.fail_after(self._timeout):
                return await self._client.send(request)
        except (TimeoutError, httpx.TimeoutException):
            raise OutcomeUnknown(f"{what}: no answer within {self._timeout:g} s") from None
        except httpx.ConnectError:
            raise OutcomeUnknown(f"{what}: {self._base_url} cannot be reached") from None
        except httpx.RequestError as error:
            # The chained error carries the request, and with it the headers: it stays behind.
            reason = type(error).__name__
            raise OutcomeUnknown(f"{what}: the connection broke ({reason})") from None


@cache
def _tls() -> ssl.SSLContext:
    """Shared by all clients: reading the authorities' certificates takes a tenth of a second."""
    return httpx.create_ssl_context()


def _headers(
    headers: Mapping[str, str] | None, token: str | None, *, has_body: bool
) -> dict[str, str]:
    sent = dict(headers or {})
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    if has_body:
        sent["Content-Type"] = "application/json"
    return sent


def _refuse(response: httpx.Response, what: str) -> Never:
    status, error = response.status_code, _api_error(response.content)
    if status == 401:
        error = error or _ApiError("UNAUTHORIZED", f"{what} answered HTTP 401")
        raise Unauthorized(error.error, error.message, status)
    answered = f"{what} answered HTTP {status}"
    if status == _TOO_MANY:
        raise RateLimited(answered if error is None else f"{answered} {error.error}")
    if error is None:
        raise OutcomeUnknown(f"{answered} with a body that is not the venue's")
    if not response.is_client_error or status == _TIMED_OUT or error.error in _NOT_DEFINITE:
        raise OutcomeUnknown(f"{answered} {error.error}: {error.message}")
    raise VenueError(error.error, error.message, status)


def _api_error(body: bytes) -> _ApiError | None:
    try:
        return msgspec.json.decode(body, type=_ApiError)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: a proxy of the environment must not be asked for it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
