"""One WebSocket at a time: dials, turns frames into calls and failures into events."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from paradex_adapter.transport.http import is_loopback
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire.sbe import SCHEMA_ID, VERSIONS

MAX_FRAME_BYTES = 32 * 1024 * 1024
PING_SECS = 20.0
"""How often we ask whether the venue is there, and how long it may take to say so. Its own pings
(every 55 s) are answered by the library."""
CLOSE_SECS = 2.0
MAX_WAITING = 10_000
"""How many texts may wait to be sent."""
BAD_REQUEST = 400


def dialects(ws_url: str, version: int | None) -> list[str]:
    """Where to dial, in the order of preference: binary from the highest version down, then JSON;
    or one version alone. Production refuses a socket, private ones too, that asks for none."""
    versions = VERSIONS if version is None else (version,)
    binary = [f"{ws_url}?sbeSchemaId={SCHEMA_ID}&sbeSchemaVersion={each}" for each in versions]
    return [*binary, ws_url] if version is None else binary


class Listener(Protocol):
    """Who is told. Nothing of a socket that was closed or replaced is told any more."""

    def socket_opened(self) -> None: ...
    def dial_failed(self, reason: str) -> None: ...
    def socket_lost(self, reason: str) -> None: ...
    def text_received(self, text: str) -> None: ...
    def binary_received(self, frame: bytes) -> None: ...


class WebSocket:
    """`urls` are tried in order: the venue answers a dialect it does not speak with HTTP 400.
    The one that worked is tried first from then on."""

    def __init__(self, urls: Sequence[str], tasks: Tasks, listener: Listener) -> None:
        self._urls = list(urls)
        self._tasks = tasks
        self._listener = listener
        # Of the present socket. Made when there is one: a node is built before its loop runs.
        self._scope: anyio.CancelScope | None = None
        self._outbox, outbox = anyio.create_memory_object_stream[str](0)
        self._outbox.close()
        outbox.close()

    @property
    def url(self) -> str:
        """The URL in use, or to be tried first."""
        return self._urls[0]

    def dial(self) -> None:
        """Open a socket → `socket_opened`, later `socket_lost`; or `dial_failed`."""
        self.close()
        self._scope = anyio.CancelScope()
        self._tasks.start_soon(self._live, self._scope)

    def close(self) -> None:
        """Close the socket, if there is one. Nothing is told about it."""
        if self._scope is not None:
            self._scope.cancel()

    def send(self, text: str) -> None:
        """Send soon, in the order of calling. Without a socket, or with too much waiting, the text
        is dropped: whoever waits for an answer has a timer."""
        with contextlib.suppress(anyio.WouldBlock, anyio.ClosedResourceError):
            self._outbox.send_nowait(text)

    async def _live(self, scope: anyio.CancelScope) -> None:
        with scope:
            try:
                connection = await self._connect()
            except (OSError, InvalidHandshake, InvalidURI, TimeoutError) as error:
                if not scope.cancel_called:
                    self._listener.dial_failed(f"{self.url.partition('?')[0]}: {error}")
                return
            reason = "reading it failed"
            try:
                reason = await self._use(connection, scope)
            finally:
                with anyio.CancelScope(shield=True), anyio.move_on_after(CLOSE_SECS):
                    await connection.close()
                # What was not read may have kept the venue's goodbye from being read.
                connection.transport.abort()
                if not scope.cancel_called:
                    self._listener.socket_lost(reason)

    async def _use(self, connection: ClientConnection, scope: anyio.CancelScope) -> str:
        self._outbox, outbox = anyio.create_memory_object_stream[str](MAX_WAITING)
        async with self._outbox, outbox, anyio.create_task_group() as group:
            group.start_soon(self._write, connection, outbox)
            reason = await self._read(connection, scope)
            group.cancel_scope.cancel()
        return reason

    async def _connect(self) -> ClientConnection:
        for url in list(self._urls):
            try:
                connection = await connect(
                    url,
                    max_size=MAX_FRAME_BYTES,
                    ping_interval=PING_SECS,
                    ping_timeout=PING_SECS,
                    close_timeout=CLOSE_SECS,
                    proxy=None if is_loopback(urlsplit(url).hostname or "") else True,
                    open_timeout=None,  # the connection chart's timer bounds the dial
                )
            except InvalidStatus as error:
                if error.response.status_code == BAD_REQUEST and url != self._urls[-1]:
                    continue
                raise
            self._urls.sort(key=lambda candidate: candidate != url)
            return connection
        raise OSError("there is no URL to dial")

    async def _write(
        self, connection: ClientConnection, outbox: MemoryObjectReceiveStream[str]
    ) -> None:
        with contextlib.suppress(ConnectionClosed):  # the reader tells
            async for text in outbox:
                await connection.send(text)

    async def _read(self, connection: ClientConnection, scope: anyio.CancelScope) -> str:
        """Until the socket ends; returns why."""
        if not scope.cancel_called:  # closed in the moment it opened
            self._listener.socket_opened()
        try:
            async for frame in connection:
                if scope.cancel_called:  # closed on hearing the frame before this one
                    break
                if isinstance(frame, str):
                    self._listener.text_received(frame)
                else:
                    self._listener.binary_received(frame)
        except ConnectionClosed as error:
            return str(error)
        return "the venue closed the WebSocket"
