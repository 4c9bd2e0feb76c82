from __future__ import annotations

import gzip
import socket
import traceback
from collections.abc import Callable
from functools import partial

import anyio
import anyio.lowlevel
import pytest

from paradex_adapter.errors import OutcomeUnknown, ParadexError, Unauthorized, VenueError
from paradex_adapter.transport.http import CONNECTIONS, Http
from tests.transport.loopback import SILENCE, Answer, Request, Server, serve

pytestmark = pytest.mark.anyio

REFUSAL = {"error": "ORDER_IS_CLOSED", "message": "the order is closed"}
SECRET = "eyJ-a-token"


async def _send(answer: Answer, **kwargs: object) -> bytes:
    async with serve(lambda _: answer) as server, Http(server.url) as http:
        return await http.send("GET", "/markets", **kwargs)  # type: ignore[arg-type]


async def _fail(answer: Answer) -> ParadexError:
    with pytest.raises(ParadexError) as caught:
        await _send(answer, token=SECRET)
    _holds_no_secret(caught.value)
    return caught.value


def _holds_no_secret(error: BaseException) -> None:
    assert SECRET not in "".join(traceback.format_exception(error)) + repr(vars(error))


async def test_the_body_of_a_2xx_answer_is_returned() -> None:
    assert await _send(Answer(201, {"id": "1"})) == b'{"id":"1"}'
    assert await _send(Answer(204)) == b""


async def test_a_compressed_body_is_returned_plain() -> None:
    answer = Answer(200, gzip.compress(b"{}"), {"Content-Encoding": "gzip"})
    assert await _send(answer) == b"{}"


async def test_a_request_carries_token_params_and_json_and_drops_absent_params() -> None:
    async with serve(lambda _: Answer(201)) as server, Http(server.url + "/") as http:
        await http.send(
            "POST",
            "/orders",
            params={"market": "BTC-USD-PERP", "cursor": None, "page_size": 5},
            json=lambda: {"size": "0.1"},
            token=SECRET,
            headers={"PARADEX-TIMESTAMP": "1"},
        )
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/orders")
    assert request.query == {"market": "BTC-USD-PERP", "page_size": "5"}
    assert request.body == b'{"size":"0.1"}'
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["paradex-timestamp"] == "1"
    assert "gzip" in request.headers["accept-encoding"]


async def test_requests_share_one_kept_connection() -> None:
    async with serve(lambda _: Answer()) as server, Http(server.url) as http:
        for _ in range(3):
            await http.send("GET", "/system/time")
    assert server.connections == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
async def test_a_4xx_with_the_venues_code_is_a_definite_refusal(status: int) -> None:
    error = await _fail(Answer(status, REFUSAL))
    assert type(error) is VenueError
    assert (error.code, error.message, error.status) == (*REFUSAL.values(), status)


async def test_a_401_asks_for_a_new_token() -> None:
    error = await _fail(Answer(401, {"error": "INVALID_TOKEN", "message": "expired"}))
    assert isinstance(error, Unauthorized)
    assert (error.code, error.message, error.status) == ("INVALID_TOKEN", "expired", 401)


async def test_a_401_from_a_gateway_asks_for_a_new_token_too() -> None:
    error = await _fail(Answer(401, b"<html>no</html>"))
    assert isinstance(error, Unauthorized)
    assert error.code == "UNAUTHORIZED"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_an_answer_from_before_or_after_the_venue_acted_is_no_evidence(status: int) -> None:
    error = await _fail(Answer(status, REFUSAL))
    assert isinstance(error, OutcomeUnknown)
    assert f"GET /markets answered HTTP {status}" in str(error)
    assert "ORDER_IS_CLOSED" in str(error)


@pytest.mark.parametrize("code", ["INTERNAL_ERROR", "SERVICE_UNAVAILABLE"])
async def test_a_400_in_which_the_venue_admits_its_own_failure_is_no_evidence(code: str) -> None:
    error = await _fail(Answer(400, {"error": code, "message": "try later"}))
    assert isinstance(error, OutcomeUnknown)


@pytest.mark.parametrize(
    "body", [b"<html>Bad gateway</html>", b"", b"\xff\xfe", b"[]", b'{"message":"no code"}']
)
@pytest.mark.parametrize("status", [400, 403, 502])
async def test_an_error_body_that_is_not_the_venues_is_no_evidence(
    status: int, body: bytes
) -> None:
    error = await _fail(Answer(status, body))
    assert isinstance(error, OutcomeUnknown)
    assert f"HTTP {status}" in str(error)


