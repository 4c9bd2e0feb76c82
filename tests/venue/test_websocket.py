"""Conversations over real WebSockets."""

from __future__ import annotations

import json
from asyncio import StreamReader, StreamWriter, open_connection
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from paradex_adapter.wire import sbe
from paradex_venue import Venue, VenueConfig
from paradex_venue.clock import ManualClock
from paradex_venue.rules import OrderRules
from tests.venue.trader import BOB, PATIENCE, Line, Trader, line, trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"
BOOK = f"order_book.{BTC}.deltas"
CROSSABLE = [("94990", "1")], [("95000", "1")]


async def error(connection: Line, method: str, **params: Any) -> int:
    return (await connection.request(method, **params))["error"]["code"]


# ---- requests and replies ----


async def test_a_reply_echoes_the_id_as_it_was_sent_and_tells_its_times(venue: Venue) -> None:
    async with line(venue) as connection:
        for request_id in (7, "seven"):
            request = {"jsonrpc": "2.0", "id": request_id, "method": "subscribe"}
            request["params"] = {"channel": f"{'bbo' if request_id == 7 else 'trades'}.{BTC}"}
            await connection.socket.send(json.dumps(request))
            reply = await connection.next()
            assert (reply["id"], reply["jsonrpc"]) == (request_id, "2.0")
            assert reply["result"] == request["params"]
            assert reply["usOut"] - reply["usIn"] == reply["usDiff"] >= 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", -32700),
        ("[]", -32600),
        ('{"id":1}', -32600),
        ('{"id":1,"method":"dance"}', -32601),
        ('{"id":1,"method":"subscribe"}', -32602),
        ('{"id":1,"method":"subscribe","params":{"channel":5}}', -32602),
        ('{"id":1,"method":"subscribe","params":{"channel":"weather"}}', -32600),
        ('{"id":1,"method":"subscribe","params":{"channel":"orders.ALL"}}', 40300),
        ('{"id":1,"method":"order.cancel_all"}', 40300),
        ('{"id":1,"method":"auth","params":{"bearer":"abc"}}', 40110),
    ],
)
async def test_a_bad_request_is_answered_with_its_code(venue: Venue, text: str, code: int) -> None:
    async with line(venue) as connection:
        await connection.socket.send(text)
        assert (await connection.next())["error"]["code"] == code


async def test_a_refused_channel_is_told_why(venue: Venue) -> None:
    async with line(venue) as connection:
        reply = await connection.request("subscribe", channel=f"{BOOK}@15@50ms")
        assert reply["error"]["message"] == "invalid subscribe request"
        assert "no parameters expected for deltas topic" in reply["error"]["data"]


async def test_a_token_must_be_one_of_ours_and_not_expired() -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(market_maker=False), clock) as venue, trader(venue) as alice:
        token = await alice.log_in()
        async with line(venue) as connection:
            header, claims, _ = token.split(".")
            assert await error(connection, "auth", bearer=f"{header}.{claims}.e30") == 40111
            reply = await connection.request("auth", bearer=token)
            assert reply["result"]["node_id"]
            clock.advance(301)
            # An open connection needs no second log-in; a new one needs a fresh token.
            await connection.subscribe("orders.ALL")
        async with line(venue) as connection:
            assert await error(connection, "auth", bearer=token) == 40111


async def test_subscribing_twice_and_leaving_what_was_not_joined_are_errors(
    venue: Venue,
) -> None:
    async with line(venue) as connection:
        await connection.subscribe(f"bbo.{BTC}")
        assert await error(connection, "subscribe", channel=f"bbo.{BTC}") == 100
        reply = await connection.request("unsubscribe", channel=f"bbo.{BTC}")
        assert reply["result"] == {"channel": f"bbo.{BTC}"}
        assert await error(connection, "unsubscribe", channel=f"bbo.{BTC}") == 100


