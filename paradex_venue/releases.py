"""What the venue takes and refuses while it is released anew: maintenance, cancel_only, post_only.

A release goes cancel_only, post_only, ok; in between no price may be far from the fair price.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from paradex_venue.life_rules import LifeRules
from paradex_venue.refusal import Refused

SystemStatus = Literal["ok", "maintenance", "cancel_only", "post_only"]


def check_order(
    status: SystemStatus, instruction: str, price: Decimal, fair: Decimal, rules: LifeRules
) -> None:
    """`Refused` unless a new order may come in; `price` is zero where it has none."""
    _check_maintenance(status)
    if status == "cancel_only":
        raise Refused("SYSTEM_STATUS_CANCEL_ONLY", "only cancels are accepted now")
    if status == "post_only" and instruction not in ("POST_ONLY", "RPI"):
        raise Refused("SYSTEM_STATUS_POST_ONLY", "only POST_ONLY orders are accepted now")
    if status == "post_only" and not is_near(price, fair, rules):
        message = f"{price} is beyond {rules.release_band} of the fair price {fair}"
        raise Refused("SYSTEM_STATUS_POST_ONLY", message)


def check_change(status: SystemStatus, price: Decimal, fair: Decimal, rules: LifeRules) -> None:
    """`Refused` unless a resting order may be changed to `price`."""
    _check_maintenance(status)
    if status == "cancel_only" and not rules.cancel_only_takes_changes:
        raise Refused("SYSTEM_STATUS_CANCEL_ONLY", "only cancels are accepted now")
    if status == "post_only" and not is_near(price, fair, rules):
        message = f"{price} is beyond {rules.release_band} of the fair price {fair}"
        raise Refused("SYSTEM_STATUS_POST_ONLY", message)


def check_cancel(status: SystemStatus, rules: LifeRules) -> None:
    """`Refused` unless orders may be canceled."""
    if not rules.maintenance_takes_cancels:
        _check_maintenance(status)


def is_near(price: Decimal, fair: Decimal, rules: LifeRules) -> bool:
    return abs(price - fair) <= fair * rules.release_band


def _check_maintenance(status: SystemStatus) -> None:
    if status == "maintenance":
        raise Refused("SERVICE_UNAVAILABLE", "the venue is under maintenance", 503)
