"""A node that trades while sessions are cut and somebody else trades on its account: in the end
its cache must say what the venue says, of every order, whoever placed it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import anyio
import pytest
from nautilus_trader.model.enums import OrderSide

from paradex_venue import Venue
from paradex_venue.faults import MessageRule
from tests.adapter.agreement import differences
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

STEPS = 30
PRICES = {"BUY": ("94000", "94995", "95010"), "SELL": ("96000", "95005", "94990")}


class Day:
    """Things that happen, one at a time."""

    def __init__(self, seed: int, desk: Desk, venue: Venue, elsewhere: Trader) -> None:
        self._rng = random.Random(seed)
        self._desk = desk
        self._venue = venue
        self._elsewhere = elsewhere
        self._account = venue.exchange.accounts[ALICE.address]

    async def goes_by(self) -> None:
        events: list[Callable[[], Awaitable[object]]] = [
            *[self._submit] * 5,
            *[self._cancel] * 2,
            *[self._modify] * 3,
            *[self._trade] * 3,
            *[self._others_submit] * 2,
            self._venue_cancels,
            self._cut,
            self._twice,
        ]
        for _ in range(STEPS):
            await self._rng.choice(events)()
            if self._rng.random() < 0.7:  # otherwise the next comes before this is told
                await anyio.wait_all_tasks_blocked()

    async def _submit(self) -> None:
        side = self._rng.choice(("BUY", "SELL"))
        price, size = self._rng.choice(PRICES[side]), self._rng.choice(("0.1", "1.2"))
        probe, our_side = self._desk.probe, OrderSide[side]
        if self._rng.random() < 0.3:
            probe.submit_order(probe.market(our_side, size))
        else:
            post_only = self._rng.random() < 0.3
            probe.submit_order(probe.limit(our_side, size, price, post_only=post_only))

    async def _cancel(self) -> None:
        orders = self._desk.cache.orders_open(strategy_id=self._desk.probe.id)
        if orders:
            self._desk.probe.cancel_order(self._rng.choice(orders))

    async def _modify(self) -> None:
        probe = self._desk.probe
        orders = self._desk.cache.orders_open(strategy_id=probe.id)
        orders = [order for order in orders if order.has_price]
        if orders:
            order, instrument = self._rng.choice(orders), self._desk.cache.instrument(BTC)
            price = self._rng.choice(PRICES[order.side_string()])
            size = self._rng.choice(("0.1", "0.6", "1.2", "1.5"))
            quantity, limit = instrument.make_qty(size), instrument.make_price(price)
            probe.modify_order(order, quantity=quantity, price=limit)

    async def _others_submit(self) -> None:
        side = self._rng.choice(("BUY", "SELL"))
        name = self._rng.choice(("", f"theirs-{self._rng.random()}"))
        price = self._rng.choice(PRICES[side])
        await self._elsewhere.submit(side=side, price=price, size="0.7", client_id=name)

    def _resting(self) -> str | None:
        resting = self._account.open_orders(MARKET)
        return self._rng.choice(resting).id if resting else None

    async def _trade(self) -> None:
        if order_id := self._resting():
            self._venue.control.trade(ALICE.address, order_id, self._rng.choice(("0.05", "")))
        self._venue.control.fill_book(MARKET, BIDS, ASKS)

    async def _venue_cancels(self) -> None:
        if order_id := self._resting():
            self._venue.control.cancel(ALICE.address, order_id)

    async def _cut(self) -> None:
        self._venue.control.cut("all")

    async def _twice(self) -> None:
        for channel in ("orders.", "fills."):
            self._venue.control.add_fault(MessageRule(kind="duplicate", channel=channel, count=3))


@pytest.mark.parametrize("seed", range(1, 4))
async def test_node_and_venue_agree_in_the_end(venue: Venue, elsewhere: Trader, seed: int) -> None:
    await elsewhere.log_in()
    account = venue.exchange.accounts[ALICE.address]
    async with trading(venue) as desk:
        await Day(seed, desk, venue, elsewhere).goes_by()
        try:
            await desk.until(lambda: not differences(desk, account))
        except TimeoutError:
            assert differences(desk, account) == []
        # Nothing that is told twice has counted twice: ask for everything once more.
        desk.account.reconcile()
        await desk.until(lambda: desk.states["reconciliation"] == "idle")
        await desk.until(lambda: not differences(desk, account))
