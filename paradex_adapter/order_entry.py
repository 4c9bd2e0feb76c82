"""How orders and cancels reach the venue: over the session, or over REST.

The session is the faster way; REST serves while there is no session. Either way a request is sent
once: one that got no answer is never sent again by the other way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from paradex_adapter.session import Session
from paradex_adapter.transport.limiter import Limiter
from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.rest import Order, decode


class OrderEntry(Protocol):
    """Raises `VenueError` for the venue's no, `OutcomeUnknown` and `WireError` when there is no
    telling."""

    async def create(self, body: Mapping[str, object]) -> Order:
        """Place the order (OpenAPI `requests.OrderRequest`). An answer means *submitted*."""
        ...

    async def modify(self, venue_order_id: str, body: Mapping[str, object]) -> Order:
        """Queue a change (OpenAPI `requests.ModifyOrderRequest`)."""
        ...

    async def cancel(self, venue_order_id: str, client_order_id: str, market: str) -> None:
        """Queue a cancel, by the venue's id where it is not `""`."""
        ...


class RestOrderEntry:
    """Over REST."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def create(self, body: Mapping[str, object]) -> Order:
        return await self._rest.create_order(dict(body))

    async def modify(self, venue_order_id: str, body: Mapping[str, object]) -> Order:
        return await self._rest.modify_order(venue_order_id, dict(body))

    async def cancel(self, venue_order_id: str, client_order_id: str, market: str) -> None:
        if venue_order_id:
            await self._rest.cancel_order(venue_order_id)
        else:
            await self._rest.cancel_by_client_id(client_order_id, market)


class _Answer(msgspec.Struct):
    order: Order


class SessionOrderEntry:
    """Over the session while it is ready, otherwise by `fallback` (OpenRPC `order.create`,
    `order.modify`, `order.cancel`). Both ways count against the venue's one limit."""

    def __init__(
        self, session: Session, fallback: OrderEntry, limiter: Limiter, timeout_secs: float = 10.0
    ) -> None:
        self._session = session
        self._fallback = fallback
        self._limiter = limiter
        self._timeout_secs = timeout_secs

    async def create(self, body: Mapping[str, object]) -> Order:
        if not self._session.is_ready:
            return await self._fallback.create(body)
        return decode(await self._call("order.create", body), _Answer).order

    async def modify(self, venue_order_id: str, body: Mapping[str, object]) -> Order:
        if not self._session.is_ready:
            return await self._fallback.modify(venue_order_id, body)
        return decode(await self._call("order.modify", body), _Answer).order

    async def cancel(self, venue_order_id: str, client_order_id: str, market: str) -> None:
        if not self._session.is_ready:
            await self._fallback.cancel(venue_order_id, client_order_id, market)
            return
        by_client_id = {"client_id": client_order_id, "market": market}
        params = {"id": venue_order_id} if venue_order_id else by_client_id
        await self._call("order.cancel", params)

    async def _call(self, method: str, params: Mapping[str, object]) -> bytes:
        await self._limiter.acquire()
        return await self._session.call(method, params, self._timeout_secs)
