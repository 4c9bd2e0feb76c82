"""What happens in one run: a strategy trades, the market moves, and things break."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from decimal import Decimal

import anyio

from paradex_adapter.orders import VALIDITY_GRACE_MS
from paradex_adapter.terms import Draft
from paradex_adapter.wire.rest import Change
from paradex_venue.faults import MessageRule, RestRule
from tests.simulation.ledger import Story
from tests.simulation.world import RECV_WINDOW_MS, OrderEntry, World
from tests.venue.trader import ALICE

D = Decimal
MARKET = "BTC-USD-PERP"
BIDS = [(str(95000 - step), "0.05") for step in (10, 20, 30, 400)]
ASKS = [(str(95000 + step), "0.05") for step in (10, 20, 30, 400)]
PAUSE_SECS = 0.025
VENUE_REASONS = ("USER_CANCELED", "EXPIRED", "SELF_TRADE", "DELEVERAGE")
FAMILIES = ("messages", "rest", "late", "cuts", "outages", "restarts")


class Scenario:
    """Everything is drawn from the seed; only the scheduling of the sockets is not."""

    def __init__(self, seed: int, world: World, *, may_drop: bool = True) -> None:
        self._rng = random.Random(seed)
        self._world = world
        self._control = world.venue.control
        self._orders = 0
        self._may_drop = may_drop
        self._steps_down = 0
        self.injected: Counter[str] = Counter()
        self._order_entry: OrderEntry = self._rng.choice(("rest", "websocket"))
        self.families = {family for family in FAMILIES if self._rng.random() < 0.6}

    async def play(self, steps: int) -> None:
        await self._world.open(self._order_entry)
        self._control.fill_book(MARKET, BIDS, ASKS)
        if "late" in self.families:
            self._world.http.lateness = 0.2
        for _ in range(steps):
            action = self._rng.choices(*self._actions())[0]
            await action()
            await anyio.sleep(self._rng.random() * PAUSE_SECS)  # the pace of the market
            await self._resume_when_due()
        if self._world.http.delayed:
            self.injected["late command"] = self._world.http.delayed

    async def heal(self) -> None:
        """Nothing goes wrong any more; what has gone wrong is still to be found out."""
        self._control.clear_faults()
        self._world.http.lateness = 0.0
        await self._control.resume()

    def _actions(self) -> tuple[list[Callable[[], Awaitable[None]]], list[int]]:
        trouble: dict[str, tuple[Callable[[], Awaitable[None]], int]] = {
            "messages": (self._garble, 14),
            "rest": (self._refuse, 10),
            "cuts": (self._cut, 4),
            "outages": (self._outage, 1),
            "restarts": (self._restart, 1),
        }
        chosen = [what for family, what in trouble.items() if family in self.families]
        chosen += [
            (self._submit, 14),
            (self._submit_list, 1),
            (self._cancel, 5),
            (self._cancel_several, 1),
            (self._modify, 14),
            (self._trade, 7),
            (self._venue_cancels, 2),
            (self._sweep, 2),
            (self._quote, 3),
        ]
        return [action for action, _ in chosen], [weight for _, weight in chosen]

    # The strategy

    async def _submit(self) -> None:
        account = self._world.account
        assert account is not None
        account.orders.submit(self._expected())

    async def _submit_list(self) -> None:
        account = self._world.account
        assert account is not None
        account.orders.submit_all([self._expected() for _ in range(self._rng.randint(2, 12))])

    def _expected(self) -> Draft:
        draft = self._draft()
        valid_until = self._world.venue.exchange.now_ms() + RECV_WINDOW_MS + VALIDITY_GRACE_MS
        self._world.ledger.expect(draft, valid_until)
        return draft

    def _draft(self) -> Draft:
        self._orders += 1
        side = self._rng.choice(("BUY", "SELL"))
        is_market = self._rng.random() < 0.15
        instruction = self._rng.choice(("GTC", "GTC", "GTC", "POST_ONLY", "IOC"))
        away = self._rng.choice((-60, -15, 5, 8, 12, 40, 40, 200, 300))
        is_tiny = self._rng.random() < 0.04  # below the venue's minimum: refused at the door
        return Draft(
            client_order_id=f"O-{self._orders}",
            market=MARKET,
            side=side,
            type="MARKET" if is_market else "LIMIT",
            size="0.00001" if is_tiny else self._rng.choice(("0.01", "0.02", "0.03", "0.08")),
            price="0" if is_market else str(95000 + (away if side == "SELL" else -away)),
            instruction="GTC" if is_market else instruction,
            is_reduce_only=self._rng.random() < 0.04,
        )

    async def _cancel(self) -> None:
        account, story = self._world.account, self._one_of_the_last()
        assert account is not None
        if story is not None:
            story.is_cancel_wanted = True
            account.orders.cancel(story.draft.client_order_id)

    async def _cancel_several(self) -> None:
        account, stories = self._world.account, self._world.ledger.stories
        assert account is not None
        chosen = [story for id, story in stories.items() if account.orders.knows(id)][-12:]
        for story in chosen:
            story.is_cancel_wanted = True
        account.orders.cancel_all(story.draft.client_order_id for story in chosen)

    async def _modify(self) -> None:
        account, story = self._world.account, self._one_of_the_last()
        assert account is not None
        if story is not None and story.draft.type == "LIMIT":
            # Now and then below what is filled, outside the band, or no change at all.
            size = D(self._rng.choice(("0.01", "0.02", "0.04", "0.09")))
            price = story.price + self._rng.choice((0, 0, 0, -7, 11, -60, 60, 30_000))
            story.changes_wanted.append((size, price))
            account.orders.modify(story.draft.client_order_id, Change(size, price))

    def _one_of_the_last(self) -> Story | None:
        """Mostly one that has not ended, as far as it was told."""
        account, stories = self._world.account, self._world.ledger.stories
        assert account is not None
        known = [story for id, story in stories.items() if account.orders.knows(id)]
        working = [story for story in known if not story.has_ended]
        chosen = working if working and self._rng.random() < 0.8 else known
        return self._rng.choice(chosen[-6:]) if chosen else None

    # The market

    def _resting(self) -> str | None:
        resting = self._world.truth.open_orders(MARKET)
        return self._rng.choice(resting).id if resting else None

    async def _trade(self) -> None:
        order_id = self._resting()
        if order_id is not None:
            remaining = self._world.truth.live[order_id].remaining
            is_part = remaining > 0.005 and self._rng.random() < 0.6
            self._control.trade(ALICE.address, order_id, "0.005" if is_part else "")

    async def _venue_cancels(self) -> None:
        order_id = self._resting()
        if order_id is not None:
            self._control.cancel(ALICE.address, order_id, self._rng.choice(VENUE_REASONS))

    async def _sweep(self) -> None:
        self._control.sweep(MARKET, self._rng.choice(("BUY", "SELL")), "0.12")

    async def _quote(self) -> None:
        self._control.fill_book(MARKET, BIDS, ASKS)

    # What breaks

    async def _garble(self) -> None:
        kind = self._rng.choice(("drop", "delay", "duplicate", "reorder"))
        channel = self._rng.choice(("orders.", "orders.", "fills.", "fills.", "reply."))
        if kind == "drop" and not self._may_drop and channel != "reply.":
            kind = "delay"
        self._add(
            f"{kind} {channel}",
            MessageRule(
                kind=kind,
                channel=channel,
                count=self._rng.randint(1, 4),
                seconds=self._rng.random() * 0.3,
            ),
        )

    async def _refuse(self) -> None:
        kind = self._rng.choice(("refuse", "fail", "limit", "hang", "reset", "slow"))
        method, path = self._rng.choice(
            (
                *(("POST", "/orders"), ("POST", "/orders")),
                *(("DELETE", "/orders"), ("PUT", "/orders")),
                *(("GET", ""), ("POST", "/auth"), ("", "")),
            )
        )
        rule = RestRule(
            kind=kind,
            method=method,
            path=path,
            status=self._rng.choice((500, 502, 503, 504)),
            count=self._rng.randint(1, 3),
            seconds=self._rng.random() * 0.8,
        )
        self._add(f"{kind} {method or 'ANY'} {path}", rule)

    async def _cut(self) -> None:
        refuse_for = self._rng.choice((0.0, 0.0, 0.1, 0.4))
        self.injected["cut" if not refuse_for else "cut and refused"] += 1
        self._control.cut("private", refuse_for=refuse_for)
        await self._go_on_meanwhile()

    async def _outage(self) -> None:
        if not self._steps_down:
            self.injected["outage"] += 1
            self._steps_down = self._rng.randint(1, 20)
            self._control.pause()
            await self._go_on_meanwhile()

    async def _go_on_meanwhile(self) -> None:
        """What nobody is told of while nobody listens."""
        for _ in range(self._rng.randint(0, 3)):
            await self._rng.choice((self._trade, self._trade, self._venue_cancels, self._sweep))()

    async def _resume_when_due(self) -> None:
        if self._steps_down:
            self._steps_down -= 1
            if not self._steps_down:
                await self._control.resume()

    async def _restart(self) -> None:
        """A new process, at a moment when nothing else goes wrong."""
        self.injected["restart"] += 1
        await self._world.close()
        self._steps_down = 0
        await self.heal()
        await self._world.open(self._order_entry)

    def _add(self, name: str, rule: MessageRule | RestRule) -> None:
        self.injected[name] += 1
        self._control.add_fault(rule)
