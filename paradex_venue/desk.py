"""Orders as REST and WebSocket both take them: checked, signed for, then let in."""

from __future__ import annotations

from collections.abc import Sequence

from paradex_venue.auth import Registrar
from paradex_venue.exchange import Exchange
from paradex_venue.orders import ModifyRequest, OrderRequest
from paradex_venue.records import Account, Order
from paradex_venue.refusal import Refused
from paradex_venue.shapes import Json

LARGEST_BATCH = 10


class Desk:
    def __init__(self, exchange: Exchange, registrar: Registrar) -> None:
        self.exchange = exchange
        self._registrar = registrar

    def create(self, account: Account, request: OrderRequest) -> Order:
        order = self._prepare(account, request)
        self.exchange.submit(order)
        return order

    def create_batch(self, account: Account, requests: list[OrderRequest]) -> list[Order | Refused]:
        """What became of each request; where one breach refuses the batch, `Refused`."""
        if not 1 <= len(requests) <= LARGEST_BATCH:
            message = f"a batch holds 1 to {LARGEST_BATCH} orders, not {len(requests)}"
            raise Refused("BATCH_SIZE_OUT_OF_RANGE", message)
        outcomes = self._prepare_batch(account, requests)
        for outcome in outcomes:
            if isinstance(outcome, Order):
                self.exchange.submit(outcome)
        return outcomes

    def modify(self, account: Account, order_id: str, request: ModifyRequest) -> Order:
        order = self.exchange.order(account, order_id)
        if request.id != order_id:
            raise Refused("VALIDATION_ERROR", f"id {request.id} in the body is not {order_id}")
        self._registrar.check_modify(account, request)
        self.exchange.modify(order, request)
        return order

    def cancel_batch(
        self, account: Account, order_ids: list[str], client_ids: list[str]
    ) -> list[Json]:
        """Queue cancels; whatever cannot be canceled is told, not refused."""
        by_id = [self._cancel_one(account, order_id, "") for order_id in order_ids]
        return by_id + [self._cancel_one(account, "", client_id) for client_id in client_ids]

    def _prepare(
        self, account: Account, request: OrderRequest, beside: Sequence[Order] = ()
    ) -> Order:
        order = self.exchange.prepare(account, request, beside)
        self._registrar.check_order(account, request)
        return order

    def _prepare_batch(
        self, account: Account, requests: list[OrderRequest]
    ) -> list[Order | Refused]:
        outcomes: list[Order | Refused] = []
        for request in requests:
            beside = [outcome for outcome in outcomes if isinstance(outcome, Order)]
            try:
                outcomes.append(self._prepare(account, request, beside))
            except Refused as refused:
                if self.exchange.rules.batch_breach == "all":
                    raise
                outcomes.append(refused)
        return outcomes

    def _cancel_one(self, account: Account, order_id: str, client_id: str) -> Json:
        """`responses.CancelOrderResult`; of what is not found only the name it was asked by."""
        try:
            order = self._find(account, order_id, client_id)
        except Refused:
            name, value = ("id", order_id) if order_id else ("client_id", client_id)
            return {name: value, "status": "NOT_FOUND"}
        result: Json = {
            "id": order.id,
            "client_id": order.client_id,
            "account": account.address,
            "market": order.market,
        }
        if order.is_live:
            self.exchange.cancel(order)
            return result | {"status": "QUEUED_FOR_CANCELLATION"}
        return result | {"status": "ALREADY_CLOSED"}

    def _find(self, account: Account, order_id: str, client_id: str) -> Order:
        if order_id:
            return self.exchange.order(account, order_id)
        return self.exchange.latest_by_client_id(account, client_id)
