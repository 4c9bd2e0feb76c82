"""How commands on orders reach the venue: over the session, or over REST.

The session is the faster way, and the venue's dead-man switch covers only what enters over it;
REST serves while the session takes no orders. Both count against the venue's one limit. Either way
a request is sent once: one that got no answer is never sent again by the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Protocol

import msgspec

from paradex_adapter.errors import RateLimited, Unauthorized, VenueError
from paradex_adapter.session import Session
from paradex_adapter.transport.limiter import Limiter
from paradex_adapter.transport.quota import DEFAULT_WAIT_SECS
from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.batches import Canceled, CancelOutcome, Outcome, RpcCreated
from paradex_adapter.wire.jsonrpc import PERMISSION_DENIED
from paradex_adapter.wire.rest import Order, decode

type Body = Callable[[], dict[str, object]]
"""Makes, and signs, what is sent. It is called once, when the request is about to leave: what is
signed is void in time, and a request may have to wait for its turn."""


class OrderEntry(Protocol):
    """Each raises `VenueError` for the venue's no to the whole request, `OutcomeUnknown` and
    `WireError` when there is no telling."""

    async def create(self, bodies: Mapping[str, Body]) -> Mapping[str, Outcome]:
        """Place the orders (OpenAPI `requests.OrderRequest`), 10 at most, named by their client
        ids. An `Order` means *submitted*."""
        ...

    async def modify(self, venue_order_id: str, body: Body) -> Order:
        """Queue a change (OpenAPI `requests.ModifyOrderRequest`)."""
        ...

    async def cancel(self, venue_order_ids: Sequence[str]) -> Mapping[str, CancelOutcome]:
        """Queue the cancels of the orders, 10 at most."""
        ...


class RestOrderEntry:
    """Over REST."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def create(self, bodies: Mapping[str, Body]) -> Mapping[str, Outcome]:
        names = list(bodies)
        if len(names) == 1:
            return {names[0]: await self._rest.create_order(bodies[names[0]])}
        created = await self._rest.create_orders(lambda: [body() for body in bodies.values()])
        return created.outcomes(names)

    async def modify(self, venue_order_id: str, body: Body) -> Order:
        return await self._rest.modify_order(venue_order_id, body)

    async def cancel(self, venue_order_ids: Sequence[str]) -> Mapping[str, CancelOutcome]:
        if len(venue_order_ids) == 1:
            await self._rest.cancel_order(venue_order_ids[0])
            return {venue_order_ids[0]: None}
        return (await self._rest.cancel_orders(venue_order_ids)).outcomes(venue_order_ids)


class _Answer(msgspec.Struct):
    order: Order


class _NotTakenError(Exception):
    """The session certainly did not take the request."""


class SessionOrderEntry:
    """Over the session (OpenRPC `order.*`), or by `fallback` what the session does not take."""

    def __init__(
        self, session: Session, fallback: OrderEntry, limiter: Limiter, timeout_secs: float = 10.0
    ) -> None:
        self._session = session
        self._fallback = fallback
        self._limiter = limiter
        self._timeout_secs = timeout_secs

    async def create(self, bodies: Mapping[str, Body]) -> Mapping[str, Outcome]:
        once = {name: cache(body) for name, body in bodies.items()}
        try:
            return await self._create(once)
        except _NotTakenError:
            return await self._fallback.create(once)

    async def modify(self, venue_order_id: str, body: Body) -> Order:
        once = cache(body)
        try:
            return decode(await self._call("order.modify", once), _Answer).order
        except _NotTakenError:
            return await self._fallback.modify(venue_order_id, once)

    async def cancel(self, venue_order_ids: Sequence[str]) -> Mapping[str, CancelOutcome]:
        try:
            return await self._cancel(list(venue_order_ids))
        except _NotTakenError:
            return await self._fallback.cancel(venue_order_ids)

    async def _create(self, bodies: Mapping[str, Body]) -> Mapping[str, Outcome]:
        names = list(bodies)
        if len(names) == 1:
            answer = await self._call("order.create", bodies[names[0]])
            return {names[0]: decode(answer, _Answer).order}
        answer = await self._call(
            "order.create_batch", lambda: {"orders": [body() for body in bodies.values()]}
        )
        return decode(answer, RpcCreated).outcomes(names)

    async def _cancel(self, venue_order_ids: list[str]) -> Mapping[str, CancelOutcome]:
        if len(venue_order_ids) == 1:
            await self._call("order.cancel", lambda: {"id": venue_order_ids[0]})
            return {venue_order_ids[0]: None}
        answer = await self._call("order.cancel_batch", lambda: {"order_ids": venue_order_ids})
        return decode(answer, Canceled).outcomes(venue_order_ids)

    async def _call(self, method: str, body: Body) -> bytes:
        self._check_session()
        await self._limiter.acquire()
        self._check_session()  # it may have gone while the request waited for its turn
        try:
            return await self._session.call(method, body(), self._timeout_secs)
        except RateLimited:
            self._limiter.hold(DEFAULT_WAIT_SECS)
            raise
        except VenueError as error:
            if isinstance(error, Unauthorized) or error.code == str(PERMISSION_DENIED):
                raise _NotTakenError from error  # refused before it was looked at
            raise

    def _check_session(self) -> None:
        if not self._session.takes_orders:
            raise _NotTakenError
