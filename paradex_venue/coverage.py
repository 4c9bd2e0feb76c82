"""Reduce-only: how much of an account's orders its position covers.

The orders that would reduce the position are served most aggressive first. A reduce-only order is
covered when it fits into the position together with everything served before it, reduce-only or
not; one that is not covered is canceled, never shrunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.records import Account, Order, sign_of


def is_covered(order: Order, account: Account) -> bool:
    """Whether a reduce-only order may trade and rest, beside what rests already."""
    held = account.position_size(order.market)
    if held * sign_of(order.side) >= 0:
        return False
    if order.is_market or order.instruction == "IOC":
        return order.remaining <= abs(held)
    resting = [other for other in account.open_orders(order.market) if other.id != order.id]
    return order not in _uncovered([*resting, order], held)


def uncovered(account: Account, symbol: str) -> list[Order]:
    """The resting reduce-only orders of a market that its position does not cover."""
    return _uncovered(account.open_orders(symbol), account.position_size(symbol))


def _uncovered(orders: Sequence[Order], held: Decimal) -> list[Order]:
    reducing = [order for order in orders if held * sign_of(order.side) < 0]
    reducing.sort(key=lambda order: -sign_of(order.side) * order.price)
    found = [order for order in orders if order.reduce_only and order not in reducing]
    served = ZERO
    for order in reducing:
        served += order.remaining
        if order.reduce_only and served > abs(held):
            served -= order.remaining
            found.append(order)
    return found


def fit_to_position(order: Order, account: Account) -> None:
    """Cut a TP/SL to the position it closes, or give one for the whole position its size."""
    held = abs(account.position_size(order.market))
    if held and (order.covers_position or order.size > held):
        order.size = order.remaining = held
