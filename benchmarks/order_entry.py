"""How long an order command takes over the session and over REST, side by side.

A local venue runs in a process of its own; here is an account as the execution client opens it, on
uvloop as a `TradingNode` runs it. Each command goes both ways in turn, the first one changing, so
that both meet the same machine. Times are from handing the command over until its answer is read;
`ours` is what this process's thread worked meanwhile, which a busy machine changes little.

The venue checks each order's signature, which costs it as much either way; what a command costs
without that is shown by a cancel the venue refuses because it has no such order. Prints Markdown
for `RESULTS.md`:

    python -m benchmarks.order_entry                # 1,000 of each, about half a minute
    python -m benchmarks.order_entry --rounds 200
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from statistics import median, quantiles
from typing import Any

import uvloop

from paradex_adapter.account import TradingAccount, open_account
from paradex_adapter.environment import Credentials, Endpoints
from paradex_adapter.errors import VenueError
from paradex_adapter.order_bodies import OrderBodies
from paradex_adapter.order_entry import OrderEntry, RestOrderEntry, SessionOrderEntry
from paradex_adapter.terms import Draft
from paradex_adapter.transport.http import Http
from paradex_adapter.wire.signing import Signer

MARKET, FAR = "BTC-USD-PERP", "80000"
PRIVATE_KEY = "0x543b6cf6c91817a87174aaea4fb370ac1c694e864d7740d728f8344d53e815"
PUBLIC_KEY = "0x2c144d2f2d4fc61b6f8967f3ba0012a87d90140bcfe5a3e92e8df83258c960f"
ADDRESS = "0x129c135ed63df9353885e292be4426b8ed6122b13c6c0e1bb787288a1f5adfa"
"""The published test account of the venue's own SDK."""
WARM_UP = 30

type Times = tuple[float, float]
"""Seconds: elapsed, and worked by this thread."""
type Work = Callable[[OrderEntry], Awaitable[Times]]
"""Sends one command by this way."""
type Taken = dict[str, dict[str, list[Times]]]


class Watch:
    def __enter__(self) -> Watch:
        self._started = time.perf_counter(), time.thread_time()
        return self

    def __exit__(self, *_: object) -> None:
        elapsed, worked = self._started
        self.times: Times = (time.perf_counter() - elapsed, time.thread_time() - worked)


class Nobody:
    """Listens to everything and does nothing."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *_: [] if name == "adoptables" else None


@asynccontextmanager
async def venue() -> AsyncIterator[Endpoints]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "paradex_venue", "--no-market-maker"),
        *("--account", f"{ADDRESS}:{PUBLIC_KEY}"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    urls = json.loads(await process.stdout.readline())
    try:
        yield Endpoints(urls["rest_url"], urls["ws_url"])
    finally:
        process.terminate()
        await process.wait()


class Commands:
    """Each is given one of the ways; what is sent is signed before the time is taken."""

    def __init__(self, bodies: OrderBodies) -> None:
        self._bodies = bodies
        self._orders = 0
        self._placed: list[str] = []

    async def create(self, way: OrderEntry) -> Times:
        self._orders += 1
        name = f"O-{self._orders}"
        draft = Draft(name, MARKET, "BUY", "LIMIT", "0.001", FAR)
        body = self._bodies.create(draft, time.time_ns() // 1_000_000)
        with Watch() as watch:
            outcomes = await way.create({name: lambda: body})
        self._placed.append(outcomes[name].id)  # type: ignore[union-attr]  # or let it fail
        return watch.times

    async def cancel(self, way: OrderEntry) -> Times:
        venue_order_id = self._placed.pop(0)
        with Watch() as watch:
            await way.cancel([venue_order_id])
        return watch.times

    async def refused(self, way: OrderEntry) -> Times:
        with Watch() as watch, suppress(VenueError):
            await way.cancel(["7"])
        return watch.times


async def measure(rounds: int) -> Taken:
    """The times by command and way."""
    async with venue() as endpoints, Http(endpoints.rest_url) as http:
        credentials = Credentials.resolve(endpoints, ADDRESS, PRIVATE_KEY)
        account = await open_account(http, endpoints, credentials, Nobody())  # type: ignore[arg-type]
        try:
            return await _measure(account, rounds)
        finally:
            await account.close()


async def _measure(account: TradingAccount, rounds: int) -> Taken:
    chain = (await account.rest.system_config()).starknet_chain_id
    commands = Commands(OrderBodies(Signer(PRIVATE_KEY, ADDRESS, chain), 10_000))
    over_rest = RestOrderEntry(account.rest)
    session = SessionOrderEntry(account.session, over_rest, account.rest.limits.orders)
    ways: dict[str, OrderEntry] = {"WebSocket": session, "REST": over_rest}
    taken: Taken = {}
    # By itself first: what an order sets off, here and there, is not to be in its way.
    for works in (
        {"a cancel of no order": commands.refused},
        {"an order": commands.create, "its cancel": commands.cancel},
    ):
        taken |= await _alternate(ways, works, rounds)
    return taken


async def _alternate(ways: dict[str, OrderEntry], works: dict[str, Work], rounds: int) -> Taken:
    taken: Taken = {work: {way: [] for way in ways} for work in works}
    for number in range(WARM_UP + rounds):
        turn = list(ways.items())[:: 1 if number % 2 else -1]
        for work, do in works.items():
            for way, entry in turn:
                times = await do(entry)
                if number >= WARM_UP:
                    taken[work][way].append(times)
    return taken


def report(taken: Taken) -> None:
    figures = "p50 | p99 | ours p50"
    print(f"| | WebSocket {figures} | REST {figures} | REST ÷ WebSocket {figures} |")
    print(f"|---|{'--:|' * 9}")
    for work, ways in taken.items():
        session, rest = (_figures(ways[way]) for way in ("WebSocket", "REST"))
        ratios = (there / here for here, there in zip(session, rest, strict=True))
        cells = [*(f"{figure * 1e6:,.0f} µs" for figure in (*session, *rest))]
        print(f"| {work} | {' | '.join([*cells, *(f'{ratio:.1f}×' for ratio in ratios)])} |")


def _figures(times: list[Times]) -> tuple[float, float, float]:
    elapsed, worked = zip(*times, strict=True)
    return median(elapsed), quantiles(elapsed, n=100)[98], median(worked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000)
    rounds = parser.parse_args().rounds
    print(f"Python {platform.python_version()}, uvloop {uvloop.__version__}; {rounds} of each.\n")
    report(uvloop.run(measure(rounds)))


if __name__ == "__main__":
    main()
