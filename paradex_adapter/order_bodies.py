"""What is sent for an order and for its change: the fields, and the signature over them."""

from __future__ import annotations

from paradex_adapter.terms import Draft, Terms
from paradex_adapter.wire.rest import Change
from paradex_adapter.wire.signing import Signer


class OrderBodies:
    """Signs for one account. Times are in milliseconds."""

    def __init__(self, signer: Signer, recv_window_ms: int) -> None:
        self._signer = signer
        self._recv_window_ms = recv_window_ms

    def create(self, draft: Draft, now_ms: int) -> dict[str, object]:
        """OpenAPI `requests.OrderRequest`."""
        signature = self._signer.order(
            market=draft.market,
            side=draft.side,
            order_type=draft.type,
            size=draft.size,
            price=draft.price,
            timestamp=now_ms,
        )
        return {
            "client_id": draft.client_order_id,
            "market": draft.market,
            "side": draft.side,
            "type": draft.type,
            "size": draft.size,
            "price": draft.price,
            "instruction": draft.instruction,
            "flags": ["REDUCE_ONLY"] if draft.is_reduce_only else [],
            "recv_window": self._recv_window_ms,
            "signature": signature,
            "signature_timestamp": now_ms,
        }

    def modify(
        self, terms: Terms, venue_order_id: str, change: Change, now_ms: int
    ) -> dict[str, object]:
        """OpenAPI `requests.ModifyOrderRequest`."""
        fields = {
            "market": terms.market,
            "side": terms.side,
            "size": f"{change.size.normalize():f}",
            "price": f"{change.price.normalize():f}",
        }
        signature = self._signer.modify(
            **fields, order_type=terms.type, timestamp=now_ms, order_id=venue_order_id
        )
        signed = {"signature": signature, "signature_timestamp": now_ms}
        return {"id": venue_order_id, "type": terms.type, **fields, **signed}
