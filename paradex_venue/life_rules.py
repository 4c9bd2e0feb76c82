"""How the venue lives around orders: what it publishes of funding, liquidation, busts and releases,
and a knob wherever that leaves something open."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRules:
    """Times are seconds, rates are parts of one. The defaults are what is published."""

    # ---- funding ----
    # Per funding period (8 hours), in every market, until a control says otherwise.
    funding_rate: Decimal = Decimal(0)
    funding_interval: float = 1.0

    # ---- liquidation ----
    # Between looks at every account's health.
    health_interval: float = 5.0
    # Of an account's positions so much is taken at a time, at least.
    liquidation_step: Decimal = Decimal("0.2")
    # Of the maintenance margin of what is taken.
    liquidation_penalty: Decimal = Decimal("0.7")
    # By how much more than its maintenance margin an account is worth afterwards.
    liquidation_buffer: Decimal = Decimal("0.2")
    # Whether the fill of a liquidation, settlement or unwind names an order, one nobody can find.
    moves_name_an_order: bool = False

    # ---- the chain ----
    # Between a fill and its acceptance on the chain.
    chain_latency: float = 0.5
    # How long an account is in RESYNC after a trade bust.
    resync_seconds: float = 0.0
    # Whether GET /fills still tells of busted fills.
    busted_fills_listed: bool = False
    # An order whose fill is busted waits for its counterpart again; otherwise it is closed.
    bust_reopens_orders: bool = True
    bust_reason: str = "UNEXPECTED_FAILURE"

    # ---- numbers ----
    # An order's `seq_no` over REST is generated apart from that of the channels: no comparing.
    rest_number_shift: int = 500_000_000

    # ---- releases ----
    # In cancel_only and post_only no price may be farther than this from the fair price.
    release_band: Decimal = Decimal("0.0005")
    release_cancel_reason: str = "MARKET_NOT_OPEN"
    # Whether orders can be canceled under maintenance, and modified in cancel_only.
    maintenance_takes_cancels: bool = True
    cancel_only_takes_changes: bool = False
