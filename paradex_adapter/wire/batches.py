"""Several orders in one request, and what became of each.

Over REST the venue lists the orders it took beside the errors of those it refused, over the
WebSocket one result for each request. Whatever cannot be told apart is `OutcomeUnknown`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.wire.jsonrpc import METHOD_ERROR, UNDECIDED, RpcError
from paradex_adapter.wire.rest import Order

LARGEST = 10
"""How many orders one request may hold (OpenAPI `orders-new-batch`)."""

type Outcome = Order | VenueError | OutcomeUnknown | WireError
type CancelOutcome = VenueError | OutcomeUnknown | WireError | None

_UNSAID = OutcomeUnknown("the answer to a batch does not tell what became of this order")
_CANCEL_REFUSALS = {
    "ALREADY_CLOSED": VenueError("ORDER_IS_CLOSED", "it was closed before the cancel"),
    "NOT_FOUND": VenueError("ORDER_ID_NOT_FOUND", "the venue has no order of this id"),
}


class _Refusal(msgspec.Struct, frozen=True):
    error: str
    message: str = ""

    def to_exception(self) -> VenueError | OutcomeUnknown:
        if self.error in UNDECIDED:
            return OutcomeUnknown(f"{self.error}: {self.message}")
        return VenueError(self.error, self.message)


class Created(msgspec.Struct, frozen=True):
    """OpenAPI `responses.BatchResponse`. Whether its lists have gaps is not documented."""

    orders: list[Order | None] = []
    errors: list[_Refusal | None] = []

    def outcomes(self, client_order_ids: Sequence[str]) -> dict[str, Outcome]:
        """What became of the order of each client id, which are in the order of the request."""
        taken = {order.client_id: order for order in self.orders if order is not None}
        found: dict[str, Outcome] = {name: taken.get(name, _UNSAID) for name in client_order_ids}
        rest = [name for name in client_order_ids if name not in taken]
        errors = [each.to_exception() for each in self.errors if each is not None]
        if len(errors) == len(rest):  # otherwise nobody can say whose error it is
            found.update(zip(rest, errors, strict=True))
        return found


class _Result(msgspec.Struct, frozen=True):
    order: Order | None = None
    error: str | None = None


class RpcCreated(msgspec.Struct, frozen=True):
    """OpenRPC `order.create_batch`: results in the order of the request."""

    results: list[_Result]

    def outcomes(self, client_order_ids: Sequence[str]) -> dict[str, Outcome]:
        """What became of the order of each client id, which are in the order of the request."""
        if len(self.results) != len(client_order_ids):
            return dict.fromkeys(client_order_ids, _UNSAID)
        pairs = zip(client_order_ids, self.results, strict=True)
        return {name: _outcome(name, result) for name, result in pairs}


def _outcome(client_order_id: str, result: _Result) -> Outcome:
    if result.order is not None and result.order.client_id == client_order_id:
        return result.order
    if result.order is None and result.error:
        return RpcError(METHOD_ERROR, result.error).to_exception()
    return _UNSAID


class _Cancel(msgspec.Struct, frozen=True):
    id: str = ""
    status: str = ""


class Canceled(msgspec.Struct, frozen=True):
    """OpenAPI `responses.CancelOrderBatchResponse`, OpenRPC `order.cancel_batch`."""

    results: list[_Cancel]

    def outcomes(self, venue_order_ids: Sequence[str]) -> dict[str, CancelOutcome]:
        """What became of the cancel of each order: None where it is queued."""
        told = {result.id: _cancel_outcome(result.status) for result in self.results}
        return {each: told.get(each, _UNSAID) for each in venue_order_ids}


def _cancel_outcome(status: str) -> CancelOutcome:
    if status == "QUEUED_FOR_CANCELLATION":
        return None
    return _CANCEL_REFUSALS.get(status) or WireError(f"a cancel is {status!r}: unknown")
