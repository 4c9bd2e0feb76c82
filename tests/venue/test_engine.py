"""The matching engine: what becomes of orders, and the books of account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from paradex_venue.events import (
    AccountChanged,
    BookChanged,
    Filled,
    OrderChanged,
    PositionChanged,
    Traded,
)
from paradex_venue.records import Order
from paradex_venue.rules import OrderRules
from tests.venue.world import BTC, D, World

QUOTES = {"94990": "1", "94980": "2"}, {"95000": "1", "95010": "2"}


def world_with_quotes(**knobs: Any) -> World:
    world = World(**knobs)
    world.quote(*QUOTES)
    world.events.clear()
    return world


def outcome(order: Order) -> tuple[str, Decimal, str]:
    return order.status, order.remaining, order.cancel_reason


def test_a_taker_pays_the_makers_price_and_the_takers_fee() -> None:
    world = world_with_quotes()
    order = world.place(size="0.5", price="95005")
    fill = world.heard(Filled)[0].fill
    assert (fill.price, fill.size, fill.liquidity) == (95000, D("0.5"), "TAKER")
    assert fill.fee == D("95000") * D("0.5") * D("0.00045")
    assert outcome(order) == ("CLOSED", 0, "")
    assert world.alice.balance == 1_000_000 - fill.fee


def test_a_maker_pays_the_makers_fee() -> None:
    world = world_with_quotes()
    order = world.place(price="94995")
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    fill = world.heard(Filled)[0].fill
    assert (fill.price, fill.liquidity) == (94995, "MAKER")
    assert fill.fee == D("94995") * D("0.1") * D("0.00003")
    assert outcome(order) == ("CLOSED", 0, "")


def test_a_partial_fill_leaves_the_rest_in_the_book() -> None:
    world = world_with_quotes()
    order = world.place(size="1.5", price="95000")
    assert outcome(order) == ("OPEN", D("0.5"), "")
    assert order.average == 95000
    assert world.engine.books[BTC].best("BUY") == (95000, D("0.5"))


def test_every_partial_fill_of_a_resting_order_is_told_as_open() -> None:
    world = world_with_quotes()
    world.place(price="94995", size="0.3")
    for _ in range(3):
        world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    told = [(e.order.status, e.order.remaining) for e in world.heard(OrderChanged)]
    assert told == [("OPEN", D("0.3")), ("OPEN", D("0.2")), ("OPEN", D("0.1")), ("CLOSED", 0)]


def test_what_was_told_of_an_order_does_not_change_afterwards() -> None:
    world = world_with_quotes()
    order = world.place()
    told = world.heard(OrderChanged)[0].order
    world.exchange.cancel(order)
    world.settle()
    assert told.status == "OPEN"


CLOSED: list[tuple[dict[str, Any], Decimal, str]] = [
    ({"instruction": "POST_ONLY", "price": "95000"}, D("0.1"), "POST_ONLY_WOULD_CROSS"),
    ({"instruction": "IOC", "size": "1.5", "price": "95000"}, D("0.5"), "REMAINING_IOC_CANCEL"),
    ({"instruction": "IOC", "price": "94999"}, D("0.1"), "REMAINING_IOC_CANCEL"),
    ({"type": "MARKET", "price": None, "size": "5"}, D("2"), "REMAINING_IOC_CANCEL"),
    ({"flags": ["REDUCE_ONLY"]}, D("0.1"), "REDUCE_ONLY_WILL_INCREASE"),
    ({"size": "100"}, D("100"), "NOT_ENOUGH_MARGIN"),
]


@pytest.mark.parametrize(("terms", "remaining", "reason"), CLOSED)
def test_an_order_the_engine_objects_to_is_closed_with_its_reason(
    terms: dict[str, Any], remaining: Decimal, reason: str
) -> None:
    world = world_with_quotes()
    if reason == "NOT_ENOUGH_MARGIN":
        world.alice.deposits = D(100_000)
    order = world.place(**terms)
    assert outcome(order) == ("CLOSED", remaining, reason)
    assert world.alice.live == {}
    assert world.heard(OrderChanged)[-1].order.cancel_reason == reason


def test_a_market_order_in_an_empty_book_is_closed() -> None:
    order = World().place(type="MARKET", price=None)
    assert outcome(order) == ("CLOSED", D("0.1"), "EMPTY_MARKET")


def test_a_market_order_does_not_run_away_with_the_price() -> None:
    world = World()
    world.quote({}, {"95000": "1", "99750": "1", "99750.1": "1"})
    order = world.place(type="MARKET", price=None, size="3")
    assert outcome(order) == ("CLOSED", 1, "EXCEEDS_MAX_SLIPPAGE")


def test_a_market_order_heeds_the_price_it_was_given() -> None:
    world = world_with_quotes()
    order = world.place(type="MARKET", price=None, size="2", vwap_price="95000")
    assert outcome(order) == ("CLOSED", 1, "EXCEEDS_MAX_SLIPPAGE")


def test_positions_have_a_limit_that_counts_open_orders() -> None:
    world = World()
    world.alice.deposits = D(10**9)
    for _ in range(10):
        assert world.place(size="100").status == "OPEN"
    assert outcome(world.place(size="1")) == ("CLOSED", 1, "ORDER_EXCEEDS_POSITION_LIMIT")
    assert world.place(side="SELL", price="99000", size="100").status == "OPEN"


def test_nobody_trades_with_himself() -> None:
    world = World()
    resting = world.place(side="SELL", price="95000")
    taker = world.place(price="95000")
    assert outcome(taker) == ("CLOSED", D("0.1"), "SELF_TRADE")
    assert resting.status == "OPEN"
    assert world.alice.fills == []


def test_an_order_may_prefer_to_expire_its_owners_resting_one() -> None:
    world = World()
    resting = world.place(side="SELL", price="95000")
    taker = world.place(price="95000", stp="EXPIRE_MAKER")
    assert outcome(resting) == ("CLOSED", D("0.1"), "SELF_TRADE")
    assert outcome(taker) == ("OPEN", D("0.1"), "")


def test_an_order_may_take_its_owners_resting_one_along() -> None:
    world = World()
    resting = world.place(side="SELL", price="95000")
    world.quote({}, {"94990": "0.04"})
    taker = world.place(price="95000", stp="EXPIRE_BOTH")
    assert outcome(resting) == ("CLOSED", D("0.1"), "SELF_TRADE")
    assert outcome(taker) == ("CLOSED", D("0.06"), "SELF_TRADE")


def test_a_reduce_only_order_reduces() -> None:
    world = world_with_quotes()
    world.place(type="MARKET", price=None, size="0.5")
    order = world.place(type="MARKET", price=None, side="SELL", size="0.5", flags=["REDUCE_ONLY"])
    assert outcome(order) == ("CLOSED", 0, "")
    assert world.alice.position_size(BTC) == 0


def test_a_reduce_only_order_may_not_turn_the_position() -> None:
    world = world_with_quotes()
    world.place(type="MARKET", price=None, size="0.5")
    order = world.place(side="SELL", price="99000", size="0.6", flags=["REDUCE_ONLY"])
    assert outcome(order) == ("CLOSED", D("0.6"), "REDUCE_ONLY_WILL_INCREASE")


def test_a_resting_reduce_only_order_goes_when_the_position_no_longer_covers_it() -> None:
    world = world_with_quotes()
    world.place(type="MARKET", price=None, size="0.5")
    resting = world.place(side="SELL", price="99000", size="0.5", flags=["REDUCE_ONLY"])
    assert resting.status == "OPEN"
    world.place(type="MARKET", price=None, side="SELL", size="0.1")
    assert outcome(resting) == ("CLOSED", D("0.5"), "REDUCE_ONLY_WILL_INCREASE")
    assert resting.id not in world.engine.books[BTC]


def test_margin_is_held_for_open_orders_and_given_back() -> None:
    world = world_with_quotes()
    order = world.place(size="1")
    mark, rate = world.engine.marks[BTC], world.exchange.markets[BTC].initial_margin
    margin = world.engine.margin(world.alice)
    assert (margin.initial, margin.maintenance) == (mark * rate, 0)
    assert margin.free == 1_000_000 - mark * rate
    world.exchange.cancel(order)
    world.settle()
    assert world.engine.margin(world.alice).free == 1_000_000


def test_who_is_out_of_margin_may_still_reduce() -> None:
    world = world_with_quotes()
    world.place(type="MARKET", price=None, size="1")
    world.alice.deposits = D(100)
    assert outcome(world.place(size="0.1"))[2] == "NOT_ENOUGH_MARGIN"
    order = world.place(type="MARKET", price=None, side="SELL", size="1")
    assert outcome(order) == ("CLOSED", 0, "")


# ---- what is unknown ----


def test_an_order_that_takes_may_be_told_of_execution_by_execution() -> None:
    world = world_with_quotes(rules=OrderRules(taker_told="each"))
    world.place(size="1.5", price="95010")
    told = [(e.order.status, e.order.remaining) for e in world.heard(OrderChanged)]
    assert told == [("OPEN", D("0.5")), ("CLOSED", 0)]


@pytest.mark.parametrize(
    ("setting", "outcomes"),
    [
        ("fill", [("CLOSED", 0, ""), ("OPEN", D("0.1"), "")]),
        ("cancel", [("CLOSED", D("0.1"), "NOT_ENOUGH_MARGIN"), ("CLOSED", 0, "")]),
    ],
)
def test_a_resting_order_may_have_to_be_affordable_when_it_is_met(
    setting: Any, outcomes: list[tuple[str, Decimal, str]]
) -> None:
    world = World(rules=OrderRules(maker_margin=setting))
    poor, other = world.place(price="94990"), world.place(world.bob, price="94990")
    world.alice.deposits = D(100)
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    assert outcome(poor) == outcomes[0]
    assert outcome(other) == outcomes[1]


def test_an_average_price_lets_part_of_a_dearer_level_through() -> None:
    """The venue's example: 50 wanted at 20,000 on average, 25 are had for exactly that."""
    world = World()
    world.mark("20000")
    world.quote({}, {"19900": "10", "20050": "10", "20100": "10"})
    order = world.place(type="MARKET", price=None, size="50", vwap_price="20000")
    assert (order.filled, order.average) == (25, 20000)
    assert outcome(order) == ("CLOSED", 25, "EXCEEDS_MAX_SLIPPAGE")


