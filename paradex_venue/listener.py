"""The sockets: one loopback port for HTTP and WebSocket, which can go deaf and come back.

uvicorn's protocols do the talking; its server is not used, because a venue must be able to refuse
connections for a while, keep its port meanwhile, and cut what is connected without a goodbye.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

import uvicorn
from starlette.types import ASGIApp
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from paradex_venue.config import VenueConfig

# Here two sockets may be bound to one port: one listens, the other keeps it while none does, so
# that neither a stranger nor a client's own search for a free port can take it.
CAN_RESERVE = sys.platform == "linux"
# How long a task may take to notice that its connection is gone.
PATIENCE_S = 2.0
# Close with a reset, dropping what was not sent.
_HARD = struct.pack("ii", 1, 0)


class _WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, which takes a handshake that was refused for one that was forgotten, and logs an
    error for it."""

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True


class Listener:
    def __init__(self, app: ASGIApp, config: VenueConfig, port: int) -> None:
        """`port` 0 takes any free one; `port` tells which, once open."""
        self._host = config.host
        self.port = port
        self._config = uvicorn.Config(
            app,
            http=H11Protocol,
            ws=_WebSocketProtocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=60,
            ws_ping_interval=config.ping_interval,
            ws_ping_timeout=config.ping_timeout,
            ws_per_message_deflate=config.compression,
        )
        self._config.load()
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._reservation: socket.socket | None = None
        self._opening: asyncio.Task[None] | None = None
        self._is_changing = asyncio.Lock()

    async def open(self) -> None:
        """Listen; from the first time on the port is known and kept. OSError where it is taken."""
        async with self._is_changing:
            if self._server is None:
                await self._listen()

    async def _listen(self) -> None:
        if self._reservation is None and CAN_RESERVE:
            self._reservation = self._bind()
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            return H11Protocol(self._config, self._state, app_state={}, _loop=loop)

        listening = self._bind()
        try:
            self._server = await loop.create_server(protocol, sock=listening)
        except OSError:
            listening.close()
            raise

    def reopen(self) -> None:
        """Listen again, as soon as the loop gets to it."""
        self._opening = asyncio.get_running_loop().create_task(self.open())

    def deafen(self) -> None:
        """Refuse connections; those that stand, stand."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def close(self) -> None:
        """Cut everything, end every task, free the port."""
        if self._opening is not None:
            await self._opening
        self.deafen()
        self.cut_all()
        # Whoever is served notices that the connection is gone, and ends by itself.
        if self._state.tasks:
            await asyncio.wait(tuple(self._state.tasks), timeout=PATIENCE_S)
        for task in tuple(self._state.tasks):
            task.cancel()
        if self._reservation is not None:
            self._reservation.close()
            self._reservation = None

    def cut(self, client: tuple[str, int]) -> None:
        """Abort the connection of one client address."""
        for connection in self._connections():
            if connection.client == client:
                _abort(connection.transport)

    def cut_all(self) -> None:
        for connection in self._connections():
            _abort(connection.transport)

    def _connections(self) -> list[H11Protocol | WebSocketsSansIOProtocol]:
        kinds = (H11Protocol, WebSocketsSansIOProtocol)
        return [c for c in self._state.connections if isinstance(c, kinds)]

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # With the protocol named, asyncio turns Nagle's algorithm off: no answer waits for an ACK.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((self._host, self.port))
        except OSError:
            bound.close()
            raise
        self.port = bound.getsockname()[1]
        return bound


def _abort(transport: asyncio.Transport) -> None:
    if transport.is_closing():
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HARD)
    transport.abort()
