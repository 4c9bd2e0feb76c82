"""What the venue has to say about an account, gathered over REST and brought to the orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paradex_adapter.orders import Orders
from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.rest import Account, Balance, Fill, Order, Position


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One account at one time. Fills ascend in time. The orders were asked for before the fills:
    whatever an order says was executed is among them, as far back as `start_at`."""

    orders: list[Order]
    fills: list[Fill]
    positions: list[Position]
    account: Account
    balances: list[Balance]


async def take_snapshot(rest: Rest, start_at: int) -> Snapshot:
    """Ask the venue for everything; `start_at` (ms) bounds how far back fills go."""
    orders = await rest.open_orders()
    fills = await rest.fills(start_at=start_at)
    positions = await rest.positions()
    account = await rest.account()
    return Snapshot(orders, fills, positions, account, await rest.balances())


def bring(
    snapshot: Snapshot,
    orders: Orders,
    fill_seen: Callable[[Fill], None],
    order_seen: Callable[[Order], None],
) -> None:
    """Bring each word to its order, executions first; then doubt every working order that the
    venue's list of open ones does not have: it ended, or was never placed."""
    for fill in snapshot.fills:
        fill_seen(fill)
    for order in snapshot.orders:
        order_seen(order)
    orders.doubt_all_but(snapshot.orders)
