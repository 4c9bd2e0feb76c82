"""What an account is worth and what its positions and open orders require: cross margin.

Per market the requirement covers the larger of what the position becomes if all open buys, or all
open sells, execute; initial margin counts open orders, maintenance margin only positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from paradex_venue.amounts import AVERAGE, ZERO
from paradex_venue.markets import Market
from paradex_venue.records import Account, Order, Position


@dataclass(frozen=True, slots=True)
class Margin:
    """Amounts in USDC."""

    collateral: Decimal
    value: Decimal
    initial: Decimal
    maintenance: Decimal

    @property
    def free(self) -> Decimal:
        return self.value - self.initial

    @property
    def cushion(self) -> Decimal:
        return self.value - self.maintenance


def open_orders(account: Account) -> list[Order]:
    return [order for order in account.live.values() if order.status == "OPEN"]


def margin_of(
    account: Account,
    orders: Iterable[Order],
    markets: Mapping[str, Market],
    marks: Mapping[str, Decimal],
) -> Margin:
    """The margin of `account` if exactly `orders` were resting."""
    buys: dict[str, Decimal] = {}
    sells: dict[str, Decimal] = {}
    for order in orders:
        side = buys if order.side == "BUY" else sells
        side[order.market] = side.get(order.market, ZERO) + order.remaining
    initial = maintenance = unrealized = ZERO
    for symbol in dict.fromkeys((*account.positions, *buys, *sells)):
        market, mark = markets[symbol], marks[symbol]
        held = account.position_size(symbol)
        long, short = held + buys.get(symbol, ZERO), held - sells.get(symbol, ZERO)
        initial += max(abs(long), abs(short)) * mark * market.initial_margin
        maintenance += abs(held) * mark * market.maintenance_margin
        if held:
            unrealized += account.positions[symbol].unrealized(mark)
    return Margin(account.balance, account.balance + unrealized, initial, maintenance)


def leverage(position: Position, margin: Margin, mark: Decimal) -> Decimal:
    """The position's value in parts of the account's."""
    if margin.value <= 0:
        return ZERO
    return (abs(position.size) * mark / margin.value).quantize(AVERAGE)


def liquidation_price(
    position: Position, margin: Margin, market: Market, mark: Decimal
) -> Decimal | None:
    """The mark at which the account's value meets its maintenance margin, all else equal."""
    size, rate = position.size, market.maintenance_margin
    slope = size - abs(size) * rate
    if not slope:
        return None
    others = margin.maintenance - abs(size) * mark * rate
    price = (size * mark - margin.value + others) / slope
    return price.quantize(AVERAGE) if price > 0 else None
