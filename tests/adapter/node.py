"""A real `TradingNode` with our clients in it, and a strategy that writes down what it is told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
from nautilus_trader.config import (
    InstrumentProviderConfig,
    LiveDataEngineConfig,
    LiveExecEngineConfig,
    LiveRiskEngineConfig,
    LoggingConfig,
    StrategyConfig,
    TradingNodeConfig,
)
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.data import (
    FundingRateUpdate,
    IndexPriceUpdate,
    MarkPriceUpdate,
    OrderBookDeltas,
    QuoteTick,
    TradeTick,
)
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.events import OrderEvent
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.orders import Order
from nautilus_trader.trading.strategy import Strategy

from paradex_adapter import (
    PARADEX,
    ParadexDataClientConfig,
    ParadexExecClientConfig,
    ParadexExecutionClient,
    ParadexLiveDataClientFactory,
    ParadexLiveExecClientFactory,
)
from paradex_adapter.account import TradingAccount
from paradex_venue import Venue
from statecharts import Record, Step
from tests.simulation.changes import Changes
from tests.venue.trader import ALICE

BTC = InstrumentId.from_str("BTC-USD-PERP.PARADEX")
MARKET = BTC.symbol.value
PATIENCE = 8.0
BIDS = [("94990", "1"), ("94980", "2"), ("94970", "3")]
ASKS = [("95010", "1"), ("95020", "2"), ("95030", "3")]


class Probe(Strategy):
    """Does nothing of its own accord."""

    def __init__(self, changes: Changes, tag: str, **config: Any) -> None:
        super().__init__(StrategyConfig(strategy_id=f"PROBE-{tag}", order_id_tag=tag, **config))
        self._changes = changes
        self.quotes: list[QuoteTick] = []
        self.trades: list[TradeTick] = []
        self.figures: list[MarkPriceUpdate | IndexPriceUpdate | FundingRateUpdate] = []
        self.history: list[Any] = []
        self.deltas: list[OrderBookDeltas] = []
        self.instruments: list[Instrument] = []

    def on_start(self) -> None:
        self._changes.tell()

    def on_stop(self) -> None:
        self._changes.tell()

    def on_event(self, event: Any) -> None:
        self._changes.tell()

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.quotes.append(tick)
        self._changes.tell()

    def on_trade_tick(self, tick: TradeTick) -> None:
        self.trades.append(tick)
        self._changes.tell()

    def on_mark_price(self, update: MarkPriceUpdate) -> None:
        self.figures.append(update)
        self._changes.tell()

    def on_index_price(self, update: IndexPriceUpdate) -> None:
        self.figures.append(update)
        self._changes.tell()

    def on_funding_rate(self, update: FundingRateUpdate) -> None:
        self.figures.append(update)
        self._changes.tell()

    def on_historical_data(self, data: Any) -> None:
        self.history.append(data)
        self._changes.tell()

    def on_order_book_deltas(self, deltas: OrderBookDeltas) -> None:
        self.deltas.append(deltas)
        self._changes.tell()

    def on_instrument(self, instrument: Instrument) -> None:
        self.instruments.append(instrument)
        self._changes.tell()

    # Orders on BTC, for the shortness of tests

    def limit(self, side: OrderSide, size: str, price: str, **terms: Any) -> Order:
        """A limit order, not submitted."""
        instrument = self.cache.instrument(BTC)
        quantity, at = instrument.make_qty(size), instrument.make_price(price)
        return self.order_factory.limit(BTC, side, quantity, at, **terms)

    def market(self, side: OrderSide, size: str, **terms: Any) -> Order:
        """A market order, not submitted."""
        quantity = self.cache.instrument(BTC).make_qty(size)
        return self.order_factory.market(BTC, side, quantity, **terms)


class Desk:
    """A node at work.

    `events` are the order events of every strategy, in their order; `states` where each chart is
    (`"subscription bbo.BTC-USD-PERP"` → `"active"`), as the message bus tells it.
    """

    def __init__(
        self, node: TradingNode, changes: Changes, probes: list[Probe], clients: list[Any]
    ) -> None:
        self.node = node
        self.clients = clients
        self.changes = changes
        self.probes = probes
        self.events: list[OrderEvent] = []
        self.states: dict[str, str] = {}
        msgbus = node.kernel.msgbus
        msgbus.subscribe("events.order.*", self.events.append)
        msgbus.subscribe("charts.*", self._stepped)
        for topic in ("events.*", "charts.*", "data.*"):
            msgbus.subscribe(topic, changes.tell)

    @property
    def probe(self) -> Probe:
        return self.probes[0]

    @property
    def cache(self) -> Any:
        return self.node.kernel.cache

    @property
    def execution(self) -> ParadexExecutionClient:
        (client,) = (each for each in self.clients if isinstance(each, ParadexExecutionClient))
        return client

    @property
    def account(self) -> TradingAccount:
        return self.execution.venue_account

    def _stepped(self, record: Record) -> None:
        if isinstance(record, Step):
            self.states[record.chart] = record.target[0]

    def is_active(self, *channels: str) -> bool:
        """Whether all these channels are subscribed."""
        return all(self.states.get(f"subscription {name}") == "active" for name in channels)

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until `holds()`, looked at after every change, with a deadline."""
        with anyio.fail_after(PATIENCE):
            await self.changes.until(holds)

    def story(self, order: Order) -> list[str]:
        """The names of the order's events, as they were applied, without `Order`."""
        return [type(event).__name__.removeprefix("Order") for event in order.events]

    async def told(self, order: Order, *names: str) -> None:
        """Wait until the order's story is exactly this."""
        await self.until(lambda: self.story(order) == list(names))


