"""Trade on Paradex: a bid that rests far below the market, once, until Ctrl-C.

    export PARADEX_TESTNET_L2_ADDRESS=0x…       # the account
    export PARADEX_TESTNET_L2_PRIVATE_KEY=0x…   # its Stark key, or a subkey's
    python -m examples.quickstart

The venue is Paradex's TESTNET, or what PARADEX_ENVIRONMENT says: PROD, or a base URL such as
http://127.0.0.1:8080/v1. Away from TESTNET the account is in PARADEX_L2_ADDRESS and
PARADEX_L2_PRIVATE_KEY.
"""

from __future__ import annotations

import os
import sys
from decimal import Decimal

from nautilus_trader.config import (
    InstrumentProviderConfig,
    LiveExecEngineConfig,
    LoggingConfig,
    TradingNodeConfig,
)
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId, TraderId
from nautilus_trader.trading.strategy import Strategy

from paradex_adapter import (
    PARADEX,
    ParadexDataClientConfig,
    ParadexExecClientConfig,
    ParadexLiveDataClientFactory,
    ParadexLiveExecClientFactory,
)
from paradex_adapter.errors import ConfigError

MARKET = InstrumentId.from_str("ETH-USD-PERP.PARADEX")


class Bidder(Strategy):
    """Bids 3 % below the first quote it sees, and takes the bid back when it is stopped."""

    def on_start(self) -> None:
        self.subscribe_quote_ticks(MARKET)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        if self.cache.orders(strategy_id=self.id):
            return
        instrument = self.cache.instrument(MARKET)
        order = self.order_factory.limit(
            MARKET,
            OrderSide.BUY,
            instrument.make_qty(Decimal("0.01")),
            instrument.make_price(tick.bid_price.as_decimal() * Decimal("0.97")),
            post_only=True,
        )
        self.submit_order(order)

    def on_stop(self) -> None:
        self.cancel_all_orders(MARKET)
        self.unsubscribe_quote_ticks(MARKET)


def main() -> int:
    """Run until Ctrl-C. 2 where a setting cannot work."""
    environment = os.environ.get("PARADEX_ENVIRONMENT", "TESTNET")
    try:
        node = build(environment)
    except ConfigError as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return 2
    try:
        node.run()
    finally:
        node.dispose()
    return 0


def build(environment: str) -> TradingNode:
    """A node with the strategy above. `ConfigError` names the setting that cannot work."""
    instruments = InstrumentProviderConfig(load_ids=frozenset({MARKET}))
    node = TradingNode(
        TradingNodeConfig(
            trader_id=TraderId("TRADER-001"),
            logging=LoggingConfig(log_level="INFO"),
            # The adapter asks the venue about unanswered orders itself, until there is evidence;
            # the engine would declare them dead after a while.
            exec_engine=LiveExecEngineConfig(inflight_check_interval_ms=0),
            data_clients={
                PARADEX: ParadexDataClientConfig(
                    environment=environment, instrument_provider=instruments
                )
            },
            # The account and its key are taken from the environment variables.
            exec_clients={
                PARADEX: ParadexExecClientConfig(
                    environment=environment, instrument_provider=instruments
                )
            },
            timeout_post_stop=3.0,
        )
    )
    node.add_data_client_factory(PARADEX, ParadexLiveDataClientFactory)
    node.add_exec_client_factory(PARADEX, ParadexLiveExecClientFactory)
    node.build()
    node.trader.add_strategy(Bidder())
    return node


if __name__ == "__main__":
    sys.exit(main())
