from __future__ import annotations

import random
from decimal import Decimal

import pytest

from paradex_venue.records import Account, Order, Position

D = Decimal


def position() -> Position:
    return Position(account="0x1", market="BTC-USD-PERP")


def test_a_long_position_realizes_the_difference_when_it_is_reduced() -> None:
    held = position()
    assert held.apply("BUY", D(2), D(100), 1) == 0
    assert held.apply("BUY", D(2), D(110), 2) == 0
    assert held.average_entry == 105
    assert held.apply("SELL", D(1), D(115), 3) == 10
    assert (held.size, held.average_entry, held.realized) == (3, 105, 10)
    assert held.average_exit == 115


def test_a_short_position_gains_when_the_price_falls() -> None:
    held = position()
    held.apply("SELL", D(2), D(100), 1)
    assert (held.size, held.side, held.average_entry) == (-2, "SHORT", 100)
    assert held.unrealized(D(90)) == 20
    assert held.apply("BUY", D(2), D(90), 2) == 20
    assert (held.size, held.cost, held.closed_at) == (0, 0, 2)


def test_a_position_that_turns_starts_anew_at_the_price_it_turned() -> None:
    held = position()
    held.apply("BUY", D(1), D(100), 1)
    assert held.apply("SELL", D(3), D(110), 2) == 10
    assert (held.size, held.side, held.average_entry) == (-2, "SHORT", 110)
    assert (held.realized, held.created_at, held.average_exit) == (0, 2, 0)


def test_a_closed_position_keeps_its_side_and_forgets_its_profit() -> None:
    held = position()
    held.apply("BUY", D(1), D(100), 1)
    held.apply("SELL", D(1), D(130), 2)
    assert (held.side, held.realized, held.average_exit) == ("LONG", 0, 130)


@pytest.mark.parametrize("seed", range(10))
def test_no_cent_is_lost_to_rounding_however_a_position_is_traded(seed: int) -> None:
    """Realized PnL is the cash that flowed plus what is still invested, to the last digit."""
    dice, held = random.Random(seed), position()
    cash = realized = D(0)
    for moment in range(300):
        side = dice.choice(("BUY", "SELL"))
        size, price = D(dice.randrange(1, 700)) / 1000, D(dice.randrange(1, 99_999)) / 10
        realized += held.apply(side, size, price, moment)
        cash += size * price * (-1 if side == "BUY" else 1)
        assert realized == cash + held.cost
        assert (held.cost == 0) == (held.size == 0)


def test_an_order_averages_its_fills() -> None:
    order = Order(
        id="1",
        account="0x1",
        market="BTC-USD-PERP",
        side="BUY",
        type="LIMIT",
        instruction="GTC",
        size=D(3),
        price=D(100),
    )
    assert (order.remaining, order.filled, order.average) == (3, 0, None)
    order.remaining, order.filled_value = D(0), D(100)
    assert order.average == D("33.33333333")


def test_a_balance_is_deposits_and_profit_less_fees() -> None:
    account = Account("0x1", deposits=D(1000), realized=D("-10.5"), fees=D("0.25"))
    assert account.balance == D("989.25")
