from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts import EXAMPLES, Command, Order
from paradex_adapter.charts.facts import TokenIssued
from paradex_adapter.charts.requests import Authenticate
from paradex_adapter.errors import JournalError, Unauthorized, VenueError
from paradex_adapter.journal.values import plain, revived
from paradex_adapter.wire.rest import RequestInfo
from statecharts import Origin, snapshot
from statecharts.explore import explore

OF_ORDERS = [example for example in EXAMPLES if example.chart in (Order, Command)]


def through(value: object) -> Any:
    """Written, as a file has it, and read back."""
    return revived(msgspec.json.decode(msgspec.json.encode(plain(value))))


def carried() -> Iterator[Any]:
    """Every value that an event of an order carries, and a chart remembers."""
    for example in OF_ORDERS:
        for data in (example.data or {}).values():
            yield from data.values()
        yield from snapshot(example.chart(*example.arguments)).fields.values()


def same(one: Any, other: Any) -> bool:
    if isinstance(one, VenueError):
        return type(one) is type(other) and vars(one) == vars(other)
    return type(one) is type(other) and one == other


def test_whatever_an_order_carries_or_remembers_is_read_back_as_it_was():
    values = list(carried())
    assert len({type(value) for value in values}) > 8
    assert [value for value in values if not same(through(value), value)] == []


def test_whatever_an_order_asks_for_has_a_shape():
    asked = [
        effect.what
        for example in OF_ORDERS
        for cell in explore(example).cells
        for effect in (each.effect for each in cell.asked)
        if hasattr(effect, "what")
    ]
    assert len({type(what) for what in asked}) > 12
    assert [what for what in asked if "opaque" in str(plain(what))] == []


@pytest.mark.parametrize(
    "value",
    [
        (Decimal("1.10"), "a", None),
        frozenset({"b", "a"}),
        {"one": [1, 2.5, True], "two": {"three": Decimal(3)}},
        Backoff(first=3.0),
        RequestInfo(status="REJECTED", message="no"),
        Unauthorized("40112", "who are you", 401),
    ],
    ids=repr,
)
def test_values_nested_in_values_are_read_back_too(value):
    assert same(through(value), value)


def test_what_stands_at_its_default_is_not_written():
    assert plain(Backoff()) == {"$": "Backoff"}
    assert plain(RequestInfo(id="1")) == {"$": "RequestInfo", "id": "1"}


def test_a_member_of_an_enumeration_is_its_text():
    assert plain(Origin.TIMER) == "timer"


@pytest.mark.parametrize("shape", [Authenticate, TokenIssued])
def test_what_a_shape_does_not_show_is_not_written(shape):
    assert plain(shape("eyJhbGciOi")) == {"$": shape.__name__, "token": "***"}


@dataclass
class Order_:
    """Of no shape that journals have."""


Order_.__name__ = "Fill"


@pytest.mark.parametrize("value", [object(), b"bytes", Order_(), OSError("no")], ids=repr)
def test_a_value_of_another_kind_is_named_and_cannot_be_read_back(value):
    kind = type(value).__name__
    assert plain(value) == {"$": "opaque", "is": kind}
    with pytest.raises(JournalError, match=f"a value of {kind} cannot be read back"):
        through(value)


@pytest.mark.parametrize(
    "written",
    [
        {"$": "Martian"},
        {"$": "Fill", "id": "1"},
        {"$": "Change", "size": 1, "wings": 2},
        {"$": "Decimal", "is": "much"},
        {"$": "Decimal"},
        {"$": "set", "is": 3},
        {"$": "VenueError", "colour": "red"},
    ],
    ids=str,
)
def test_a_value_that_is_none_is_refused_by_name(written):
    with pytest.raises(JournalError, match=f"a value of {written['$']} cannot be read back"):
        revived(written)
