"""Faults and truths, over HTTP as another process would use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage

from paradex_venue import Venue, VenueConfig
from paradex_venue.clock import ManualClock
from tests.venue.trader import ALICE, BOB, Trader, client, line, trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"
CROSSABLE = {"market": BTC, "bids": [("94990", "1")], "asks": [("95000", "1")]}
# However a cut connection shows while it is being opened or used.
LOST = (ConnectionClosed, InvalidMessage, OSError, EOFError)


class Hand:
    """The control interface of a venue."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def do(self, command: str, **body: Any) -> Any:
        response = await self.ask(command, **body)
        assert response.status_code == 200, response.text
        return response.json()

    async def ask(self, command: str, **body: Any) -> httpx.Response:
        return await self._http.post(f"/{command}", json=body)

    async def truth(self, account: str = ALICE.address) -> Any:
        response = await self._http.get("/truth", params={"account": account})
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
async def hand(venue: Venue) -> AsyncIterator[Hand]:
    async with httpx.AsyncClient(base_url=venue.control_url, verify=False) as http:
        yield Hand(http)


# ---- connections ----


@pytest.mark.parametrize(
    ("kind", "cut", "survivors"),
    [("all", 2, []), ("private", 1, ["public"]), ("public", 1, ["private"])],
)
async def test_a_cut_strikes_its_crowd_and_no_other(
    venue: Venue, alice: Trader, hand: Hand, kind: str, cut: int, survivors: list[str]
) -> None:
    token = await alice.log_in()
    async with line(venue) as public, line(venue, token=token) as private:
        # Both are known to the venue once it has answered them.
        lines = {"public": public, "private": private}
        for connection in lines.values():
            await connection.subscribe(f"bbo.{BTC}")
        assert await hand.do("cut", kind=kind) == {"cut": cut}
        for name, connection in lines.items():
            if name in survivors:
                await connection.subscribe(f"trades.{BTC}")
            else:
                with pytest.raises(LOST):
                    await connection.next()


async def test_a_cut_is_no_polite_goodbye(venue: Venue, hand: Hand) -> None:
    async with line(venue) as connection:
        await hand.do("cut")
        with pytest.raises(ConnectionClosed) as closed:
            await connection.next()
        assert closed.value.rcvd is None


async def test_after_a_cut_nobody_connects_for_a_while() -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(market_maker=False), clock) as venue:
        venue.control.cut("all", refuse_for=5.0)
        with pytest.raises(LOST):
            async with line(venue):
                pass
        clock.advance(5.0)
        async with line(venue) as connection:
            await connection.subscribe("bbo.ALL")


async def test_only_log_ins_may_be_refused_for_a_while() -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(market_maker=False), clock) as venue, trader(venue) as alice:
        token = await alice.log_in()
        venue.control.cut("private", refuse_for=5.0)
        async with line(venue) as connection:
            await connection.subscribe("bbo.ALL")
            with pytest.raises(LOST):
                await connection.request("auth", bearer=token)
        clock.advance(5.0)
        async with line(venue, token=token) as connection:
            await connection.subscribe("orders.ALL")


async def test_a_paused_venue_is_gone_and_comes_back_as_it_was(
    venue: Venue, alice: Trader, hand: Hand
) -> None:
    order, urls = await alice.place(), (venue.rest_url, venue.ws_url)
    async with line(venue) as connection:
        await connection.subscribe("bbo.ALL")
        await hand.do("pause")
        with pytest.raises(LOST):
            await connection.next()
    with pytest.raises(httpx.TransportError):
        await alice.http.get("/system/time")
    for _ in range(3):
        with pytest.raises(httpx.ConnectError):
            await alice.http.get("/system/time")
        with pytest.raises(ConnectionRefusedError):
            async with line(venue):
                pass
    venue.control.trade(alice.account, order["id"])
    await hand.do("resume")
    assert (venue.rest_url, venue.ws_url) == urls
    assert (await alice.get(f"/orders/{order['id']}"))["status"] == "CLOSED"
    async with line(venue) as connection:
        await connection.subscribe("bbo.ALL")


async def test_a_pause_may_end_by_itself(venue: Venue, alice: Trader, hand: Hand) -> None:
    await hand.do("pause", seconds=0.05)
    with anyio.fail_after(5):
        while True:
            try:
                await alice.http.get("/system/time")
                break
            except httpx.TransportError:
                await anyio.lowlevel.checkpoint()


# ---- messages ----


async def channels_of(venue: Venue, hand: Hand, fault: str, **rule: Any) -> list[str]:
    """What arrives of: a trade with its quote, then another quote, under one fault."""
    async with line(venue) as connection:
        await connection.subscribe(f"trades.{BTC}", f"bbo.{BTC}")
        if fault:
            await hand.do(fault, **rule)
        venue.control.sweep(BTC, "BUY", "0.1")
        venue.control.fill_book(BTC, [("94991", "1")])
        await connection.socket.send('{"id":0,"method":"unsubscribe","params":{"channel":"x"}}')
        seen = []
        while "id" not in (message := await connection.next()):
            data = message["params"]["data"]
            seen.append(data.get("bid") or data["side"])
        return seen