# ---- changes ----


def test_less_size_at_the_same_price_keeps_the_place_in_line() -> None:
    world = World()
    first, second = world.place(size="0.3"), world.place(world.bob, size="0.3")
    world.amend(first, "0.2")
    queue = world.engine.books[BTC].queue("BUY", first.price)
    assert [(o.order_id, o.remaining) for o in queue] == [
        (first.id, D("0.2")),
        (second.id, D("0.3")),
    ]
    assert (first.size, first.remaining) == (D("0.2"), D("0.2"))


@pytest.mark.parametrize(("size", "price"), [("0.4", "94000"), ("0.3", "94000.1")])
def test_any_other_change_goes_to_the_end_of_the_line(size: str, price: str) -> None:
    world = World()
    first, other = world.place(size="0.3"), world.place(world.bob, size="0.3", price=price)
    world.amend(first, size, price)
    queue = world.engine.books[BTC].queue("BUY", D(price))
    assert [o.order_id for o in queue] == [other.id, first.id]
    assert first.remaining == D(size)


def test_a_changed_price_that_crosses_trades() -> None:
    world = world_with_quotes()
    order = world.place()
    world.amend(order, price="95000")
    assert outcome(order) == ("CLOSED", 0, "")
    assert world.heard(Filled)[0].fill.liquidity == "TAKER"