async def test_after_unsubscribing_nothing_more_comes(venue: Venue) -> None:
    async with line(venue) as connection:
        await connection.subscribe(f"bbo.{BTC}", f"trades.{BTC}")
        await connection.request("unsubscribe", channel=f"bbo.{BTC}")
        venue.control.fill_book(BTC, *CROSSABLE)
        venue.control.sweep(BTC, "BUY", "0.1")
        assert (await connection.next())["params"]["channel"] == f"trades.{BTC}"


# ---- public channels ----


async def test_a_book_begins_whole_and_goes_on_in_steps_of_one(venue: Venue) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    async with line(venue) as connection:
        await connection.subscribe(BOOK)
        whole = await connection.data(BOOK)
        assert (whole["update_type"], whole["updates"], whole["deletes"]) == ("s", [], [])
        assert whole["inserts"] == [
            {"side": "BUY", "price": "94990", "size": "1"},
            {"side": "SELL", "price": "95000", "size": "1"},
        ]
        venue.control.fill_book(BTC, [("94990", "2"), ("94980", "1")], [])
        step = await connection.data(BOOK)
        assert (step["update_type"], step["seq_no"]) == ("d", whole["seq_no"] + 1)
        assert step["inserts"] == [{"side": "BUY", "price": "94980", "size": "1"}]
        assert step["updates"] == [{"side": "BUY", "price": "94990", "size": "2"}]
        assert step["deletes"] == [{"side": "SELL", "price": "95000", "size": "0"}]


async def test_the_reply_to_a_subscription_comes_before_its_first_data(venue: Venue) -> None:
    async with line(venue) as connection:
        await connection.socket.send(
            json.dumps({"id": 1, "method": "subscribe", "params": {"channel": BOOK}})
        )
        assert (await connection.next())["id"] == 1
        assert (await connection.next())["params"]["data"]["update_type"] == "s"


async def test_quotes_are_told_when_the_top_changes_and_only_then(venue: Venue) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    async with line(venue) as connection:
        await connection.subscribe(f"bbo.{BTC}", "bbo.ALL")
        venue.control.fill_book(BTC, [("94990", "1"), ("94980", "1")], [("95000", "1")])
        venue.control.fill_book(BTC, [("94991", "1"), ("94980", "1")], [])
        quote = await connection.data(f"bbo.{BTC}")
        assert (quote["bid"], quote["ask"], quote["ask_size"]) == ("94991", "", "")
        assert quote["seq_no"] == 3
        assert await connection.data("bbo.ALL") == quote


async def test_trades_are_told_with_the_takers_side(venue: Venue) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    async with line(venue) as connection:
        await connection.subscribe("trades.ALL")
        venue.control.sweep(BTC, "SELL", "0.25")
        trade = await connection.data("trades.ALL")
        assert (trade["market"], trade["side"], trade["price"]) == (BTC, "SELL", "94990")
        assert (trade["size"], trade["trade_type"]) == ("0.25", "FILL")


async def test_summaries_come_by_the_clock() -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(market_maker=False), clock) as venue, line(venue) as connection:
        await connection.subscribe("markets_summary")
        clock.advance(1.0)
        seen = [(await connection.data("markets_summary"))["symbol"] for _ in range(3)]
        assert seen == list(venue.exchange.markets)
        await connection.subscribe(f"markets_summary.{BTC}")
        venue.control.set_mark(BTC, "95095")
        clock.advance(1.0)
        assert (await connection.data(f"markets_summary.{BTC}"))["mark_price"] == "95095"


async def test_snapshots_come_at_most_as_often_as_asked() -> None:
    clock = ManualClock()
    name = f"order_book.{BTC}.snapshot@15@100ms"
    async with Venue(VenueConfig(market_maker=False), clock) as venue, line(venue) as connection:
        await connection.subscribe(name)
        assert (await connection.data(name))["inserts"] == []
        for price in ("94990", "94991", "94992"):
            venue.control.fill_book(BTC, [(price, "1")])
        clock.advance(0.1)
        told = await connection.data(name)
        assert told["update_type"] == "s"
        assert told["inserts"] == [{"side": "BUY", "price": "94992", "size": "1"}]
        venue.control.fill_book(BTC, [(str(94_000 + n), "1") for n in range(20)])
        clock.advance(0.1)
        assert len((await connection.data(name))["inserts"]) == 15


