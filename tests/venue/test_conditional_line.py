"""Conditional orders as a client meets them: REST, the line, both forms of private data."""

from __future__ import annotations

from typing import Any

import pytest

from paradex_adapter.wire import sbe
from paradex_venue import Venue, VenueConfig
from paradex_venue.rules import OrderRules
from tests.venue.trader import Message, Trader, line, trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"
QUOTES = [("94990", "1")], [("95000", "1")]
STOP_LIMIT = {"type": "STOP_LIMIT", "side": "SELL", "price": "93900", "trigger_price": "94000"}
STOP_MARKET = STOP_LIMIT | {"type": "STOP_MARKET", "price": "0"}
TAKE_PROFIT = STOP_MARKET | {
    "type": "TAKE_PROFIT_MARKET",
    "trigger_price": "96000",
    "flags": ["REDUCE_ONLY"],
}


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


async def test_an_untriggered_order_is_told_everywhere_as_what_it_is(alice: Trader) -> None:
    order = await alice.place(**STOP_LIMIT, client_id="stop", flags=["REDUCE_ONLY"])
    assert order["status"] == "UNTRIGGERED"
    assert (order["trigger_price"], order["price"], order["remaining_size"]) == (
        "94000",
        "93900",
        "0.01",
    )
    assert order["flags"] == ["REDUCE_ONLY", "STOP_CONDITION_BELOW_TRIGGER"]
    assert [o["id"] for o in (await alice.get("/orders"))["results"]] == [order["id"]]
    assert (await alice.get("/orders/by_client_id/stop"))["id"] == order["id"]
    history = await alice.get("/orders-history", status="UNTRIGGERED", type="STOP_LIMIT")
    assert [o["id"] for o in history["results"]] == [order["id"]]


async def test_untriggered_orders_may_be_missing_from_the_open_ones() -> None:
    config = VenueConfig(market_maker=False, rules=OrderRules(untriggered_listed=False))
    async with Venue(config) as venue, trader(venue) as alice:
        order = await alice.place(**STOP_LIMIT, client_id="stop")
        assert (await alice.get("/orders"))["results"] == []
        response = await alice.ask("GET", "/orders/by_client_id/stop")
        assert code(response) == (400, "CLIENT_ORDER_ID_NOT_FOUND")
        assert (await alice.get(f"/orders/{order['id']}"))["status"] == "UNTRIGGERED"


async def test_the_orders_channel_follows_an_order_through_its_trigger(
    venue: Venue, alice: Trader
) -> None:
    venue.control.fill_book(BTC, *QUOTES)
    async with line(venue, token=await alice.log_in()) as connection:
        await connection.subscribe("orders.ALL", "fills.ALL")
        reply = await connection.request("order.create", **alice.order(**STOP_MARKET))
        number = reply["result"]["order"]["id"]
        waiting = await connection.data("orders.ALL")
        assert (waiting["id"], waiting["status"]) == (number, "UNTRIGGERED")
        venue.control.set_mark(BTC, "94000")
        fill = await connection.data("fills.ALL")
        assert (fill["order_id"], fill["price"]) == (number, "94990")
    assert (await alice.order_when(number, "CLOSED"))["remaining_size"] == "0"


async def test_binary_private_data_has_type_trigger_and_condition() -> None:
    config = VenueConfig(market_maker=False, sbe_private=True)
    async with Venue(config) as venue, trader(venue) as alice:
        query = "?sbeSchemaId=1&sbeSchemaVersion=2"
        async with line(venue, query, await alice.log_in()) as connection:
            await connection.subscribe("orders.ALL")
            await alice.submit(**(TAKE_PROFIT | {"size": "0.5"}))
            frame = await connection.next(lambda message: isinstance(message, bytes))
    event = sbe.decode(frame)
    assert isinstance(event, sbe.OrderEvent)
    assert (event.status, event.order_type) == (2, 6)
    assert (event.price, event.trigger_price, event.flags) == (None, 96_000 * 10**8, 0b101)


