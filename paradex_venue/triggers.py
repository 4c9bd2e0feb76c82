"""Orders that wait for the mark price to reach their trigger price.

A take-profit goes with the position's favour and a stop against it, so side and type tell on which
side of the trigger price the mark sets an order off; the trigger price itself does.
"""

from __future__ import annotations

from decimal import Decimal

from paradex_venue.records import Condition, Order, OrderType, Side


def condition_of(kind: OrderType, side: Side, trigger: Decimal, mark: Decimal | None) -> Condition:
    """The condition of a conditional order of `kind`.

    With a `mark`, a generic stop waits for the mark to come over to the trigger price from where
    it is now; without, a buy stops a rise and a sell a fall.
    """
    is_profit = kind.startswith("TAKE_PROFIT")
    is_generic = kind in ("STOP_MARKET", "STOP_LIMIT")
    if is_generic and mark is not None:
        return "ABOVE" if trigger > mark else "BELOW"
    return "ABOVE" if (side == "BUY") != is_profit else "BELOW"


def is_met(condition: Condition | None, trigger: Decimal, mark: Decimal) -> bool:
    if condition is None:
        return False
    return mark >= trigger if condition == "ABOVE" else mark <= trigger


class Triggers:
    """The waiting orders of every market, first come first."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, Order]] = {}

    def add(self, order: Order) -> None:
        self._waiting.setdefault(order.market, {})[order.id] = order

    def remove(self, order: Order) -> None:
        """Nothing happens to an order that does not wait."""
        self._waiting.get(order.market, {}).pop(order.id, None)

    def due(self, symbol: str, mark: Decimal) -> list[Order]:
        """The orders that `mark` sets off."""
        orders = self._waiting.get(symbol, {}).values()
        return [o for o in orders if is_met(o.condition, o.trigger_price, mark)]

    def waiting(self, symbol: str, account: str) -> list[Order]:
        """What one account has waiting in a market."""
        return [o for o in self._waiting.get(symbol, {}).values() if o.account == account]
