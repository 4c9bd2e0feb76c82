"""The TradingNode of the demonstration, configured as one for Paradex should be."""

from __future__ import annotations

from pathlib import Path

from nautilus_trader.config import (
    InstrumentProviderConfig,
    LiveDataEngineConfig,
    LiveExecEngineConfig,
    LiveRiskEngineConfig,
    LoggingConfig,
    TradingNodeConfig,
)
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.identifiers import InstrumentId, TraderId

from examples.demo.account import TraderAccount
from paradex_adapter import (
    PARADEX,
    ParadexDataClientConfig,
    ParadexExecClientConfig,
    ParadexLiveDataClientFactory,
    ParadexLiveExecClientFactory,
)

LOG_NAME = "node"


def build_node(
    rest_url: str, account: TraderAccount, market: InstrumentId, out: Path
) -> TradingNode:
    """A node ready to run, with its log in the folder `out`. Call it in a running event loop."""
    node = TradingNode(_config(rest_url, account, market, out))
    node.add_data_client_factory(PARADEX, ParadexLiveDataClientFactory)
    node.add_exec_client_factory(PARADEX, ParadexLiveExecClientFactory)
    node.build()
    return node


def log_of(out: Path) -> Path:
    """Where the node of `build_node` writes its log."""
    return out / f"{LOG_NAME}.log"


def _config(
    rest_url: str, account: TraderAccount, market: InstrumentId, out: Path
) -> TradingNodeConfig:
    provider = InstrumentProviderConfig(load_ids=frozenset({market}))
    return TradingNodeConfig(
        trader_id=TraderId("DEMO-001"),
        logging=_logging(out),
        # A bug in the strategy ends the node, not the process.
        data_engine=LiveDataEngineConfig(graceful_shutdown_on_exception=True),
        risk_engine=LiveRiskEngineConfig(graceful_shutdown_on_exception=True),
        exec_engine=LiveExecEngineConfig(
            graceful_shutdown_on_exception=True,
            # The engine would declare an order dead after five unanswered questions. The adapter
            # asks the venue itself, and goes on until there is evidence.
            inflight_check_interval_ms=0,
        ),
        data_clients={
            PARADEX: ParadexDataClientConfig(environment=rest_url, instrument_provider=provider)
        },
        exec_clients={
            PARADEX: ParadexExecClientConfig(
                environment=rest_url,
                l2_address=account.address,
                l2_private_key=account.private_key,
                instrument_provider=provider,
            )
        },
        timeout_connection=60.0,
        timeout_post_stop=1.0,
    )


def _logging(out: Path) -> LoggingConfig:
    return LoggingConfig(
        log_level="OFF",  # standard output is the story's
        log_level_file="WARNING",
        log_directory=str(out),
        log_file_name=LOG_NAME,
        log_colors=False,
    )
