"""The templates against the venue's own schema."""

from __future__ import annotations

import re
from pathlib import Path
from struct import calcsize
from xml.etree import ElementTree

import pytest

from paradex_adapter.wire.sbe import names
from paradex_adapter.wire.sbe.layout import HEADER, NULL, SCHEMA_ID, VERSIONS, Field, Layout
from paradex_adapter.wire.sbe.templates import LAYOUTS

SBE = "{http://fixprotocol.io/2016/sbe}"
INTEGER = "q"
CODES = {"int64": "q", "uint64": "Q", "int16": "h", "uint8": "B", "AccountAddress": "32s"}
OUR_NAMES = {
    "ts": "timestamp",
    "pkgType": "package_type",
    "tradeIdStr": "trade_id",
    "volumeUsd24h": "volume_usd_24h",
    "priceChangeRate24h": "price_change_rate_24h",
    "fundingRate8h": "funding_rate_8h",
}


class Schema:
    def __init__(self, path: Path) -> None:
        self.root = ElementTree.parse(path).getroot()
        self.composites = {c.get("name"): c for c in self.root.iter("composite")}
        enumerated = [*self.root.iter("enum"), *self.root.iter("set")]
        self.encodings = {e.get("name"): e.get("encodingType") for e in enumerated}

    def message(self, template: int) -> ElementTree.Element:
        return next(m for m in self.root.iter(f"{SBE}message") if m.get("id") == str(template))

    def code(self, type_name: str) -> str:
        if type_name in self.composites or type_name == "Timestamp":
            return INTEGER
        return CODES[self.encodings.get(type_name) or type_name]

    def names_of(self, enum: str) -> dict[int, str]:
        element = next(e for e in self.root.iter("enum") if e.get("name") == enum)
        return {int(v.text or ""): v.get("name", "") for v in element.iter("validValue")}

    def bits_of(self, set_name: str) -> dict[int, str]:
        element = next(e for e in self.root.iter("set") if e.get("name") == set_name)
        return {int(c.text or ""): c.get("name", "") for c in element.iter("choice")}


@pytest.fixture
def schema(shared: Path) -> Schema:
    return Schema(shared / "spec" / "sbe_schema_1.xml")


def _our_name(layout: Layout, name: str) -> str:
    if layout.template == 1 and name == "tradeId":
        return "truncated_trade_id"
    return OUR_NAMES.get(name) or re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _offsets(fields: list[tuple[str, str, int]]) -> list[tuple[str, str, int, int]]:
    """Each field with where it starts."""
    placed, at = [], 0
    for name, code, since in fields:
        placed.append((name, code, since, at))
        at += calcsize("<" + code)
    return placed


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: str(layout.template))
def test_fields_stand_where_the_schema_has_them(layout: Layout, schema: Schema) -> None:
    declared = [
        (
            _our_name(layout, field.get("name", "")),
            schema.code(field.get("type", "")),
            int(field.get("sinceVersion", "0")),
        )
        for field in schema.message(layout.template).findall("field")
    ]
    ours = [(f.name, f.code, f.since) for f in layout.block if f.since <= 2]
    assert _offsets(ours) == _offsets(declared)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: str(layout.template))
def test_texts_stand_in_the_schemas_order(layout: Layout, schema: Schema) -> None:
    declared = [
        (_our_name(layout, data.get("name", "")), int(data.get("sinceVersion", "0")))
        for data in schema.message(layout.template).findall("data")
    ]
    assert [(text.name, text.since) for text in layout.texts] == declared


def _is_nullable(schema: Schema, field: ElementTree.Element) -> bool:
    composite = schema.composites.get(field.get("type"))
    mantissa = None if composite is None else composite.find("type")
    declared = field if mantissa is None else mantissa
    return declared.get("presence") == "optional"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: str(layout.template))
def test_null_may_stand_wherever_the_schema_allows_it(layout: Layout, schema: Schema) -> None:
    fields = schema.message(layout.template).findall("field")
    pairs: list[tuple[Field, ElementTree.Element]] = list(zip(layout.block, fields, strict=False))
    refused = [
        ours.name
        for ours, declared in pairs
        if _is_nullable(schema, declared) and ours.null_since is None
    ]
    assert refused == []


def test_every_template_but_the_funding_comparison_is_read(schema: Schema) -> None:
    declared = {int(m.get("id", "")) for m in schema.root.iter(f"{SBE}message")}
    assert declared - {layout.template for layout in LAYOUTS} == {6}


def test_the_header_and_null_are_the_schemas(schema: Schema) -> None:
    header = schema.composites["messageHeader"]
    assert [t.get("primitiveType") for t in header.findall("type")] == ["uint16"] * 4
    assert (HEADER.format, schema.root.get("byteOrder")) == ("<4H", "littleEndian")
    nulls = {t.get("nullValue") for t in schema.root.iter("type")} - {None}
    assert nulls == {str(NULL)}
    assert schema.root.get("id") == str(SCHEMA_ID)
    assert int(schema.root.get("version", "")) in VERSIONS


def test_names_of_numbers_are_the_schemas(schema: Schema) -> None:
    for enum, ours in {
        "Side": names.SIDES,
        "OrderStatus": names.ORDER_STATUSES,
        "OrderType": names.ORDER_TYPES,
        "TimeInForce": names.INSTRUCTIONS,
        "STPMode": names.STP,
        "RequestStatus": names.REQUEST_STATUSES,
        "RequestType": names.REQUEST_TYPES,
        "FillType": names.FILL_TYPES,
        "LiquiditySide": names.LIQUIDITY,
        "PositionStatus": names.POSITION_STATUSES,
        "AccountStatus": names.ACCOUNT_STATUSES,
    }.items():
        nameless = {"NON_REPRESENTABLE", "UNSPECIFIED", "NONE"}
        declared = schema.names_of(enum)
        assert ours == {n: name for n, name in declared.items() if name not in nameless}, enum


def test_names_of_flags_are_the_schemas(schema: Schema) -> None:
    assert schema.bits_of("OrderFlags") == dict(enumerate(names.ORDER_FLAGS))
    fill_flags = {bit: name.lower() for bit, name in schema.bits_of("FillFlags").items()}
    assert fill_flags == {**dict(enumerate(names.FILL_FLAGS)), 7: "unknown"}


@pytest.mark.parametrize(
    ("template", "lengths"),
    [
        (1, (50, 50, 50, 50)),
        (2, (48, 48, 48, 48)),
        (3, (89, 89, 89, 89)),
        (4, (216, 240, 240, 248)),
        (5, (58, 66, 66, 66)),
        (20, (126, 126, 128, 128)),
        (21, (107, 107, 116, 116)),
        (22, (154, 154, 154, 154)),
        (23, (113, 113, 121, 121)),
        (40, (16, 16, 16, 16)),
        (41, (17, 17, 17, 17)),
    ],
)
def test_blocks_are_as_long_as_the_venue_sends_them(
    template: int, lengths: tuple[int, ...]
) -> None:
    layout = next(layout for layout in LAYOUTS if layout.template == template)
    assert tuple(layout.struct(version).size for version in sorted(VERSIONS)) == lengths
