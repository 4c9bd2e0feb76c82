"""What others do: they trade and quote, act on the account by hand, or are the venue itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from paradex_adapter.terms import decimal_text
from paradex_venue.orders import ModifyRequest
from paradex_venue.records import Fill, Order
from paradex_venue.refusal import Refused
from tests.simulation.strategy import MARK, MARKET, SIZES
from tests.simulation.world import World
from tests.venue.trader import ALICE

BIDS = [(str(MARK - step), "0.05") for step in (10, 20, 30, 400)]
ASKS = [(str(MARK + step), "0.05") for step in (10, 20, 30, 400)]
VENUE_REASONS = ("USER_CANCELED", "EXPIRED", "SELF_TRADE", "DELEVERAGE")
ENGINE_REASONS = ("EXPIRED", "NOT_ENOUGH_MARGIN", "UNEXPECTED_FAILURE", "MAX_OPEN_ORDERS_REACHED")

type Action = tuple[Callable[[], None], int]
"""What may happen, and how often in proportion."""


class Market:
    """Each method does one thing, drawn from `rng`. `happened` counts what is not ordinary."""

    def __init__(self, rng: random.Random, world: World, happened: Counter[str]) -> None:
        self._rng = rng
        self._world = world
        self._control = world.venue.control
        self._life = world.venue.life
        self._happened = happened
        self._others = 0

    def actions(self, families: frozenset[str]) -> list[Action]:
        """Of everybody who acts in such a run."""
        chosen = [(self.trade, 7), (self.sweep, 2), (self.quote, 3), (self.mark, 4)]
        chosen += [(self.venue_cancels, 2), (self.funding, 1), (self.retail, 1)]
        if "hands" in families:
            chosen += [(self.place, 3), (self.change, 3), (self.twap, 1)]
        if "moves" in families:
            chosen += [(self.liquidate, 1), (self.unwind, 1), (self.bust, 1), (self.transfer, 1)]
            chosen += [(self.doom, 1)]
        return chosen

    def go_on(self) -> None:
        """A few things at the same moment."""
        for _ in range(self._rng.randint(0, 3)):
            self._rng.choice((self.trade, self.trade, self.venue_cancels, self.sweep, self.mark))()

    # The market

    def trade(self) -> None:
        order = self._resting()
        if order is not None:
            is_part = order.remaining > Decimal("0.005") and self._rng.random() < 0.6
            self._control.trade(ALICE.address, order.id, "0.005" if is_part else "")

    def retail(self) -> None:
        order = self._resting()
        if order is not None:
            self._life.retail_trade(ALICE.address, order.id)

    def sweep(self) -> None:
        self._control.sweep(MARKET, self._rng.choice(("BUY", "SELL")), "0.12")

    def quote(self) -> None:
        self._control.fill_book(MARKET, BIDS, ASKS)

    def mark(self) -> None:
        self._control.set_mark(MARKET, str(MARK + self._rng.choice((-60, -20, 0, 20, 60))))

    def funding(self) -> None:
        self._life.move_funding(MARKET, self._rng.choice(("1.5", "-2.25", "0.01")))

    # The account in other hands

    def place(self) -> None:
        """An order by hand: without a client id, or with one that is not ours."""
        self._others += 1
        side = self._rng.choice(("BUY", "SELL"))
        away = self._rng.choice((-15, 5, 12, 40, 200))
        is_market = self._rng.random() < 0.3
        terms = {
            "market": MARKET,
            "side": side,
            "type": "MARKET" if is_market else "LIMIT",
            "size": self._rng.choice(SIZES),
            "price": "0" if is_market else str(MARK + (away if side == "SELL" else -away)),
        }
        if self._rng.random() < 0.3:
            terms["client_id"] = f"theirs-{self._others}"
        self._try("an order by hand", lambda: self._life.place(ALICE.address, **terms))

    def change(self) -> None:
        """An order changed by hand, whoever placed it."""
        order = self._resting()
        if order is None or order.type == "MARKET":
            return
        size = order.size * self._rng.choice((1, 2))
        price = order.price + self._rng.choice((0, 7, -11))
        request = ModifyRequest(
            id=order.id,
            market=order.market,
            side=order.side,
            type=order.type,
            size=decimal_text(size),
            price=decimal_text(price),
            signature="",
            signature_timestamp=self._world.venue.exchange.now_ms(),
        )
        story = self._world.ledger.stories.get(order.client_id)
        if story is not None:
            story.is_foreign = True  # from now on anybody's
        self._try("a change by hand", lambda: self._world.venue.exchange.modify(order, request))

    def twap(self) -> None:
        side = self._rng.choice(("BUY", "SELL"))
        self._try("a TWAP", lambda: self._life.twap(ALICE.address, MARKET, side, "0.02", 2, 0.05))

    # The venue's hand

    def venue_cancels(self) -> None:
        live = list(self._world.truth.live.values())
        waiting = [order for order in live if order.status != "NEW"]
        if waiting:
            order = self._rng.choice(waiting)
            self._control.cancel(ALICE.address, order.id, self._rng.choice(VENUE_REASONS))

    def doom(self) -> None:
        self._happened["orders closed by the engine"] += 1
        self._control.close_next(ALICE.address, self._rng.choice(ENGINE_REASONS))

    def liquidate(self) -> None:
        share = self._rng.choice(("0.2", "1"))
        self._try("a liquidation", lambda: self._life.liquidate(ALICE.address, share))

    def unwind(self) -> None:
        if self._world.truth.position_size(MARKET):
            self._try("an unwind", lambda: self._life.unwind(ALICE.address, MARKET))

    def bust(self) -> None:
        """Of an execution that was told, of an order that has ended: a live one would be filled
        anew, of which nobody can tell the platform."""
        told = {fill.id for fill in self._world.ledger.fills}
        found = [
            fill for fill in self._world.truth.fills if fill.id in told and self._is_over(fill)
        ]
        if found:
            fill_id = self._rng.choice(found[-5:]).id
            self._try("a bust", lambda: self._life.bust(ALICE.address, fill_id))

    def transfer(self) -> None:
        self._try("a transfer", lambda: self._life.transfer(ALICE.address, "12.5"))

    # Details

    def _is_over(self, fill: Fill) -> bool:
        order = self._world.venue.exchange.orders.get(fill.order_id)
        story = self._world.ledger.stories.get(fill.client_id)
        is_busted = fill.id in self._world.truth.busted
        return not is_busted and (order is None or not order.is_live) and _has_ended(story)

    def _resting(self) -> Order | None:
        resting = self._world.truth.open_orders(MARKET)
        return self._rng.choice(resting) if resting else None

    def _try(self, what: str, act: Callable[[], object]) -> None:
        try:
            act()
        except Refused:
            return
        self._happened[what] += 1


def _has_ended(story: object) -> bool:
    return getattr(story, "has_ended", True)


def by_weight(rng: random.Random, actions: Sequence[Action]) -> Callable[[], None]:
    """One of the actions."""
    return rng.choices([each for each, _ in actions], [weight for _, weight in actions])[0]
