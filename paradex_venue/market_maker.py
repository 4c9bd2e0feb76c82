"""Life in the books: a house that quotes around a random walk, and another that trades now and
then. Everything follows from the seed and the number of ticks, so a run can be repeated."""

from __future__ import annotations

import random
from decimal import Decimal

from paradex_venue.exchange import Exchange
from paradex_venue.markets import Market
from paradex_venue.records import Side

DEPTH = 15
HOUSE_CREDIT = Decimal(1_000_000_000)
MAKER = "0xa11ce"
TAKER = "0xb0b"
# How often, per market and tick, somebody trades.
TRADE_PROBABILITY = 0.3
# A step of the walk and the distance between quotes, in parts of the price.
STEP = Decimal("0.00004")
SPACING = Decimal("0.00005")


class MarketMaker:
    def __init__(self, exchange: Exchange, seed: int, interval: float) -> None:
        self._exchange = exchange
        self._random = random.Random(seed)
        self._interval = interval
        self._maker = exchange.open_account(MAKER, "", HOUSE_CREDIT, house=True)
        self._taker = exchange.open_account(TAKER, "", HOUSE_CREDIT, house=True)
        self.is_running = False

    def start(self) -> None:
        """Quote at once, then tick by tick."""
        self.is_running = True
        for market in self._exchange.open_markets():
            self._quote(market)
        self._exchange.clock.call_later(self._interval, self._tick)

    def stop(self) -> None:
        """Leave the books as they are."""
        self.is_running = False

    def _tick(self) -> None:
        if not self.is_running:
            return
        for market in self._exchange.open_markets():
            self._walk(market)
            self._quote(market)
            self._trade(market)
        self._exchange.clock.call_later(self._interval, self._tick)

    def _walk(self, market: Market) -> None:
        mark = self._exchange.engine.marks[market.symbol]
        # A slight pull towards the start keeps long runs within sight of it.
        drift = 1 if mark < market.reference else -1
        steps = self._random.choice((-2, -1, -1, 0, 0, 1, 1, 2)) + drift * (
            self._random.random() < 0.1
        )
        stride = max(market.tick, _to_step(market.reference * STEP, market.tick))
        self._exchange.engine.set_mark(market.symbol, mark + steps * stride)

    def _quote(self, market: Market) -> None:
        engine = self._exchange.engine
        mark = engine.marks[market.symbol]
        gap = max(market.tick, _to_step(market.reference * SPACING, market.tick))
        standing = {(o.side, o.price): o.remaining for o in self._maker.open_orders(market.symbol)}
        wanted: dict[tuple[Side, Decimal], Decimal] = {}
        # Quotes stand on a fixed grid, so that a small move changes few of them.
        center = _to_step(mark, gap)
        for rung in range(1, DEPTH + 1):
            for side, price in _both_sides(center, rung * gap):
                known = standing.get((side, price))
                keep = known is not None and self._random.random() < 0.8
                wanted[side, price] = known if keep and known else self._size(market, mark)
        engine.quote(self._maker, market.symbol, wanted)

    def _trade(self, market: Market) -> None:
        if self._random.random() >= TRADE_PROBABILITY:
            return
        engine = self._exchange.engine
        side: Side = "BUY" if self._random.random() < 0.5 else "SELL"
        size = self._size(market, engine.marks[market.symbol])
        engine.sweep(self._taker, market.symbol, side, size)

    def _size(self, market: Market, mark: Decimal) -> Decimal:
        """Between 2,000 and 50,000 USD worth, on the market's increment."""
        notional = Decimal(self._random.randrange(2_000, 50_000))
        return _to_step(notional / mark, market.increment)


def _both_sides(center: Decimal, distance: Decimal) -> tuple[tuple[Side, Decimal], ...]:
    return ("BUY", center - distance), ("SELL", center + distance)


def _to_step(value: Decimal, step: Decimal) -> Decimal:
    return value // step * step
