"""What happens in one run: a strategy trades, the market moves, and things break."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial

import anyio

from paradex_adapter.backoff import Backoff
from paradex_adapter.persistence import until_answered
from paradex_venue.records import Order
from tests.simulation.market import Market
from tests.simulation.setting import Setting
from tests.simulation.strategy import Strategy
from tests.simulation.trouble import Trial, Trouble
from tests.simulation.world import World

PAUSE_SECS = 0.025
AT_ONCE = Backoff(first=0.05)
OPENING_SECS = 10.0


class Scenario:
    """Everything is drawn from the seed; only the scheduling of the sockets is not."""

    def __init__(self, seed: int, world: World, setting: Setting, *, may_drop: bool = True) -> None:
        self._rng = random.Random(seed)
        self._world = world
        self._setting = setting
        self.happened: Counter[str] = Counter()
        self._strategy = Strategy(self._rng, world)
        self._market = Market(self._rng, world, self.happened)
        self._trouble = Trouble(self._rng, world, self._market.go_on, may_drop=may_drop)

    @property
    def injected(self) -> Counter[str]:
        return self._trouble.injected + self.happened

    async def play(self, steps: int) -> None:
        await self._open()
        self._market.quote()
        self._trouble.begin(self._setting.families)
        trials = self._trials()
        actions, weights = [each for each, _ in trials], [weight for _, weight in trials]
        for _ in range(steps):
            pending = self._rng.choices(actions, weights)[0]()
            if pending is not None:
                await pending
            await anyio.sleep(self._rng.random() * PAUSE_SECS)  # the pace of the market
            await self._trouble.pass_time()

    async def heal(self) -> None:
        """Nothing goes wrong any more; what has gone wrong is still to be found out."""
        await self._trouble.heal()

    def _trials(self) -> list[Trial]:
        families = self._setting.families
        trading = self._strategy
        found: list[Trial] = [
            *((trading.submit, 14), (trading.submit_list, 1), (trading.modify, 14)),
            *((trading.cancel, 5), (trading.cancel_several, 1), (trading.query, 1)),
        ]
        found += self._market.actions(families)
        found += self._trouble.trials(families)
        return [*found, (self._restart, 1)] if "restarts" in families else found

    async def _open(self) -> None:
        """As the platform does: again, while the venue does not answer."""
        account, ledger = self._setting.account, self._world.ledger
        open_once = partial(self._world.open, account.order_entry, account)
        await until_answered(open_once, AT_ONCE, ledger.troubled, OPENING_SECS)

    async def _restart(self) -> None:
        """A new process, at a moment when nothing else goes wrong."""
        self.happened["restart"] += 1
        await self._trouble.heal()
        live = list(self._world.truth.live.values())
        await self._world.close()
        await self._open()
        await self._world.catch_up()
        self._judge_close(live)
        self._trouble.begin(self._setting.families)

    def _judge_close(self, live: list[Order]) -> None:
        """Orders stay when a session is closed that the venue has let go of."""
        ledger = self._world.ledger
        if ledger.is_disarmed:
            wanted = {id for id, story in ledger.stories.items() if story.is_cancel_wanted}
            for order in live:
                if order.cancel_reason == "USER_CANCELED" and order.client_id not in wanted:
                    ledger.violations.append(f"{order.client_id}: canceled by a clean close")
