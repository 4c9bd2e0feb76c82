"""REST: how a request becomes a call, and a refusal, a fault or a result becomes an answer.

The endpoints themselves are in `rest_public` and `rest_private`, their paths in `routes`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import anyio
import msgspec
from starlette.datastructures import Address
from starlette.requests import Request
from starlette.responses import Response

from paradex_venue.auth import Registrar
from paradex_venue.config import VenueConfig
from paradex_venue.desk import Desk
from paradex_venue.exchange import Exchange
from paradex_venue.faults import Faults, RestRule
from paradex_venue.life import Life
from paradex_venue.limits import Allowance, Limits, Meter
from paradex_venue.paging import Cursors
from paradex_venue.records import Account
from paradex_venue.refusal import Refused


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read. Header names are lower case."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def decode[T](self, shape: type[T]) -> T:
        """The body as `shape`, or `Refused`: BINDING_ERROR."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused("BINDING_ERROR", str(error)) from error

    def integer(self, name: str, default: int) -> int:
        """A whole number from the query, or `Refused`: INVALID_REQUEST_PARAMETER."""
        text = self.query.get(name)
        if text is None or text == "":
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise Refused("INVALID_REQUEST_PARAMETER", f"{name} {text!r} is no whole number")
        return int(text)

    def required(self, name: str) -> str:
        """A value from the query, or `Refused`: INVALID_REQUEST_PARAMETER."""
        value = self.query.get(name, "")
        if not value:
            raise Refused("INVALID_REQUEST_PARAMETER", f"parameter {name} is missing")
        return value

    def period(self) -> range:
        """The milliseconds from `start_at` to `end_at`, both included."""
        return range(self.integer("start_at", 0), self.integer("end_at", 10**15) + 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and a body to be written as JSON; None is an empty body."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Services:
    """What endpoints work with."""

    config: VenueConfig
    exchange: Exchange
    registrar: Registrar
    desk: Desk
    cursors: Cursors
    life: Life


type Public = Callable[[Services, Call], Answer]
type Private = Callable[[Services, Call, Account], Answer]
type Endpoint = Callable[[Request], Awaitable[Response]]


class Rest:
    """Dispatches calls. `cut` aborts the connection of a client address."""

    def __init__(
        self,
        services: Services,
        faults: Faults,
        limits: Limits,
        cut: Callable[[tuple[str, int]], None],
    ) -> None:
        self._services = services
        self._faults = faults
        self._limits = limits
        self._cut = cut
        self._waiting: set[anyio.Event] = set()

    def release(self) -> None:
        """Let nobody wait any longer: the venue closes."""
        for event in self._waiting:
            event.set()

    def public(self, handler: Public, meter: Meter = "public") -> Endpoint:
        """An endpoint anybody may call; limits are per host."""

        def execute(call: Call, host: str) -> Response:
            return self._attempt(lambda: handler(self._services, call), meter, host)

        return self._endpoint(execute)

    def private(self, handler: Private, meter: Meter = "private") -> Endpoint:
        """An endpoint for who bears a token; limits are per account."""

        def execute(call: Call, host: str) -> Response:
            try:
                account = self._authorize(call)
            except Refused as refused:
                return _write(_refusal(refused), self._limits.spend("public", host))
            work = partial(handler, self._services, call, account)
            return self._attempt(work, meter, account.address, host)

        return self._endpoint(execute)

    def _endpoint(self, execute: Callable[[Call, str], Response]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            call = Call(request.path_params, request.query_params, request.headers, body)
            client = request.client or Address("", 0)
            rule = self._faults.for_request(request.method, request.url.path.removeprefix("/v1"))
            if rule is None:
                return execute(call, client.host)
            if rule.kind in ("refuse", "limit"):
                return self._fault(rule, client)
            return await self._befall(rule, client, execute(call, client.host))

        return endpoint

    async def _befall(self, rule: RestRule, client: Address, response: Response) -> Response:
        """What the client gets to see of an executed request."""
        if rule.kind == "fail":
            return self._fault(rule, client)
        if rule.kind in ("slow", "hang"):
            await self._wait(rule.seconds)
        if rule.kind in ("reset", "hang"):
            self._cut((client.host, client.port))
        return response

    def _fault(self, rule: RestRule, client: Address) -> Response:
        """The answer that a fault gives, whatever was done."""
        if rule.body:
            return Response(rule.body, rule.status, media_type="text/html")
        return _write(_faulted(rule), self._limits.spend("public", client.host))

    async def _wait(self, seconds: float) -> None:
        """Pass the time by the venue's clock, or until the venue closes."""
        passed = anyio.Event()
        self._waiting.add(passed)
        self._services.exchange.clock.call_later(seconds, passed.set)
        await passed.wait()
        self._waiting.discard(passed)

    def _attempt(
        self, work: Callable[[], Answer], meter: Meter, who: str, host: str = ""
    ) -> Response:
        allowance = self._limits.spend(meter, who, host)
        if allowance.is_exceeded:
            return _write(_TOO_MANY, allowance)
        try:
            return _write(work(), allowance)
        except Refused as refused:
            return _write(_refusal(refused), allowance)

    def _authorize(self, call: Call) -> Account:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused("UNAUTHORIZED_ERROR", "no bearer token: log in at POST /auth", 401)
        return self._services.registrar.account_of(token)


def _write(answer: Answer, allowance: Allowance) -> Response:
    headers = allowance.headers() | answer.headers
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    content = msgspec.json.encode(answer.body)
    return Response(content, answer.status, headers, media_type="application/json")


def _refusal(refused: Refused) -> Answer:
    return Answer({"error": refused.code, "message": refused.message}, refused.status)


def _faulted(rule: RestRule) -> Answer:
    if rule.kind == "limit":
        return replace(_TOO_MANY, headers={"Retry-After": "1"})
    body = {"error": rule.code, "message": "the venue is not well"}
    return Answer(body, rule.status)


_TOO_MANY = Answer({"error": "RATE_LIMIT_EXCEEDED", "message": "too many requests"}, 429)
