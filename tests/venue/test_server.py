from __future__ import annotations

import socket

import anyio
import httpx
import pytest
import uvloop
from websockets.exceptions import ConnectionClosed

from paradex_venue import Venue, VenueConfig
from tests.venue.trader import client, line, trader

BTC = "BTC-USD-PERP"


@pytest.mark.anyio
async def test_two_venues_live_side_by_side() -> None:
    quiet = VenueConfig(market_maker=False)
    async with Venue(quiet) as one, Venue(quiet) as two:
        one.control.set_status("maintenance")
        async with client(one) as first, client(two) as second:
            assert (await first.get("/system/state")).json() == {"status": "maintenance"}
            assert (await second.get("/system/state")).json() == {"status": "ok"}


@pytest.mark.anyio
async def test_at_the_end_everything_is_closed_and_the_port_is_free() -> None:
    async with Venue(VenueConfig(market_maker=False)) as venue, line(venue) as connection:
        await connection.subscribe(f"bbo.{BTC}")
        url = httpx.URL(venue.rest_url)
        await venue.__aexit__(None, None, None)
        with pytest.raises(ConnectionClosed):
            await connection.next()
    with socket.socket() as taken:
        taken.bind((url.host, url.port))


@pytest.mark.anyio
async def test_a_venue_can_be_given_its_port() -> None:
    async with Venue(VenueConfig(market_maker=False)) as venue:
        port = httpx.URL(venue.rest_url).port or 0
    async with Venue(VenueConfig(market_maker=False, port=port)) as venue:
        assert venue.rest_url == f"http://127.0.0.1:{port}/v1"


@pytest.mark.anyio
async def test_an_answer_waits_for_nothing() -> None:
    """Nagle's algorithm and delayed acknowledgements together cost 40 ms an answer."""
    async with Venue(VenueConfig(market_maker=False)) as venue, client(venue) as http:
        taken = []
        for _ in range(10):
            before = anyio.current_time()
            await http.get("/system/time")
            taken.append(anyio.current_time() - before)
        assert min(taken) < 0.03


def test_a_venue_that_is_not_open_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not open"):
        assert Venue().rest_url


async def trade_through_a_cut() -> None:
    async with Venue(VenueConfig(seed=3)) as venue, trader(venue) as alice:
        async with line(venue, token=await alice.log_in()) as connection:
            await connection.subscribe("orders.ALL", f"order_book.{BTC}.deltas")
            order = await alice.submit(type="MARKET", price=None, size="0.1")
            closed = await connection.data("orders.ALL")
            assert (closed["id"], closed["status"]) == (order["id"], "CLOSED")
            venue.control.cut()
            with pytest.raises(ConnectionClosed):
                await connection.next(lambda message: False)
        venue.control.pause()
        with pytest.raises(httpx.TransportError):
            await alice.get("/account")
        await venue.control.resume()
        assert (await alice.get("/positions"))["results"][0]["size"] == "0.1"


def test_a_venue_runs_on_uvloop_as_well() -> None:
    uvloop.run(trade_through_a_cut())
