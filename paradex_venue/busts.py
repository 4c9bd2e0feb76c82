"""Trade busts: the chain refuses a fill, and the venue takes both sides of the trade back.

Position and balance become what the other fills make of them, the order returns to what it was
before the trade, and all that is told is the account and the fill. Fills that came later keep the
PnL they told at the time, and a house keeps its side.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.events import BalanceMoved, Busted, Event, TransactionMoved
from paradex_venue.exchange import Exchange
from paradex_venue.life_rules import LifeRules
from paradex_venue.postings import BalanceChange, TradeBust
from paradex_venue.records import Account, Fill, Position
from paradex_venue.refusal import Refused


class Busts:
    def __init__(self, exchange: Exchange, rules: LifeRules, emit: Callable[[Event], None]) -> None:
        self._exchange = exchange
        self._engine = exchange.engine
        self._rules = rules
        self._emit = emit

    def bust(self, account: Account, fill_id: str) -> list[TradeBust]:
        """Take back the trade of a fill; one bust for each client that had a side of it."""
        fill = _standing(account, fill_id)
        sides = [
            (owner, other)
            for owner in self._exchange.accounts.values()
            for other in owner.fills
            if other.trade_id == fill.trade_id and other.id not in owner.busted
        ]
        return [self._take_back(owner, other) for owner, other in sides]

    def _take_back(self, account: Account, fill: Fill) -> TradeBust:
        before = account.balance
        funding, realized = self._rebuild(account, fill)
        account.funding -= funding
        account.realized -= realized
        _refund(account, fill)
        bust = TradeBust(
            account=account.address,
            busted_fill_id=fill.id,
            created_at=self._exchange.now_ms(),
        )
        account.busts.append(bust)
        self._emit(Busted(bust))
        self._reject(account, fill)
        self._emit(BalanceMoved(self._change(account, fill, before, funding, realized)))
        self._reinstate(fill)
        self._resync(account)
        return bust

    def _rebuild(self, account: Account, busted: Fill) -> tuple[Decimal, Decimal]:
        """Replay the market without the fill; returns the funding and PnL that are undone."""
        symbol, index = busted.market, self._engine.ledger.indexes[busted.market]
        _, *before = _replay(account, symbol, index)
        account.busted.add(busted.id)
        position, *after = _replay(account, symbol, index)
        position.seq_no = account.positions[symbol].seq_no
        account.positions[symbol] = position
        return before[0] - after[0], before[1] - after[1]

    def _reject(self, account: Account, fill: Fill) -> None:
        for transaction in account.transactions:
            if transaction.id == fill.id:
                transaction.state = "REJECTED"
                transaction.completed_at = self._exchange.now_ms()
                self._emit(TransactionMoved(copy.copy(transaction)))

    def _change(
        self, account: Account, fill: Fill, before: Decimal, funding: Decimal, realized: Decimal
    ) -> BalanceChange:
        return BalanceChange(
            account=account.address,
            kind="TRANSACTION_FILL",
            token="USDC",
            before=before,
            after=account.balance,
            created_at=self._exchange.now_ms(),
            fill_id=fill.id,
            market=fill.market,
            fees=-fill.fee if fill.fee_currency == "USDC" else ZERO,
            realized_pnl=-realized,
            realized_funding=-funding,
            funding_index=fill.funding_index,
        )

    def _reinstate(self, fill: Fill) -> None:
        """The order waits again where it can wait at all."""
        order = self._exchange.orders.get(fill.order_id)
        if order is None:
            self._engine.moved(self._exchange.accounts[fill.account], fill.market)
            return
        can_wait = not order.type.endswith("MARKET") and order.instruction != "IOC"
        is_reopened = can_wait and self._rules.bust_reopens_orders
        reason = "" if is_reopened else self._rules.bust_reason
        self._engine.reinstate(order, fill.size, fill.price, reason)

    def _resync(self, account: Account) -> None:
        account.status = "RESYNC"
        self._engine.tell(account)
        self._exchange.clock.call_later(self._rules.resync_seconds, lambda: self._end(account))

    def _end(self, account: Account) -> None:
        if account.status == "RESYNC":
            account.status = "ACTIVE"
            self._engine.tell(account)


def _standing(account: Account, fill_id: str) -> Fill:
    for fill in account.fills:
        if fill.id == fill_id and fill_id not in account.busted:
            return fill
    raise Refused("NOT_FOUND", f"{account.address} has no fill {fill_id} that stands")


def _refund(account: Account, fill: Fill) -> None:
    if fill.fee_currency == "DIME":
        account.dime += fill.fee
    else:
        account.fees -= fill.fee


def _replay(account: Account, symbol: str, index: Decimal) -> tuple[Position, Decimal, Decimal]:
    """The position that the standing fills make, with the funding and PnL they realize."""
    position = Position(account=account.address, market=symbol)
    funding = realized = ZERO
    for fill in account.fills:
        if fill.market == symbol and fill.id not in account.busted:
            position.accrue(fill.funding_index - position.funding_index)
            funding += position.pay_funding(fill.funding_index)
            realized += position.apply(fill.side, fill.size, fill.price, fill.created_at)
            position.last_fill_id = fill.id
    position.accrue(index - position.funding_index)
    return position, funding, realized
