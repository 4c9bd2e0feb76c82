"""The books of account: what a trade, or the transfer of a position, does to one account's money.

Every entry realizes the funding that accrued on the position, moves the position, charges the fee
and is announced: the fill, its funding payment, the change of balance, and its way onto the chain.
House accounts are booked like any other and not announced.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.clock import Clock
from paradex_venue.events import BalanceMoved, Event, Filled, FundingPaid, TransactionMoved
from paradex_venue.fees import Fee
from paradex_venue.ids import Ids
from paradex_venue.life_rules import LifeRules
from paradex_venue.postings import BalanceChange, FundingPayment, Transaction, TransactionType
from paradex_venue.records import Account, Fill, Liquidity, Order, Position, Side, Trade

TRANSACTIONS: dict[str, TransactionType] = {
    "LIQUIDATION": "TRANSACTION_LIQUIDATE",
    "SETTLE_MARKET": "TRANSACTION_SETTLE_MARKET",
}


class Ledger:
    """`indexes` and `rates` are the markets' funding; a rate is per funding period."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        marks: Mapping[str, Decimal],
        emit: Callable[[Event], None],
        rules: LifeRules,
    ) -> None:
        self.indexes = dict.fromkeys(marks, ZERO)
        self.rates = dict.fromkeys(marks, rules.funding_rate)
        self._rules = rules
        self._clock = clock
        self._ids = ids
        self._marks = marks
        self._emit = emit

    def book_order(
        self, account: Account, order: Order, liquidity: Liquidity, trade: Trade
    ) -> Fill:
        """One side of a trade in the book; the order counts the fill already."""
        fee = self._fee(account, order, liquidity, trade)
        return self._book(account, trade, order.side, liquidity, fee, order)

    def book_move(self, account: Account, side: Side, trade: Trade, fee: Fee) -> Fill:
        """A position moved by the venue, for which there is no order."""
        return self._book(account, trade, side, "TAKER", fee, None)

    def position(self, account: Account, symbol: str) -> Position:
        known = account.positions.get(symbol)
        if known is None:
            index = self.indexes[symbol]
            known = Position(account=account.address, market=symbol, funding_index=index)
            account.positions[symbol] = known
        return known

    def announce_balance(self, account: Account, before: Decimal, fill: Fill) -> None:
        """The balance of USDC as `fill` left it."""
        change = BalanceChange(
            account=account.address,
            kind=TRANSACTIONS.get(fill.fill_type, "TRANSACTION_FILL"),
            token="USDC",
            before=before,
            after=account.balance,
            created_at=fill.created_at,
            fill_id=fill.id,
            market=fill.market,
            fees=fill.fee if fill.fee_currency == "USDC" else ZERO,
            realized_pnl=fill.realized_pnl,
            realized_funding=fill.realized_funding,
            funding_index=fill.funding_index,
        )
        self._emit(BalanceMoved(change))

    def settle(self, transaction: Transaction) -> None:
        """The chain has taken a transaction, unless it was refused meanwhile."""
        if transaction.state == "RECEIVED":
            transaction.state = "ACCEPTED_ON_L2"
            transaction.completed_at = self._clock.now_ns() // 1_000_000
            self._emit(TransactionMoved(copy.copy(transaction)))

    # ---- one entry ----

    def _book(
        self,
        account: Account,
        trade: Trade,
        side: Side,
        liquidity: Liquidity,
        fee: Fee,
        order: Order | None,
    ) -> Fill:
        before, position = account.balance, self.position(account, trade.market)
        index = self.indexes[trade.market]
        funding = position.pay_funding(index)
        realized = position.apply(side, trade.size, trade.price, trade.created_at)
        account.realized += realized
        account.funding += funding
        _charge(account, fee)
        position.last_fill_id = self._ids.fill()
        fill = Fill(
            id=position.last_fill_id,
            trade_id=trade.id,
            account=account.address,
            market=trade.market,
            order_id=order.id if order else self._order_of_a_move(),
            client_id=order.client_id if order else "",
            side=side,
            liquidity=liquidity,
            price=trade.price,
            size=trade.size,
            remaining=order.remaining if order else ZERO,
            fee=fee.amount,
            fee_currency=fee.token,
            realized_pnl=realized,
            realized_funding=funding,
            funding_index=index,
            underlying_price=self._marks[trade.market],
            book_seq_no=trade.seq_no,
            created_at=trade.created_at,
            fill_type=trade.trade_type,
            flags=trade.flags,
        )
        if not account.house:
            self._announce(account, fill, before)
        return fill

    def _order_of_a_move(self) -> str:
        return self._ids.order() if self._rules.moves_name_an_order else ""

    def _announce(self, account: Account, fill: Fill, before: Decimal) -> None:
        account.fills.append(fill)
        self._emit(Filled(fill))
        if fill.realized_funding:
            self._announce_payment(account, fill)
        self.announce_balance(account, before, fill)
        self._send_to_chain(account, fill)

    def _announce_payment(self, account: Account, fill: Fill) -> None:
        payment = FundingPayment(
            id=self._ids.order(),
            account=account.address,
            market=fill.market,
            payment=fill.realized_funding,
            index=fill.funding_index,
            fill_id=fill.id,
            created_at=fill.created_at,
        )
        account.payments.append(payment)
        self._emit(FundingPaid(payment))

    def _send_to_chain(self, account: Account, fill: Fill) -> None:
        transaction = Transaction(
            id=fill.id,
            account=account.address,
            kind=TRANSACTIONS.get(fill.fill_type, "TRANSACTION_FILL"),
            state="RECEIVED",
            hash=hash_of(fill.id),
            created_at=fill.created_at,
        )
        account.transactions.append(transaction)
        self._emit(TransactionMoved(copy.copy(transaction)))
        self._clock.call_later(self._rules.chain_latency, lambda: self.settle(transaction))

    def _fee(self, account: Account, order: Order, liquidity: Liquidity, trade: Trade) -> Fee:
        # Retail trades free of charge, and so does who makes a price for it.
        if order.interactive or trade.trade_type == "RPI":
            return Fee(ZERO)
        notional = trade.price * trade.size
        return account.terms.fee(liquidity, notional, account.dime, in_dime=order.pays_in_dime)


def _charge(account: Account, fee: Fee) -> None:
    if fee.token == "DIME":
        account.dime -= fee.amount
    else:
        account.fees += fee.amount


def hash_of(text: str) -> str:
    """A transaction hash as the chain writes them, always the same for the same event."""
    return "0x" + hashlib.sha256(text.encode()).hexdigest()[:63]
