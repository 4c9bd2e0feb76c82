from __future__ import annotations

from decimal import Decimal

import pytest

from paradex_venue.amounts import parse, scaled, text


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0E-8", "0"),
        ("29500.00", "29500"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.00001", "0.00001"),
        ("1E-10", "0.0000000001"),
        ("-12.50", "-12.5"),
    ],
)
def test_a_decimal_is_written_plainly(value: str, plain: str) -> None:
    assert text(Decimal(value)) == plain


@pytest.mark.parametrize(
    "plain", ["", "-1", "1e3", "NaN", "Infinity", "0x1", " 1", "1.", ".5", "\u0661"]
)
def test_what_is_no_plain_decimal_is_not_read(plain: str) -> None:
    assert parse(plain) is None


def test_a_plain_decimal_is_read_exactly() -> None:
    assert parse("0.10") == Decimal("0.1")


def test_the_binary_form_counts_hundred_millionths() -> None:
    assert scaled(Decimal("29500.5")) == 2_950_050_000_000
    assert scaled(Decimal("0.000000019")) == 1
