"""Whether two sides say the same. Exact: decimals are compared as numbers, nothing is tolerated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

ABSENT = "unknown here"
WIDTH = 34


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order as one side has it. `status` in Nautilus's words, lower case."""

    status: str
    filled_qty: Decimal
    average_price: Decimal | None = None

    def __str__(self) -> str:
        if self.average_price is None:
            return f"{self.status}, nothing filled"
        return f"{self.status}, {plain(self.filled_qty)} at {plain(self.average_price)}"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says. Orders by client order id, sent first first; quantities in the base
    currency, long positive; fees and balance in the settlement currency."""

    orders: dict[str, OrderView]
    fills: int
    traded_qty: Decimal
    fees: Decimal
    position: Decimal
    balance: Decimal
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    venue: str
    node: str
    is_equal: bool

    def __str__(self) -> str:
        mark = "✓" if self.is_equal else "✗"
        return f"  {self.what:<28}{self.venue:<{WIDTH}}{self.node:<{WIDTH}}{mark}"


def compare(venue: Side, node: Side) -> list[Row]:
    """Hold the two against each other: orders, fills, position, balance."""
    rows = list(_orders(venue, node))
    for what, name in (
        ("fills", "fills"),
        ("quantity traded", "traded_qty"),
        ("fees", "fees"),
        ("position", "position"),
        ("balance", "balance"),
    ):
        ours, theirs = getattr(node, name), getattr(venue, name)
        rows.append(Row(what, plain(theirs), plain(ours), ours == theirs))
    return rows


def agree(rows: Sequence[Row]) -> bool:
    """Whether there is something to compare, and all of it is equal."""
    return bool(rows) and all(row.is_equal for row in rows)


def table(rows: Sequence[Row]) -> list[str]:
    """The rows under their heading, ready to be printed."""
    heading = f"  {'':<28}{'venue says':<{WIDTH}}node says"
    return [heading, *(str(row) for row in rows)]


def plain(value: Decimal | int) -> str:
    """As one writes it: no exponent, no trailing zeros, thousands apart."""
    return f"{Decimal(value).normalize():,f}"


def _orders(venue: Side, node: Side) -> Iterator[Row]:
    for client_order_id in dict.fromkeys((*node.orders, *venue.orders)):
        theirs, ours = venue.orders.get(client_order_id), node.orders.get(client_order_id)
        label = node.labels.get(client_order_id, client_order_id)
        yield Row(label, _text(theirs), _text(ours), _same(theirs, ours))


def _text(order: OrderView | None) -> str:
    return ABSENT if order is None else str(order)


def _same(theirs: OrderView | None, ours: OrderView | None) -> bool:
    """An order the venue never had is rightly refused here; any other must be the same."""
    if theirs is None and ours is not None:
        return ours.status in ("rejected", "denied") and not ours.filled_qty
    return theirs == ours