@pytest.mark.parametrize(
    ("fault", "rule", "arrives"),
    [
        ("", {}, ["BUY", "94990", "94991"]),
        ("drop", {"channel": "trades"}, ["94990", "94991"]),
        ("drop", {"channel": "bbo"}, ["BUY", "94991"]),
        ("drop", {"channel": "bbo", "count": 2}, ["BUY"]),
        ("drop", {"channel": "bbo", "count": None, "probability": 0.0}, ["BUY", "94990", "94991"]),
        ("duplicate", {"channel": "bbo"}, ["BUY", "94990", "94990", "94991"]),
        ("reorder", {"channel": "trades", "seconds": 9}, ["94990", "BUY", "94991"]),
        ("delay", {"channel": "bbo", "seconds": 9}, ["BUY", "94991"]),
    ],
)
async def test_messages_suffer_what_was_ordered(
    venue: Venue, hand: Hand, fault: str, rule: dict[str, Any], arrives: list[str]
) -> None:
    await hand.do("fill_book", **CROSSABLE)
    assert await channels_of(venue, hand, fault, **rule) == arrives


async def test_a_delayed_message_arrives_late(venue: Venue, hand: Hand) -> None:
    async with line(venue) as connection:
        await connection.subscribe(f"bbo.{BTC}")
        await hand.do("delay", channel="bbo", seconds=0.02)
        for price in ("94990", "94991"):
            venue.control.fill_book(BTC, [(price, "1")])
        seen = [(await connection.data(f"bbo.{BTC}"))["bid"] for _ in range(2)]
        assert seen == ["94991", "94990"]


async def test_even_a_reply_may_be_lost(venue: Venue, hand: Hand) -> None:
    async with line(venue) as connection:
        await hand.do("drop", channel="reply.subscribe")
        venue.control.fill_book(BTC, [("94990", "1")])
        name = f"order_book.{BTC}.deltas"
        request = f'{{"id":1,"method":"subscribe","params":{{"channel":"{name}"}}}}'
        await connection.socket.send(request)
        assert (await connection.next())["params"]["channel"] == name


async def test_faults_can_be_cleared(venue: Venue, hand: Hand) -> None:
    await hand.do("fill_book", **CROSSABLE)
    await hand.do("drop", count=None)
    await hand.do("rest", kind="refuse", count=None)
    await hand.do("clear")
    assert len(await channels_of(venue, hand, "")) == 3


# ---- REST ----


async def lost(alice: Trader) -> list[Any]:
    """Submit an order and expect no answer at all."""
    with pytest.raises(httpx.TransportError):
        await alice.ask("POST", "/orders", json=alice.order())
    return (await alice.get("/orders-history"))["results"]


async def test_a_request_may_be_refused_before_it_is_executed(alice: Trader, hand: Hand) -> None:
    await alice.log_in()
    await hand.do("rest", kind="refuse", method="POST", path="/orders", status=502)
    response = await alice.ask("POST", "/orders", json=alice.order())
    assert response.status_code == 502
    assert (await alice.get("/orders-history"))["results"] == []
    assert (await alice.ask("POST", "/orders", json=alice.order())).status_code == 201


async def test_a_request_may_be_executed_and_then_fail(alice: Trader, hand: Hand) -> None:
    await alice.log_in()
    await hand.do("rest", kind="fail", method="POST", path="/orders")
    response = await alice.ask("POST", "/orders", json=alice.order())
    assert response.status_code == 503
    assert response.json()["error"] == "SERVICE_UNAVAILABLE"
    assert len((await alice.get("/orders-history"))["results"]) == 1


async def test_a_request_may_be_limited(alice: Trader, hand: Hand) -> None:
    await alice.log_in()
    await hand.do("rest", kind="limit", path="/orders")
    response = await alice.ask("POST", "/orders", json=alice.order())
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "1"
    assert (await alice.get("/orders-history"))["results"] == []


async def test_the_connection_may_be_reset_after_execution(alice: Trader, hand: Hand) -> None:
    await alice.log_in()
    await hand.do("rest", kind="reset", method="POST", path="/orders")
    assert len(await lost(alice)) == 1


async def test_an_executed_request_may_stay_unanswered(
    venue: Venue, alice: Trader, hand: Hand
) -> None:
    await alice.log_in()
    await hand.do("rest", kind="hang", method="POST", path="/orders")
    alice.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        await alice.ask("POST", "/orders", json=alice.order())
    alice.http.timeout = httpx.Timeout(5)
    assert len((await alice.get("/orders-history"))["results"]) == 1


async def test_an_answer_may_be_late(alice: Trader, hand: Hand) -> None:
    await alice.log_in()
    await hand.do("rest", kind="slow", path="/account", seconds=0.05)
    before = anyio.current_time()
    assert (await alice.ask("GET", "/account")).status_code == 200
    assert anyio.current_time() - before >= 0.05


# ---- the market ----


