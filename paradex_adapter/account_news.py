"""`AccountNews`: funding paid and trades busted, each told once.

The channels tell them as they happen, REST tells what was missed while there was no session. Not
every venue need offer these channels: without them, what REST tells is what there is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol

from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.news import FundingPayment, TradeBust
from paradex_adapter.wire.rest import Fill, decode

FUNDING, BUSTS = "funding_payments.ALL", "tradebusts"
NEWS = (FUNDING, BUSTS)
KEPT = 10_000
"""How many are remembered, so that none is told twice."""


class NewsListener(Protocol):
    """Who is told."""

    def funding_paid(self, payment: FundingPayment) -> None: ...
    def trade_busted(self, bust: TradeBust) -> None: ...


class AccountNews:
    """What happens to one account besides its orders."""

    def __init__(self, rest: Rest, listener: NewsListener) -> None:
        self._rest = rest
        self._listener = listener
        self._told: OrderedDict[str, None] = OrderedDict()

    def push_received(self, channel: str, data: bytes) -> None:
        """One push of a channel in `NEWS`. Raises `WireError` for what cannot be read."""
        if channel == FUNDING:
            self._paid(decode(data, FundingPayment))
        else:
            self._busted(decode(data, TradeBust))

    async def ask(self, start_at: int, fills: Iterable[Fill]) -> None:
        """Tell what was not told since `start_at` (ms). Funding is realized by executions, of which
        `fills` has those since then. Raises what asking raises."""
        markets = {fill.market for fill in fills if fill.realized_funding.strip("-0.")}
        for market in sorted(markets):
            for payment in await self._rest.funding_payments(market, start_at):
                self._paid(payment)
        for bust in await self._rest.trade_busts(start_at):
            self._busted(bust)

    def _paid(self, payment: FundingPayment) -> None:
        if self._is_new(f"payment {payment.id}"):
            self._listener.funding_paid(payment)

    def _busted(self, bust: TradeBust) -> None:
        if self._is_new(f"bust {bust.busted_fill_id}"):
            self._listener.trade_busted(bust)

    def _is_new(self, name: str) -> bool:
        if name in self._told:
            return False
        self._told[name] = None
        if len(self._told) > KEPT:
            self._told.popitem(last=False)
        return True
