"""Whether a node's cache says what the venue says."""

from __future__ import annotations

from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.identifiers import VenueOrderId
from nautilus_trader.model.objects import Money
from nautilus_trader.model.orders import Order

from paradex_venue.records import Account
from paradex_venue.records import Order as VenueOrder
from tests.adapter.node import BTC, MARKET, Desk


def differences(desk: Desk, account: Account) -> list[str]:
    found = [text for order in account.orders for text in _difference(desk, account, order)]
    net = sum(position.signed_decimal_qty() for position in desk.cache.positions_open())
    if net != account.position_size(MARKET):
        found.append(f"position {net}, is {account.position_size(MARKET)}")
    told = desk.cache.account_for_venue(BTC.venue).balance_total(USDC)
    if told != Money(account.balance, USDC):
        found.append(f"balance {told}, is {account.balance}")
    return found


def _difference(desk: Desk, account: Account, order: VenueOrder) -> list[str]:
    name = desk.cache.client_order_id(VenueOrderId(order.id))
    if name is None:
        was_taken = order.status == "OPEN" or order.filled > 0
        return [f"{order} is not known"] if was_taken else []
    ours = desk.cache.order(name)
    fills = [fill.id for fill in account.fills if fill.order_id == order.id]
    told = [trade_id.value for trade_id in ours.trade_ids]
    if ours.status in _statuses(order) and told == fills and _has_terms(ours, order):
        return []
    return [f"{name} is told {ours.status.name} {told}, is {order} with {fills}"]


def _has_terms(ours: Order, order: VenueOrder) -> bool:
    if not order.is_live or not ours.has_price:
        return True
    return (ours.quantity.as_decimal(), ours.price.as_decimal()) == (order.size, order.price)


def _statuses(order: VenueOrder) -> set[OrderStatus]:
    if order.status == "OPEN":
        return {OrderStatus.PARTIALLY_FILLED if order.filled else OrderStatus.ACCEPTED}
    if not order.remaining:
        return {OrderStatus.FILLED}
    if order.filled or order.cancel_reason == "USER_CANCELED":
        return {OrderStatus.CANCELED}
    # Refused on its way in, or taken out of the book: the venue's word is the same, and an order
    # placed elsewhere is always reported as if it had been in.
    return {OrderStatus.REJECTED, OrderStatus.CANCELED}
