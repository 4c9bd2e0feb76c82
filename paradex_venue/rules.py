"""How orders are treated where the venue's publications are silent or contradict each other.

Every field is a question nobody outside can answer; a test may ask it at each of its settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """The defaults are what the published contracts suggest most."""

    # ---- conditional orders ----
    # What sets a generic stop off: the stop's own side (a buy stops a rise), or the side of the
    # mark its trigger price is on when it is placed, so that it always waits at first.
    stop_direction: Literal["side", "mark"] = "side"
    # A trigger price the mark has reached already: set off at once, or refused.
    reached_trigger: Literal["execute", "refuse"] = "execute"
    # STOP_CONDITION_* in a request: refused, or heeded.
    condition_flags: Literal["refuse", "heed"] = "refuse"
    # A take-profit or stop-loss that lacks REDUCE_ONLY: refused, or taken for reduce-only anyhow.
    tpsl_without_reduce_only: Literal["refuse", "imply"] = "refuse"
    # Whether a TP/SL with a size of its own needs a position while it waits, as one for the whole
    # position (size 0) does; otherwise only when it triggers.
    tpsl_needs_position: bool = False
    # Which TP/SL orders cancel each other: pairs for the whole position, all pairs, or none.
    tpsl_linked: Literal["whole", "all", "none"] = "whole"
    linked_reason: str = "USER_CANCELED"
    flat_reason: str = "REDUCE_ONLY_WILL_INCREASE"
    # Between trigger and execution, in seconds; meanwhile the order is NEW.
    trigger_latency: float = 0.0
    # Whether GET /orders and /orders/by_client_id tell of untriggered orders.
    untriggered_listed: bool = True
    # Whether untriggered STOP_LIMIT and STOP_MARKET can be modified, as TP/SL can.
    stops_modifiable: bool = True
