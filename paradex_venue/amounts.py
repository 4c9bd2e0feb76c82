"""Decimals as the venue writes and reads them: plain strings, exact, never floats."""

from __future__ import annotations

import re
from decimal import Decimal

ZERO = Decimal(0)
# Averages and shares of a cost are rounded; sums, products, fees and balances are exact.
AVERAGE = Decimal("1e-8")
SHARE = Decimal("1e-12")

_PLAIN = re.compile(r"[0-9]{1,20}(\.[0-9]{1,18})?", re.ASCII)


def text(value: Decimal) -> str:
    """Plain notation without exponent or trailing zeros: `"0.5"`, `"29500"`, `"0"`."""
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def parse(plain: str) -> Decimal | None:
    """The non-negative decimal that `plain` spells, or None where it spells none."""
    return Decimal(plain) if _PLAIN.fullmatch(plain) else None


def scaled(value: Decimal) -> int:
    """`value` × 10^8 as the binary protocol carries it; further digits are cut off."""
    return int(value.scaleb(8))
