"""Nautilus's own `ExecTester` in a node: it only trades and logs, so what it did is asserted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.orders import Order
from nautilus_trader.test_kit.strategies.tester_exec import ExecTester, ExecTesterConfig

from paradex_venue import Venue
from paradex_venue.records import Account
from tests.adapter.node import BTC, Desk, built, node_config, running
from tests.venue.trader import ALICE

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")
QUIETLY = {"subscribe_trades": False, "log_data": False, "strategy_id": "EXEC-001"}


class Trial:
    """A node with the tester at work in it."""

    def __init__(self, venue: Venue, desk: Desk, tester: ExecTester) -> None:
        self.venue = venue
        self.desk = desk
        self.tester = tester

    @property
    def truth(self) -> Account:
        return self.venue.exchange.accounts[ALICE.address]

    @property
    def orders(self) -> list[Order]:
        """The tester's, oldest first."""
        orders = self.desk.cache.orders(strategy_id=self.tester.id)
        return sorted(orders, key=lambda order: (order.ts_init, order.client_order_id.value))

    async def order(self, *story: str, number: int = 0) -> Order:
        """The tester's order, once that is its story."""
        await self.desk.until(lambda: len(self.orders) > number)
        order = self.orders[number]
        await self.desk.told(order, *story)
        return order

    async def stop(self) -> None:
        """Stop the tester, and wait until it has cleaned up as it was told to."""
        self.tester.stop()
        await self.desk.until(lambda: not self.truth.live and not self.desk.cache.orders_open())
        assert not self.desk.cache.orders_inflight()


@asynccontextmanager
async def trial(
    venue: Venue, *, node: dict[str, Any] | None = None, **config: Any
) -> AsyncIterator[Trial]:
    """`config` is the tester's, `node` the node's (`node_config`)."""
    async with built(node_config(venue, **(node or {})), strategies=0) as desk:
        settings = QUIETLY | {
            "instrument_id": BTC,
            "order_qty": Decimal("0.1"),
            "order_id_tag": "001",
        }
        tester = ExecTester(ExecTesterConfig(**settings | config))
        desk.node.trader.add_strategy(tester)
        async with running(desk):
            await desk.until(lambda: tester.is_running)
            yield Trial(venue, desk, tester)
