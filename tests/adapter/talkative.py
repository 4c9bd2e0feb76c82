"""A node that logs whatever it can, through good times and bad; its test reads what it printed."""

from __future__ import annotations

import asyncio

from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.enums import OrderSide

from paradex_adapter import ParadexExecClientConfig
from paradex_venue import Venue, VenueConfig
from paradex_venue.faults import RestRule
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, built, node_config, running
from tests.venue.trader import ALICE, BOB

QUICK = VenueConfig(market_maker=False, control=False, jwt_ttl=2.0)


async def main() -> None:
    async with Venue(QUICK) as venue:
        venue.control.register(ALICE.config())
        venue.control.fill_book(MARKET, BIDS, ASKS)
        config = node_config(venue, logging=LoggingConfig(log_level="DEBUG", log_colors=False))
        print(repr(config), config.json())
        async with built(config) as desk:
            desk.node.kernel.msgbus.subscribe("*", lambda message: print(repr(message), message))
            async with running(desk):
                await _trade(desk, venue)
            print(vars(desk.execution), repr(desk.execution), repr(ALICE.signer()))
        wrong = {"l2_private_key": BOB.private}
        async with built(node_config(venue, execution=wrong, timeout_connection=0.5)) as desk:
            await desk.node.run_async()
    _refuse_everything()
    print("the end")


async def _trade(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    await desk.until(lambda: probe.is_running)
    probe.subscribe_order_book_deltas(BTC)
    order = probe.limit(OrderSide.BUY, "0.1", "94000")
    probe.submit_order(order)
    await desk.told(order, "Initialized", "Submitted", "Accepted")
    token = desk.account.tokens.driver.chart.jwt
    print(desk.account.tokens.driver, desk.account.session.connection, repr(desk.account))
    # The token is replaced, refused, and what bears it fails in every way.
    await desk.until(lambda: desk.account.tokens.driver.chart.jwt not in ("", token))
    for kind in ("fail", "reset", "slow", "limit"):
        venue.control.add_fault(RestRule(kind=kind, method="GET", seconds=0.05))
    venue.control.add_fault(RestRule(kind="refuse", path="/auth", count=1))
    venue.control.cut("all")
    desk.account.tokens.unauthorized(desk.account.tokens.driver.chart.jwt)
    probe.cancel_order(order)
    await desk.until(lambda: order.is_closed)


def _refuse_everything() -> None:
    key = ALICE.private
    for settings in (
        {"l2_private_key": key},
        {"l2_private_key": key + "g", "l2_address": ALICE.address},
        {"l2_private_key": key, "l2_address": key + "0" * 60},
        {"l2_private_key": key, "environment": "MOON"},
    ):
        try:
            ParadexExecClientConfig(**settings).credentials()
        except Exception as error:
            print(repr(error), error)


if __name__ == "__main__":
    asyncio.run(main())