# ---- binary ----


@pytest.mark.parametrize(
    ("query", "config", "status"),
    [
        ("?sbeSchemaId=1&sbeSchemaVersion=9", {}, 400),
        ("?sbeSchemaId=2&sbeSchemaVersion=1", {}, 400),
        ("?sbeSchemaId=1", {}, 400),
        ("?sbeSchemaId=1&sbeSchemaVersion=3", {"sbe_versions": (0, 1)}, 400),
        ("", {"require_sbe": True}, 400),
    ],
)
async def test_a_connection_that_cannot_be_served_is_refused_at_the_door(
    query: str, config: dict[str, Any], status: int
) -> None:
    async with Venue(VenueConfig(market_maker=False, **config)) as venue:
        with pytest.raises(InvalidStatus) as refused:
            async with line(venue, query):
                pass
        assert refused.value.response.status_code == status


@pytest.mark.parametrize("version", [0, 1, 2, 3])
async def test_public_data_is_binary_where_that_was_agreed(version: int) -> None:
    clock = ManualClock()
    query = f"?sbeSchemaId=1&sbeSchemaVersion={version}"
    async with Venue(VenueConfig(market_maker=False), clock) as venue, line(venue, query) as wire:
        venue.control.fill_book(BTC, *CROSSABLE)
        await wire.subscribe(BOOK, f"bbo.{BTC}", f"trades.{BTC}", f"markets_summary.{BTC}")
        venue.control.sweep(BTC, "BUY", "0.25")
        clock.advance(1.0)
        book, trade, step, quote, summary = [
            sbe.decode(await wire.next(lambda message: isinstance(message, bytes)))
            for _ in range(5)
        ]
        assert (book.is_snapshot, book.bids) == (True, [(94_990 * 10**8, 10**8)])
        assert (trade.side, trade.price, trade.size) == (sbe.BUY, 95_000 * 10**8, 25 * 10**6)
        assert (step.is_snapshot, step.asks) == (False, [(95_000 * 10**8, 75 * 10**6)])
        assert trade.seq == step.seq == quote.seq == book.seq + 1
        assert (quote.ask_price, quote.ask_size) == (95_000 * 10**8, 75 * 10**6)
        assert (summary.mark_price, summary.last_price) == (95_000 * 10**8, 95_000 * 10**8)


async def test_private_data_stays_json_on_a_binary_connection(venue: Venue, alice: Trader) -> None:
    token = await alice.log_in()
    async with line(venue, "?sbeSchemaId=1&sbeSchemaVersion=2", token) as connection:
        await connection.subscribe("orders.ALL")
        order = await alice.submit()
        assert (await connection.data("orders.ALL"))["id"] == order["id"]


@pytest.mark.parametrize("version", [0, 1, 2, 3])
async def test_private_data_may_be_binary_as_well(version: int) -> None:
    """What is decoded is what REST tells, as far as the wire has room for it."""
    config = VenueConfig(market_maker=False, latency_open=0.001, sbe_private=True)
    query = f"?sbeSchemaId=1&sbeSchemaVersion={version}"
    async with Venue(config) as venue, trader(venue) as alice:
        venue.control.fill_book(BTC, *CROSSABLE)
        async with line(venue, query, await alice.log_in()) as wire:
            await wire.subscribe("fills.ALL", "orders.ALL", "positions", "account")
            asked = await alice.place(type="MARKET", price=None, side="SELL", size="0.4")
            seen = [sbe.decode(await wire.next()) for _ in range(4)]
        fill, order, position, account = seen
        (told,) = (await alice.get("/fills"))["results"]
        assert (fill.fill_id, fill.order_id) == (told["id"], asked["id"])
        assert (fill.price, fill.size) == (_scaled(told["price"]), _scaled(told["size"]))
        assert (fill.fee, fill.side, fill.liquidity) == (_scaled(told["fee"]), sbe.SELL, 2)
        assert (order.order_id, order.status, order.order_type) == (asked["id"], 4, 2)
        number = asked["seq_no"] - venue.config.life.rest_number_shift
        assert (order.price, order.size_open, order.seq) == (None, 0, number)
        assert order.account == int(alice.account, 16).to_bytes(32)
        (told,) = (await alice.get("/positions"))["results"]
        assert (position.side, position.size) == (sbe.SELL, 40_000_000)
        assert (position.avg_entry_price, position.status) == (94_990 * 10**8, 1)
        assert position.last_fill_id == told["last_fill_id"]
        told = await alice.get("/account")
        assert account.total_collateral == _scaled(told["total_collateral"])
        assert account.free_collateral == _scaled(told["free_collateral"])


