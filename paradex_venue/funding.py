"""Funding: continuous, by an index per market that moves every second.

A position pays `size × (index now - index when it last paid)`, a short receives it. Nothing is
paid at any hour: what has accrued is realized whenever the position changes (see `ledger`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from paradex_venue.amounts import SHARE, ZERO
from paradex_venue.clock import Clock
from paradex_venue.engine import Engine
from paradex_venue.events import Event, FundingMoved
from paradex_venue.postings import FundingState
from paradex_venue.tape import Journal

PERIOD_HOURS = 8
PERIOD_NS = PERIOD_HOURS * 3_600_000_000_000


class Funding:
    """Moves the ledger's indexes at the ledger's rates; `history` is what was published."""

    def __init__(
        self,
        clock: Clock,
        engine: Engine,
        emit: Callable[[Event], None],
        interval: float,
    ) -> None:
        self.history: dict[str, Journal[FundingState]] = {
            symbol: Journal() for symbol in engine.markets
        }
        self._clock = clock
        self._engine = engine
        self._rates = engine.ledger.rates
        self._emit = emit
        self._interval = interval
        self._accrued_at = clock.now_ns()

    def start(self) -> None:
        self._clock.call_later(self._interval, self._tick)

    def set_rate(self, symbol: str, rate: Decimal) -> None:
        """What was owed at the old rate is accrued first."""
        self._accrue()
        self._rates[symbol] = rate
        self._publish(symbol)

    def jump(self, symbol: str, step: Decimal) -> None:
        """Move a market's index by `step`, as if hours had passed."""
        self._move(symbol, step)
        self._publish(symbol)

    def state(self, symbol: str) -> FundingState:
        rate = self._rates[symbol]
        return FundingState(
            market=symbol,
            index=self._engine.ledger.indexes[symbol],
            rate=rate,
            premium=(rate * self._engine.marks[symbol]).quantize(SHARE),
            period_hours=PERIOD_HOURS,
            created_at=self._clock.now_ns() // 1_000_000,
        )

    def _tick(self) -> None:
        self._accrue()
        for symbol in self._rates:
            self._publish(symbol)
        self._clock.call_later(self._interval, self._tick)

    def _accrue(self) -> None:
        now = self._clock.now_ns()
        elapsed, self._accrued_at = now - self._accrued_at, now
        for symbol, rate in self._rates.items():
            step = rate * self._engine.marks[symbol] * elapsed / PERIOD_NS
            self._move(symbol, step.quantize(SHARE))

    def _move(self, symbol: str, step: Decimal) -> None:
        if step == ZERO:
            return
        self._engine.ledger.indexes[symbol] += step
        for account in self._engine.accounts.values():
            position = account.positions.get(symbol)
            if position is not None and position.size:
                position.accrue(step)

    def _publish(self, symbol: str) -> None:
        state = self.state(symbol)
        self.history[symbol].append(state)
        self._emit(FundingMoved(state))
