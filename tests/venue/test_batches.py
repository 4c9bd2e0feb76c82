"""Batches of orders and cancels, over REST and on the line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

from paradex_venue import Venue, VenueConfig
from paradex_venue.rules import OrderRules
from tests.venue.trader import PATIENCE, Message, Trader, line, trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"


@pytest.fixture
async def lenient(anyio_backend: str) -> AsyncIterator[Venue]:
    """A venue that lets the good orders of a batch in."""
    config = VenueConfig(market_maker=False, rules=OrderRules(batch_breach="one"))
    async with Venue(config) as venue:
        yield venue


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


async def post(alice: Trader, *orders: Message) -> httpx.Response:
    return await alice.ask("POST", "/orders/batch", json=list(orders))


def mixed(alice: Trader) -> list[Message]:
    """A good order, one off the increment, another good one, and its client id once more."""
    bad = alice.order(size="0.000001")
    return [alice.order(), bad, alice.order(client_id="b"), alice.order(client_id="b")]


async def test_one_breach_refuses_a_batch_and_leaves_nothing(venue: Venue, alice: Trader) -> None:
    assert code(await post(alice, *mixed(alice))) == (400, "INVALID_ORDER_SIZE")
    assert venue.exchange.accounts[alice.account].orders == []
    async with line(venue, token=await alice.log_in()) as connection:
        reply = await connection.request("order.create_batch", orders=mixed(alice))
    assert reply["error"]["message"].startswith("INVALID_ORDER_SIZE")


async def test_a_bad_signature_refuses_a_batch(venue: Venue, alice: Trader) -> None:
    bad = alice.order() | {"signature": '["1","2"]'}
    assert code(await post(alice, alice.order(), bad)) == (400, "INVALID_ORDER_SIGNATURE")
    assert venue.exchange.accounts[alice.account].orders == []


async def test_what_the_engine_objects_to_spares_the_rest_of_the_batch(alice: Trader) -> None:
    answer = (await post(alice, alice.order(), alice.order(flags=["REDUCE_ONLY"]))).json()
    assert answer["errors"] == [None, None]
    first, second = [order["id"] for order in answer["orders"]]
    assert (await alice.order_when(first, "OPEN", "CLOSED"))["status"] == "OPEN"
    closed = await alice.order_when(second, "CLOSED")
    assert closed["cancel_reason"] == "REDUCE_ONLY_WILL_INCREASE"


@pytest.mark.parametrize("size", [0, 11])
async def test_a_batch_holds_one_to_ten(alice: Trader, size: int) -> None:
    response = await post(alice, *[alice.order() for _ in range(size)])
    assert code(response) == (400, "BATCH_SIZE_OUT_OF_RANGE")


async def test_a_lenient_venue_pairs_orders_and_errors_by_index(lenient: Venue) -> None:
    async with trader(lenient) as alice:
        response = await post(alice, *mixed(alice))
    assert response.status_code == 201
    orders, errors = response.json()["orders"], response.json()["errors"]
    assert [order and order["status"] for order in orders] == ["NEW", None, "NEW", None]
    assert [error and error["error"] for error in errors] == [
        None,
        "INVALID_ORDER_SIZE",
        None,
        "DUPLICATED_CLIENT_ID",
    ]
    assert all(error["message"] for error in errors if error)


async def test_orders_and_errors_may_come_without_their_places() -> None:
    rules = OrderRules(batch_breach="one", batch_pairing="compact")
    async with Venue(VenueConfig(market_maker=False, rules=rules)) as venue, trader(venue) as alice:
        answer = (await post(alice, *mixed(alice))).json()
    assert [order["client_id"] for order in answer["orders"]] == ["", "b"]
    assert len(answer["errors"]) == 2


async def test_on_the_line_every_order_has_its_own_outcome(lenient: Venue) -> None:
    async with trader(lenient) as alice, line(lenient, token=await alice.log_in()) as connection:
        reply = await connection.request("order.create_batch", orders=mixed(alice))
    results = reply["result"]["results"]
    assert [sorted(result) for result in results] == [
        ["created_at", "order", "received_at"],
        ["error"],
        ["created_at", "order", "received_at"],
        ["error"],
    ]
    assert results[1]["error"].startswith("INVALID_ORDER_SIZE")


async def test_a_batch_may_hold_every_kind_of_order(alice: Trader) -> None:
    stop: dict[str, Any] = {"type": "STOP_MARKET", "side": "SELL", "price": "0"}
    orders = [alice.order(), alice.order(**stop, trigger_price="94000")]
    answer = (await post(alice, *orders)).json()
    statuses = [await alice.order_when(o["id"], "OPEN", "UNTRIGGERED") for o in answer["orders"]]
    assert [order["status"] for order in statuses] == ["OPEN", "UNTRIGGERED"]


async def test_a_batch_of_cancels_tells_of_each(alice: Trader) -> None:
    live, named, closed = [await alice.place(client_id=name) for name in ("a", "b", "c")]
    await alice.ask("DELETE", f"/orders/{closed['id']}")
    await alice.order_when(closed["id"], "CLOSED")
    body = {"order_ids": [live["id"], "77"], "client_order_ids": ["b", "c", "nobody"]}
    response = await alice.ask("DELETE", "/orders/batch", json=body)
    assert response.status_code == 200
    told = {"account": alice.account, "market": BTC}
    queued, done = {"status": "QUEUED_FOR_CANCELLATION"}, {"status": "ALREADY_CLOSED"}
    assert response.json()["results"] == [
        {"id": live["id"], "client_id": "a"} | told | queued,
        {"id": "77", "status": "NOT_FOUND"},
        {"id": named["id"], "client_id": "b"} | told | queued,
        {"id": closed["id"], "client_id": "c"} | told | done,
        {"client_id": "nobody", "status": "NOT_FOUND"},
    ]
    assert (await alice.order_when(named["id"], "CLOSED"))["cancel_reason"] == "USER_CANCELED"


async def test_a_batch_of_cancels_on_the_line_tells_less(venue: Venue, alice: Trader) -> None:
    order = await alice.place()
    async with line(venue, token=await alice.log_in()) as connection:
        reply = await connection.request("order.cancel_batch", order_ids=[order["id"], "77"])
    assert reply["result"]["results"] == [
        {"id": order["id"], "market": BTC, "status": "QUEUED_FOR_CANCELLATION"},
        {"id": "77", "status": "NOT_FOUND"},
    ]


async def test_a_cancel_by_client_id_can_be_told_where_to_look(alice: Trader) -> None:
    order = await alice.place(client_id="mine")
    path = "/orders/by_client_id/mine"
    response = await alice.ask("DELETE", path, params={"market": "ETH-USD-PERP"})
    assert code(response) == (400, "CLIENT_ORDER_ID_NOT_FOUND")
    assert (await alice.ask("DELETE", path, params={"market": BTC})).status_code == 204
    await alice.order_when(order["id"], "CLOSED")


async def test_cancel_all_can_be_limited_to_a_market(alice: Trader) -> None:
    there = await alice.place(market="ETH-USD-PERP", price="3000", size="1")
    here = await alice.place()
    response = await alice.ask("DELETE", "/orders", params={"market": BTC})
    assert (response.status_code, response.content) == (200, b"")
    await alice.order_when(here["id"], "CLOSED")
    assert (await alice.get(f"/orders/{there['id']}"))["status"] == "OPEN"


async def test_a_closed_order_may_not_be_known_by_its_id() -> None:
    config = VenueConfig(market_maker=False, rules=OrderRules(closed_by_id="not_found"))
    async with Venue(config) as venue, trader(venue) as alice:
        order = await alice.place()
        await alice.ask("DELETE", f"/orders/{order['id']}")
        with anyio.fail_after(PATIENCE):
            while not (await alice.get("/orders-history", status="CLOSED"))["results"]:
                await anyio.lowlevel.checkpoint()
        response = await alice.ask("GET", f"/orders/{order['id']}")
        assert code(response) == (400, "ORDER_ID_NOT_FOUND")
