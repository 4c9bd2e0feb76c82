"""Cancel on disconnect: which orders go, and whether a proper goodbye counts."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from paradex_venue import Venue, VenueConfig
from paradex_venue.rules import OrderRules
from tests.venue.trader import PATIENCE, Trader, line, trader

pytestmark = pytest.mark.anyio


async def placed(alice: Trader, venue: Venue, *, cut: bool) -> list[str]:
    """What is live of an order placed by REST and one on an armed line, once that is gone."""
    await alice.place(client_id="elsewhere")
    async with line(venue, token=await alice.log_in()) as connection:
        await connection.request("order.cancel_on_disconnect", enabled=True)
        reply = await connection.request("order.create", **alice.order(client_id="here"))
        await alice.order_when(reply["result"]["order"]["id"], "OPEN")
        if cut:
            venue.control.cut("private")
    with anyio.fail_after(PATIENCE):
        while venue.publisher.sessions:
            await anyio.lowlevel.checkpoint()
    # Whatever was queued when the line went is done before what is queued now.
    await alice.place(client_id="after")
    live = (await alice.get("/orders"))["results"]
    return sorted(order["client_id"] for order in live)


@pytest.mark.parametrize(
    ("rules", "cut", "live"),
    [
        ({}, True, ["after"]),
        ({}, False, ["after"]),
        ({"disconnect_scope": "connection"}, True, ["after", "elsewhere"]),
        ({"disconnect_when_closed": False}, True, ["after"]),
        ({"disconnect_when_closed": False}, False, ["after", "elsewhere", "here"]),
    ],
)
async def test_what_a_lost_line_takes_with_it_is_a_setting(
    rules: dict[str, Any], cut: bool, live: list[str]
) -> None:
    config = VenueConfig(market_maker=False, latency_open=0.001, rules=OrderRules(**rules))
    async with Venue(config) as venue, trader(venue) as alice:
        assert await placed(alice, venue, cut=cut) == live
