"""Nautilus's own `ExecTester` in a node: it only trades and logs, so what it did is asserted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import count
from typing import Any

import anyio
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import Order
from nautilus_trader.test_kit.strategies.tester_exec import ExecTester, ExecTesterConfig

from paradex_venue import Venue
from paradex_venue.records import Account
from paradex_venue.records import Order as VenueOrder
from statecharts import Record, Step
from tests.adapter.node import BTC, MARKET, PATIENCE, Desk, built, node_config, running
from tests.venue.trader import ALICE

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")
REJECTED = ("Initialized", "Submitted", "Rejected")
WAYS = ("websocket", "rest")
SIZE = Decimal("0.1")
NO_LIMITS = {"enable_limit_buys": False, "enable_limit_sells": False}
LEFT_BEHIND = {"cancel_orders_on_stop": False, "close_positions_on_stop": False}
QUIETLY = {"subscribe_trades": False, "log_data": False, "strategy_id": "EXEC-001"}


def only(side: OrderSide, **config: Any) -> dict[str, Any]:
    """Limit orders of one side."""
    return {"enable_limit_buys": side == BUY, "enable_limit_sells": side == SELL} | config


def only_stops(side: OrderSide, **config: Any) -> dict[str, Any]:
    """Conditional orders of one side."""
    return NO_LIMITS | {"enable_stop_buys": side == BUY, "enable_stop_sells": side == SELL} | config


def truth(venue: Venue) -> Account:
    """The venue's own record of the account."""
    return venue.exchange.accounts[ALICE.address]


def price(desk: Desk, text: str) -> Price:
    return desk.cache.instrument(BTC).make_price(text)


def quantity(desk: Desk, size: Decimal | str = SIZE) -> Quantity:
    return desk.cache.instrument(BTC).make_qty(size)


async def until_there(holds: Callable[[], Any]) -> None:
    """Wait until it is so at the venue, whatever the node knows of it."""
    with anyio.fail_after(PATIENCE):
        while not holds():
            await anyio.lowlevel.checkpoint()


def state(desk: Desk, order: Order) -> str | None:
    """Where the order's chart is."""
    return desk.states.get(f"order {order.client_order_id}")


class Trial:
    """A node with the tester at work in it."""

    def __init__(self, venue: Venue, desk: Desk, tester: ExecTester) -> None:
        self.venue = venue
        self.desk = desk
        self.tester = tester
        self.heard: set[tuple[str, str]] = set()
        self._sizes = count(1001)
        desk.node.kernel.msgbus.subscribe("charts.*", self._stepped)

    @property
    def truth(self) -> Account:
        return truth(self.venue)

    @property
    def orders(self) -> list[Order]:
        """The tester's, oldest first."""
        orders = self.desk.cache.orders(strategy_id=self.tester.id)
        return sorted(orders, key=lambda order: (order.ts_init, order.client_order_id.value))

    def quote(self, bid: str = "94990", ask: str = "95010") -> None:
        """Make the market this: one quote, and at each the tester does what it is there for."""
        size = str(Decimal(next(self._sizes)) / 1000)
        self.venue.control.fill_book(MARKET, [(bid, size)], [(ask, size)])

    async def order(self, *story: str, number: int = 0) -> Order:
        """The tester's order, once that is its story; an emulated one is another object when it
        is released."""
        await self.desk.until(
            lambda: [self.desk.story(each) for each in self.orders[number:]][:1] == [[*story]]
        )
        return self.orders[number]

    def at_venue(self, order: Order) -> VenueOrder:
        """The venue's own record of an order."""
        (found,) = (each for each in self.truth.orders if each.id == order.venue_order_id.value)
        return found

    async def has_heard(self, chart: str, order: Order, event: str) -> None:
        """Wait until the order's or the command's chart was told of this event."""
        await self.desk.until(lambda: (f"{chart} {order.client_order_id}", event) in self.heard)

    async def stop(self) -> None:
        """Stop the tester, and wait until it has cleaned up as it was told to."""
        cache = self.desk.cache
        self.tester.stop()
        await self.desk.until(
            lambda: not (cache.orders_open() or cache.orders_inflight() or cache.positions_open())
        )
        assert not self.truth.live

    def _stepped(self, record: Record) -> None:
        if isinstance(record, Step):
            self.heard.add((record.chart, record.event))


@asynccontextmanager
async def trial(
    venue: Venue, *, node: dict[str, Any] | None = None, **config: Any
) -> AsyncIterator[Trial]:
    """`config` is the tester's, `node` the node's (`node_config`). No quote is told yet."""
    async with built(node_config(venue, **(node or {})), strategies=0) as desk:
        settings = QUIETLY | {"instrument_id": BTC, "order_qty": SIZE, "order_id_tag": "001"}
        tester = ExecTester(ExecTesterConfig(**settings | config))
        desk.node.trader.add_strategy(tester)
        async with running(desk):
            await desk.until(lambda: tester.is_running)
            if tester.config.subscribe_quotes:
                await desk.until(lambda: desk.is_active(f"bbo.{MARKET}"))
            yield Trial(venue, desk, tester)


@asynccontextmanager
async def restarted(venue: Venue, **node: Any) -> AsyncIterator[Trial]:
    """Another node on the same account, with an empty cache; its strategy claims what is found
    and does nothing."""
    claims = {"external_order_claims": [BTC], "dry_run": True, "subscribe_quotes": False}
    async with trial(venue, node=node, **claims) as at:
        yield at