def test_the_size_of_a_change_includes_what_is_filled() -> None:
    world = World()
    order = world.place(size="0.3")
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    world.amend(order, "0.5")
    assert (order.size, order.remaining, order.filled) == (D("0.5"), D("0.4"), D("0.1"))


@pytest.mark.parametrize(
    ("instruction", "size", "price", "message"),
    [
        ("GTC", "0.1", "94000", "INVALID_ORDER_SIZE"),
        ("POST_ONLY", "0.3", "95000", "POST_ONLY_WOULD_CROSS"),
        ("GTC", "99", "94000", "NOT_ENOUGH_MARGIN"),
    ],
)
def test_a_change_the_engine_objects_to_leaves_the_order_as_it_was(
    instruction: str, size: str, price: str, message: str
) -> None:
    world = World()
    world.alice.deposits = D(100_000)
    order = world.place(size="0.3", instruction=instruction)
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    world.quote(*QUOTES)
    world.amend(order, size, price, request_id="7")
    assert (order.status, order.price, order.remaining) == ("OPEN", 94000, D("0.2"))
    assert order.request is not None
    assert (order.request.id, order.request.status) == ("7", "REJECTED")
    assert order.request.message == message
    assert world.engine.books[BTC].queue("BUY", D(94000))[0].remaining == D("0.2")


