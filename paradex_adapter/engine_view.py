"""What the engine has been told of orders already: its reports must not be ahead of events."""

from __future__ import annotations

import anyio
from nautilus_trader.cache.cache import Cache
from nautilus_trader.model.identifiers import ClientOrderId, VenueOrderId
from nautilus_trader.model.orders import Order as CachedOrder

from paradex_adapter.orders import Orders
from paradex_adapter.parsing.reports import filled_size
from paradex_adapter.wire.rest import Order

SETTLING_SECS = 3.0
"""How long a node that starts waits for the events of orders it knew before."""


class EngineView:
    """The orders as the engine has them."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def name_of(self, venue_order_id: VenueOrderId | None) -> ClientOrderId | None:
        """What the engine calls the order; it names those that come without a client id."""
        return None if venue_order_id is None else self._cache.client_order_id(venue_order_id)

    def agrees(self, order: Order) -> bool:
        """Whether a report of the order adds nothing that belongs in events."""
        if order.status == "NEW":
            return False  # any report would be taken for an acceptance
        cached = self._cached(order)
        if cached is None:
            return order.status == "CLOSED" or filled_size(order) == 0
        is_open = cached.is_open and order.status != "CLOSED"
        is_closed = cached.is_closed and order.status == "CLOSED"
        return (is_open or is_closed) and cached.filled_qty.as_decimal() == filled_size(order)

    def contradicts(self, order: Order) -> bool:
        """Whether more happened to the order here than at the venue, as when a trade was busted:
        nothing takes it back, and a report of less would end the reconciliation."""
        cached = self._cached(order)
        return cached is not None and cached.filled_qty.as_decimal() > filled_size(order)

    async def catch_up(self, orders: Orders) -> None:
        """Wait, within bounds, until the engine has applied the events of orders that it knew
        before: a report would be applied ahead of them."""
        with anyio.move_on_after(SETTLING_SECS):
            while self._is_behind(orders):  # noqa: ASYNC110
                await anyio.sleep(0.01)  # there is no word of the engine's to wait for

    def _is_behind(self, orders: Orders) -> bool:
        for name, filled_qty in orders.told():
            cached = self._cache.order(ClientOrderId(name))
            if cached is not None and cached.filled_qty.as_decimal() != filled_qty:
                return True
        return False

    def _cached(self, order: Order) -> CachedOrder | None:
        name = self.name_of(VenueOrderId(order.id))
        if name is None and order.client_id:
            name = ClientOrderId(order.client_id)
        return None if name is None else self._cache.order(name)
