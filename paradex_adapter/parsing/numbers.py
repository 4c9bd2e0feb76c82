"""Decimal text to Nautilus numbers, exactly: no float on the way. Only what is named so, and
`money`, is rounded.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from nautilus_trader.model.currencies import register_currency
from nautilus_trader.model.enums import CurrencyType
from nautilus_trader.model.objects import (
    FIXED_PRECISION,
    MONEY_MAX,
    Currency,
    Money,
    Price,
    Quantity,
)

from paradex_adapter.errors import WireError

VENUE_DECIMALS = 8
"""The venue's prices and sizes are multiples of 1e-8 (`paraclear_decimals`)."""

# The default context rounds to 28 digits, silently.
_EXACT = Context(prec=200)


def decimal(text: str, what: str) -> Decimal:
    """`text` as a finite number, or `WireError` naming `what` it was meant to be."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise WireError(f"{what} {text!r} is not a number")
    return value


def positive(text: str, what: str) -> Decimal | None:
    """`text` as a number above zero; None for `""` and `"0"`, which mean absent."""
    value = decimal(text or "0", what)
    return value if value > 0 else None


def decimals(value: Decimal) -> int:
    """How many decimals `value` needs: 1 for `"0.10"`, 0 for `"100"`."""
    exponent = value.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def venue_raw(text: str, what: str) -> int:
    """`text` in units of 1e-8, as binary frames carry it; `WireError` if it is finer than that."""
    whole, _, fraction = text.partition(".")
    if len(fraction) > VENUE_DECIMALS:
        fraction = fraction.rstrip("0")
    try:
        if len(fraction) > VENUE_DECIMALS:
            raise ValueError(fraction)
        return int(whole + fraction.ljust(VENUE_DECIMALS, "0"))
    except ValueError:
        raise WireError(f"{what} {text!r} is not a multiple of 1e-8") from None


def price(value: Decimal, precision: int) -> Price:
    """`value` at `precision`, or at a higher one where `value` needs it: nothing is rounded."""
    return Price.from_raw(_raw(value), max(precision, decimals(value)))


def quantity(value: Decimal, precision: int) -> Quantity:
    """As `price`."""
    return Quantity.from_raw(_raw(value), max(precision, decimals(value)))


def rounded_price(value: Decimal, precision: int) -> Price:
    """`value` rounded to `precision`: for what the venue computes, and no order was ever at."""
    return Price.from_raw(_raw(_rounded(value, precision)), precision)


def rounded_quantity(value: Decimal, precision: int) -> Quantity:
    """As `rounded_price`."""
    return Quantity.from_raw(_raw(_rounded(value, precision)), precision)


def money(value: Decimal, currency: Currency) -> Money:
    """`value` rounded to what `currency` holds: the venue writes fees with up to 18 decimals."""
    if abs(value) > MONEY_MAX:
        raise WireError(f"{value} {currency.code} is too large")
    unit = Decimal(1).scaleb(-currency.precision)
    return Money.from_raw(_raw(value.quantize(unit, ROUND_HALF_EVEN, _EXACT)), currency)


def currency(code: str) -> Currency:
    """The currency of this code; an unknown one is registered as a crypto asset."""
    found = Currency.from_internal_map(code)
    if found is None:
        found = Currency(code, VENUE_DECIMALS, 0, code, CurrencyType.CRYPTO)
        register_currency(found)
    return found


def _rounded(value: Decimal, precision: int) -> Decimal:
    if abs(value) > MONEY_MAX:
        raise WireError(f"{value} cannot be held")
    return value.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_EVEN, _EXACT)


def _raw(value: Decimal) -> int:
    if decimals(value) > FIXED_PRECISION or abs(value) > MONEY_MAX:
        raise WireError(f"{value} cannot be held: too many decimals, or too large")
    return int(value.scaleb(FIXED_PRECISION, _EXACT))