# ---- what is announced ----


def test_a_trade_is_told_in_full_and_in_order() -> None:
    world = world_with_quotes()
    world.place(world.bob, side="SELL", price="94999", size="0.1")
    world.events.clear()
    world.place(price="94999", size="0.1")
    kinds = (Traded, Filled, OrderChanged, BookChanged, PositionChanged, AccountChanged)
    assert [type(event) for event in world.events if isinstance(event, kinds)] == [
        Traded,
        Filled,
        Filled,
        OrderChanged,
        OrderChanged,
        BookChanged,
        PositionChanged,
        AccountChanged,
        PositionChanged,
        AccountChanged,
    ]
    trade = world.heard(Traded)[0].trade
    fills = [event.fill for event in world.heard(Filled)]
    assert {fill.trade_id for fill in fills} == {trade.id}
    assert len({fill.id for fill in fills} | {trade.id}) == 3
    assert trade.side == "BUY"


def test_fills_and_trades_carry_the_sequence_of_the_book_they_left() -> None:
    world = world_with_quotes()
    before = world.engine.books[BTC].seq_no
    world.place(size="1.5", price="95010")
    told = world.heard(BookChanged)[-1]
    assert told.seq_no == before + 1 == world.engine.books[BTC].seq_no
    assert {event.fill.book_seq_no for event in world.heard(Filled)} == {told.seq_no}
    assert {event.trade.seq_no for event in world.heard(Traded)} == {told.seq_no}


def test_a_step_that_leaves_the_book_as_it_was_tells_nothing_of_it() -> None:
    world = world_with_quotes()
    world.place(type="MARKET", price=None, size="100", flags=["REDUCE_ONLY"])
    assert world.heard(BookChanged) == []


def test_only_a_new_best_price_or_size_is_a_new_top() -> None:
    world = world_with_quotes()
    world.place(price="94000")
    world.place(price="94990")
    assert [event.is_new_top for event in world.heard(BookChanged)] == [False, True]


def test_the_house_is_never_told_of() -> None:
    world = world_with_quotes()
    world.engine.sweep(world.house, BTC, "BUY", D("0.5"))
    assert {type(event) for event in world.events} <= {BookChanged, Traded}


def test_a_hidden_counterparty_takes_an_order_wherever_it_stands() -> None:
    world = world_with_quotes()
    order = world.place(price="94000", size="0.3")
    world.engine.take(order, D("0.1"), world.house)
    assert outcome(order) == ("OPEN", D("0.2"), "")
    fill = world.heard(Filled)[0].fill
    assert (fill.price, fill.liquidity) == (94000, "MAKER")
    assert world.engine.books[BTC].best("BUY") == (94990, 1)


def test_an_order_closed_before_its_turn_stays_closed() -> None:
    world = World()
    order = world.submit()
    world.engine.cancel(order, "DELEVERAGE")
    world.settle()
    assert outcome(order) == ("CLOSED", D("0.1"), "DELEVERAGE")
    assert world.engine.books[BTC].best("BUY") is None
