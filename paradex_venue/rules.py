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

    # ---- what is asked for ----
    # Whether accounts are whitelisted for RPI orders.
    rpi: Literal["refuse", "allow"] = "refuse"
    # A client id that a closed order had: may be used again, or may not.
    closed_client_id: Literal["reuse", "refuse"] = "reuse"
    # By how many milliseconds a signature may be ahead of the venue's clock; None: by any.
    signature_ahead_ms: int | None = None

    # ---- changes ----
    # What the size of a change means: the order's total, or what is to remain of it.
    modified_size: Literal["total", "remaining"] = "total"
    # What keeps the place in line: less size at the same price, or no change at all.
    modified_priority: Literal["smaller", "never"] = "smaller"

    # ---- executions ----
    # Whether an order that takes is told as OPEN after each of its executions, or only once it
    # has met all it can.
    taker_told: Literal["each", "last"] = "last"
    # Whether an order that rests must still be affordable when it is met: it is canceled, or
    # filled anyhow.
    maker_margin: Literal["cancel", "fill"] = "fill"

    # ---- batches ----
    # One breach of a rule refuses the whole batch, or only the order it is found in.
    batch_breach: Literal["all", "one"] = "all"
    # How `orders` and `errors` of a batch's answer go together: both as long as the request, with
    # nulls, or each only with what it has.
    batch_pairing: Literal["index", "compact"] = "index"

    # ---- reads and connections ----
    # GET /orders/{id} of a closed order: told, or ORDER_ID_NOT_FOUND as the contract has it.
    closed_by_id: Literal["told", "not_found"] = "told"
    # Whether orders, positions and account begin with what is true when they are subscribed to.
    private_snapshot: bool = False
    # What cancel-on-disconnect cancels: all orders of the account, or those the connection placed.
    disconnect_scope: Literal["account", "connection"] = "account"
    # Whether a client that closes its connection properly has its orders canceled as well.
    disconnect_when_closed: bool = True
