"""A venue, put together: the exchange, its sockets, its market maker and its controls."""

from __future__ import annotations

import asyncio
import secrets
from typing import Self

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import WebSocketRoute

from paradex_venue.auth import Registrar
from paradex_venue.clock import Clock, LoopClock
from paradex_venue.config import VenueConfig
from paradex_venue.control import Control
from paradex_venue.control_http import control_routes
from paradex_venue.desk import Desk
from paradex_venue.exchange import Exchange
from paradex_venue.faults import Faults
from paradex_venue.life import Life
from paradex_venue.life_control import LifeControl
from paradex_venue.limits import Limits
from paradex_venue.listener import Listener
from paradex_venue.market_maker import MarketMaker
from paradex_venue.paging import Cursors
from paradex_venue.publish import Publisher
from paradex_venue.rest import Rest, Services
from paradex_venue.routes import routes
from paradex_venue.rpc import Rpc
from paradex_venue.tokens import Tokens
from paradex_venue.websocket import Doorway


class Venue:
    """A local Paradex, open between `async with` and its end.

    `exchange` is the truth to assert against, `faults` what goes wrong, `control` and `life` what
    is done to it from outside. A `clock` of one's own turns the venue's hours (tokens, limits,
    latency).
    """

    exchange: Exchange
    faults: Faults
    control: Control
    life: LifeControl
    limits: Limits
    publisher: Publisher

    def __init__(self, config: VenueConfig | None = None, clock: Clock | None = None) -> None:
        self.config = config or VenueConfig()
        self._clock = clock
        self._loop_clock: LoopClock | None = None
        self._listener: Listener | None = None
        self._control_listener: Listener | None = None

    @property
    def rest_url(self) -> str:
        return f"http://{self._authority(self._listener)}/v1"

    @property
    def ws_url(self) -> str:
        return f"ws://{self._authority(self._listener)}/v1"

    @property
    def control_url(self) -> str:
        """Where the control interface is; RuntimeError where the configuration has none."""
        return f"http://{self._authority(self._control_listener)}/control"

    async def __aenter__(self) -> Self:
        clock = self._clock
        if clock is None:
            clock = self._loop_clock = LoopClock(asyncio.get_running_loop())
        self._assemble(clock)
        try:
            for listener in self._listeners():
                await listener.open()
        except OSError:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.control.market_maker.stop()
        self._rest.release()
        for listener in self._listeners():
            await listener.close()
        if self._loop_clock is not None:
            self._loop_clock.close()

    def _listeners(self) -> list[Listener]:
        both = (self._listener, self._control_listener)
        return [listener for listener in both if listener is not None]

    def _assemble(self, clock: Clock) -> None:
        config = self.config
        tokens = Tokens(clock, config.jwt_ttl)
        self.exchange = exchange = Exchange(clock, config)
        self.faults = faults = Faults(clock, config.seed)
        registrar = Registrar(exchange, tokens, config)
        desk = Desk(exchange, registrar)
        self.publisher = publisher = Publisher(exchange, config)
        market_maker = MarketMaker(exchange, config.seed, config.market_maker_interval)
        life = Life(exchange, config.life)
        services = Services(config, exchange, registrar, desk, Cursors(), life)
        self.limits = Limits(clock, is_enforced=config.enforce_limits)
        self._rest = rest = Rest(services, faults, self.limits, self._cut)
        rpc = Rpc(clock, registrar, publisher, desk, self.limits, secrets.token_hex(16))
        doorway = Doorway(config, exchange, faults, publisher, rpc, self._cut)
        app = Starlette(
            routes=[*routes(rest), WebSocketRoute("/v1", doorway.serve)],
            exception_handlers={HTTPException: _no_such_thing},
        )
        self._listener = Listener(app, config, config.port)
        self.control = Control(exchange, registrar, publisher, faults, market_maker, self._listener)
        self.life = LifeControl(exchange, life, self.control.account)
        if config.control:
            app = Starlette(routes=control_routes(self.control, self.life))
            self._control_listener = Listener(app, config, config.control_port)
        publisher.start()
        life.start()
        if config.market_maker:
            market_maker.start()

    def _cut(self, client: tuple[str, int]) -> None:
        if self._listener is not None:
            self._listener.cut(client)

    def _authority(self, listener: Listener | None) -> str:
        if listener is None:
            raise RuntimeError("the venue is not open, or has no such interface")
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        return f"{host}:{listener.port}"


async def _no_such_thing(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"{request.method} {request.url.path} is not served"
    return JSONResponse({"error": "NOT_FOUND", "message": message}, status)
