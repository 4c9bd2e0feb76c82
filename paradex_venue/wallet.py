"""Tokens that come and go: deposits, withdrawals, and what the venue gives away.

A transfer is PENDING at first and COMPLETED, or FAILED, when the chain has spoken. What leaves is
gone at once; what comes counts when it is completed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.engine import Engine
from paradex_venue.events import BalanceMoved, Event, TransferMoved
from paradex_venue.exchange import Exchange
from paradex_venue.fees import Token
from paradex_venue.ledger import hash_of
from paradex_venue.life_rules import LifeRules
from paradex_venue.postings import BalanceChange, MoneyTransfer, TransferKind
from paradex_venue.records import Account
from paradex_venue.refusal import Refused

INCOMING: tuple[TransferKind, ...] = ("DEPOSIT", "AIRDROP", "UNWINDING")


class Wallet:
    def __init__(self, exchange: Exchange, rules: LifeRules, emit: Callable[[Event], None]) -> None:
        self._exchange = exchange
        self._engine: Engine = exchange.engine
        self._rules = rules
        self._emit = emit

    def transfer(
        self, account: Account, kind: TransferKind, token: Token, amount: Decimal, failure: str = ""
    ) -> MoneyTransfer:
        """Begin a transfer; with a `failure` it ends FAILED, and nothing has moved."""
        comes = kind in INCOMING
        if not comes and amount > _held(account, token):
            raise Refused("VALIDATION_ERROR", f"{amount} {token} are more than there are")
        transfer = self._begun(account, kind, token, amount)
        transfer.failure_reason = failure
        account.transfers.append(transfer)
        self._emit(TransferMoved(copy.copy(transfer)))
        if not comes:
            self._book(account, transfer, -amount)
        delay = self._rules.chain_latency
        self._exchange.clock.call_later(delay, lambda: self._complete(account, transfer))
        return transfer

    def _begun(
        self, account: Account, kind: TransferKind, token: Token, amount: Decimal
    ) -> MoneyTransfer:
        identity, now = self._engine.ids.fill(), self._exchange.now_ms()
        return MoneyTransfer(
            id=identity,
            account=account.address,
            kind=kind,
            direction="IN" if kind in INCOMING else "OUT",
            token=token,
            amount=amount,
            status="PENDING",
            created_at=now,
            updated_at=now,
            txn_hash=hash_of(f"transfer {identity}"),
        )

    def _complete(self, account: Account, transfer: MoneyTransfer) -> None:
        transfer.status = "FAILED" if transfer.failure_reason else "COMPLETED"
        transfer.updated_at = self._exchange.now_ms()
        if (transfer.direction == "IN") != (transfer.status == "FAILED"):
            self._book(account, transfer, transfer.amount)
        self._emit(TransferMoved(copy.copy(transfer)))

    def _book(self, account: Account, transfer: MoneyTransfer, amount: Decimal) -> None:
        before = _held(account, transfer.token)
        if transfer.token == "DIME":
            account.dime += amount
        else:
            account.deposits += amount
        change = BalanceChange(
            account=account.address,
            kind=transfer.kind,
            token=transfer.token,
            before=before,
            after=before + amount,
            created_at=self._exchange.now_ms(),
            price=account.terms.dime_price if transfer.token == "DIME" else Decimal(1),
        )
        self._emit(BalanceMoved(change))
        self._engine.tell(account)


def _held(account: Account, token: str) -> Decimal:
    return max(account.dime if token == "DIME" else account.balance, ZERO)
