"""What the venue pushes as JSON: the shape behind each channel's `params.data`.

Shapes: AsyncAPI channels. Where a push repeats a REST body, the REST shape serves for both.
Binary frames (SBE) carry the same facts in another form and are read in `wire.sbe`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from paradex_adapter.wire.markets import Bbo, FundingData, MarketSummary, Trade
from paradex_adapter.wire.rest import Account, Fill, Order, Position, Side


class Level(msgspec.Struct, frozen=True):
    """One price level of one side. Size `"0"` means the level is gone."""

    side: Side
    price: str
    size: str


class PriceBookUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """A whole book (`"s"`: all in `inserts`) or what changed since the previous update (`"d"`).

    Deltas are contiguous: `seq_no` is the previous one plus one (AsyncAPI `PriceBookUpdate`).
    """

    seq_no: int
    market: str
    last_updated_at: int
    update_type: Literal["s", "d"]
    inserts: list[Level] = []
    updates: list[Level] = []
    deletes: list[Level] = []


type Payload = (
    PriceBookUpdate | Bbo | Trade | MarketSummary | FundingData | Order | Fill | Position | Account
)

_SHAPES: dict[str, type[Payload]] = {
    "order_book": PriceBookUpdate,
    "bbo": Bbo,
    "trades": Trade,
    "markets_summary": MarketSummary,
    "funding_data": FundingData,
    "orders": Order,
    "fills": Fill,
    "positions": Position,
    "account": Account,
}


def shape_of(channel: str) -> type[Payload] | None:
    """The shape pushed on `channel` (`"bbo.BTC-USD-PERP"`), or None where none is known."""
    return _SHAPES.get(channel.partition(".")[0])