async def test_a_trigger_is_set_over_the_control_interface(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *QUOTES)
    order = await alice.place(**STOP_MARKET)
    body = {"market": BTC, "price": "93999"}
    await alice.http.post(f"{venue.control_url}/mark", json=body)
    assert (await alice.order_when(order["id"], "CLOSED"))["avg_fill_price"] == "94990"


async def test_a_whole_position_take_profit_closes_it(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *QUOTES)
    await alice.place(type="MARKET", price=None, size="0.3")
    order = await alice.place(**(TAKE_PROFIT | {"size": "0"}))
    assert (order["status"], order["size"]) == ("UNTRIGGERED", "0")
    venue.control.set_mark(BTC, "96000")
    done = await alice.order_when(order["id"], "CLOSED")
    assert (done["size"], done["remaining_size"], done["cancel_reason"]) == ("0.3", "0", "")
    assert [p["size"] for p in (await alice.get("/positions"))["results"]] == ["0"]


@pytest.mark.parametrize("over_the_line", [False, True])
async def test_an_untriggered_order_is_modified(
    venue: Venue, alice: Trader, over_the_line: bool
) -> None:
    order = await alice.place(**STOP_LIMIT)
    change = alice.change(order, trigger_price="93500", size="0.02", price="93400")
    async with line(venue, token=await alice.log_in()) as connection:
        await connection.subscribe("orders.ALL")
        if over_the_line:
            told = (await connection.request("order.modify", **change))["result"]["order"]
        else:
            told = (await alice.ask("PUT", f"/orders/{order['id']}", json=change)).json()
        assert (told["id"], told["status"]) == (order["id"], "UNTRIGGERED")
        changed = await connection.data("orders.ALL")
    assert changed["request_info"]["status"] == "SUCCESS"
    assert changed["id"] == order["id"]
    assert (changed["trigger_price"], changed["size"], changed["price"]) == (
        "93500",
        "0.02",
        "93400",
    )


async def test_untriggered_orders_are_canceled_by_id_by_client_id_and_all(alice: Trader) -> None:
    first, second, third = [await alice.place(**STOP_LIMIT, client_id=str(n)) for n in range(3)]
    await alice.ask("DELETE", f"/orders/{first['id']}")
    await alice.ask("DELETE", "/orders/by_client_id/1")
    assert (await alice.order_when(second["id"], "CLOSED"))["cancel_reason"] == "USER_CANCELED"
    await alice.ask("DELETE", "/orders", params={"market": BTC})
    for order in (first, third):
        assert (await alice.order_when(order["id"], "CLOSED"))["remaining_size"] == "0.01"


REFUSED: list[tuple[Message, str]] = [
    (STOP_LIMIT | {"trigger_price": None}, "VALIDATION_ERROR"),
    (STOP_LIMIT | {"trigger_price": "94000.05"}, "INVALID_PRICE_PRECISION"),
    (STOP_LIMIT | {"price": "0"}, "INVALID_PRICE_PRECISION"),
    (STOP_LIMIT | {"size": "0"}, "INVALID_ORDER_SIZE"),
    (STOP_MARKET | {"instruction": "POST_ONLY"}, "VALIDATION_ERROR"),
    (STOP_MARKET | {"flags": ["STOP_CONDITION_ABOVE_TRIGGER"]}, "VALIDATION_ERROR"),
    (TAKE_PROFIT | {"flags": []}, "VALIDATION_ERROR"),
    ({"trigger_price": "94000"}, "VALIDATION_ERROR"),
    ({"type": "TRAILING_STOP"}, "VALIDATION_ERROR"),
]


@pytest.mark.parametrize(("terms", "error"), REFUSED)
async def test_a_conditional_order_must_be_complete(
    alice: Trader, terms: Message, error: str
) -> None:
    response = await alice.ask("POST", "/orders", json=alice.order(**terms))
    assert code(response) == (400, error)


