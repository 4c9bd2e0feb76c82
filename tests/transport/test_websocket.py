from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import anyio
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.websocket import MAX_WAITING, WebSocket

pytestmark = pytest.mark.anyio

PATIENCE = 3.0
type Talk = Callable[[ServerConnection], Awaitable[None]]


class Ear:
    """A listener that writes down what it is told. `react` is called with each of it."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.react: Callable[[object], None] = lambda what: None
        self._changed = anyio.Event()

    def socket_opened(self) -> None:
        self._hear("opened")

    def dial_failed(self, reason: str) -> None:
        self._hear(("failed", reason))

    def socket_lost(self, reason: str) -> None:
        self._hear(("lost", reason))

    def text_received(self, text: str) -> None:
        self._hear(text)

    def binary_received(self, frame: bytes) -> None:
        self._hear(frame)

    def _hear(self, what: object) -> None:
        self.heard.append(what)
        self._changed.set()
        self._changed = anyio.Event()
        self.react(what)

    async def hears(self, count: int) -> None:
        """Wait until it was told `count` things."""
        with anyio.fail_after(PATIENCE):
            while len(self.heard) < count:
                await self._changed.wait()


@pytest.fixture
def crashes() -> list[BaseException]:
    return []


@pytest.fixture
async def tasks(anyio_backend: str, crashes: list[BaseException]) -> AsyncIterator[Tasks]:
    tasks = Tasks(crashes.append)
    await tasks.open()
    yield tasks
    await tasks.aclose()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@asynccontextmanager
async def venue(talk: Talk, *, refuse: Callable[[str], int] = lambda path: 0) -> AsyncIterator[str]:
    """A WebSocket server; `refuse` answers with an HTTP status instead of a handshake."""

    def process(connection: ServerConnection, request: Request) -> Response | None:
        status = refuse(request.path)
        return connection.respond(HTTPStatus(status), "no\n") if status else None

    async with serve(talk, "127.0.0.1", 0, process_request=process) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def silent(connection: ServerConnection) -> None:
    await connection.wait_closed()


async def echo(connection: ServerConnection) -> None:
    async for text in connection:
        await connection.send(text)


async def test_text_and_binary_frames_are_told_apart(tasks: Tasks, ear: Ear) -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("text")
        await connection.send(b"binary")
        await connection.wait_closed()

    async with venue(talk) as url:
        socket = WebSocket([url], tasks, ear)
        socket.dial()
        await ear.hears(3)
        socket.close()
    assert ear.heard == ["opened", "text", b"binary"]


@pytest.mark.parametrize("outcome", ["opens", "fails"])
async def test_nothing_is_told_of_a_socket_that_is_closed_in_the_moment_it_opens_or_fails(
    tasks: Tasks, ear: Ear, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    dialled = anyio.Event()

    async def dial(url: str, **settings: object) -> ClientConnection:
        with anyio.CancelScope(shield=True):
            connection = await connect(url)
            if outcome == "fails":
                await connection.close()
        socket.close()
        dialled.set()
        if outcome == "fails":
            raise OSError("refused")
        return connection

    monkeypatch.setattr("paradex_adapter.transport.websocket.connect", dial)
    async with venue(silent) as url:
        socket = WebSocket([url], tasks, ear)
        socket.dial()
        with anyio.fail_after(PATIENCE):
            await dialled.wait()
        await tasks.aclose()
    assert ear.heard == []


async def test_texts_leave_in_the_order_of_sending(tasks: Tasks, ear: Ear) -> None:
    async with venue(echo) as url:
        socket = WebSocket([url], tasks, ear)
        socket.dial()
        await ear.hears(1)
        for number in range(50):
            socket.send(str(number))
        await ear.hears(51)
        socket.close()
    assert ear.heard[1:] == [str(number) for number in range(50)]


async def test_a_text_may_be_sent_on_hearing_that_the_socket_is_open(
    tasks: Tasks, ear: Ear
) -> None:
    async with venue(echo) as url:
        socket = WebSocket([url], tasks, ear)
        ear.react = lambda what: socket.send("first") if what == "opened" else None
        socket.dial()
        await ear.hears(2)
        socket.close()
    assert ear.heard == ["opened", "first"]


async def test_without_a_socket_a_text_is_dropped(tasks: Tasks, ear: Ear) -> None:
    async with venue(echo) as url:
        socket = WebSocket([url], tasks, ear)
        socket.send("too early")
        socket.dial()
        socket.send("still too early")
        await ear.hears(1)
        socket.send("heard")
        await ear.hears(2)
        socket.close()
        await anyio.wait_all_tasks_blocked()
        socket.send("too late")
    assert ear.heard == ["opened", "heard"]


async def test_more_texts_than_may_wait_are_dropped(tasks: Tasks, ear: Ear) -> None:
    async with venue(silent) as url:
        socket = WebSocket([url], tasks, ear)
        socket.dial()
        await ear.hears(1)
        for _ in range(MAX_WAITING + 10):
            socket.send("x")
        socket.close()


async def test_a_socket_the_venue_closes_is_lost(tasks: Tasks, ear: Ear) -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.close(1001, "restarting")

    async with venue(talk) as url:
        WebSocket([url], tasks, ear).dial()
        await ear.hears(2)
    assert ear.heard[0] == "opened"
    kind, reason = ear.heard[1]
    assert kind == "lost"
    assert "venue closed" in reason or "restarting" in reason


async def test_a_socket_that_is_cut_is_lost(tasks: Tasks, ear: Ear) -> None:
    async def talk(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with venue(talk) as url:
        WebSocket([url], tasks, ear).dial()
        await ear.hears(2)
    assert ear.heard[1] == ("lost", "no close frame received or sent")


async def test_a_socket_that_is_closed_tells_nothing_and_is_gone_however_much_is_unread(
    tasks: Tasks, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paradex_adapter.transport.websocket.CLOSE_SECS", 0.1)
    gone = anyio.Event()

    async def talk(connection: ServerConnection) -> None:
        for number in range(200):
            await connection.send(str(number))
        await connection.wait_closed()
        gone.set()

    async with venue(talk) as url:
        socket = WebSocket([url], tasks, ear)
        ear.react = lambda what: socket.close() if what == "0" else None
        socket.dial()
        with anyio.fail_after(PATIENCE):
            await gone.wait()
    assert ear.heard == ["opened", "0"]


async def test_a_new_dial_replaces_the_socket(tasks: Tasks, ear: Ear) -> None:
    ended = anyio.Event()

    async def talk(connection: ServerConnection) -> None:
        await connection.send("hello")
        await connection.wait_closed()
        ended.set()

    async with venue(talk) as url:
        socket = WebSocket([url], tasks, ear)
        socket.dial()
        await ear.hears(2)
        socket.dial()
        await ear.hears(4)
        with anyio.fail_after(PATIENCE):
            await ended.wait()
        socket.close()
    assert ear.heard == ["opened", "hello"] * 2


async def test_closing_while_dialing_opens_nothing(tasks: Tasks, ear: Ear) -> None:
    async with venue(echo) as url:
        socket = WebSocket([url], tasks, ear)
        socket.dial()
        socket.close()
        await anyio.wait_all_tasks_blocked()
        socket.close()
    assert ear.heard == []


async def test_a_host_that_cannot_be_reached_is_named_without_its_query(
    tasks: Tasks, ear: Ear
) -> None:
    WebSocket(["ws://127.0.0.1:9/v1?sbeSchemaId=1"], tasks, ear).dial()
    await ear.hears(1)
    ((kind, reason),) = ear.heard
    assert kind == "failed"
    assert reason.startswith("ws://127.0.0.1:9/v1: ")


async def test_a_dialect_the_venue_does_not_speak_is_passed_over_and_the_other_remembered(
    tasks: Tasks, ear: Ear
) -> None:
    asked: list[str] = []

    def refuse(path: str) -> int:
        asked.append(path)
        return HTTPStatus.BAD_REQUEST if "new" in path else 0

    async with venue(silent, refuse=refuse) as url:
        socket = WebSocket([f"{url}?new", f"{url}?old", url], tasks, ear)
        socket.dial()
        await ear.hears(1)
        assert socket.url == f"{url}?old"
        socket.dial()
        await ear.hears(2)
        socket.close()
    assert asked == ["/v1?new", "/v1?old", "/v1?old"]


@pytest.mark.parametrize("status", [400, 503])
async def test_a_refused_handshake_is_a_failed_dial(tasks: Tasks, ear: Ear, status: int) -> None:
    async with venue(silent, refuse=lambda path: status) as url:
        WebSocket([url], tasks, ear).dial()
        await ear.hears(1)
    ((kind, reason),) = ear.heard
    assert kind == "failed"
    assert f"HTTP {status}" in reason


async def test_a_venue_that_is_overloaded_is_not_asked_in_another_dialect(
    tasks: Tasks, ear: Ear
) -> None:
    asked: list[str] = []

    def refuse(path: str) -> int:
        asked.append(path)
        return HTTPStatus.SERVICE_UNAVAILABLE

    async with venue(silent, refuse=refuse) as url:
        WebSocket([f"{url}?new", url], tasks, ear).dial()
        await ear.hears(1)
    assert asked == ["/v1?new"]


async def test_a_listener_with_a_bug_costs_the_session_and_is_told(
    tasks: Tasks, ear: Ear, crashes: list[BaseException]
) -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("trouble")
        await connection.wait_closed()

    def react(what: object) -> None:
        if what == "trouble":
            raise ValueError("a bug")

    async with venue(talk) as url:
        ear.react = react
        WebSocket([url], tasks, ear).dial()
        await ear.hears(3)
        await anyio.wait_all_tasks_blocked()
    assert ear.heard == ["opened", "trouble", ("lost", "reading it failed")]
    assert "a bug" in repr(crashes)


async def test_a_proxy_of_the_environment_is_not_asked_for_a_venue_on_this_machine(
    tasks: Tasks, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with venue(silent) as url:
        socket = WebSocket([url], tasks, ear)
        socket.dial()
        await ear.hears(1)
        socket.close()
    assert ear.heard == ["opened"]
