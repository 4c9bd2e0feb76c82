"""What a `TradingNode` calls to make the clients."""

from __future__ import annotations

import asyncio

from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, MessageBus
from nautilus_trader.live.factories import LiveDataClientFactory, LiveExecClientFactory

from paradex_adapter.config import ParadexDataClientConfig, ParadexExecClientConfig
from paradex_adapter.data import ParadexDataClient
from paradex_adapter.execution import ParadexExecutionClient
from paradex_adapter.providers import ParadexInstrumentProvider
from paradex_adapter.siblings import routing_venue
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.rest import Rest


class ParadexLiveDataClientFactory(LiveDataClientFactory):
    """Makes Paradex data clients."""

    @staticmethod
    def create(  # type: ignore[override]  # every factory takes its own configuration
        loop: asyncio.AbstractEventLoop,
        name: str,
        config: ParadexDataClientConfig,
        msgbus: MessageBus,
        cache: Cache,
        clock: LiveClock,
    ) -> ParadexDataClient:
        """Raises `ConfigError` for settings that cannot work; opens nothing."""
        endpoints = config.endpoints()
        http = Http(endpoints.rest_url, timeout=config.http_timeout_secs)
        provider = ParadexInstrumentProvider(Rest(http), clock, config.instrument_provider)
        return ParadexDataClient(
            loop, msgbus, cache, clock, http, provider, config, endpoints, name
        )


class ParadexLiveExecClientFactory(LiveExecClientFactory):
    """Makes Paradex execution clients."""

    @staticmethod
    def create(  # type: ignore[override]  # every factory takes its own configuration
        loop: asyncio.AbstractEventLoop,
        name: str,
        config: ParadexExecClientConfig,
        msgbus: MessageBus,
        cache: Cache,
        clock: LiveClock,
    ) -> ParadexExecutionClient:
        """Raises `ConfigError` for settings that cannot work; opens nothing."""
        endpoints, credentials = config.endpoints(), config.credentials()
        http = Http(endpoints.rest_url, timeout=config.http_timeout_secs)
        provider = ParadexInstrumentProvider(Rest(http), clock, config.instrument_provider)
        return ParadexExecutionClient(
            loop,
            msgbus,
            cache,
            clock,
            http,
            provider,
            config,
            endpoints,
            credentials,
            name,
            routing_venue(msgbus, name),
        )