async def test_a_binary_connection_has_one_book_per_market(venue: Venue) -> None:
    async with line(venue, "?sbeSchemaId=1&sbeSchemaVersion=2") as connection:
        await connection.subscribe(BOOK, "order_book.ETH-USD-PERP.deltas")
        snapshot = f"order_book.{BTC}.snapshot@15@100ms"
        assert await error(connection, "subscribe", channel=snapshot) == -32600


async def test_an_idle_binary_connection_hears_a_heartbeat() -> None:
    clock, query = ManualClock(), "?sbeSchemaId=1&sbeSchemaVersion=2"
    async with Venue(VenueConfig(market_maker=False), clock) as venue, line(venue, query) as wire:
        await wire.request("unsubscribe", channel="none")
        clock.advance(40)
        assert isinstance(sbe.decode(await wire.next()), sbe.Heartbeat)


# ---- a long run ----


class Ladder:
    """A book rebuilt from what was told, refusing every gap."""

    def __init__(self) -> None:
        self.levels: dict[tuple[str, int], int] = {}
        self.seq_no = 0
        self.steps = 0

    def json(self, data: dict[str, Any]) -> None:
        changes = data["inserts"] + data["updates"] + data["deletes"]
        levels = [(c["side"], _scaled(c["price"]), _scaled(c["size"])) for c in changes]
        self._take(data["update_type"] == "s", data["seq_no"], levels)

    def binary(self, book: sbe.Book) -> None:
        levels = [("BUY", *level) for level in book.bids]
        levels += [("SELL", *level) for level in book.asks]
        self._take(book.is_snapshot, book.seq, levels)

    def _take(self, is_whole: bool, seq_no: int, levels: list[tuple[str, int, int]]) -> None:
        if is_whole:
            self.levels.clear()
        else:
            assert seq_no == self.seq_no + 1
        self.seq_no, self.steps = seq_no, self.steps + 1
        for side, price, size in levels:
            if size:
                self.levels[side, price] = size
            else:
                del self.levels[side, price]


def _scaled(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(8, "0"))


def truth(venue: Venue) -> dict[tuple[str, int], int]:
    book = venue.exchange.engine.books[BTC]
    return {
        (side, int(price * 10**8)): int(size * 10**8)
        for side in ("BUY", "SELL")
        for price, size in book.levels(side)
    }


@pytest.mark.parametrize("query", ["", "?sbeSchemaId=1&sbeSchemaVersion=2"])
async def test_a_book_rebuilt_from_its_steps_is_the_venues_own(query: str) -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(seed=11), clock) as venue, line(venue, query) as connection:
        await connection.subscribe(BOOK)
        ladder = Ladder()
        for _ in range(20):
            clock.advance(1.0)
            while ladder.seq_no < venue.exchange.engine.books[BTC].seq_no:
                message = await connection.next()
                if isinstance(message, bytes):
                    ladder.binary(sbe.decode(message))
                else:
                    ladder.json(message["params"]["data"])
            assert ladder.levels == truth(venue)
        assert ladder.steps > 100


# ---- private channels ----


