"""The end of a market: it settles at a price, and is closed for good.

Every order in it expires, every position is closed at the settlement price by a fill of type
SETTLE_MARKET, and whoever orders afterwards is told MARKET_NOT_OPEN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from paradex_venue.events import Event, MarketMoved
from paradex_venue.exchange import Exchange
from paradex_venue.moves import Moves
from paradex_venue.records import Account
from paradex_venue.refusal import Refused

SETTLEMENT_FEE = Decimal("0.00015")


@dataclass(frozen=True, slots=True)
class Settled:
    """A market's last price; `at` is when it settled."""

    market: str
    price: Decimal
    at: int


class Settlement:
    def __init__(self, exchange: Exchange, moves: Moves, emit: Callable[[Event], None]) -> None:
        self.settled: dict[str, Settled] = {}
        self.events: list[MarketMoved] = []
        self._exchange = exchange
        self._moves = moves
        self._emit = emit

    def settle(self, symbol: str, price: Decimal | None) -> Settled:
        """Close a market at `price`, or at its mark."""
        mark = self._exchange.engine.marks[self._exchange.market(symbol).symbol]
        if symbol in self.settled:
            raise Refused("MARKET_NOT_OPEN", f"{symbol} is settled already")
        outcome = Settled(symbol, mark if price is None else price, self._exchange.now_ms())
        self.settled[symbol] = outcome
        self._exchange.close_market(symbol)
        accounts = tuple(self._exchange.accounts.values())
        for account in accounts:
            self._expire(account, symbol)
        for account in accounts:
            self._close(account, outcome)
        prices: dict[str, object] = {
            "settlement_price": float(outcome.price),
            "underlying_twap_price": float(mark),
        }
        self.events.append(MarketMoved(symbol, "SETTLED", prices, outcome.at))
        self._emit(self.events[-1])
        return outcome

    def price_of(self, symbol: str) -> Settled:
        """How a market was settled, or `Refused` with status 404."""
        if symbol not in self.settled:
            raise Refused("MARKET_NOT_SETTLED", f"{symbol} is not settled", 404)
        return self.settled[symbol]

    def _expire(self, account: Account, symbol: str) -> None:
        for order in tuple(account.live.values()):
            if order.market == symbol:
                self._exchange.engine.cancel(order, "ASSET_EXPIRED")

    def _close(self, account: Account, outcome: Settled) -> None:
        held = account.position_size(outcome.market)
        if held:
            fee = abs(held) * outcome.price * SETTLEMENT_FEE
            self._moves.move(account, outcome.market, -held, outcome.price, "SETTLE_MARKET", fee)
