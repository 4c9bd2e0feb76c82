"""Money and contracts: whatever is ordered, in whatever way, nothing is lost and nothing made."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any, get_args

import pytest

from paradex_venue.coverage import uncovered
from paradex_venue.records import Account, OrderType
from paradex_venue.triggers import is_met
from tests.venue.world import BTC, D, World


@pytest.mark.parametrize("seed", range(6))
def test_money_and_contracts_are_conserved_over_a_long_run(seed: int) -> None:
    """Whatever is traded: sizes of all positions cancel out, and balances, what is invested and
    the fees add up to the deposits, to the last digit."""
    dice, world = random.Random(seed), World()
    accounts = [world.alice, world.bob, world.house]
    deposits = sum(account.deposits for account in accounts)
    for _ in range(150):
        _random_step(world, dice)
        world.settle()
        _check_money(world, accounts, deposits)
        _check_promises(world)
    assert len(world.alice.fills) > 10


def _random_step(world: World, dice: random.Random) -> None:
    account = dice.choice((world.alice, world.bob))
    roll = dice.random()
    if roll < 0.15 and account.live:
        world.exchange.cancel(dice.choice(list(account.live.values())))
    elif roll < 0.3:
        mark = world.engine.marks[BTC] + dice.randrange(-30, 31)
        world.engine.set_mark(BTC, mark)
        bids = {str(mark - 5 * n): str(D(dice.randrange(1, 99)) / 100) for n in (1, 2, 3)}
        asks = {str(mark + 5 * n): str(D(dice.randrange(1, 99)) / 100) for n in (1, 2, 3)}
        world.quote(bids, asks)
    else:
        world.submit(account, **_random_terms(dice))


def _random_terms(dice: random.Random) -> dict[str, Any]:
    kind = dice.choice(get_args(OrderType) if dice.random() < 0.4 else ("LIMIT", "MARKET"))
    is_tpsl, is_plain = kind.startswith(("TAKE", "STOP_LOSS")), kind in ("LIMIT", "MARKET")
    takes = ("GTC", "IOC") if kind.endswith("MARKET") else ("GTC", "IOC", "POST_ONLY")
    size = D(dice.randrange(1, 99_999)) / 100_000
    return {
        "type": kind,
        "side": dice.choice(("BUY", "SELL")),
        "size": "0" if is_tpsl and dice.random() < 0.5 else str(size),
        "price": str(95_000 + D(dice.randrange(-300, 300)) / 10),
        "trigger_price": None if is_plain else str(95_000 + dice.randrange(-60, 60)),
        "instruction": dice.choice(takes),
        "flags": ["REDUCE_ONLY"] if is_tpsl else dice.choice(([], [], ["REDUCE_ONLY"])),
        "stp": dice.choice(("EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")),
    }


def _check_money(world: World, accounts: list[Account], deposits: Decimal | int) -> None:
    positions = [account.positions.get(BTC) for account in accounts]
    held = [position for position in positions if position is not None]
    assert sum(position.size for position in held) == 0
    balances = sum(account.balance for account in accounts)
    fees = sum(account.fees for account in accounts)
    assert balances + fees - sum(position.cost for position in held) == deposits
    for account in (world.alice, world.bob):
        assert account.fees == sum(fill.fee for fill in account.fills)
        assert account.realized == sum(fill.realized_pnl for fill in account.fills)
        for order in account.orders:
            assert order.filled == sum(f.size for f in account.fills if f.order_id == order.id)
            assert (order.id in account.live) == (order.status != "CLOSED")
            assert (order.id in world.engine.books[BTC]) == (order.status == "OPEN")


def _check_promises(world: World) -> None:
    """No position is at risk of growing by what was to reduce it; nobody waits in vain."""
    for account in (world.alice, world.bob):
        assert uncovered(account, BTC) == []
        waiting = [order for order in account.live.values() if order.status == "UNTRIGGERED"]
        mark = world.engine.marks[BTC]
        assert not any(is_met(o.condition, o.trigger_price, mark) for o in waiting)
