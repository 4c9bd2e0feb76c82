"""The sockets: one loopback port for HTTP and WebSocket, which can go deaf and come back.

uvicorn's protocols do the talking; its server is not used, because a venue must be able to refuse
connections for a while, keep its port meanwhile, and cut what is connected without a goodbye.
"""

from __future__ import annotations

import asyncio
import socket
import struct

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from paradex_venue.config import VenueConfig

# Close with a reset, dropping what was not sent.
_HARD = struct.pack("ii", 1, 0)


class Listener:
    def __init__(self, app: ASGIApp, config: VenueConfig, port: int) -> None:
        """`port` 0 takes any free one; `port` tells which, once open."""
        self._host = config.host
        self.port = port
        self._config = uvicorn.Config(
            app,
            http=H11Protocol,
            ws=WebSocketsSansIOProtocol,
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

    async def open(self) -> None:
        """Listen, and from the first time on keep the port. OSError where it is taken."""
        if self._server is not None:
            return
        if self._reservation is None:
            self._reservation = self._bind()
            self.port = self._reservation.getsockname()[1]
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            return H11Protocol(self._config, self._state, app_state={}, _loop=loop)

        self._server = await loop.create_server(protocol, sock=self._bind())

    def reopen(self) -> None:
        """Listen again, as soon as the loop gets to it; nothing where the listener is closed."""
        if self._reservation is not None:
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
        tasks = tuple(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
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
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            # Two sockets of ours share the port: one listens, the other keeps it while none does.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((self._host, self.port))
        except OSError:
            bound.close()
            raise
        return bound


def _abort(transport: asyncio.Transport) -> None:
    if transport.is_closing():
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HARD)
    transport.abort()
