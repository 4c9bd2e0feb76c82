"""Invariant: whatever bytes the venue sends, a shape comes out or a `WireError`, nothing else.

And what comes out of an order or an execution can be reckoned with: every size is a finite number.
Binary frames have the same in tests/wire/sbe/test_decode.py, envelopes in test_jsonrpc.py.
"""

from __future__ import annotations

import json
import random
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from paradex_adapter.errors import WireError
from paradex_adapter.wire import rest
from paradex_adapter.wire.batches import Canceled, Created, RpcCreated
from paradex_adapter.wire.rest import decode

ROUNDS = 1_500
ORDER = {
    "id": "1",
    "market": "BTC-USD-PERP",
    "side": "BUY",
    "type": "LIMIT",
    "size": "0.1",
    "remaining_size": "0.1",
    "status": "OPEN",
    "price": "95000",
    "request_info": {"id": "2", "status": "SUCCESS"},
    "flags": ["REDUCE_ONLY"],
    "created_at": 1,
    "last_updated_at": 2,
}
FILL = {
    "id": "3",
    "order_id": "1",
    "client_id": "O-1",
    "market": "BTC-USD-PERP",
    "side": "BUY",
    "liquidity": "TAKER",
    "price": "95000",
    "size": "0.1",
    "remaining_size": "0",
    "fee": "1.5",
    "fee_currency": "USDC",
    "created_at": 2,
}
POSITION = {
    "id": "4",
    "market": "BTC-USD-PERP",
    "status": "OPEN",
    "side": "LONG",
    "size": "0.1",
    "average_entry_price": "95000",
}
ACCOUNT = {
    "account": "0x1",
    "account_value": "1",
    "total_collateral": "1",
    "free_collateral": "1",
    "initial_margin_requirement": "0",
    "maintenance_margin_requirement": "0",
    "settlement_asset": "USDC",
}
BALANCE = {"token": "USDC", "size": "1", "last_updated_at": 1}
SAMPLES: list[tuple[type, dict[str, Any]]] = [
    (rest.Order, ORDER),
    (rest.Fill, FILL),
    (rest.Position, POSITION),
    (rest.Account, ACCOUNT),
    (rest.Balance, BALANCE),
    (Created, {"orders": [ORDER, None], "errors": [None, {"error": "X", "message": "y"}]}),
    (RpcCreated, {"results": [{"order": ORDER}, {"error": "X: y"}]}),
    (Canceled, {"results": [{"id": "1", "status": "QUEUED_FOR_CANCELLATION"}]}),
]
ODD: list[Any] = [
    None,
    True,
    -1,
    2**63,
    2**200,
    1e308,
    "",
    "NaN",
    "-Infinity",
    "1e999999",
    "0x1F",
    "١٢",
    " 1",
    "1\u0000",
    "9" * 5_000,
    [],
    [[]],
    {},
    {"id": {}},
]


@pytest.mark.parametrize(("shape", "sample"), SAMPLES, ids=[shape.__name__ for shape, _ in SAMPLES])
def test_whatever_stands_in_a_field_only_a_wire_error_comes_out(
    shape: type, sample: dict[str, Any]
) -> None:
    rng = random.Random(shape.__name__)
    for _ in range(ROUNDS):
        body = json.dumps(_spoiled(rng, sample)).encode()
        with suppress(WireError):
            _check(decode(body, shape))


@pytest.mark.parametrize(("shape", "sample"), SAMPLES, ids=[shape.__name__ for shape, _ in SAMPLES])
def test_whatever_the_bytes_only_a_wire_error_comes_out(
    shape: type, sample: dict[str, Any]
) -> None:
    rng, body = random.Random(shape.__name__), json.dumps(sample).encode()
    for _ in range(ROUNDS):
        with suppress(WireError):
            _check(decode(_mangled(rng, body), shape))


def test_a_huge_body_is_read_or_refused_and_nothing_else() -> None:
    nested = b"[" * 200_000 + b"]" * 200_000
    for body in (nested, json.dumps(ORDER | {"flags": ["A"] * 100_000}).encode(), b'"' * 2**20):
        with suppress(WireError):
            decode(body, rest.Order)


def _spoiled(rng: random.Random, value: Any) -> Any:
    """`value` with something odd somewhere in it."""
    if rng.random() < 0.2:
        return rng.choice(ODD)
    if isinstance(value, dict) and value:
        name = rng.choice([*value])
        if rng.random() < 0.1:
            return {key: kept for key, kept in value.items() if key != name}
        return value | {name: _spoiled(rng, value[name])}
    if isinstance(value, list) and value:
        place = rng.randrange(len(value))
        return [*value[:place], _spoiled(rng, value[place]), *value[place + 1 :]]
    return rng.choice(ODD)


def _mangled(rng: random.Random, body: bytes) -> bytes:
    begin = rng.randrange(len(body))
    end = begin + rng.randrange(1, 9)
    return body[:begin] + rng.randbytes(rng.randrange(6)) + body[end:]


def _check(read: object) -> None:
    if isinstance(read, rest.Order):
        assert Decimal(read.size).is_finite()
        assert Decimal(read.remaining_size).is_finite()
    elif isinstance(read, rest.Fill):
        assert Decimal(read.size).is_finite()
