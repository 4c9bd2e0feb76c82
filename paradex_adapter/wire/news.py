"""What happens to an account besides its orders: funding paid, trades busted.

Shapes: OpenAPI `responses.FundingPayment` and `responses.TradebustResult`, the same over the
channels `funding_payments` and `tradebusts`. Times are milliseconds since the epoch.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec


class FundingPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Funding that was realized. `payment` is in the settlement asset, below zero where the
    account pays; `index` is the funding index then; `fill_id` is the execution that realized it,
    `""` where there was none."""

    id: str
    market: str
    payment: str
    index: str = ""
    fill_id: str = ""
    account: str = ""
    created_at: int = 0

    def __post_init__(self) -> None:
        try:
            is_number = Decimal(self.payment).is_finite()
        except InvalidOperation:
            is_number = False
        if not is_number:
            raise ValueError(f"payment {self.payment!r} is not a decimal number")


class TradeBust(msgspec.Struct, frozen=True, kw_only=True):
    """The chain rejected an execution: positions and balances are as if it had never been."""

    busted_fill_id: str
    account: str = ""
    created_at: int = 0
