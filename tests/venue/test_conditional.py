"""Conditional orders in the engine: waiting, triggered, changed, and gone with their position."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from paradex_venue.events import Filled, OrderChanged
from paradex_venue.records import Order
from paradex_venue.rules import OrderRules
from tests.venue.world import BTC, D, World

QUOTES = {"94990": "1", "94980": "2"}, {"95000": "1", "95010": "2"}
STOP_SELL = {"type": "STOP_MARKET", "side": "SELL", "trigger_price": "94000", "price": None}
TAKE_PROFIT = {
    "type": "TAKE_PROFIT_MARKET",
    "side": "SELL",
    "trigger_price": "96000",
    "price": None,
    "flags": ["REDUCE_ONLY"],
}
STOP_LOSS = TAKE_PROFIT | {"type": "STOP_LOSS_MARKET", "trigger_price": "94000"}


def quoted(rules: OrderRules | None = None, **knobs: Any) -> World:
    """Bids at 94,990 and 94,980, asks at 95,000 and 95,010, the mark at 95,000."""
    world = World(rules=rules or OrderRules(), **knobs)
    world.quote(*QUOTES)
    world.events.clear()
    return world


def holding(size: str = "0.5", rules: OrderRules | None = None) -> World:
    """The same, and Alice is long."""
    world = quoted(rules)
    world.place(type="MARKET", price=None, size=size)
    world.quote(*QUOTES)
    world.events.clear()
    return world


def outcome(order: Order) -> tuple[str, Decimal, str]:
    return order.status, order.remaining, order.cancel_reason


def told(world: World, order: Order) -> list[str]:
    return [e.order.status for e in world.heard(OrderChanged) if e.order.id == order.id]


# ---- waiting and being triggered ----


def test_a_stop_waits_for_the_mark_and_then_takes_what_the_book_offers() -> None:
    world = quoted()
    order = world.place(**STOP_SELL)
    assert outcome(order) == ("UNTRIGGERED", D("0.1"), "")
    assert (order.trigger_price, order.condition) == (94000, "BELOW")
    world.mark("94000.1")
    assert order.status == "UNTRIGGERED"
    world.mark("94000")
    assert outcome(order) == ("CLOSED", 0, "")
    assert world.heard(Filled)[0].fill.price == 94990
    assert told(world, order) == ["UNTRIGGERED", "CLOSED"]


def test_what_waits_is_in_no_book_and_needs_no_margin() -> None:
    world = quoted()
    before = world.engine.margin(world.alice)
    order = world.place(type="STOP_LIMIT", side="BUY", price="96000", trigger_price="95500")
    assert order.id not in world.engine.books[BTC]
    assert world.engine.margin(world.alice) == before
    assert order.id in world.alice.live


def test_a_stop_limit_rests_once_triggered_and_keeps_its_id() -> None:
    world = quoted()
    order = world.place(type="STOP_LIMIT", side="SELL", price="95100", trigger_price="94990")
    world.mark("94990")
    assert outcome(order) == ("OPEN", D("0.1"), "")
    assert order.triggered_at > 0
    assert world.engine.books[BTC].queue("SELL", D(95100))[0].order_id == order.id
    world.mark("94980")
    assert told(world, order) == ["UNTRIGGERED", "OPEN"]


def test_a_stop_limit_can_be_post_only() -> None:
    world = quoted()
    terms = {"type": "STOP_LIMIT", "side": "SELL", "price": "94990", "trigger_price": "94500"}
    order = world.place(**terms, instruction="POST_ONLY")
    world.mark("94500")
    assert outcome(order) == ("CLOSED", D("0.1"), "POST_ONLY_WOULD_CROSS")


def test_every_way_of_waiting_is_set_off_by_its_own_side_of_the_mark() -> None:
    world = holding("0.8")
    orders = {
        name: world.place(**(terms | {"size": "0.1"}))
        for name, terms in {
            "stop": STOP_SELL,
            "loss": STOP_LOSS,
            "profit": TAKE_PROFIT,
            "buy stop": STOP_SELL | {"side": "BUY", "trigger_price": "96000"},
        }.items()
    }
    world.mark("96000")
    done = [name for name, order in orders.items() if order.status == "CLOSED"]
    assert done == ["profit", "buy stop"]
    world.mark("94000")
    assert all(outcome(order) == ("CLOSED", 0, "") for order in orders.values())


def test_new_is_told_again_where_it_is_told_at_all() -> None:
    world = quoted(push_new=True)
    order = world.place(**STOP_SELL)
    world.mark("94000")
    assert told(world, order) == ["NEW", "UNTRIGGERED", "NEW", "CLOSED"]


def test_between_trigger_and_execution_an_order_can_be_canceled() -> None:
    world = quoted(OrderRules(trigger_latency=0.5))
    order = world.place(**STOP_SELL)
    world.mark("94000")
    assert order.status == "NEW"
    world.exchange.cancel(order)
    world.settle()
    assert outcome(order) == ("CLOSED", D("0.1"), "USER_CANCELED")
    assert world.alice.fills == []


def test_a_trigger_price_the_mark_has_reached_is_set_off_at_once() -> None:
    world = quoted()
    order = world.place(**(STOP_SELL | {"trigger_price": "95500"}))
    assert outcome(order) == ("CLOSED", 0, "")
    assert told(world, order) == ["UNTRIGGERED", "CLOSED"]


def test_a_generic_stop_may_wait_on_either_side_of_the_mark() -> None:
    world = quoted(OrderRules(stop_direction="mark"))
    order = world.place(**(STOP_SELL | {"trigger_price": "95500"}))
    assert (order.status, order.condition) == ("UNTRIGGERED", "ABOVE")
    world.mark("95500")
    assert order.status == "CLOSED"


def test_nothing_is_triggered_while_triggers_are_paused() -> None:
    world = quoted()
    order = world.place(**STOP_SELL)
    world.engine.pause_triggers(True)
    world.mark("93900")
    late = world.place(**STOP_SELL)
    assert (order.status, late.status) == ("UNTRIGGERED", "UNTRIGGERED")
    world.engine.pause_triggers(False)
    assert outcome(order) == outcome(late) == ("CLOSED", 0, "")


def test_one_step_triggers_everything_that_is_due_first_come_first() -> None:
    world = quoted()
    orders = [world.place(**(STOP_SELL | {"size": "0.8"})) for _ in range(2)]
    world.mark("93000")
    fills = [(event.fill.order_id, event.fill.price) for event in world.heard(Filled)]
    first, second = orders
    assert fills == [(first.id, 94990), (second.id, 94990), (second.id, 94980)]


# ---- what the engine objects to when an order is triggered ----


def test_margin_is_asked_for_when_an_order_is_triggered() -> None:
    world = quoted()
    order = world.place(**(STOP_SELL | {"size": "50"}))
    assert order.status == "UNTRIGGERED"
    world.alice.deposits = D(100)
    world.mark("94000")
    assert outcome(order) == ("CLOSED", D("50"), "NOT_ENOUGH_MARGIN")


def test_a_triggered_limit_beyond_the_price_band_is_canceled() -> None:
    world = quoted()
    order = world.place(type="STOP_LIMIT", side="BUY", price="101000", trigger_price="96000")
    world.mark("96000")
    assert outcome(order) == ("CLOSED", D("0.1"), "EXCEEDS_MAX_SLIPPAGE")


def test_a_triggered_market_order_in_an_empty_book_is_closed() -> None:
    world = World()
    order = world.place(**STOP_SELL)
    world.mark("94000")
    assert outcome(order) == ("CLOSED", D("0.1"), "EMPTY_MARKET")


def test_a_take_profit_heeds_the_price_band_and_no_slippage() -> None:
    world = holding("1")
    world.quote({"91500": "1"}, {})
    order = world.place(**(TAKE_PROFIT | {"size": "1"}))
    stop = world.place(**(STOP_SELL | {"size": "1", "trigger_price": "90000"}))
    world.mark("96000")
    assert outcome(order) == ("CLOSED", 0, "")
    assert stop.status == "UNTRIGGERED"


def test_a_reduce_only_stop_is_looked_at_when_it_is_triggered() -> None:
    world = quoted()
    order = world.place(**(STOP_SELL | {"flags": ["REDUCE_ONLY"]}))
    assert order.status == "UNTRIGGERED"
    world.mark("94000")
    assert outcome(order) == ("CLOSED", D("0.1"), "REDUCE_ONLY_WILL_INCREASE")


def test_a_triggered_order_does_not_trade_with_its_owner() -> None:
    world = World()
    resting = world.place(price="94990")
    order = world.place(**STOP_SELL)
    world.mark("94000")
    assert outcome(order) == ("CLOSED", D("0.1"), "SELF_TRADE")
    assert resting.status == "OPEN"


# ---- take-profit and stop-loss of a position ----


def test_a_whole_position_is_closed_whatever_its_size_is_then() -> None:
    world = holding("0.5")
    order = world.place(**(TAKE_PROFIT | {"size": "0"}))
    assert (order.size, order.status) == (0, "UNTRIGGERED")
    world.place(type="MARKET", price=None, size="0.2")
    world.mark("96000")
    assert (order.size, *outcome(order)) == (D("0.7"), "CLOSED", 0, "")
    assert world.alice.position_size(BTC) == 0


def test_a_take_profit_is_cut_to_the_position() -> None:
    world = holding("0.5")
    order = world.place(**(TAKE_PROFIT | {"size": "0.8"}))
    world.mark("96000")
    assert (order.size, *outcome(order)) == (D("0.5"), "CLOSED", 0, "")


def test_a_whole_position_needs_one_to_be_there() -> None:
    world = quoted()
    order = world.place(**(STOP_LOSS | {"size": "0"}))
    assert outcome(order) == ("CLOSED", 0, "REDUCE_ONLY_WILL_INCREASE")


@pytest.mark.parametrize("needed", [False, True])
def test_whether_a_size_of_its_own_needs_a_position_is_a_setting(needed: bool) -> None:
    world = quoted(OrderRules(tpsl_needs_position=needed))
    order = world.place(**STOP_LOSS)
    assert order.status == ("CLOSED" if needed else "UNTRIGGERED")


@pytest.mark.parametrize("size", ["0.5", "0.6"])
def test_those_for_the_whole_position_go_when_it_is_closed_or_turned(size: str) -> None:
    world = holding("0.5")
    profit, loss = (world.place(**(t | {"size": "0"})) for t in (TAKE_PROFIT, STOP_LOSS))
    partial = world.place(**(STOP_LOSS | {"size": "0.1"}))
    world.place(type="MARKET", side="SELL", price=None, size=size)
    assert outcome(profit) == outcome(loss) == ("CLOSED", 0, "REDUCE_ONLY_WILL_INCREASE")
    assert partial.status == "UNTRIGGERED"


@pytest.mark.parametrize(
    ("linked", "sizes", "expected"),
    [
        ("whole", ("0", "0"), "CLOSED"),
        ("whole", ("0.1", "0.1"), "UNTRIGGERED"),
        ("all", ("0.1", "0.1"), "CLOSED"),
        ("none", ("0.1", "0.1"), "UNTRIGGERED"),
    ],
)
def test_a_triggered_take_profit_cancels_what_it_is_linked_to(
    linked: Any, sizes: tuple[str, str], expected: str
) -> None:
    world = holding("0.5", OrderRules(tpsl_linked=linked, linked_reason="OCO"))
    profit = world.place(**(TAKE_PROFIT | {"size": sizes[0]}))
    loss = world.place(**(STOP_LOSS | {"size": sizes[1]}))
    world.mark("96000")
    assert profit.status == "CLOSED"
    assert (loss.status, loss.cancel_reason) == (expected, "OCO" if expected == "CLOSED" else "")


def test_a_limit_take_profit_cancels_its_link_only_when_it_is_filled() -> None:
    world = holding("0.5", OrderRules(linked_reason="OCO"))
    terms = {"type": "TAKE_PROFIT_LIMIT", "price": "96100", "size": "0"}
    profit = world.place(**(TAKE_PROFIT | terms))
    loss = world.place(**(STOP_LOSS | {"size": "0"}))
    world.mark("96000")
    assert (profit.status, profit.size, loss.status) == ("OPEN", D("0.5"), "UNTRIGGERED")
    world.engine.take(profit, D("0.2"), world.house)
    assert loss.status == "UNTRIGGERED"
    world.engine.take(profit, D("0.3"), world.house)
    assert (profit.status, loss.status, loss.cancel_reason) == ("CLOSED", "CLOSED", "OCO")


# ---- changed while waiting ----


def test_an_untriggered_order_takes_another_trigger_price_size_and_price() -> None:
    world = quoted()
    order = world.place(type="STOP_LIMIT", side="SELL", price="94900", trigger_price="94500")
    world.amend(order, "0.3", "94100", "94200", request_id="7")
    assert (order.size, order.remaining) == (D("0.3"), D("0.3"))
    assert (order.price, order.trigger_price, order.status) == (94100, 94200, "UNTRIGGERED")
    assert order.request is not None
    assert (order.request.id, order.request.status) == ("7", "SUCCESS")
    world.mark("94500")
    assert order.status == "UNTRIGGERED"
    world.mark("94200")
    assert outcome(order) == ("CLOSED", 0, "")


def test_a_changed_trigger_price_the_mark_has_reached_sets_off() -> None:
    world = quoted()
    order = world.place(**STOP_SELL)
    world.amend(order, trigger_price="95100")
    assert outcome(order) == ("CLOSED", 0, "")


def test_a_changed_generic_stop_waits_for_the_mark_from_its_new_side() -> None:
    world = quoted(OrderRules(stop_direction="mark"))
    order = world.place(**STOP_SELL)
    world.amend(order, trigger_price="95100")
    assert (order.status, order.condition) == ("UNTRIGGERED", "ABOVE")


def test_a_change_that_comes_after_the_trigger_is_rejected() -> None:
    world = quoted()
    order = world.place(type="STOP_LIMIT", side="SELL", price="95100", trigger_price="94500")
    world.mark("94500")
    world.amend(order, trigger_price="94400")
    assert order.request is not None
    assert (order.request.status, order.request.message) == ("REJECTED", "ORDER_IS_NOT_OPEN")
    assert (order.status, order.trigger_price) == ("OPEN", 94500)


def test_a_take_profit_can_be_changed_to_cover_the_whole_position() -> None:
    world = holding("0.5")
    order = world.place(**TAKE_PROFIT)
    world.amend(order, size="0")
    world.mark("96000")
    assert world.alice.position_size(BTC) == 0


# ---- cancels ----


def test_what_waits_can_be_canceled_and_is_never_set_off_afterwards() -> None:
    world = quoted()
    order = world.place(**STOP_SELL)
    world.exchange.cancel(order)
    world.settle()
    assert outcome(order) == ("CLOSED", D("0.1"), "USER_CANCELED")
    world.mark("94000")
    assert world.heard(Filled) == []


def test_cancel_all_reaches_what_waits() -> None:
    world = quoted()
    orders = [world.place(), world.place(**STOP_SELL)]
    world.exchange.cancel_all(world.alice)
    world.settle()
    assert [order.status for order in orders] == ["CLOSED", "CLOSED"]
