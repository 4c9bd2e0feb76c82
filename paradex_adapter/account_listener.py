"""Who is told what an account does: the execution client, or a test."""

from __future__ import annotations

from typing import Protocol

from paradex_adapter.charts.facts import OrderFact
from paradex_adapter.terms import Adopted
from paradex_adapter.transport.limiter import Saturation
from paradex_adapter.wire.news import FundingPayment, TradeBust
from paradex_adapter.wire.rest import Account, Balance, Fill, Order


class AccountListener(Protocol):
    """What a `TradingAccount` tells, and asks of whoever has it."""

    def order_told(self, fact: OrderFact) -> None: ...
    def account_told(self, account: Account, balances: list[Balance]) -> None: ...
    def session_told(self, fact: object) -> None: ...

    def foreign_order_told(self, order: Order) -> None:
        """An order that is none of ours: placed elsewhere, or by the venue."""
        ...

    def foreign_fill_told(self, fill: Fill) -> None:
        """An execution of an order that is none of ours."""
        ...

    def funding_paid(self, payment: FundingPayment) -> None:
        """Funding was realized. Told once."""
        ...

    def trade_busted(self, bust: TradeBust) -> None:
        """An execution is undone, of whatever order. Told once."""
        ...

    def name_of(self, venue_order_id: str) -> str:
        """What we call an order for which the venue has no client id, or `""`."""
        ...

    def adoptable(self, client_order_id: str) -> Adopted | None:
        """An order we know of and that has no charts yet, if it is one and has not ended."""
        ...

    def adoptables(self) -> list[Adopted]:
        """Every order we know of that has not ended."""
        ...

    def troubled(self, what: str, error: Exception) -> None:
        """Something failed that will be tried again, or that cost only itself."""
        ...

    def saturated(self, what: Saturation) -> None:
        """Requests wait long for their turn under the venue's limits."""
        ...

    def crashed(self, error: BaseException) -> None:
        """A bug of ours ended a task."""
        ...
