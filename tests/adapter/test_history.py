"""What an account did, taken from a venue that is a list in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from paradex_adapter.errors import HistoryTooLong
from paradex_adapter.history import (
    ATTEMPTS,
    BEGINNING_MS,
    MOST_ORDERS,
    SPANS_MS,
    History,
    latest,
    longest,
    take_history,
)
from paradex_adapter.stand_in import has_no_order, stand_in
from paradex_adapter.wire.rest import Fill, Order, Position

pytestmark = pytest.mark.anyio

NOW = 1_795_370_000_000
HOUR = 3_600_000
MARKET = "BTC-USD-PERP"


def order(
    id: str, created_at: int, filled: str = "0", status: str = "CLOSED", **more: Any
) -> Order:
    remaining = str(10 - int(filled))
    terms = {"market": MARKET, "side": "BUY", "type": "LIMIT", "size": "10"} | more
    return Order(
        id=id,
        remaining_size=remaining,
        status=status,
        created_at=created_at,
        last_updated_at=NOW,
        **terms,
    )


def fill(id: str, order_id: str, size: str, created_at: int, **more: Any) -> Fill:
    terms = {"market": MARKET, "side": "BUY", "liquidity": "TAKER", "price": "1", "fee": "0"}
    return Fill(id=id, order_id=order_id, size=size, created_at=created_at, **terms | more)


def position(size: str, last_fill_id: str) -> Position:
    return Position(
        id="p", market=MARKET, status="OPEN", side="LONG", size=size, last_fill_id=last_fill_id
    )


class Venue:
    """Answers as `Rest` does; `between` runs before each answer about positions."""

    def __init__(self, orders: list[Order], fills: list[Fill]) -> None:
        self.known, self.executed = orders, fills
        self.held = [position("1", "0")]
        self.between: Callable[[], None] = lambda: None
        self.asked = 0

    async def open_orders(self, market: str | None = None) -> list[Order]:
        return [order for order in self.known if order.status != "CLOSED"]

    async def orders_history(self, start_at: int, at_most: int | None = None) -> list[Order]:
        found = [order for order in self.known if order.created_at >= start_at]
        return self._bounded(found, at_most)

    async def fills(
        self,
        market: str | None = None,
        start_at: int = 0,
        *,
        at_most: Any = None,
        suffice: Any = None,
    ) -> list[Fill]:
        found = [fill for fill in self.executed if fill.created_at >= start_at]
        return self._bounded(found, at_most)

    async def positions(self) -> list[Position]:
        self.asked += 1
        self.between()
        return list(self.held)

    def _bounded(self, found: list[Any], at_most: int | None) -> list[Any]:
        if at_most is not None and len(found) > at_most:
            raise HistoryTooLong("too long")
        return found


async def taken(venue: Venue, since: int | None = None) -> History:
    return await take_history(venue, since, NOW)  # type: ignore[arg-type]  # as far as it is asked


def ids(history: History) -> tuple[list[str], list[str]]:
    return [order.id for order in history.orders], [fill.id for fill in history.fills]


async def test_unless_told_otherwise_it_reaches_back_to_the_beginning() -> None:
    long_ago = BEGINNING_MS + HOUR
    venue = Venue(
        [order("b", NOW - HOUR, "2"), order("a", long_ago, "3")],
        [fill("9", "a", "3", long_ago), fill("10", "b", "2", NOW - HOUR)],
    )
    history = await taken(venue)
    assert ids(history) == (["a", "b"], ["9", "10"])
    assert not history.is_cut


async def test_of_too_long_a_history_the_longest_latest_part_is_taken_whole() -> None:
    old = [order(f"o{n}", NOW - SPANS_MS[1] - n - 1) for n in range(MOST_ORDERS)]
    venue = Venue([*old, order("a", NOW - HOUR)], [])
    history = await taken(venue)
    assert ids(history) == (["a"], [])
    assert history.is_cut
    assert history.since == NOW - SPANS_MS[1]


async def test_where_even_the_last_minutes_are_too_much_open_orders_remain() -> None:
    crowd = [order(f"o{n}", NOW - 1) for n in range(MOST_ORDERS + 1)]
    venue = Venue([*crowd, order("a", NOW - HOUR, status="OPEN")], [])
    history = await taken(venue)
    assert ids(history) == (["a"], [])
    assert history.since == NOW


async def test_as_far_back_as_it_is_told_it_raises_where_that_is_too_long() -> None:
    venue = Venue([order("a", NOW - 2 * HOUR), order("b", NOW)], [])
    assert ids(await taken(venue, NOW - HOUR)) == (["b"], [])
    venue.orders_history = _too_long  # type: ignore[method-assign]
    with pytest.raises(HistoryTooLong):
        await taken(venue, NOW - HOUR)


async def _too_long(**_: object) -> list[Order]:
    raise HistoryTooLong("too long")


async def test_an_open_order_comes_with_its_executions_however_old_they_are() -> None:
    created = NOW - 9 * HOUR
    venue = Venue(
        [order("a", created, "5", "OPEN")],
        [fill("1", "a", "2", created), fill("2", "a", "3", NOW - 1)],
    )
    assert ids(await taken(venue, NOW - HOUR)) == (["a"], ["1", "2"])


async def test_executions_of_orders_that_are_not_told_are_left_to_the_position() -> None:
    venue = Venue([order("a", NOW - 9 * HOUR, "5")], [fill("1", "a", "5", NOW - 1)])
    assert ids(await taken(venue, NOW - HOUR)) == ([], [])


async def test_an_execution_after_its_order_was_asked_for_is_left_for_later() -> None:
    venue = Venue([order("a", NOW, "4")], [fill("1", "a", "4", NOW), fill("2", "a", "1", NOW)])
    assert ids(await taken(venue)) == (["a"], ["1"])


async def test_what_the_venue_did_on_its_own_account_has_an_order_that_stands_in() -> None:
    lonely = fill("1", "", "3", NOW - 2, fill_type="LIQUIDATION", side="SELL", price="90")
    other = fill("2", "nobody", "1", NOW - 1, fill_type="SETTLE_MARKET")
    history = await taken(Venue([], [lonely, other]))
    first, second = history.orders
    assert (first.id, first.side, first.size, first.remaining_size) == ("LIQ-1", "SELL", "3", "0")
    assert (first.status, first.type, first.avg_fill_price) == ("CLOSED", "MARKET", "90")
    assert [each.order_id for each in history.fills] == [first.id, second.id] == ["LIQ-1", "SET-2"]
    assert [each.trade_id for each in history.fills] == ["LIQ-1", "SET-2"]


def test_only_what_somebody_ordered_has_an_order() -> None:
    assert not has_no_order(fill("1", "a", "1", 0))
    assert not has_no_order(fill("1", "a", "1", 0, fill_type="RPI"))
    assert has_no_order(fill("1", "", "1", 0))
    for kind in ("LIQUIDATION", "SETTLE_MARKET", "UNWIND_TRANSFER", "TRANSFER", "BLOCK_TRADE"):
        assert has_no_order(fill("1", "a", "1", 0, fill_type=kind))
    assert stand_in(fill("1", "a", "1", 0))[0].id == "1"


async def test_it_is_taken_again_until_nothing_was_executed_meanwhile() -> None:
    venue = Venue([], [])
    changes = [position("2", "1"), position("3", "2")]

    def trade() -> None:
        if venue.asked > 1 and changes:
            venue.held = [changes.pop(0)]

    venue.between = trade
    history = await taken(venue)
    assert [each.size for each in history.positions] == ["3"]
    assert venue.asked == 4


async def test_an_account_that_never_holds_still_is_taken_as_it_is() -> None:
    venue = Venue([], [])

    def trade() -> None:
        venue.held = [position("1", str(venue.asked))]

    venue.between = trade
    assert (await taken(venue)).positions == [position("1", str(1 + ATTEMPTS))]


def test_of_two_words_on_an_order_the_later_counts_and_closed_is_the_last() -> None:
    opened = order("a", 0, status="OPEN")
    partly, closed = (
        order("a", 0, "5", "OPEN"),
        order("a", 0, "5"),
    )
    assert latest([closed, opened]) == [closed]
    assert latest([opened, closed]) == [closed]
    older = order("b", 0, status="OPEN")
    assert [each.id for each in latest([partly, older, partly])] == ["a", "b"]


async def test_the_longest_time_that_can_be_answered_for_is_found() -> None:
    asked: list[int] = []

    async def ask(since: int) -> str:
        asked.append(since)
        if since < NOW - HOUR:
            raise HistoryTooLong("too long")
        return "enough"

    assert await longest(ask, NOW) == "enough"
    assert asked == [BEGINNING_MS, *(NOW - span for span in SPANS_MS[:5])]
    assert await longest(_never, NOW) is None


async def _never(since: int) -> None:
    raise HistoryTooLong(str(since))
