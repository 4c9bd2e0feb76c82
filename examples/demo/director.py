"""The story of the demonstration, and its end: what both sides say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.identifiers import InstrumentId

from examples.demo.account import open_trader_account
from examples.demo.comparison import Row, agree, compare
from examples.demo.errors import DemoError
from examples.demo.failures import Scene
from examples.demo.node import build_node, log_of
from examples.demo.progress import Progress
from examples.demo.sides import node_side, venue_side
from examples.demo.strategy import DemoConfig, DemoStrategy, Phase, Seen
from examples.demo.venue_process import GONE, venue_process
from examples.demo.watch import Watch

MARKET = InstrumentId.from_str("ETH-USD-PERP.PARADEX")
BOUGHT_QTY, RESTING_QTY = Decimal("0.2"), Decimal("0.1")
PHASE_SECS = 60.0
"""Within which each phase ends, whatever befalls the venue."""
AGREE_SECS = 20.0
"""Within which both sides say the same once nothing is traded any more."""
POLL_SECS = 0.1
STOP_SECS = 5.0
"""How long a node that has stopped may take to return. One stopped while it connects waits on."""

WORDS = {
    Phase.WATCHING: "the strategy waits for quotes, trades and the book",
    Phase.RESTING: "a post-only order rests, and is canceled",
    Phase.BUYING: "a market order fills",
    Phase.QUOTING: "a bid and an ask are put to rest",
    Phase.EXPOSED: "a bid and an ask rest",
    Phase.CLOSING: "the strategy cancels what rests and closes its position",
    Phase.DONE: "flat; both sides settle",
}

type Failure = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What both sides say, the names of the orders by client order id, and what was streamed."""

    rows: list[Row]
    labels: dict[str, str]
    seen: Seen


class Theater:
    """Plays one story. `node` is left to the caller to dispose of, when the event loop is over:
    disposing of a node stops the loop it runs in."""

    def __init__(
        self, seed: int, out: Path, fail: Failure, watch: Watch, progress: Progress
    ) -> None:
        self.node: TradingNode | None = None
        self._seed = seed
        self._out = out
        self._fail = fail
        self._watch = watch
        self._progress = progress
        self._phase: Phase | None = None

    async def play(self) -> Outcome:
        """From the venue's start to its end. `DemoError` when the story cannot be told."""
        self._say("a venue is started in a process of its own")
        async with venue_process(self._seed, self._out / "venue.log") as venue:
            account = await open_trader_account(venue.rest_url)
            self._say(f"venue {venue.pid} at {venue.rest_url}, account {account.address[:10]}…")
            node = self.node = build_node(venue.rest_url, account, MARKET, self._out)
            strategy = self._employ(node)
            scene = Scene(venue, strategy, self._watch, account.address)
            async with self._running(node, scene):
                await self._tell(scene)
                await self._wait_until_agreed(node, scene)
                self._say("the node stops")
            return await _judge(node, scene)

    def _employ(self, node: TradingNode) -> DemoStrategy:
        config = DemoConfig(instrument_id=MARKET, bought_qty=BOUGHT_QTY, resting_qty=RESTING_QTY)
        strategy = DemoStrategy(config, lambda: self._heard(strategy))
        node.trader.add_strategy(strategy)
        node.kernel.msgbus.subscribe("charts.*", self._watch.record)
        return strategy

    @asynccontextmanager
    async def _running(self, node: TradingNode, scene: Scene) -> AsyncIterator[None]:
        self._say("the node connects, signs in and reconciles")
        running = asyncio.create_task(node.run_async())
        await asyncio.sleep(0)  # from here on the node says that it is running, until it stops
        self._watch.glance = lambda: self._glance(node, scene)
        try:
            yield
        finally:
            if node.is_running():
                await node.stop_async()
            with suppress(TimeoutError):
                await asyncio.wait_for(running, STOP_SECS)

    async def _tell(self, scene: Scene) -> None:
        for phase in Phase:
            if phase is Phase.DONE:
                return
            if phase is Phase.EXPOSED:
                await self._fail_and_recover(scene)
            await self._ended(scene, phase)

    async def _ended(self, scene: Scene, phase: Phase) -> None:
        strategy = scene.strategy
        await self._watch.until(lambda: strategy.phase > phase, PHASE_SECS, WORDS[phase])

    async def _fail_and_recover(self, scene: Scene) -> None:
        watch, strategy = self._watch, scene.strategy
        await self._fail(scene)
        quotes = strategy.seen.quotes
        self._progress.say("the node finds out what it has missed")
        await watch.until(
            lambda: watch.is_connected and watch.is_settled and strategy.seen.quotes > quotes,
            PHASE_SECS,
            "the node is connected, has reconciled, and quotes flow",
        )
        strategy.go_on()

    async def _wait_until_agreed(self, node: TradingNode, scene: Scene) -> None:
        deadline = self._watch.elapsed + AGREE_SECS
        while not agree((await _judge(node, scene)).rows):
            if self._watch.elapsed > deadline:
                return
            await self._watch.lull(POLL_SECS)

    def _heard(self, strategy: DemoStrategy) -> None:
        if strategy.phase is not self._phase:
            self._phase = strategy.phase
            self._say(WORDS[strategy.phase])
        self._watch.changed()

    def _glance(self, node: TradingNode, scene: Scene) -> None:
        self._progress.refresh()
        if not scene.venue.is_running:
            raise DemoError(GONE)
        if not node.is_running():
            raise DemoError(f"the node stopped early; see {log_of(self._out)}")
        if scene.strategy.trouble:
            raise DemoError(scene.strategy.trouble)

    def _say(self, words: str) -> None:
        self._watch.note(words)
        self._progress.say(words)


async def _judge(node: TradingNode, scene: Scene) -> Outcome:
    ours = node_side(node, MARKET)
    theirs = venue_side(await scene.venue.truth(scene.address), MARKET.symbol.value)
    return Outcome(compare(theirs, ours), ours.labels, scene.strategy.seen)
