from __future__ import annotations

import random
from decimal import Decimal

import pytest
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import CurrencyType
from nautilus_trader.model.objects import Currency

from paradex_adapter.errors import WireError
from paradex_adapter.parsing.numbers import (
    currency,
    decimal,
    decimals,
    money,
    positive,
    price,
    quantity,
    venue_raw,
)


def _numbers(count: int, places: int) -> list[Decimal]:
    source = random.Random(places)
    exponents = [source.randint(0, places) for _ in range(count)]
    return [Decimal(source.randint(0, 10 ** (12 + e))).scaleb(-e) for e in exponents]


def test_prices_and_quantities_keep_every_digit() -> None:
    for value in _numbers(1000, 16):
        assert price(value, 2).as_decimal() == value
        assert quantity(value, 2).as_decimal() == value


def test_precision_is_the_instruments_unless_the_value_needs_more() -> None:
    assert str(price(Decimal("5"), 2)) == "5.00"
    assert str(price(Decimal("5.125"), 2)) == "5.125"
    assert str(quantity(Decimal("1E+2"), 0)) == "100"


def test_text_at_1e_8_is_the_integer_that_a_binary_frame_carries() -> None:
    for value in _numbers(1000, 8):
        assert venue_raw(format(value, "f"), "size") == value.scaleb(8)
        assert venue_raw(format(-value, "f"), "size") == -value.scaleb(8)


def test_money_is_rounded_half_even_to_what_the_currency_holds() -> None:
    assert money(Decimal("0.000000005000000001"), USDC).as_decimal() == Decimal("0.00000001")
    assert money(Decimal("-1.000000025"), USDC).as_decimal() == Decimal("-1.00000002")
    assert money(Decimal("1.000000015"), USDC).as_decimal() == Decimal("1.00000002")


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "-inf", "ten", "1,5"])
def test_text_that_is_no_finite_number_is_refused_by_what_it_was_meant_to_be(text: str) -> None:
    with pytest.raises(WireError, match=r"fee .* is not a number"):
        decimal(text, "fee")


@pytest.mark.parametrize("text", ["", "0", "0.00", "-1"])
def test_absent_and_zero_are_both_none(text: str) -> None:
    assert positive(text, "price") is None


@pytest.mark.parametrize(
    ("text", "count"), [("0.10", 1), ("100", 0), ("1E+3", 0), ("1e-8", 8), ("0", 0)]
)
def test_decimals_are_those_a_number_needs(text: str, count: int) -> None:
    assert decimals(Decimal(text)) == count


@pytest.mark.parametrize("text", ["0.12345678901234567", "99999999999999999"])
def test_a_number_that_nautilus_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(WireError, match="cannot be held"):
        price(Decimal(text), 2)


def test_money_beyond_what_nautilus_holds_is_refused() -> None:
    with pytest.raises(WireError, match="too large"):
        money(Decimal("1e30"), USDC)


def test_an_unknown_currency_is_registered_once() -> None:
    made = currency("kNEWCOIN")
    assert (made.precision, made.currency_type) == (8, CurrencyType.CRYPTO)
    assert Currency.from_internal_map("kNEWCOIN") == made == currency("kNEWCOIN")
