"""A Paradex adapter for NautilusTrader in which every lifecycle is a statechart.

The names a Nautilus user needs are here. They are imported when first asked for, so that the
charts can be read and drawn where no trading platform is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paradex_adapter.account_data import ParadexFundingPayment, ParadexTradeBust
    from paradex_adapter.config import ParadexDataClientConfig, ParadexExecClientConfig
    from paradex_adapter.constants import PARADEX, PARADEX_CLIENT_ID, PARADEX_VENUE
    from paradex_adapter.data import ParadexDataClient
    from paradex_adapter.execution import ParadexExecutionClient
    from paradex_adapter.factories import (
        ParadexLiveDataClientFactory,
        ParadexLiveExecClientFactory,
    )
    from paradex_adapter.providers import ParadexInstrumentProvider

_HOMES = {
    "PARADEX": "constants",
    "PARADEX_CLIENT_ID": "constants",
    "PARADEX_VENUE": "constants",
    "ParadexDataClient": "data",
    "ParadexDataClientConfig": "config",
    "ParadexExecClientConfig": "config",
    "ParadexExecutionClient": "execution",
    "ParadexFundingPayment": "account_data",
    "ParadexInstrumentProvider": "providers",
    "ParadexLiveDataClientFactory": "factories",
    "ParadexLiveExecClientFactory": "factories",
    "ParadexTradeBust": "account_data",
}

__all__ = [
    "PARADEX",
    "PARADEX_CLIENT_ID",
    "PARADEX_VENUE",
    "ParadexDataClient",
    "ParadexDataClientConfig",
    "ParadexExecClientConfig",
    "ParadexExecutionClient",
    "ParadexFundingPayment",
    "ParadexInstrumentProvider",
    "ParadexLiveDataClientFactory",
    "ParadexLiveExecClientFactory",
    "ParadexTradeBust",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
