"""Everything that is sent in a day's trading is as the venue's contracts ask for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from paradex_adapter.transport.http import Http
from paradex_adapter.wire import jsonrpc
from paradex_venue import Venue
from tests.adapter.node import Desk, trading
from tests.adapter.test_agreement import Day
from tests.venue.contract import Contract
from tests.venue.trader import Trader

pytestmark = pytest.mark.anyio


type Body = Callable[[], object] | None


class Sent:
    """What left the adapter while it was listened to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rest: list[tuple[str, str, Mapping[str, Any], Body]] = []
        self.rpc: list[tuple[str, Mapping[str, Any]]] = []
        send, encode = Http.send, jsonrpc.encode_request

        async def sent(http: Http, method: str, path: str, **options: Any) -> bytes:
            params = {k: v for k, v in (options.get("params") or {}).items() if v is not None}
            body = options.get("json")
            made = None if body is None else cache(body)  # it is signed when it is made: once
            self.rest.append((method, path, params, made))
            return await send(http, method, path, **{**options, "json": made})

        def encoded(id: int | str, method: str, params: Mapping[str, Any]) -> str:
            self.rpc.append((method, params))
            return encode(id, method, params)

        monkeypatch.setattr(Http, "send", sent)
        monkeypatch.setattr(jsonrpc, "encode_request", encoded)

    @property
    def methods(self) -> set[str]:
        return {method for method, _ in self.rpc} | {
            f"{how} {_plain(p)}" for how, p, *_ in self.rest
        }


def _plain(path: str) -> str:
    return re.sub(r"/\d+$", "/{id}", path)


@pytest.mark.parametrize("order_entry", ["rest", "websocket"])
async def test_every_request_is_as_the_contracts_ask(
    shared: Path,
    venue: Venue,
    elsewhere: Trader,
    monkeypatch: pytest.MonkeyPatch,
    order_entry: str,
) -> None:
    openapi = Contract(json.loads((shared / "spec" / "openapi.json").read_text()))
    openrpc = Contract(json.loads((shared / "spec" / "openrpc.json").read_text()))
    await elsewhere.log_in()
    sent = Sent(monkeypatch)
    async with trading(venue, execution={"order_entry": order_entry}) as desk:
        await Day(1, desk, venue, elsewhere).goes_by()
        await _batches(desk)
    assert [breach for one in sent.rest for breach in _rest_breaches(openapi, *one)] == []
    assert [breach for one in sent.rpc for breach in _rpc_breaches(openrpc, *one)] == []
    assert sent.methods >= MUST[order_entry]


MUST = {
    "rest": {"POST /orders", "PUT /orders/{id}", "DELETE /orders/{id}", "POST /orders/batch"},
    "websocket": {"order.create", "order.modify", "order.cancel", "order.create_batch"},
}


async def _batches(desk: Desk) -> None:
    probe = desk.probe
    orders = [probe.limit(1, "0.1", price) for price in ("94000", "94100", "94200")]
    probe.submit_order_list(probe.order_factory.create_list(orders))
    await desk.until(lambda: all(order.is_open for order in orders))
    probe.cancel_orders(orders)
    await desk.until(lambda: all(order.is_closed for order in orders))


def _rest_breaches(
    contract: Contract, method: str, path: str, params: Mapping[str, Any], made: Body
) -> list[str]:
    # What the venue's own SDK signs in with, for subkeys too; its contract lists the bare path.
    operation = _operation(contract, method, re.sub("^/auth/0x.*", "/auth", path))
    if operation is None:
        return [f"{method} {path} is not in the contract"]
    listed = {each["name"] for each in map(contract.resolve, operation.get("parameters", []))}
    found = [f"{method} {path}: {name} is no parameter" for name in params.keys() - listed]
    if made is not None:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        plain = json.loads(json.dumps(made()))
        found += contract.breaches(plain, schema, f"{method} {path}")
        found += [
            f"{method} {path}: {name} is missing" for name in _missing(contract, schema, plain)
        ]
    return found


def _missing(contract: Contract, schema: dict[str, Any], body: Any) -> set[str]:
    whole = contract.resolve(schema)
    if isinstance(body, list):
        return {name for each in body for name in _missing(contract, whole["items"], each)}
    return set(whole.get("required", ())) - set(body)


def _operation(contract: Contract, method: str, path: str) -> dict[str, Any] | None:
    for pattern, operations in contract.document["paths"].items():
        matcher = re.sub(r"\{\w+\}", "[^/]+", pattern)
        if re.fullmatch(matcher, path) and method.lower() in operations:
            # A path without a placeholder is meant before one with.
            exact = contract.document["paths"].get(path, {}).get(method.lower())
            return exact or operations[method.lower()]
    return None


def _rpc_breaches(contract: Contract, method: str, params: Mapping[str, Any]) -> list[str]:
    methods = {each["name"]: each for each in contract.document["methods"]}
    if method not in methods:
        return [f"{method} is not in the contract"]
    listed = {each["name"]: each for each in methods[method]["params"]}
    found = [f"{method}: {name} is no parameter" for name in params.keys() - listed.keys()]
    required = {name for name, each in listed.items() if each.get("required")}
    found += [f"{method}: {name} is missing" for name in required - params.keys()]
    for name in params.keys() & listed.keys():
        plain = json.loads(json.dumps(params[name]))
        found += contract.breaches(plain, listed[name]["schema"], f"{method}.{name}")
    return found
