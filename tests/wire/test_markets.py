from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paradex_adapter.errors import WireError
from paradex_adapter.wire import markets, rest

SHAPES = {
    "responses.SystemConfigResponse": markets.SystemConfig,
    "responses.MarketResp": markets.Market,
    "responses.BBOResp": markets.Bbo,
    "responses.AskBidArray": markets.OrderBook,
    "responses.TradeResult": markets.Trade,
    "responses.MarketSummaryResp": markets.MarketSummary,
    "responses.AccountInfoResponse": markets.AccountInfo,
    "responses.Fees": markets.FeeRates,
    "responses.MarketFeeConfig": markets.FeeConfig,
    "responses.Delta1CrossMarginParams": markets.MarginParams,
    "responses.OrderResp": rest.Order,
    "responses.FillResult": rest.Fill,
    "responses.AccountSummaryResponse": rest.Account,
    "responses.BalanceResp": rest.Balance,
}
# Fields whose example in the contract is not of the type that the contract itself states.
OMITTED = {"flags"}


@pytest.fixture
def schemas(shared: Path) -> dict[str, Any]:
    document = json.loads((shared / "spec" / "openapi.json").read_text())
    schemas: dict[str, Any] = document["components"]["schemas"]
    return schemas


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """The example of a schema, made of the examples of its properties."""
    for part in schema.get("allOf", [schema] if "$ref" in schema else []):
        target = schemas[part["$ref"].rsplit("/", 1)[1]]
        return schema["example"] if "example" in schema else _example(target, schemas)
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {k: _example(v, schemas) for k, v in fields.items() if k not in OMITTED}
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}[schema["type"]]


@pytest.mark.parametrize("name", SHAPES)
def test_the_example_of_the_contract_decodes_and_no_field_of_it_is_lost_by_a_name(
    name: str, schemas: dict[str, Any]
) -> None:
    shape = SHAPES[name]
    example = _example(schemas[name], schemas)
    if name == "responses.AskBidArray":
        example |= {"bids": [["1", "2"]], "asks": []}
    decoded = rest.decode(json.dumps(example).encode(), shape)
    assert set(shape.__struct_fields__) <= set(schemas[name]["properties"])
    kept = json.loads(msgspec.json.encode(decoded))
    for field in set(shape.__struct_fields__) - OMITTED:
        if not isinstance(example[field], dict):
            assert kept[field] == example[field]


def test_every_field_of_a_market_that_the_contract_lists_is_kept_but_option_margins(
    schemas: dict[str, Any],
) -> None:
    listed = set(schemas["responses.MarketResp"]["properties"])
    assert listed - set(markets.Market.__struct_fields__) == {"option_cross_margin_params"}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"symbol":"X"}', "asset_kind"),
        (b"[]", "Market expected"),
        (b"{", "Market expected"),
        (b'{"symbol":"\xff"}', "Market expected"),
    ],
)
def test_a_market_that_does_not_fit_is_a_wire_error_that_says_why(body: bytes, told: str) -> None:
    with pytest.raises(WireError, match=told):
        rest.decode(body, markets.Market)