def node_config(venue: Venue, **knobs: Any) -> TradingNodeConfig:
    """`data` and `execution` are overrides of the clients' configs, `engine` of the execution
    engine's, `cache` is the cache's; None for `data` or `execution` leaves the client out."""
    provider = InstrumentProviderConfig(load_ids=frozenset({BTC}))
    common: dict[str, Any] = {
        "environment": venue.rest_url,
        "instrument_provider": provider,
        "reconnect_delay_initial_ms": 20,
    }
    credentials = {"l2_address": ALICE.address, "l2_private_key": ALICE.private}
    data, execution = knobs.get("data", {}), knobs.get("execution", {})
    data_config = None if data is None else ParadexDataClientConfig(**common | data)
    exec_config = (
        None if execution is None else ParadexExecClientConfig(**common | credentials | execution)
    )
    exec_clients = {} if exec_config is None else {PARADEX: exec_config}
    for name, overrides in knobs.get("accounts", {}).items():
        exec_clients[name] = ParadexExecClientConfig(**common | overrides)
    engine = {"inflight_check_interval_ms": 0, "graceful_shutdown_on_exception": True}
    return TradingNodeConfig(
        trader_id="TESTER-001",
        logging=knobs.get("logging", LoggingConfig(log_level="OFF")),
        data_engine=LiveDataEngineConfig(graceful_shutdown_on_exception=True),
        risk_engine=LiveRiskEngineConfig(graceful_shutdown_on_exception=True),
        exec_engine=LiveExecEngineConfig(**engine | knobs.get("engine", {})),
        cache=knobs.get("cache"),
        data_clients={} if data_config is None else {PARADEX: data_config},
        exec_clients=exec_clients,
        timeout_connection=knobs.get("timeout_connection", PATIENCE),
        timeout_post_stop=0.01,
    )


@asynccontextmanager
async def trading(venue: Venue, *, strategies: int = 1, **knobs: Any) -> AsyncIterator[Desk]:
    """A node that is connected, reconciled and running its probes; stopped in the end."""
    async with built(node_config(venue, **knobs), strategies=strategies) as desk, running(desk):
        await desk.until(lambda: all(probe.is_running for probe in desk.probes))
        yield desk


@asynccontextmanager
async def built(
    config: TradingNodeConfig, *, strategies: int = 1, **strategy: Any
) -> AsyncIterator[Desk]:
    """A node that is built and not started; what it took from the event loop is given back.
    `strategy` are settings of each strategy."""
    changes, clients = Changes(), []
    node = TradingNode(config)
    try:
        node.add_data_client_factory(PARADEX, _kept(ParadexLiveDataClientFactory, clients))
        for name in config.exec_clients:
            node.add_exec_client_factory(name, _kept(ParadexLiveExecClientFactory, clients))
        node.build()
        tags = [f"{number:03}" for number in range(1, strategies + 1)]
        probes = [Probe(changes, tag, **strategy) for tag in tags]
        for probe in probes:
            node.trader.add_strategy(probe)
        yield Desk(node, changes, probes, clients)
    finally:
        # `TradingNode.dispose` would stop the event loop, which is not the node's here.
        node.kernel.dispose()
        node.kernel.executor.shutdown(wait=True)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGABRT):
            node.kernel.loop.remove_signal_handler(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[None]:
    """The node runs meanwhile."""
    task = asyncio.create_task(desk.node.run_async())
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await desk.node.stop_async()
            await task


def _kept(factory: type, clients: list[Any]) -> type:
    """The factory, keeping what it makes: the engines do not give it away."""

    class Keeping(factory):
        @staticmethod
        def create(**settings: Any) -> Any:
            clients.append(factory.create(**settings))
            return clients[-1]

    return Keeping
