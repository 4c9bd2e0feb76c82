from __future__ import annotations

import pytest

from paradex_venue.margin import liquidation_price
from tests.venue.world import BTC, D, World


def test_initial_margin_covers_the_worse_of_all_buys_and_all_sells() -> None:
    world = World()
    world.quote({"94990": "9"}, {"95000": "9"})
    world.place(type="MARKET", price=None, size="1")
    world.place(size="2")
    world.place(side="SELL", price="96000", size="5")
    margin = world.engine.margin(world.alice)
    mark = world.engine.marks[BTC]
    # Long 1: buys make it +3, sells make it -4, and the position alone is maintained.
    assert margin.initial == 4 * mark * D("0.02")
    assert margin.maintenance == mark * D("0.01")


def test_margin_is_held_for_what_remains_of_an_order() -> None:
    world = World()
    world.place(size="2")
    world.engine.sweep(world.house, BTC, "SELL", D("0.5"))
    mark = world.engine.marks[BTC]
    assert world.engine.margin(world.alice).initial == D("2") * mark * D("0.02")
    world.engine.sweep(world.house, BTC, "SELL", D("1.5"))
    assert world.engine.margin(world.alice).initial == D("2") * mark * D("0.02")


def test_value_moves_with_the_mark_and_collateral_does_not() -> None:
    world = World()
    world.quote({"94990": "9"}, {"95000": "9"})
    world.place(type="MARKET", price=None, size="1")
    fee = world.alice.fees
    world.engine.marks[BTC] = D(96_000)
    margin = world.engine.margin(world.alice)
    assert margin.collateral == 1_000_000 - fee
    assert margin.value == 1_001_000 - fee
    assert margin.free == margin.value - margin.initial
    assert margin.cushion == margin.value - margin.maintenance


@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_at_its_liquidation_price_an_account_is_worth_its_maintenance_margin(side: str) -> None:
    world = World()
    world.alice.deposits = D(10_000)
    world.quote({"94990": "9"}, {"95000": "9"})
    world.place(type="MARKET", price=None, size="2", side=side)
    market, position = world.exchange.markets[BTC], world.alice.positions[BTC]
    margin = world.engine.margin(world.alice)
    price = liquidation_price(position, margin, market, world.engine.marks[BTC])
    assert price is not None
    world.engine.marks[BTC] = price
    then = world.engine.margin(world.alice)
    assert abs(then.value - then.maintenance) < D("1e-6")


def test_what_cannot_be_liquidated_has_no_liquidation_price() -> None:
    world = World()
    world.quote({"94990": "9"}, {"95000": "9"})
    world.place(type="MARKET", price=None, size="1")
    market, position = world.exchange.markets[BTC], world.alice.positions[BTC]
    margin, mark = world.engine.margin(world.alice), world.engine.marks[BTC]
    assert liquidation_price(position, margin, market, mark) is None
    world.place(type="MARKET", price=None, side="SELL", size="1")
    assert liquidation_price(position, world.engine.margin(world.alice), market, mark) is None
