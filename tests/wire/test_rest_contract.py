"""What the venue's contract shows of orders, fills, positions, accounts and errors is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.wire import rest
from paradex_adapter.wire.batches import RpcCreated
from paradex_adapter.wire.rest import decode
from tests.venue.contract import Contract

SHAPES = {
    "responses.OrderResp": rest.Order,
    "responses.FillResult": rest.Fill,
    "responses.PositionResp": rest.Position,
    "responses.AccountSummaryResponse": rest.Account,
    "responses.BalanceResp": rest.Balance,
    "responses.OrderRequestInfo": rest.RequestInfo,
}
DECIDING = {
    "responses.OrderResp": ("side", "status"),
    "responses.FillResult": ("side", "liquidity"),
    "responses.PositionResp": ("side", "status"),
}
NOT_OURS = {"responses.OrderResp": {"published_at"}}  # stands on the channel only


@pytest.fixture
def contract(shared: Path) -> Contract:
    return Contract(json.loads((shared / "spec" / "openapi.json").read_text()))


def example(contract: Contract, schema: dict[str, Any]) -> Any:
    """A value as the contract shows it, the first of its enumeration, or a plain one."""
    if "example" in schema:
        return _typed(schema)
    whole = contract.resolve(schema)
    if "enum" in whole:
        return whole["enum"][0]
    if "properties" in whole:
        return {name: example(contract, part) for name, part in whole["properties"].items()}
    if whole.get("type") == "array":
        return [example(contract, whole["items"])]
    return {"string": "1", "integer": 1, "number": 1, "boolean": False}.get(whole.get("type"), {})


def _typed(schema: dict[str, Any]) -> Any:
    value = schema["example"]
    is_text = isinstance(value, str) and schema.get("type") in ("array", "object")
    return json.loads(value) if is_text else value


def of(contract: Contract, name: str) -> dict[str, Any]:
    return example(contract, {"$ref": f"#/components/schemas/{name}"})


def enumerations(contract: Contract, name: str) -> Iterator[tuple[str, str]]:
    for field, schema in contract.document["components"]["schemas"][name]["properties"].items():
        for value in contract.resolve(schema).get("enum", ()):
            yield field, value


@pytest.mark.parametrize("name", SHAPES)
def test_the_example_is_read_and_every_field_of_ours_is_one_of_the_contract(
    contract: Contract, name: str
) -> None:
    if name not in contract.document["components"]["schemas"]:
        name = _request_info(contract)
    shown, shape = of(contract, name), SHAPES.get(name, rest.RequestInfo)
    read = decode(json.dumps(shown).encode(), shape)
    ours = {field.encode_name: field.name for field in msgspec.structs.fields(shape)}
    assert set(ours) - set(shown) <= NOT_OURS.get(name, set())
    for there, here in ours.items():
        value = getattr(read, here)
        if there in shown and not isinstance(value, msgspec.Struct):
            assert value == shown[there]


def _request_info(contract: Contract) -> str:
    schema = contract.document["components"]["schemas"]["responses.OrderResp"]
    info = schema["properties"]["request_info"]
    reference = info.get("$ref") or info["allOf"][0]["$ref"]
    return str(reference).rpartition("/")[2]


@pytest.mark.parametrize("name", DECIDING)
def test_every_value_of_every_enumeration_is_read(contract: Contract, name: str) -> None:
    for field, value in enumerations(contract, name):
        decode(json.dumps(of(contract, name) | {field: value}).encode(), SHAPES[name])


@pytest.mark.parametrize(("name", "field"), [(n, f) for n in DECIDING for f in DECIDING[n]])
def test_our_enumerations_are_the_contracts_and_another_value_is_named(
    contract: Contract, name: str, field: str
) -> None:
    listed = {value for where, value in enumerations(contract, name) if where == field}
    hint = get_type_hints(SHAPES[name])[field]
    assert listed <= {member for member in get_args(hint) if member}
    body = json.dumps(of(contract, name) | {field: "SIDEWAYS"}).encode()
    with pytest.raises(WireError, match=f"SIDEWAYS.*{field}"):
        decode(body, SHAPES[name])


def test_every_error_code_of_the_contract_is_a_refusal_or_leaves_the_outcome_open(
    contract: Contract,
) -> None:
    codes = contract.document["components"]["schemas"]["responses.ErrorCode"]["enum"]
    for code in codes:
        answer = json.dumps({"results": [{"error": f"{code}: because"}]}).encode()
        (outcome,) = decode(answer, RpcCreated).outcomes(["O-1"]).values()
        assert isinstance(outcome, VenueError | OutcomeUnknown)
        assert code in str(outcome)
