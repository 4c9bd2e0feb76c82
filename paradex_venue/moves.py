"""Positions that the venue itself moves: fills that stem from no order of the account.

The public contract has three kinds: LIQUIDATION, SETTLE_MARKET and UNWIND_TRANSFER. Their
`orderbook_seq_no` is 0, and of them only liquidations are on the public tape.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from paradex_venue.amounts import ZERO
from paradex_venue.engine import Engine
from paradex_venue.fees import Fee
from paradex_venue.records import Account, Fill, Side, Trade

MoveKind = Literal["LIQUIDATION", "SETTLE_MARKET", "UNWIND_TRANSFER"]


class Moves:
    """`fund` is the insurance fund's account: who takes over what is moved."""

    def __init__(self, engine: Engine, fund: Account) -> None:
        self.fund = fund
        self._engine = engine

    def move(
        self,
        account: Account,
        symbol: str,
        size: Decimal,
        price: Decimal,
        kind: MoveKind,
        fee: Decimal = ZERO,
    ) -> Fill:
        """Move the signed `size` to `account` (negative: away from it) at `price`."""
        side: Side = "BUY" if size > 0 else "SELL"
        trade = Trade(
            id=self._engine.ids.fill(),
            market=symbol,
            side=side,
            price=price,
            size=abs(size),
            seq_no=0,
            created_at=self._engine.now_ms(),
            trade_type=kind,
        )
        counterpart = None if kind == "SETTLE_MARKET" else self.fund
        return self._engine.move(account, counterpart, side, trade, Fee(fee))
