"""One seed: a node is killed, the market goes on without it, another node takes over."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO
from unittest import mock

import anyio
from nautilus_trader.model.events import OrderSubmitted
from nautilus_trader.model.orders import Order

from paradex_venue import Venue, VenueConfig
from paradex_venue.events import Event, Filled, OrderChanged
from paradex_venue.records import Account
from tests.adapter.agreement import differences
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, built, node_config, running
from tests.restart.trader import knobs
from tests.simulation.changes import Changes
from tests.venue.trader import ALICE

VENUE = VenueConfig(market_maker=False, control=False, latency_open=0.002)
PATIENCE = 30.0
MOST_EVENTS = 90
GRACE_MS = 300


@dataclass(slots=True)
class Report:
    """`wrong` is empty when the second node knows what the venue knows; `states` are those of the
    venue's orders when the first was killed, `remembered` are those found in the cache, `resolved`
    the ones among them that the venue never got."""

    seed: int
    events: int = 0
    wrong: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    remembered: int = 0
    resolved: int = 0
    words: list[str] = field(default_factory=list)


async def run(seed: int, redis_port: int | None) -> Report:
    """Kill at the moment of a venue event that the seed chooses, before the word of it leaves."""
    rng = random.Random(seed)
    report = Report(seed, events=rng.randrange(1, MOST_EVENTS))
    async with Venue(VENUE) as venue:
        venue.control.register(ALICE.config())
        venue.control.fill_book(MARKET, BIDS, ASKS)
        account = venue.exchange.accounts[ALICE.address]
        report.words = await _trade_until_killed(venue, seed, redis_port, report.events)
        report.states = Counter(order.status for order in account.orders)
        _go_on(rng, venue, account)
        async with _another(venue, redis_port) as desk:
            await _settle(desk, account, report)
            names = Counter(order.client_id for order in account.orders)
            report.wrong += [f"{name} was placed {n} times" for name, n in names.items() if n > 1]
            _count(desk, account, report)
            await _wind_up(desk, account, report)
    return report


async def _trade_until_killed(
    venue: Venue, seed: int, redis_port: int | None, events: int
) -> list[str]:
    """Everything that the first node printed: above all the steps of its charts."""
    with tempfile.TemporaryFile() as words:
        process = _start(venue, seed, redis_port, words)
        changes, seen = Changes(), 0

        def count(event: Event) -> None:
            nonlocal seen
            seen += isinstance(event, OrderChanged | Filled)
            if seen >= events and process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            changes.tell()

        venue.exchange.listeners.append(count)
        try:
            with anyio.move_on_after(PATIENCE):
                await changes.until(lambda: seen >= events)
        finally:
            venue.exchange.listeners.remove(count)
            process.kill()
            process.wait()
        words.seek(0)
        lines = words.read().decode().splitlines()
        assert seen >= events, "\n".join([f"{seen} events of {events}", *lines[-200:]])
        return lines


def _start(
    venue: Venue, seed: int, redis_port: int | None, words: IO[bytes]
) -> subprocess.Popen[bytes]:
    redis = [] if redis_port is None else [str(redis_port)]
    arguments = [sys.executable, "-m", "tests.restart.trader", venue.rest_url, str(seed), *redis]
    return subprocess.Popen(arguments, stdout=words, stderr=words)


def _go_on(rng: random.Random, venue: Venue, account: Account) -> None:
    """While nobody is there some orders are filled, some canceled, some left alone."""
    for order in account.open_orders(MARKET):
        match rng.randrange(4):
            case 0:
                venue.control.trade(ALICE.address, order.id)
            case 1:
                venue.control.trade(ALICE.address, order.id, "0.05")
            case 2:
                venue.control.cancel(ALICE.address, order.id)


@asynccontextmanager
async def _another(venue: Venue, redis_port: int | None) -> AsyncIterator[Desk]:
    config = node_config(venue, **knobs(redis_port))
    with mock.patch("paradex_adapter.adoption.VALIDITY_GRACE_MS", GRACE_MS):
        async with built(config, external_order_claims=[BTC]) as desk, running(desk):
            with anyio.fail_after(PATIENCE):
                await desk.changes.until(lambda: desk.probe.is_running)
            yield desk


async def _settle(desk: Desk, account: Account, report: Report) -> None:
    with anyio.move_on_after(PATIENCE):
        await desk.changes.until(lambda: not _wrong(desk, account))
        desk.account.reconcile()  # what is told twice must not count twice
        await desk.changes.until(lambda: desk.states["reconciliation"] == "idle")
        await desk.changes.until(lambda: not _wrong(desk, account))
    report.wrong += _wrong(desk, account)


def _wrong(desk: Desk, account: Account) -> list[str]:
    found = differences(desk, account)
    live = {order.client_id for order in account.live.values()}
    for order in desk.cache.orders():
        name = order.client_order_id.value
        if order.strategy_id != desk.probe.id:
            found.append(f"{name} is of {order.strategy_id}")
        # One that was written down and never sent is neither open nor in flight: Nautilus leaves it
        # to its strategy.
        is_working = order.is_open or order.is_inflight
        if is_working and name not in live:
            found.append(f"{name} is {order.status_string()}, and not live")
    names = {order.client_order_id.value for order in desk.cache.orders()}
    return found + [f"{name} has lost its name" for name in live - names]


async def _wind_up(desk: Desk, account: Account, report: Report) -> None:
    """The second node can do with the orders what it likes."""
    for order in desk.cache.orders_open():
        desk.probe.cancel_order(order)
    with anyio.move_on_after(PATIENCE):
        await desk.changes.until(lambda: not account.live and not desk.cache.orders_open())
    report.wrong += [f"{order} could not be canceled" for order in account.live.values()]
    report.wrong += [f"{order} does not end" for order in desk.cache.orders_open()]


def _count(desk: Desk, account: Account, report: Report) -> None:
    arrived = {order.client_id for order in account.orders}
    kept = [order for order in desk.cache.orders() if _was_submitted(order)]
    report.remembered = len(kept)
    report.resolved = sum(order.client_order_id.value not in arrived for order in kept)


def _was_submitted(order: Order) -> bool:
    """Nobody tells of a submission but the node that submitted: its cache was kept."""
    return any(isinstance(event, OrderSubmitted) for event in order.events)
