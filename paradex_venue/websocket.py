"""A WebSocket from handshake to hang-up; what is said on it is in `rpc`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import anyio
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from paradex_venue.config import VenueConfig
from paradex_venue.exchange import Exchange
from paradex_venue.faults import Faults
from paradex_venue.publish import Publisher
from paradex_venue.refusal import Refused
from paradex_venue.rpc import Rpc
from paradex_venue.session import Session

SCHEMA_ID = "1"


class Doorway:
    """Accepts WebSockets. `cut` aborts the connection of a client address."""

    def __init__(
        self,
        config: VenueConfig,
        exchange: Exchange,
        faults: Faults,
        publisher: Publisher,
        rpc: Rpc,
        cut: Callable[[tuple[str, int]], None],
    ) -> None:
        self._config = config
        self._exchange = exchange
        self._faults = faults
        self._publisher = publisher
        self._rpc = rpc
        self._cut = cut

    async def serve(self, websocket: WebSocket) -> None:
        client = websocket.client
        address = (client.host, client.port) if client else ("", 0)
        try:
            await self._welcome(websocket, partial(self._cut, address))
        except WebSocketDisconnect:
            return  # gone before it was let in

    async def _welcome(self, websocket: WebSocket, cut: Callable[[], None]) -> None:
        if self._faults.is_refused("all"):
            cut()
            while (await websocket.receive())["type"] != "websocket.disconnect":
                pass
            return
        try:
            version = negotiate(websocket.query_params, self._config)
        except Refused as refused:
            body = {"error": refused.code, "message": refused.message}
            await websocket.send_denial_response(JSONResponse(body, refused.status))
            return
        await websocket.accept()
        clock, backlog = self._exchange.clock, self._config.backlog
        await self._converse(websocket, Session(clock, self._faults, backlog, version, cut))

    async def _converse(self, websocket: WebSocket, session: Session) -> None:
        self._publisher.add(session)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send, websocket, session)
                await self._receive(websocket, session)
                tasks.cancel_scope.cancel()
        finally:
            self._publisher.remove(session)
            self._leave(session)

    def _leave(self, session: Session) -> None:
        """Cancel on disconnect, as far as the rules take it."""
        rules, account = self._exchange.rules, session.account
        is_spared = session.is_closed and not rules.disconnect_when_closed
        if account is None or not session.cancels_on_disconnect or is_spared:
            return
        only = session.placed if rules.disconnect_scope == "connection" else None
        self._exchange.abandon(account, only=only)

    async def _receive(self, websocket: WebSocket, session: Session) -> None:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                session.is_closed = message.get("code") in (1000, 1001)
                return
            self._rpc.receive(session, message.get("text") or message.get("bytes") or "")
            # Only what is said on a connection tells which crowd it belongs to.
            if self._faults.is_refused("private" if session.is_private else "public"):
                session.cut()

    async def _send(self, websocket: WebSocket, session: Session) -> None:
        try:
            while True:
                frame = await session.next_frame()
                kind = "text" if isinstance(frame, str) else "bytes"
                await websocket.send({"type": "websocket.send", kind: frame})
        except WebSocketDisconnect:
            return  # the receiving side is told as well, and ends the conversation


def negotiate(query: Mapping[str, str], config: VenueConfig) -> int | None:
    """The SBE version asked for, None for JSON; `Refused` with status 400 where neither may be."""
    schema, version = query.get("sbeSchemaId"), query.get("sbeSchemaVersion")
    if schema is None and version is None:
        if config.require_sbe:
            raise Refused("INVALID_REQUEST_PARAMETER", "connect with sbeSchemaId=1")
        return None
    supported = {str(number): number for number in config.sbe_versions}
    if schema != SCHEMA_ID or version not in supported:
        message = f"SBE {schema}:{version} is not served; versions of schema 1: {sorted(supported)}"
        raise Refused("INVALID_REQUEST_PARAMETER", message)
    return supported[version]
