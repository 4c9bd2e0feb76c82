"""What a strategy does: it submits, cancels and changes, knowing what it was told."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from paradex_adapter.account import TradingAccount
from paradex_adapter.orders import VALIDITY_GRACE_MS
from paradex_adapter.terms import Draft
from paradex_adapter.wire.rest import Change
from tests.simulation.story import Story
from tests.simulation.world import RECV_WINDOW_MS, World

D = Decimal
MARKET = "BTC-USD-PERP"
MARK = 95_000
SIZES = ("0.01", "0.02", "0.03", "0.08")


class Strategy:
    """Each method does one thing, drawn from `rng`, and returns what it was, for the totals."""

    def __init__(self, rng: random.Random, world: World) -> None:
        self._rng = rng
        self._world = world
        self._orders = 0

    @property
    def _account(self) -> TradingAccount:
        assert self._world.account is not None
        return self._world.account

    # Orders

    def submit(self) -> None:
        self._account.orders.submit(self._expected())

    def submit_list(self) -> None:
        drafts = [self._expected() for _ in range(self._rng.randint(2, 12))]
        self._account.orders.submit_all(drafts)

    def _expected(self) -> Draft:
        draft = self._draft()
        valid_until = self._world.venue.exchange.now_ms() + RECV_WINDOW_MS + VALIDITY_GRACE_MS
        self._world.ledger.expect(draft, valid_until)
        return draft

    def _draft(self) -> Draft:
        self._orders += 1
        side = self._rng.choice(("BUY", "SELL"))
        is_market = self._rng.random() < 0.15
        instruction = self._rng.choice(("GTC", "GTC", "GTC", "GTC", "POST_ONLY", "IOC", "RPI"))
        away = self._rng.choice((-60, -15, 5, 8, 12, 40, 40, 200, 300))
        is_tiny = self._rng.random() < 0.04  # below the venue's minimum: refused at the door
        plain = Draft(
            client_order_id=f"O-{self._orders}",
            market=MARKET,
            side=side,
            type="MARKET" if is_market else "LIMIT",
            size="0.00001" if is_tiny else self._rng.choice(SIZES),
            price="0" if is_market else str(MARK + (away if side == "SELL" else -away)),
            instruction="GTC" if is_market else instruction,
            is_reduce_only=self._rng.random() < 0.04,
            stp=self._rng.choice(("", "", "EXPIRE_MAKER", "EXPIRE_BOTH")),
        )
        return self._conditional(plain) if self._rng.random() < 0.2 else plain

    def _conditional(self, plain: Draft) -> Draft:
        kind = "MARKET" if plain.type == "MARKET" else "LIMIT"
        is_profit = self._rng.random() < 0.4
        return replace(
            plain,
            type=f"TAKE_PROFIT_{kind}" if is_profit else f"STOP_{kind}",
            instruction="GTC" if plain.instruction == "RPI" else plain.instruction,
            is_reduce_only=is_profit or plain.is_reduce_only,
            trigger_price=str(MARK + self._rng.choice((-60, -20, 20, 60))),
        )

    # Commands on orders

    def cancel(self) -> None:
        story = self._one_of_the_last()
        if story is not None and self._may(story, "cancel"):
            story.is_cancel_wanted = True
            self._account.orders.cancel(story.draft.client_order_id)

    def cancel_several(self) -> None:
        chosen = [story for story in self._known()[-12:] if self._may(story, "cancel")]
        for story in chosen:
            story.is_cancel_wanted = True
        self._account.orders.cancel_all(story.draft.client_order_id for story in chosen)

    def modify(self) -> None:
        story = self._one_of_the_last()
        is_fixed = story is None or story.draft.type == "MARKET"
        if story is not None and not is_fixed and self._may(story, "modify"):
            change = self._change(story)
            story.changes_wanted.append(change)
            self._account.orders.modify(story.draft.client_order_id, change)

    def query(self) -> None:
        story = self._one_of_the_last()
        if story is not None:
            self._account.orders.doubt(story.draft.client_order_id)

    def _change(self, story: Story) -> Change:
        """More and less, now and then below what is filled, outside the band, or no change."""
        choose = self._rng.choice
        size = choose((None, D("0.01"), D("0.02"), D("0.04"), D("0.09"), story.size * 2))
        price, trigger_price = story.prices
        if price is not None:
            price = choose((None, *(price + by for by in (0, 0, -7, 11, -60, 60, 30_000))))
        if trigger_price is not None:
            trigger_price = choose((None, *(trigger_price + by for by in (0, -20, 20))))
        return Change(size, price, trigger_price)

    def _may(self, story: Story, command: str) -> bool:
        """Whether the platform lets the strategy send it; it also may not know yet that the order
        has ended."""
        return story.has_ended or story.shadow.can(command)

    def _one_of_the_last(self) -> Story | None:
        """Mostly one that has not ended, as far as it was told."""
        known = self._known()
        working = [story for story in known if not story.has_ended]
        chosen = working if working and self._rng.random() < 0.8 else known
        return self._rng.choice(chosen[-6:]) if chosen else None

    def _known(self) -> list[Story]:
        stories = self._world.ledger.stories
        return [story for id, story in stories.items() if self._account.orders.knows(id)]
