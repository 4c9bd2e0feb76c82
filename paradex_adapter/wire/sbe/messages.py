"""What the venue's binary frames say (SBE schema 1, versions 0 to 3).

Numbers stay as they were sent: prices, sizes, values and rates are integers at scale 1e-8 (1e-12
where a name says precise), times are microseconds since the epoch, and None stands for null. An
enumerated field keeps its number; 254 is a value the venue could not represent. Fields that a
frame's version or an empty side does not carry have the defaults below.
"""

from __future__ import annotations

import msgspec

BUY, SELL = 1, 2


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A public trade (template 1). `side` is the aggressor's; `seq` is 0 where no book matched it.

    Below version 1:2 a frame holds only the low 64 bits of a trade's id, which `trade_id` then is.
    """

    market: str
    timestamp: int
    seq: int
    trade_id: str
    side: int
    price: int
    size: int
    created_at: int
    trade_type: int = 1


class Bbo(msgspec.Struct, frozen=True, gc=False):
    """The best bid and offer (template 2); a side that is empty is None."""

    market: str
    timestamp: int
    seq: int
    bid_price: int | None = None
    bid_size: int | None = None
    ask_price: int | None = None
    ask_size: int | None = None


class Book(msgspec.Struct, frozen=True, gc=False):
    """Levels of a book as `(price, size)` (template 3).

    A snapshot replaces the book. In a delta size 0 removes the level. The best prices are sent on
    interactive channels only.
    """

    market: str
    timestamp: int
    seq: int
    is_snapshot: bool
    bids: list[tuple[int, int]]
    asks: list[tuple[int, int]]
    best_bid_price: int | None = None
    best_bid_size: int | None = None
    best_ask_price: int | None = None
    best_ask_size: int | None = None
    relative_spread: int | None = None
    best_bid_api_price: int | None = None
    best_bid_api_size: int | None = None
    best_ask_api_price: int | None = None
    best_ask_api_size: int | None = None


class Summary(msgspec.Struct, frozen=True, gc=False):
    """A market's ticker (template 4). `index_price` is the JSON channel's `underlying_price`.

    `total_volume` stops at the largest int64. `funding_rate_precise` (1e-12) is the better of the
    two rates where it is present.
    """

    market: str
    timestamp: int
    seq: int
    mark_price: int | None = None
    index_price: int | None = None
    last_price: int | None = None
    volume_usd_24h: int | None = None
    open_interest: int | None = None
    funding_rate: int | None = None
    bid: int | None = None
    ask: int | None = None
    total_volume: int | None = None
    price_change_rate_24h: int | None = None
    mark_iv: int | None = None
    bid_iv: int | None = None
    ask_iv: int | None = None
    last_iv: int | None = None
    delta: int | None = None
    gamma: int | None = None
    vega: int | None = None
    theta: int | None = None
    rho: int | None = None
    volga: int | None = None
    vanna: int | None = None
    future_funding_rate: int | None = None
    external_fair_price: int | None = None
    bid_size: int | None = None
    ask_size: int | None = None
    forward_rate: int | None = None
    risk_free_rate: int | None = None
    funding_rate_precise: int | None = None
    settlement_twap_estimate: int | None = None


class Funding(msgspec.Struct, frozen=True, gc=False):
    """A market's funding (template 5); `funding_period_hours` are whole hours."""

    market: str
    timestamp: int
    seq: int
    funding_rate: int
    funding_index: int
    created_at: int
    funding_premium: int
    funding_rate_8h: int
    funding_period_hours: int
    impact_premium_rate: int | None = None


class Heartbeat(msgspec.Struct, frozen=True, gc=False):
    """A sign of life on an idle socket, every 20 s (template 40)."""

    timestamp: int
    seq: int


class Subscribed(msgspec.Struct, frozen=True, gc=False):
    """Reserved (template 41): acks are JSON text today. `status` 0 is ok, 1 an error."""

    channel: str
    timestamp: int
    seq: int
    status: int


type MarketMessage = Trade | Bbo | Book | Summary | Funding | Heartbeat | Subscribed
