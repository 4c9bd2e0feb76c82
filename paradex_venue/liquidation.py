"""What becomes of an account that is worth too little: deleveraging, then liquidation.

Below its initial margin requirement an account's risk-increasing orders are canceled (DELEVERAGE).
Below its maintenance margin requirement all its orders are (IN_LIQUIDATION), and the insurance
fund takes over a share of every position at the mark price, for a penalty that is the fee of the
fills; as little as brings the account back above its requirement. There is no auto-deleveraging
of the other side.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.exchange import Exchange
from paradex_venue.ledger import hash_of
from paradex_venue.life_rules import LifeRules
from paradex_venue.margin import Margin
from paradex_venue.moves import Moves
from paradex_venue.postings import Liquidation
from paradex_venue.records import Account, Order, Position, sign_of


class Liquidator:
    def __init__(self, exchange: Exchange, moves: Moves, rules: LifeRules) -> None:
        self._exchange = exchange
        self._engine = exchange.engine
        self._moves = moves
        self._rules = rules

    def start(self) -> None:
        self._exchange.clock.call_later(self._rules.health_interval, self._tick)

    def check(self, account: Account) -> None:
        """Do to one account what its health asks for."""
        margin = self._engine.margin(account)
        if margin.value < margin.maintenance:
            self.liquidate(account, self._share(margin))
        elif margin.value < margin.initial:
            self.deleverage(account)

    def deleverage(self, account: Account) -> None:
        """Cancel every order that could enlarge a position."""
        for order in tuple(account.live.values()):
            if _increases(order, account):
                self._engine.cancel(order, "DELEVERAGE")

    def liquidate(self, account: Account, share: Decimal) -> None:
        """Cancel every order and take `share` (at most 1) of every position."""
        account.status = "LIQUIDATION"
        for order in tuple(account.live.values()):
            self._engine.cancel(order, "IN_LIQUIDATION")
        self._engine.tell(account)
        for position in tuple(account.positions.values()):
            if position.size:
                self._take(account, position, share)
        now = self._exchange.now_ms()
        identity = hash_of(f"liquidation {account.address} {self._engine.ids.fill()}")
        account.liquidations.append(Liquidation(id=identity, created_at=now))
        account.status = "ACTIVE"
        self._engine.tell(account)

    def _tick(self) -> None:
        # While the venue is not open nobody is liquidated.
        if self._exchange.status == "ok":
            for account in tuple(self._exchange.accounts.values()):
                if not account.house:
                    self.check(account)
        self._exchange.clock.call_later(self._rules.health_interval, self._tick)

    def _share(self, margin: Margin) -> Decimal:
        """The smallest share whose loss leaves the account above its requirement and a buffer."""
        step, penalty = self._rules.liquidation_step, self._rules.liquidation_penalty
        share = step
        while share < 1:
            value = margin.value - margin.maintenance * share * penalty
            if value >= margin.maintenance * (1 - share) * (1 + self._rules.liquidation_buffer):
                return share
            share += step
        return Decimal(1)

    def _take(self, account: Account, position: Position, share: Decimal) -> None:
        market = self._exchange.market(position.market)
        mark = self._engine.marks[market.symbol]
        held = abs(position.size)
        lots = (held * share / market.increment).to_integral_value(ROUND_CEILING)
        size = min(held, lots * market.increment)
        penalty = size * mark * market.maintenance_margin * self._rules.liquidation_penalty
        # Nobody pays a penalty with money he has not got.
        fee = min(penalty, max(self._engine.margin(account).value, ZERO))
        away = -size if position.size > 0 else size
        self._moves.move(account, market.symbol, away, mark, "LIQUIDATION", fee)


def _increases(order: Order, account: Account) -> bool:
    held = account.position_size(order.market)
    return held * sign_of(order.side) >= 0 or order.remaining > abs(held)
