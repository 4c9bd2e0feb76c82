"""`python -m tests.restart.trader REST_URL SEED [REDIS_PORT]`: a node that trades until killed."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nautilus_trader.common.events import TimeEvent
from nautilus_trader.config import CacheConfig, DatabaseConfig
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.orders import Order

from paradex_adapter import (
    PARADEX,
    ParadexLiveDataClientFactory,
    ParadexLiveExecClientFactory,
)
from statecharts import Record
from tests.adapter.node import BTC, Probe, node_config
from tests.simulation.changes import Changes

PACE = timedelta(milliseconds=10)
MOST_OPEN = 12
RECV_WINDOW_MS = 500
PRICES = {
    OrderSide.BUY: ("94000", "94500", "94995", "95010"),
    OrderSide.SELL: ("96000", "95500", "95005", "94990"),
}


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A venue in another process."""

    rest_url: str


def knobs(redis_port: int | None) -> dict[str, Any]:
    """The settings that the killed node and the one after it share."""
    database = None if redis_port is None else DatabaseConfig(host="127.0.0.1", port=redis_port)
    cache = None if database is None else CacheConfig(database=database)
    return {"cache": cache, "execution": {"recv_window_ms": RECV_WINDOW_MS}}


class Restless(Probe):
    """Does something every few milliseconds."""

    def __init__(self, seed: int) -> None:
        super().__init__(Changes(), "001")
        self._rng = random.Random(seed)

    def on_start(self) -> None:
        self.clock.set_timer("pace", PACE, callback=self._act)

    def _act(self, _: TimeEvent) -> None:
        act = self._rng.choice([self._submit] * 4 + [self._cancel] * 2 + [self._modify] * 3)
        act()

    def _submit(self) -> None:
        orders = self.cache.orders(strategy_id=self.id)
        if sum(not order.is_closed for order in orders) >= MOST_OPEN:
            return
        side, size = self._rng.choice([*PRICES]), self._rng.choice(("0.1", "0.7", "1.2"))
        if self._rng.random() < 0.2:
            self.submit_order(self.market(side, size))
        else:
            self.submit_order(self.limit(side, size, self._rng.choice(PRICES[side])))

    def _cancel(self) -> None:
        if order := self._one(self.cache.orders(strategy_id=self.id)):
            self.cancel_order(order)

    def _modify(self) -> None:
        if order := self._one(self.cache.orders_open(strategy_id=self.id)):
            instrument = self.cache.instrument(BTC)
            quantity = instrument.make_qty(self._rng.choice(("0.1", "0.5", "1.5")))
            price = instrument.make_price(self._rng.choice(PRICES[order.side]))
            self.modify_order(order, quantity=quantity, price=price)

    def _one(self, orders: list[Order]) -> Order | None:
        orders = sorted(
            (order for order in orders if order.has_price and not order.is_closed),
            key=lambda order: order.ts_init,
        )
        return self._rng.choice(orders) if orders else None


def _tell(record: Record) -> None:
    print(f"{record.chart}: {record}", flush=True)


def main(url: str, seed: str, redis_port: str = "") -> None:
    """Trade until killed."""
    chosen = knobs(int(redis_port) if redis_port else None)
    node = TradingNode(node_config(Somewhere(url), **chosen))
    node.add_data_client_factory(PARADEX, ParadexLiveDataClientFactory)
    node.add_exec_client_factory(PARADEX, ParadexLiveExecClientFactory)
    node.build()
    node.trader.add_strategy(Restless(int(seed)))
    node.kernel.msgbus.subscribe("charts.*", _tell)
    node.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
