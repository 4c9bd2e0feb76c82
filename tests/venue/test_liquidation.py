"""Accounts that are worth too little lose their orders, then their positions."""

from __future__ import annotations

import pytest

from paradex_venue.events import AccountChanged, Filled, OrderChanged, Traded
from paradex_venue.records import Account
from paradex_venue.refusal import Refused
from tests.venue.living import Living
from tests.venue.world import BTC, D


def poor(world: Living) -> Account:
    """An account that holds 1 BTC at 95,000 on 2,500 USDC: 950 of them are to be maintained."""
    account = world.exchange.open_account("0xd", "0x4", D(2500))
    world.hold(account, "1")
    return account


def fall(world: Living, mark: str) -> None:
    """The market falls, and the venue looks at everybody's health."""
    world.engine.set_mark(BTC, D(mark))
    world.clock.advance(5)


def test_below_its_initial_margin_an_account_loses_what_could_enlarge_its_position() -> None:
    world = Living()
    account = poor(world)
    larger = world.place(account, size="0.01")
    smaller = world.place(account, side="SELL", size="0.4", price="99000")
    fall(world, "94400")
    assert (larger.status, larger.cancel_reason) == ("CLOSED", "DELEVERAGE")
    assert smaller.status == "OPEN"
    assert account.position_size(BTC) == 1


def test_below_its_maintenance_margin_an_account_is_liquidated() -> None:
    world = Living()
    account = poor(world)
    orders = [world.place(account, side="SELL", size="0.4", price="99000") for _ in range(2)]
    fall(world, "93400")
    assert {(o.status, o.cancel_reason) for o in orders} == {("CLOSED", "IN_LIQUIDATION")}
    fill = account.fills[-1]
    assert (fill.fill_type, fill.side, fill.price) == ("LIQUIDATION", "SELL", 93400)
    assert (fill.order_id, fill.client_id, fill.book_seq_no, fill.remaining) == ("", "", 0, 0)
    assert world.life.fund.position_size(BTC) == fill.size
    assert len(account.liquidations) == 1


def test_no_more_is_taken_than_makes_the_account_healthy() -> None:
    world = Living()
    account = poor(world)
    fall(world, "93400")
    assert account.position_size(BTC) == D("0.4")
    margin = world.engine.margin(account)
    assert margin.value >= margin.maintenance * D("1.2")
    penalty = D("0.6") * 93400 * D("0.01") * D("0.7")
    assert account.fills[-1].fee == penalty
    world.clock.advance(60)
    assert account.position_size(BTC) == D("0.4")


def test_who_has_nothing_left_loses_everything_and_pays_no_penalty() -> None:
    world = Living()
    account = poor(world)
    fall(world, "90000")
    assert account.position_size(BTC) == 0
    assert account.fills[-1].fee == 0
    assert account.balance < 0


def test_a_liquidation_is_told_in_order() -> None:
    world = Living()
    account = poor(world)
    world.place(account, side="SELL", size="0.4", price="99000")
    statuses: list[str] = []
    world.exchange.listeners.append(
        lambda event: statuses.append(account.status) if isinstance(event, AccountChanged) else None
    )
    world.events.clear()
    world.control.liquidate("0xd", "0.2")
    kinds = [type(e) for e in world.events if type(e) in (OrderChanged, Traded, Filled)]
    assert kinds == [OrderChanged, Traded, Filled]
    assert world.heard(Traded)[0].trade.trade_type == "LIQUIDATION"
    assert (statuses[0], statuses[-1]) == ("LIQUIDATION", "ACTIVE")


def test_a_share_is_above_nothing_and_at_most_all() -> None:
    world = Living()
    poor(world)
    with pytest.raises(Refused, match="share"):
        world.control.liquidate("0xd", "0")
    with pytest.raises(Refused, match="share"):
        world.control.liquidate("0xd", "1.1")


def test_nobody_is_liquidated_while_the_venue_is_released() -> None:
    world = Living()
    account = poor(world)
    world.exchange.set_status("cancel_only")
    fall(world, "93400")
    assert account.position_size(BTC) == 1
    world.exchange.set_status("ok")
    world.clock.advance(5)
    assert account.position_size(BTC) < 1


def test_an_unwind_moves_a_position_by_nobodys_order() -> None:
    world = Living()
    world.hold(world.alice, "-1")
    fill = world.control.unwind("0xa", BTC, "0.4", "94000")
    assert (fill.fill_type, fill.side, fill.size) == ("UNWIND_TRANSFER", "BUY", D("0.4"))
    assert (fill.realized_pnl, fill.fee) == (400, 0)
    assert world.alice.position_size(BTC) == D("-0.6")
    assert world.life.fund.position_size(BTC) == D("-0.4")
    with pytest.raises(Refused, match="holds"):
        world.control.unwind("0xa", BTC, "0.7")


def test_a_move_may_name_an_order_that_nobody_finds() -> None:
    world = Living(moves_name_an_order=True)
    world.hold(world.alice, "1")
    fill = world.control.unwind("0xa", BTC)
    assert len(fill.order_id) == 28
    with pytest.raises(Refused, match="ORDER_ID_NOT_FOUND"):
        world.exchange.order(world.alice, fill.order_id)


def test_a_reduce_only_order_goes_with_the_position_that_was_moved() -> None:
    world = Living()
    world.hold(world.alice, "1")
    order = world.place(side="SELL", size="1", price="99000", flags=["REDUCE_ONLY"])
    world.control.unwind("0xa", BTC, "0.5")
    assert (order.status, order.cancel_reason) == ("CLOSED", "REDUCE_ONLY_WILL_INCREASE")
