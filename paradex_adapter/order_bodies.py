"""What is sent for an order and for its change: the fields, and the signature over them."""

from __future__ import annotations

from decimal import Decimal

from paradex_adapter.terms import Draft, Terms, decimal_text
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
        chosen = {
            "trigger_price": draft.trigger_price,
            "stp": draft.stp,
            "vwap_price": draft.vwap_price,
        }
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
        } | {name: value for name, value in chosen.items() if value}

    def modify(self, terms: Terms, venue_order_id: str, now_ms: int) -> dict[str, object]:
        """OpenAPI `requests.ModifyOrderRequest`; `terms` are those that the order is to have."""
        fields = {
            "market": terms.market,
            "side": terms.side,
            "size": decimal_text(terms.size),
            "price": decimal_text(terms.price or Decimal(0)),
        }
        signature = self._signer.modify(
            **fields, order_type=terms.type, timestamp=now_ms, order_id=venue_order_id
        )
        if terms.trigger_price is not None:
            fields["trigger_price"] = decimal_text(terms.trigger_price)
        signed = {"signature": signature, "signature_timestamp": now_ms}
        return {"id": venue_order_id, "type": terms.type, **fields, **signed}
