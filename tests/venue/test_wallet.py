"""What an account is charged, and what it holds besides USDC."""

from __future__ import annotations

import pytest

from paradex_venue import AccountConfig, Venue, VenueConfig
from paradex_venue.fees import FeeTerms
from tests.venue.living import Living
from tests.venue.trader import ALICE, trader
from tests.venue.world import D


def test_a_rebate_stays_in_usdc() -> None:
    terms = FeeTerms(maker=D("-0.0001"), in_dime=True)
    fee = terms.fee("MAKER", D(1000), D(1000), in_dime=False)
    assert (fee.amount, fee.token) == (D("-0.1"), "USDC")


def test_an_order_may_ask_to_pay_in_dime() -> None:
    world = Living()
    world.control.set_fees("0xa", dime="10000")
    world.quote({}, {"95000": "1"})
    terms = {"price": "95000", "size": "0.1", "instruction": "IOC"}
    world.place(world.alice, **terms)
    world.place(world.alice, **terms, dime_discount=True)
    assert [fill.fee_currency for fill in world.alice.fills] == ["USDC", "DIME"]
    usdc, dime = (fill.fee for fill in world.alice.fills)
    assert dime * D("0.05") == usdc * D("0.6")
    assert (world.alice.fees, world.alice.dime) == (usdc, 10000 - dime)


@pytest.mark.anyio
async def test_terms_are_those_an_account_was_set_up_with() -> None:
    terms = FeeTerms(taker=D("0.001"), in_dime=True)
    account = AccountConfig(ALICE.address, ALICE.public, terms=terms, dime=D(5))
    async with Venue(VenueConfig(accounts=(account,))) as venue, trader(venue) as alice:
        (info,) = (await alice.get("/account/info"))["results"]
        assert info["fees"]["taker_rate"] == "0.001"
        assert {b["token"] for b in (await alice.get("/balance"))["results"]} == {"USDC", "DIME"}