async def test_a_users_order_is_traded_with_in_part_and_in_whole(alice: Trader, hand: Hand) -> None:
    order = await alice.place(client_id="mine", size="0.03")
    by_client_id = {"account": alice.account, "client_id": "mine"}
    assert (await hand.do("trade", **by_client_id, size="0.01"))["status"] == "OPEN"
    assert (await alice.get(f"/orders/{order['id']}"))["remaining_size"] == "0.02"
    by_id = {"account": alice.account, "order_id": order["id"]}
    refused = await hand.ask("trade", **by_id, size="0.03")
    assert refused.json()["error"] == "INVALID_ORDER_SIZE"
    assert (await hand.do("trade", **by_id))["status"] == "CLOSED"
    fills = (await alice.get("/fills"))["results"]
    assert [(fill["size"], fill["liquidity"]) for fill in fills] == [
        ("0.02", "MAKER"),
        ("0.01", "MAKER"),
    ]


async def test_the_venue_cancels_a_users_order_for_a_reason(alice: Trader, hand: Hand) -> None:
    order = await alice.place(client_id="mine")
    await hand.do("cancel", account=alice.account, client_id="mine", reason="DELEVERAGE")
    closed = await alice.get(f"/orders/{order['id']}")
    assert (closed["status"], closed["cancel_reason"]) == ("CLOSED", "DELEVERAGE")


async def test_the_next_orders_are_closed_for_any_reason(alice: Trader, hand: Hand) -> None:
    """So that what a real venue may say, and this one has no cause for, can be heard."""
    await hand.do("close_next", account=ALICE.address, reason="UNEXPECTED_FAILURE", count=2)
    orders = [await alice.place() for _ in range(3)]
    assert [(order["status"], order["cancel_reason"]) for order in orders] == [
        ("CLOSED", "UNEXPECTED_FAILURE"),
        ("CLOSED", "UNEXPECTED_FAILURE"),
        ("OPEN", ""),
    ]


async def test_the_truth_is_all_that_rest_tells(alice: Trader, hand: Hand) -> None:
    await hand.do("fill_book", **CROSSABLE)
    await alice.place(client_id="first")
    await alice.place(type="MARKET", price=None, size="0.4")
    truth = await hand.truth()
    assert [order["client_id"] for order in truth["orders"]] == ["first", ""]
    assert truth["fills"] == (await alice.get("/fills"))["results"]
    assert truth["positions"] == (await alice.get("/positions"))["results"]
    assert [truth["balance"]] == (await alice.get("/balance"))["results"]
    assert truth["account"] == await alice.get("/account")
    assert (truth["fees"], truth["realized_pnl"]) == ("17.1", "0")


async def test_mark_status_and_sweeps_can_be_ordered(alice: Trader, hand: Hand) -> None:
    await hand.do("fill_book", **CROSSABLE)
    await hand.do("mark", market=BTC, price="96000")
    await hand.do("status", status="post_only")
    assert (await hand.do("sweep", market=BTC, side="BUY", size="3"))["filled"] == "1"
    (summary,) = (await alice.http.get("/markets/summary", params={"market": BTC})).json()[
        "results"
    ]
    assert (summary["mark_price"], summary["last_traded_price"]) == ("96000", "95000")
    assert (await alice.http.get("/system/state")).json() == {"status": "post_only"}


async def test_the_market_maker_is_started_and_stopped(venue: Venue, hand: Hand) -> None:
    await hand.do("market_maker", action="start")
    assert venue.exchange.engine.books[BTC].best("BUY") is not None
    await hand.do("market_maker", action="stop")
    assert not venue.control.market_maker.is_running


async def test_an_account_can_be_registered_with_its_own_credit(venue: Venue, hand: Hand) -> None:
    await hand.do("register", address=BOB.address, public_key=BOB.public, credit="12.5")
    async with client(venue) as http:
        bob = Trader(http, venue, BOB)
        assert (await bob.get("/balance"))["results"][0]["size"] == "12.5"


@pytest.mark.parametrize(
    ("command", "body", "error"),
    [
        ("trade", {"account": BOB.address, "client_id": "x"}, "ACCOUNT_NOT_FOUND"),
        ("trade", {"account": ALICE.address, "client_id": "x"}, "CLIENT_ORDER_ID_NOT_FOUND"),
        ("trade", {}, "BINDING_ERROR"),
        ("cut", {"kind": "some"}, "BINDING_ERROR"),
        ("drop", {"chanel": "bbo"}, "BINDING_ERROR"),
        ("fill_book", {"market": "FOO"}, "MARKET_NOT_FOUND"),
        ("register", {"address": "bob", "public_key": "0x1"}, "INVALID_STARKNET_ADDRESS"),
    ],
)
async def test_an_order_that_cannot_be_followed_is_refused(
    alice: Trader, hand: Hand, command: str, body: dict[str, Any], error: str
) -> None:
    response = await hand.ask(command, **body)
    assert (response.status_code, response.json()["error"]) == (400, error)


async def test_without_control_there_is_no_such_interface() -> None:
    async with Venue(VenueConfig(market_maker=False, control=False)) as venue:
        with pytest.raises(RuntimeError, match="no such interface"):
            assert venue.control_url
        async with client(venue) as http:
            response = await http.get(venue.rest_url.replace("/v1", "/control/truth"))
            assert response.status_code == 404
