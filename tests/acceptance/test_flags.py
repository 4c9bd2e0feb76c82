"""E60 to E63: post-only, reduce-only, icebergs, and the venue's own parameters."""

from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.enums import LiquiditySide

from paradex_venue import Venue
from tests.acceptance.tester import BUY, NO_LIMITS, PLACED, SIZE, only, trial
from tests.adapter.node import MARKET
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio


@pytest.mark.acceptance("E60", "post-only")
async def test_a_post_only_order_rests_and_is_filled_as_a_maker(venue: Venue) -> None:
    async with trial(venue, **only(BUY, use_post_only=True)) as at:
        at.quote()
        order = await at.order(*PLACED)
        assert order.is_post_only
        assert at.at_venue(order).instruction == "POST_ONLY"
        venue.control.trade(ALICE.address, order.client_order_id.value)
        await at.desk.told(order, *PLACED, "Filled")
        assert order.last_event.liquidity_side == LiquiditySide.MAKER


@pytest.mark.acceptance("E61", "reduce-only close")
async def test_a_position_is_closed_by_a_reduce_only_order(venue: Venue) -> None:
    async with trial(venue, open_position_on_start_qty=-SIZE, **NO_LIMITS) as at:
        await at.order(*PLACED, "Filled")
        await at.stop()
        closing = at.orders[-1]
        assert (closing.side, closing.is_reduce_only) == (BUY, True)
        assert at.at_venue(closing).reduce_only
        assert at.truth.position_size(MARKET) == 0


ICEBERG = "UNSUPPORTED_DISPLAY_QTY: 0.05000; the venue has no iceberg orders"


@pytest.mark.acceptance("E62", "display quantity", denied=ICEBERG)
async def test_an_iceberg_is_denied(venue: Venue, denied: str) -> None:
    async with trial(venue, **only(BUY, order_display_qty=Decimal("0.05"))) as at:
        at.quote()
        order = await at.order("Initialized", "Denied")
        assert order.last_event.reason == denied


@pytest.mark.acceptance("E63", "the venue's own parameters")
async def test_the_venues_own_parameters_reach_it(venue: Venue) -> None:
    async with trial(venue, **only(BUY, order_params={"stp": "EXPIRE_BOTH"})) as at:
        at.quote()
        order = await at.order(*PLACED)
        assert at.at_venue(order).stp == "EXPIRE_BOTH"


@pytest.mark.acceptance("E63", "a parameter nobody knows")
async def test_a_parameter_that_nobody_knows_is_denied_and_not_ignored(venue: Venue) -> None:
    async with trial(venue, **only(BUY, order_params={"leverage": 5})) as at:
        at.quote()
        order = await at.order("Initialized", "Denied")
        assert order.last_event.reason.startswith("UNKNOWN_PARAM: leverage; ")
