"""A busted trade never was: money, positions and orders are as if without it."""

from __future__ import annotations

import pytest

from paradex_venue.events import AccountChanged, Busted, OrderChanged, TransactionMoved
from paradex_venue.records import Account
from paradex_venue.refusal import Refused
from tests.venue.living import Living
from tests.venue.world import BTC, D


def state(account: Account) -> tuple[object, ...]:
    position = account.positions[BTC]
    held = (position.size, position.cost, position.unrealized_funding, position.funding_index)
    return (account.balance, account.fees, account.funding, *held)


def test_position_and_money_are_what_the_other_fills_make_of_them() -> None:
    world = Living()
    world.hold(world.alice, "1")
    world.control.move_funding(BTC, "5")
    world.hold(world.alice, "0.5", "95100")
    world.control.move_funding(BTC, "7")
    twin = Living()
    twin.hold(twin.alice, "1")
    twin.control.move_funding(BTC, "12")
    world.control.bust("0xa")
    # The twin never made the second fill, so it never paid on the way either.
    assert world.alice.position_size(BTC) == twin.alice.position_size(BTC)
    assert state(world.alice) == state(twin.alice)


def test_a_bust_in_the_middle_changes_what_came_after() -> None:
    world = Living()
    world.hold(world.alice, "1", "95000")
    bought = world.hold(world.alice, "1", "95200")
    world.hold(world.alice, "-1", "95300")
    assert world.alice.realized == 200
    world.control.bust("0xa", bought.id)
    assert (world.alice.realized, world.alice.position_size(BTC)) == (300, 0)


def test_both_sides_of_a_trade_are_told() -> None:
    world = Living()
    maker = world.place(world.bob, side="SELL", size="0.5", price="95000")
    taker = world.place(world.alice, size="0.5", price="95000", instruction="IOC")
    fills = {world.alice.address: world.alice.fills[0].id, world.bob.address: world.bob.fills[0].id}
    world.control.bust("0xa")
    told = {event.bust.account: event.bust.busted_fill_id for event in world.heard(Busted)}
    assert told == fills
    assert (maker.status, maker.remaining, maker.average) == ("OPEN", D("0.5"), None)
    assert world.engine.books[BTC].best("SELL") == (95000, D("0.5"))
    assert (taker.status, taker.remaining) == ("CLOSED", D("0.5"))
    assert taker.cancel_reason == "UNEXPECTED_FAILURE"
    assert world.alice.balance == world.bob.balance == 1_000_000


def test_a_partly_filled_order_that_rests_is_whole_again() -> None:
    world = Living()
    order = world.place(size="1", price="94000")
    world.engine.sweep(world.house, BTC, "SELL", D("0.4"))
    assert order.remaining == D("0.6")
    world.control.bust("0xa")
    assert (order.status, order.remaining) == ("OPEN", 1)
    assert world.engine.books[BTC].best("BUY") == (94000, 1)


def test_a_filled_order_may_be_closed_instead_of_opened_again() -> None:
    world = Living(bust_reopens_orders=False)
    order = world.place(size="1", price="94000")
    world.engine.sweep(world.house, BTC, "SELL", D(1))
    world.control.bust("0xa")
    told = world.heard(OrderChanged)[-1].order
    assert (told.status, told.remaining, told.cancel_reason) == ("CLOSED", 1, "UNEXPECTED_FAILURE")
    assert order.id not in world.alice.live


def test_a_canceled_order_stays_canceled() -> None:
    world = Living()
    order = world.place(size="1", price="94000")
    world.engine.sweep(world.house, BTC, "SELL", D("0.4"))
    world.exchange.cancel(order)
    world.settle()
    world.control.bust("0xa")
    assert (order.status, order.cancel_reason, order.remaining) == ("CLOSED", "USER_CANCELED", 1)


def test_the_account_is_in_resync_for_a_while_and_the_transaction_is_rejected() -> None:
    world = Living(resync_seconds=2.0, chain_latency=1.0)
    world.hold(world.alice, "1")
    world.settle()
    states = [event.transaction.state for event in world.heard(TransactionMoved)]
    assert states == ["RECEIVED", "ACCEPTED_ON_L2"]
    world.control.bust("0xa")
    assert world.alice.status == "RESYNC"
    assert world.heard(TransactionMoved)[-1].transaction.state == "REJECTED"
    told = len(world.heard(AccountChanged))
    world.clock.advance(2)
    assert world.alice.status == "ACTIVE"
    assert len(world.heard(AccountChanged)) == told + 1


def test_a_liquidation_may_be_busted_too() -> None:
    world = Living()
    world.hold(world.alice, "1")
    before = state(world.alice)
    world.control.liquidate("0xa", "0.4")
    world.control.bust("0xa")
    assert state(world.alice) == before


def test_a_fill_busts_once() -> None:
    world = Living()
    fill = world.hold(world.alice, "1")
    world.control.bust("0xa", fill.id)
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.control.bust("0xa", fill.id)
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.control.bust("0xa")
