"""Funding is continuous, and realized when a position changes."""

from __future__ import annotations

from paradex_venue.events import FundingMoved, FundingPaid
from tests.venue.living import Living
from tests.venue.world import BTC, D

HOUR = 3600


def test_a_long_pays_for_the_hours_it_was_held_and_a_short_receives() -> None:
    world = Living(funding_rate=D("0.0008"), funding_interval=60.0, health_interval=600.0)
    world.hold(world.alice, "1")
    world.hold(world.bob, "-1")
    start = world.engine.ledger.indexes[BTC]
    world.clock.advance(HOUR)
    moved = world.engine.ledger.indexes[BTC] - start
    assert round(moved, 8) == D("0.0001") * 95_000
    index = world.engine.ledger.indexes[BTC]
    alice, bob = world.alice.positions[BTC], world.bob.positions[BTC]
    assert alice.unrealized_funding == alice.funding_index - index < -9
    assert bob.unrealized_funding == index - bob.funding_index > 9
    assert world.engine.margin(world.bob).value == world.bob.balance + bob.unrealized_funding


def test_funding_is_paid_when_the_position_changes_and_told_with_the_fill() -> None:
    world = Living()
    world.hold(world.alice, "1")
    balance = world.alice.balance
    world.control.move_funding(BTC, "12.5")
    assert (world.alice.balance, world.heard(FundingPaid)) == (balance, [])
    fill = world.hold(world.alice, "1")
    (paid,) = world.heard(FundingPaid)
    assert (paid.payment.payment, paid.payment.index) == (D("-12.5"), D("12.5"))
    assert (paid.payment.fill_id, fill.realized_funding) == (fill.id, D("-12.5"))
    assert world.alice.balance == balance - D("12.5") - fill.fee
    position = world.alice.positions[BTC]
    assert (position.realized_funding, position.unrealized_funding) == (D("-12.5"), 0)
    assert position.funding_index == D("12.5")


def test_nothing_is_paid_where_nothing_has_accrued() -> None:
    world = Living()
    world.hold(world.alice, "1")
    world.hold(world.alice, "1")
    assert world.heard(FundingPaid) == []
    assert world.alice.payments == []


def test_what_a_position_realized_is_forgotten_when_it_turns() -> None:
    world = Living()
    world.hold(world.alice, "1")
    world.control.move_funding(BTC, "10")
    world.hold(world.alice, "-2")
    position = world.alice.positions[BTC]
    assert (position.size, position.realized_funding) == (-1, 0)
    assert world.alice.funding == D("-10")
    world.control.move_funding(BTC, "3")
    assert position.unrealized_funding == 3


def test_a_new_rate_holds_from_its_moment_on() -> None:
    world = Living(funding_rate=D("0.0008"), funding_interval=60.0, health_interval=600.0)
    world.clock.advance(HOUR)
    world.control.set_funding(BTC, "-0.0016")
    world.clock.advance(HOUR)
    assert round(world.engine.ledger.indexes[BTC], 8) == D("-0.0001") * 95_000


def test_every_second_each_market_tells_its_funding() -> None:
    world = Living(funding_rate=D("0.0001"))
    world.clock.advance(2)
    told = [event.state for event in world.heard(FundingMoved) if event.state.market == BTC]
    assert [state.rate for state in told] == [D("0.0001")] * 2
    assert 0 < told[0].index < told[1].index
    assert told[0].premium == D("9.5")