async def test_a_redirect_is_not_followed() -> None:
    error = await _fail(Answer(302, b"", {"Location": "http://127.0.0.1:1/"}))
    assert isinstance(error, OutcomeUnknown)


async def test_silence_is_an_unknown_outcome_after_the_timeout() -> None:
    async with serve(lambda _: SILENCE) as server, Http(server.url, timeout=0.05) as http:
        with pytest.raises(OutcomeUnknown, match=r"POST /orders: no answer within 0\.05 s"):
            await http.send("POST", "/orders", json=dict, token=SECRET)
    assert len(server.requests) == 1


async def test_a_body_is_made_when_a_connection_is_free_for_it_and_not_before() -> None:
    """It may be signed, and void in time; and the wait is none of the venue's."""
    made: list[int] = []

    def body(number: int) -> int:
        made.append(number)
        return number

    async with (
        serve(lambda _: SILENCE) as server,
        Http(server.url) as http,
        anyio.create_task_group() as tasks,
    ):
        first = anyio.CancelScope()
        tasks.start_soon(_unanswered, http, partial(body, 0), first)
        for number in range(1, CONNECTIONS + 1):
            tasks.start_soon(_unanswered, http, partial(body, number))
        with anyio.fail_after(5):
            while len(server.requests) < CONNECTIONS:
                await anyio.lowlevel.checkpoint()
            assert made == list(range(CONNECTIONS))
            first.cancel()
            while len(server.requests) == CONNECTIONS:
                await anyio.lowlevel.checkpoint()
        assert made == list(range(CONNECTIONS + 1))
        tasks.cancel_scope.cancel()


async def test_questions_do_not_wait_for_commands() -> None:
    def handler(request: Request) -> Answer:
        return Answer() if request.method == "GET" else SILENCE

    async with (
        serve(handler) as server,
        Http(server.url) as http,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(CONNECTIONS + 1):
            tasks.start_soon(_unanswered, http, dict)
        with anyio.fail_after(5):
            await http.send("GET", "/orders")
        tasks.cancel_scope.cancel()


async def _unanswered(
    http: Http, json: Callable[[], object], scope: anyio.CancelScope | None = None
) -> None:
    with scope or anyio.CancelScope():
        await http.send("POST", "/orders", json=json)


@pytest.mark.parametrize("cut", [0, 5, 60])
async def test_a_connection_that_breaks_leaves_the_outcome_unknown(cut: int) -> None:
    error = await _fail(Answer(200, b"x" * 100, cut=cut))
    assert isinstance(error, OutcomeUnknown)
    assert str(error).startswith("GET /markets: the connection broke")


async def test_an_answer_that_is_not_http_leaves_the_outcome_unknown() -> None:
    error = await _fail(Answer(200, b"", {"Content-Encoding": "gzip"} | {"X": "y\r\nbroken"}))
    assert isinstance(error, OutcomeUnknown)


async def test_a_host_that_cannot_be_reached_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        async with Http(url) as http:
            with pytest.raises(OutcomeUnknown) as caught:
                await http.send("GET", "/system/time", token=SECRET)
    assert str(caught.value) == f"GET /system/time: {url} cannot be reached"
    _holds_no_secret(caught.value)


async def test_a_closed_client_sends_nothing_until_it_is_opened_again() -> None:
    async with serve(lambda _: Answer(200, b"{}")) as server:
        http = Http(server.url)
        http.open()
        assert await http.send("GET", "/markets") == b"{}"
        await http.aclose()
        with pytest.raises(OutcomeUnknown, match="not sent, the client has been closed"):
            await http.send("GET", "/markets")
        http.open()
        assert await http.send("GET", "/markets") == b"{}"
        await http.aclose()
        assert len(server.requests) == 2


async def test_canceling_passes_through() -> None:
    outcome = "running"

    async def ask(http: Http) -> None:
        nonlocal outcome
        try:
            await http.send("GET", "/account")
        except OutcomeUnknown:
            outcome = "unknown"
            raise
        except anyio.get_cancelled_exc_class():
            outcome = "canceled"
            raise

    async with (
        serve(lambda _: SILENCE) as server,
        Http(server.url) as http,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(ask, http)
        await _until_asked(server)
        tasks.cancel_scope.cancel()
    assert outcome == "canceled"


async def _until_asked(server: Server) -> None:
    with anyio.fail_after(5):
        while not server.requests:
            await anyio.lowlevel.checkpoint()


async def test_a_proxy_of_the_environment_is_not_asked_for_a_venue_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert await _send(Answer(200, b"{}")) == b"{}"
