"""What a fill costs: by account, by who made and who took, in USDC or in DIME."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from paradex_venue.amounts import SHARE, ZERO
from paradex_venue.markets import MAKER_FEE, TAKER_FEE

# Who pays in DIME pays so much less.
DIME_DISCOUNT = Decimal("0.4")

type Token = Literal["USDC", "DIME"]


@dataclass(frozen=True, slots=True)
class Fee:
    """`amount` in `token`, negative for a rebate."""

    amount: Decimal
    token: Token = "USDC"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeTerms:
    """An account's rates, in parts of the notional; `dime_price` in USDC."""

    maker: Decimal = MAKER_FEE
    taker: Decimal = TAKER_FEE
    # Every fee of the account is paid in DIME, as long as it has enough.
    in_dime: bool = False
    dime_price: Decimal = Decimal("0.05")

    def fee(self, liquidity: str, notional: Decimal, dime: Decimal, *, in_dime: bool) -> Fee:
        """The fee of a fill; in DIME where asked for and the balance `dime` suffices."""
        usdc = notional * (self.maker if liquidity == "MAKER" else self.taker)
        if usdc <= ZERO or not (in_dime or self.in_dime):
            return Fee(usdc)
        amount = (usdc * (1 - DIME_DISCOUNT) / self.dime_price).quantize(SHARE)
        return Fee(amount, "DIME") if amount <= dime else Fee(usdc)