async def test_a_price_signed_for_a_market_type_is_not_kept(alice: Trader) -> None:
    order = await alice.place(**(STOP_MARKET | {"price": "93900"}))
    assert (order["status"], order["price"]) == ("UNTRIGGERED", "0")


async def test_a_trigger_price_may_come_empty_with_any_other_order(alice: Trader) -> None:
    for absent in ("", "0"):
        assert (await alice.place(trigger_price=absent))["trigger_price"] == "0"


SETTINGS: list[tuple[OrderRules, Message, int, list[str]]] = [
    (OrderRules(reached_trigger="refuse"), STOP_LIMIT | {"trigger_price": "95000"}, 400, []),
    (OrderRules(reached_trigger="refuse"), STOP_LIMIT, 201, ["STOP_CONDITION_BELOW_TRIGGER"]),
    (
        OrderRules(condition_flags="heed"),
        STOP_LIMIT | {"trigger_price": "96000", "flags": ["STOP_CONDITION_ABOVE_TRIGGER"]},
        201,
        ["STOP_CONDITION_ABOVE_TRIGGER"],
    ),
    (
        OrderRules(tpsl_without_reduce_only="imply"),
        TAKE_PROFIT | {"flags": []},
        201,
        ["REDUCE_ONLY", "STOP_CONDITION_ABOVE_TRIGGER"],
    ),
]


@pytest.mark.parametrize(("rules", "terms", "status", "flags"), SETTINGS)
async def test_what_is_unknown_is_a_setting(
    rules: OrderRules, terms: Message, status: int, flags: list[str]
) -> None:
    async with Venue(VenueConfig(market_maker=False, rules=rules)) as venue, trader(venue) as alice:
        response = await alice.ask("POST", "/orders", json=alice.order(**terms))
        assert response.status_code == status, response.text
        assert response.json().get("flags", []) == flags


CHANGES: list[tuple[Message, Message, str]] = [
    (STOP_LIMIT, {}, "INVALID_REQUEST_PARAMETER"),
    (STOP_LIMIT, {"trigger_price": "1.05"}, "INVALID_PRICE_PRECISION"),
    (STOP_LIMIT, {"size": "0"}, "INVALID_ORDER_SIZE"),
    (STOP_LIMIT, {"type": "STOP_MARKET"}, "VALIDATION_ERROR"),
    ({}, {"trigger_price": "94000"}, "VALIDATION_ERROR"),
]


@pytest.mark.parametrize(("terms", "change", "error"), CHANGES)
async def test_a_change_that_makes_no_sense_is_refused(
    alice: Trader, terms: Message, change: Message, error: str
) -> None:
    order = await alice.place(**terms)
    body = alice.change(order, **change)
    assert code(await alice.ask("PUT", f"/orders/{order['id']}", json=body)) == (400, error)


async def test_stops_may_be_fixed_while_they_wait() -> None:
    config = VenueConfig(market_maker=False, rules=OrderRules(stops_modifiable=False))
    async with Venue(config) as venue, trader(venue) as alice:
        for terms, status in ((STOP_LIMIT, 400), (TAKE_PROFIT, 200)):
            order = await alice.place(**terms)
            body = alice.change(order, trigger_price="97000")
            response = await alice.ask("PUT", f"/orders/{order['id']}", json=body)
            assert response.status_code == status


async def test_paused_triggers_come_with_every_status_but_ok(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *QUOTES)
    order = await alice.place(**STOP_MARKET)
    venue.control.set_status("post_only")
    venue.control.set_mark(BTC, "93000")
    assert (await alice.get(f"/orders/{order['id']}"))["status"] == "UNTRIGGERED"
    venue.control.set_status("ok")
    assert (await alice.get(f"/orders/{order['id']}"))["status"] == "CLOSED"
