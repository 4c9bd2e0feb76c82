"""How an incoming order meets the orders that rest: best price first, then first come.

Where several books stand side by side, orders of the first go first at the same price. The books
are changed; whoever calls turns executions into trades.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from paradex_venue.amounts import ZERO
from paradex_venue.book import Book, Execution, Resting
from paradex_venue.records import Side, sign_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What an order asks of the books.

    `limit` is the worst price of any execution, `average` the worst average of all of them (None:
    any), met to the `increment` of sizes. `stp` decides what happens where the owner would trade
    with himself: EXPIRE_TAKER, EXPIRE_MAKER or EXPIRE_BOTH. A resting order that `is_sound` denies
    is taken out instead of met.
    """

    side: Side
    size: Decimal
    owner: str
    stp: str = "EXPIRE_TAKER"
    limit: Decimal | None = None
    average: Decimal | None = None
    increment: Decimal = Decimal(1)
    is_sound: Callable[[str], bool] | None = None


@dataclass(slots=True)
class Match:
    """What became of an incoming order: `remaining` is for the caller to rest or to cancel."""

    remaining: Decimal
    executions: list[Execution] = field(default_factory=list)
    # Resting orders taken out because they would have met their own owner.
    expired: list[str] = field(default_factory=list)
    # Resting orders taken out because they were not sound.
    unsound: list[str] = field(default_factory=list)
    # The incoming order may not go on, for the same reason.
    is_self_trade: bool = False
    # By how much the executions are better than the average asked for, times their size.
    spare: Decimal = ZERO


def match(books: Sequence[Book], incoming: Incoming) -> Match:
    outcome = Match(incoming.size)
    while outcome.remaining and (met := _counterpart(books, incoming)):
        book, maker = met
        if incoming.is_sound is not None and not incoming.is_sound(maker.order_id):
            outcome.unsound.append(maker.order_id)
            book.remove(maker.order_id)
            continue
        if maker.owner != incoming.owner:
            if not _execute(book, maker, incoming, outcome):
                break
            continue
        if incoming.stp != "EXPIRE_TAKER":
            outcome.expired.append(maker.order_id)
            book.remove(maker.order_id)
        if incoming.stp != "EXPIRE_MAKER":
            outcome.is_self_trade = True
            break
    return outcome


def _counterpart(books: Sequence[Book], incoming: Incoming) -> tuple[Book, Resting] | None:
    direction = sign_of(incoming.side)
    found: tuple[Book, Resting] | None = None
    for book in books:
        maker = book.counterpart(incoming.side, incoming.limit)
        if maker and (found is None or maker.price * direction < found[1].price * direction):
            found = book, maker
    return found


def _execute(book: Book, maker: Resting, incoming: Incoming, outcome: Match) -> bool:
    """Trade with `maker`, and tell whether that is all the average price left to do with it."""
    wanted = min(maker.remaining, outcome.remaining)
    size = min(wanted, _affordable(maker.price, incoming, outcome, wanted))
    if size:
        outcome.remaining -= size
        if incoming.average is not None:
            better = (incoming.average - maker.price) * sign_of(incoming.side)
            outcome.spare += better * size
        outcome.executions.append(Execution(maker.order_id, maker.price, size))
        book.reduce(maker.order_id, size)
    return size == wanted


def _affordable(price: Decimal, incoming: Incoming, outcome: Match, wanted: Decimal) -> Decimal:
    """How much may trade at `price` before the average is worse than what was asked for."""
    if incoming.average is None:
        return wanted
    worse = (price - incoming.average) * sign_of(incoming.side)
    if worse <= 0:
        return wanted
    return outcome.spare / worse // incoming.increment * incoming.increment