async def test_an_account_hears_everything_about_its_order(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    token = await alice.log_in()
    async with line(venue, token=token) as connection:
        await connection.subscribe("orders.ALL", f"fills.{BTC}", "positions", "account")
        order = await alice.submit(type="MARKET", price=None, size="0.4", client_id="mine")
        fill = await connection.data(f"fills.{BTC}")
        assert (fill["order_id"], fill["size"], fill["fee"]) == (order["id"], "0.4", "17.1")
        closed = await connection.data("orders.ALL")
        assert (closed["status"], closed["remaining_size"]) == ("CLOSED", "0")
        assert (closed["client_id"], closed["avg_fill_price"]) == ("mine", "95000")
        assert (await connection.data("positions"))["size"] == "0.4"
        assert (await connection.data("account"))["total_collateral"] == "999982.9"


async def test_what_is_told_is_what_rest_tells(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    token = await alice.log_in()
    async with line(venue, token=token) as connection:
        await connection.subscribe("orders.ALL", "fills.ALL", "positions", "account")
        order = await alice.submit(type="MARKET", price=None, size="0.4")
        fill = await connection.data("fills.ALL")
        told = await connection.data("orders.ALL")
        position = await connection.data("positions")
        account = await connection.data("account")
        # REST tells its own times and numbers.
        times = ("received_at", "published_at", "seq_no")
        asked = await alice.get(f"/orders/{order['id']}")
        assert {k: v for k, v in told.items() if k not in times} == {
            k: v for k, v in asked.items() if k not in times
        }
        assert (await alice.get("/fills"))["results"] == [fill]
        assert (await alice.get("/positions"))["results"] == [position]
        assert await alice.get("/account") == account


async def test_nobody_hears_about_others(venue: Venue, alice: Trader) -> None:
    async with trader(venue, BOB) as bob:
        token = await bob.log_in()
        async with line(venue, token=token) as connection:
            await connection.subscribe("orders.ALL", "account")
            await alice.place()
            mine = await bob.submit()
            assert (await connection.data("orders.ALL"))["id"] == mine["id"]


# ---- orders over the WebSocket ----


async def test_orders_can_be_placed_changed_and_canceled_on_the_line(
    venue: Venue, alice: Trader
) -> None:
    async with line(venue, token=await alice.log_in()) as connection:
        await connection.subscribe("orders.ALL")
        created = await connection.request("order.create", **alice.order(client_id="mine"))
        order = created["result"]["order"]
        assert order["status"] == "NEW"
        assert created["result"]["created_at"] == order["created_at"]
        assert (await connection.data("orders.ALL"))["status"] == "OPEN"
        change = alice.change(order, price="90500")
        changed = await connection.request("order.modify", **change)
        assert changed["result"]["order"]["id"] == order["id"]
        confirmed = await connection.data("orders.ALL")
        assert (confirmed["price"], confirmed["request_info"]["status"]) == ("90500", "SUCCESS")
        canceled = await connection.request("order.cancel", client_id="mine", market=BTC)
        assert canceled["result"] == {
            "order_id": order["id"],
            "status": "QUEUED_FOR_CANCELLATION",
        }
        assert (await connection.data("orders.ALL"))["cancel_reason"] == "USER_CANCELED"


async def test_batches_go_over_the_line_in_both_spellings(venue: Venue, alice: Trader) -> None:
    async with line(venue, token=await alice.log_in()) as connection:
        reply = await connection.request("order.create_batch", orders=[alice.order()])
        ids = [result["order"]["id"] for result in reply["result"]["results"]]
        bare = {"id": 99, "method": "order.create_batch", "params": [alice.order()]}
        await connection.socket.send(json.dumps(bare))
        reply = await connection.next(lambda message: message.get("id") == 99)
        ids += [result["order"]["id"] for result in reply["result"]["results"]]
        reply = await connection.request("order.cancel_batch", order_ids=[*ids, "77"])
        statuses = [result["status"] for result in reply["result"]["results"]]
        assert statuses == ["QUEUED_FOR_CANCELLATION"] * 2 + ["NOT_FOUND"]
        assert (await connection.request("order.cancel_all"))["result"] == {"status": "ok"}


async def test_a_refusal_on_the_line_carries_the_rest_code(venue: Venue, alice: Trader) -> None:
    async with line(venue, token=await alice.log_in()) as connection:
        reply = await connection.request("order.create", **alice.order(size="0.000001"))
        assert reply["error"]["code"] == 100
        assert "INVALID_ORDER_SIZE" in reply["error"]["message"]
        assert await error(connection, "order.cancel") == -32602
        reply = await connection.request("order.cancel", id="77")
        assert "ORDER_ID_NOT_FOUND" in reply["error"]["message"]


@pytest.mark.parametrize("is_armed", [True, False])
async def test_orders_are_canceled_on_disconnect_where_that_was_asked_for(
    venue: Venue, alice: Trader, is_armed: bool
) -> None:
    order = await alice.place()
    async with line(venue, token=await alice.log_in()) as connection:
        reply = await connection.request("order.cancel_on_disconnect", enabled=is_armed)
        assert reply["result"] == {"enabled": is_armed}
        venue.control.cut("private")
        with pytest.raises(ConnectionClosed):
            await connection.next()
    if is_armed:
        assert (await alice.order_when(order["id"], "CLOSED"))["cancel_reason"]
    else:
        marker = await alice.submit()
        await alice.order_when(marker["id"], "OPEN")
        assert (await alice.get(f"/orders/{order['id']}"))["status"] == "OPEN"


@pytest.mark.parametrize("is_told", [False, True])
async def test_whether_private_channels_begin_with_the_state_is_a_setting(is_told: bool) -> None:
    config = VenueConfig(market_maker=False, rules=OrderRules(private_snapshot=is_told))
    async with Venue(config) as venue, trader(venue) as alice:
        order = await alice.place()
        async with line(venue, token=await alice.log_in()) as connection:
            await connection.subscribe("orders.ALL", "account", "positions")
            marker = await alice.submit()
            told = await connection.data("orders.ALL")
            assert told["id"] == (order["id"] if is_told else marker["id"])


# ---- liveness ----

PING, CLOSE = 0x89, 0x88


@asynccontextmanager
async def bare_socket(venue: Venue) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """A WebSocket after its handshake, with nobody behind it to answer or to read."""
    url = httpx.URL(venue.ws_url)
    reader, writer = await open_connection(url.host, url.port)
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
    writer.write(
        f"GET {url.path} HTTP/1.1\r\nHost: {url.host}\r\n{upgrade}\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    try:
        yield reader, writer
    finally:
        writer.close()


async def test_the_venue_pings_and_hangs_up_on_who_does_not_answer() -> None:
    config = VenueConfig(market_maker=False, ping_interval=0.01, ping_timeout=0.01)
    async with Venue(config) as venue, bare_socket(venue) as (reader, _):
        with anyio.fail_after(PATIENCE):
            ping = await reader.readexactly(6)
            close = await reader.readexactly(4)
        assert (ping[0], close[0]) == (PING, CLOSE)
        assert int.from_bytes(close[2:4]) == 1011


async def test_who_does_not_read_is_dropped_and_holds_nobody_up() -> None:
    config = VenueConfig(market_maker=False, backlog=20, compression=False)
    async with Venue(config) as venue, line(venue) as reader, bare_socket(venue):
        await reader.subscribe(f"bbo.{BTC}")
        # The exchange goes on while one connection is stuffed until it can take no more.
        sessions = venue.publisher.sessions
        (deaf,) = [session for session in sessions if not session.channels]
        number = 0
        while deaf in sessions:
            number += 1
            deaf.push("noise", "x" * 1_000_000)
            venue.control.fill_book(BTC, [("94990", str(number))])
            assert (await reader.data(f"bbo.{BTC}"))["bid_size"] == str(number)
        assert 20 <= number < 200
