"""Whether two sides say the same, and how that reads."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from examples.demo.comparison import OrderView, Side, agree, compare, plain, table

FILLED = OrderView("filled", Decimal("0.2"), Decimal("3200.5"))
CANCELED = OrderView("canceled", Decimal(0))
SIDE = Side(
    orders={"O-1": FILLED, "O-2": CANCELED},
    fills=2,
    traded_qty=Decimal("0.2"),
    fees=Decimal("0.288045"),
    position=Decimal("0.2"),
    balance=Decimal("999999.711955"),
)


def test_two_sides_that_say_the_same_agree() -> None:
    assert agree(compare(SIDE, SIDE))


def test_numbers_are_compared_and_not_how_they_are_written() -> None:
    padded = replace(SIDE, position=Decimal("0.2000"), balance=Decimal("999999.71195500"))

    assert agree(compare(SIDE, padded))


@pytest.mark.parametrize(
    ("difference", "what"),
    [
        ({"fills": 3}, "fills"),
        ({"traded_qty": Decimal("0.3")}, "quantity traded"),
        ({"fees": Decimal("0.288046")}, "fees"),
        ({"position": Decimal("-0.2")}, "position"),
        ({"balance": Decimal("999999.711954")}, "balance"),
        ({"orders": {"O-1": FILLED, "O-2": replace(CANCELED, status="expired")}}, "O-2"),
        ({"orders": {"O-1": replace(FILLED, filled_qty=Decimal("0.1")), "O-2": CANCELED}}, "O-1"),
        (
            {"orders": {"O-1": replace(FILLED, average_price=Decimal(3200)), "O-2": CANCELED}},
            "O-1",
        ),
    ],
)
def test_one_difference_is_found_and_named(difference: dict[str, object], what: str) -> None:
    rows = compare(SIDE, replace(SIDE, **difference))  # type: ignore[arg-type]

    assert not agree(rows)
    assert [row.what for row in rows if not row.is_equal] == [what]


def test_an_order_that_only_one_side_has_is_a_difference() -> None:
    fewer = replace(SIDE, orders={"O-1": FILLED})

    assert [row.what for row in compare(SIDE, fewer) if not row.is_equal] == ["O-2"]
    assert [row.what for row in compare(fewer, SIDE) if not row.is_equal] == ["O-2"]


@pytest.mark.parametrize(("status", "is_equal"), [("rejected", True), ("canceled", False)])
def test_an_order_the_venue_never_had_must_be_refused_here(status: str, is_equal: bool) -> None:
    refused = replace(SIDE, orders=SIDE.orders | {"O-3": OrderView(status, Decimal(0))})

    (row,) = [row for row in compare(SIDE, refused) if row.what == "O-3"]

    assert row.venue == "unknown here"
    assert row.is_equal is is_equal


def test_nothing_to_compare_is_no_agreement() -> None:
    assert not agree([])


def test_every_line_of_the_table_ends_in_a_verdict_under_aligned_headings() -> None:
    other = replace(SIDE, fees=Decimal(0), labels={"O-1": "1 market buy"})

    heading, *lines = table(compare(SIDE, other))

    assert [line.strip().split()[0] for line in lines][:2] == ["1", "O-2"]
    assert [line[-1] for line in lines] == ["✓", "✓", "✓", "✓", "✗", "✓", "✓"]
    fees = lines[4]
    assert fees.index("0.288045") == heading.index("venue says")
    assert fees.index("0 ", fees.index("0.288045") + 8) == heading.index("node says")


@pytest.mark.parametrize(
    ("value", "text"), [("1000005.3600", "1,000,005.36"), ("1E+2", "100"), ("0E-8", "0")]
)
def test_numbers_are_written_plainly(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
