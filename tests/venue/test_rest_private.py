from __future__ import annotations

from typing import Any

import httpx
import pytest

from paradex_venue import AccountConfig, Venue, VenueConfig
from paradex_venue.clock import ManualClock
from tests.venue.trader import ALICE, BOB, Trader, trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"
CROSSABLE = [("94990", "1")], [("95000", "1")]


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


# ---- tokens ----


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ({}, "UNAUTHORIZED_ERROR"),
        ({"Authorization": "Basic abc"}, "UNAUTHORIZED_ERROR"),
        ({"Authorization": "Bearer abc"}, "INVALID_TOKEN"),
    ],
)
async def test_without_a_good_token_nothing_private_is_told(
    alice: Trader, header: dict[str, str], error: str
) -> None:
    for path in ("/account", "/orders", "/fills"):
        assert code(await alice.http.get(path, headers=header)) == (401, error)


async def test_a_token_expires_and_a_new_one_is_good() -> None:
    clock = ManualClock()
    config = VenueConfig(market_maker=False, jwt_ttl=300)
    async with Venue(config, clock) as venue, trader(venue) as alice:
        assert (await alice.ask("GET", "/account")).status_code == 200
        clock.advance(300)
        assert code(await alice.ask("GET", "/account")) == (401, "INVALID_TOKEN")
        await alice.log_in()
        assert (await alice.ask("GET", "/account")).status_code == 200


async def test_a_request_with_an_expired_token_is_not_executed() -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(market_maker=False), clock) as venue, trader(venue) as alice:
        await alice.log_in()
        clock.advance(300)
        assert code(await alice.ask("POST", "/orders", json=alice.order()))[0] == 401
        assert venue.exchange.accounts[alice.account].orders == []


# ---- orders ----


async def test_an_order_is_answered_new_and_opens_then(alice: Trader) -> None:
    order = await alice.submit(client_id="mine", flags=[], stp=None)
    assert (order["status"], order["remaining_size"], order["avg_fill_price"]) == (
        "NEW",
        "0.01",
        "",
    )
    assert order["client_id"] == "mine"
    assert [o["id"] for o in (await alice.get("/orders"))["results"]] == [order["id"]]
    opened = await alice.order_when(order["id"], "OPEN")
    assert opened["seq_no"] > order["seq_no"]
    assert (await alice.get("/orders/by_client_id/mine"))["id"] == order["id"]


async def test_what_the_official_client_sends_is_accepted(alice: Trader) -> None:
    body = alice.order(type="MARKET", price=None) | {
        "client_id": "",
        "recv_window": None,
        "stp": None,
        "on_behalf_of_account": None,
        "trigger_price": None,
    }
    response = await alice.ask("POST", "/orders", json=body)
    assert response.status_code == 201
    told = response.json()
    assert (told["price"], told["flags"]) == ("0", ["TARGET_STRATEGY_VWAP"])


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"market": "FOO-USD-PERP"}, "MARKET_NOT_FOUND"),
    ({"size": "0.000001"}, "INVALID_ORDER_SIZE"),
    ({"price": "90000.05"}, "INVALID_PRICE_PRECISION"),
    ({"type": "STOP_LIMIT"}, "VALIDATION_ERROR"),
    ({"side": "HOLD", "signature": "x"}, "BINDING_ERROR"),
    ({"size": 1, "signature": "x"}, "BINDING_ERROR"),
    ({"signature": '["1","2"]'}, "INVALID_ORDER_SIGNATURE"),
    ({"signature_timestamp": 1}, "INVALID_TIMESTAMP"),
]


@pytest.mark.parametrize(("terms", "error"), REFUSED)
async def test_a_definite_refusal_has_its_code_and_leaves_no_order(
    venue: Venue, alice: Trader, terms: dict[str, Any], error: str
) -> None:
    response = await alice.ask("POST", "/orders", json=alice.order(**terms))
    assert code(response) == (400, error)
    assert venue.exchange.accounts[alice.account].orders == []


async def test_a_body_that_is_no_json_is_refused(alice: Trader) -> None:
    assert code(await alice.ask("POST", "/orders", content=b"{")) == (400, "BINDING_ERROR")


async def test_an_order_signed_by_another_key_is_refused(venue: Venue, alice: Trader) -> None:
    await alice.log_in()
    alice.signer = BOB.signer(alice.account)
    response = await alice.ask("POST", "/orders", json=alice.order())
    assert code(response) == (400, "INVALID_ORDER_SIGNATURE")


async def test_a_subkey_trades_for_its_account(venue: Venue) -> None:
    venue.control.register(
        AccountConfig(ALICE.address, ALICE.public, subkeys=(BOB.public,)),
    )
    async with trader(venue) as alice:
        alice.signer = BOB.signer(ALICE.address)
        response = await alice.http.post(f"/auth/{BOB.public}", headers=alice.auth_headers())
        alice.token = response.json()["jwt_token"]
        assert (await alice.submit())["account"] == ALICE.address


async def test_a_live_client_id_cannot_be_used_twice(alice: Trader) -> None:
    await alice.submit(client_id="one")
    response = await alice.ask("POST", "/orders", json=alice.order(client_id="one"))
    assert code(response) == (400, "DUPLICATED_CLIENT_ID")


async def test_a_cancel_is_queued_and_then_done(alice: Trader) -> None:
    order = await alice.place()
    response = await alice.ask("DELETE", f"/orders/{order['id']}")
    assert (response.status_code, response.content) == (204, b"")
    closed = await alice.order_when(order["id"], "CLOSED")
    assert (closed["cancel_reason"], closed["remaining_size"]) == ("USER_CANCELED", "0.01")
    again = await alice.ask("DELETE", f"/orders/{order['id']}")
    assert code(again) == (400, "ORDER_IS_CLOSED")


async def test_an_order_can_be_canceled_by_client_id_even_when_new(alice: Trader) -> None:
    order = await alice.submit(client_id="mine")
    assert (await alice.ask("DELETE", "/orders/by_client_id/mine")).status_code == 204
    await alice.order_when(order["id"], "CLOSED")


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/orders/1", "ORDER_ID_NOT_FOUND"),
        ("DELETE", "/orders/1", "ORDER_ID_NOT_FOUND"),
        ("GET", "/orders/by_client_id/none", "CLIENT_ORDER_ID_NOT_FOUND"),
        ("DELETE", "/orders/by_client_id/none", "CLIENT_ORDER_ID_NOT_FOUND"),
    ],
)
async def test_an_unknown_order_is_told_so(
    alice: Trader, method: str, path: str, error: str
) -> None:
    assert code(await alice.ask(method, path)) == (400, error)


async def test_only_an_open_order_is_found_by_client_id(venue: Venue, alice: Trader) -> None:
    venue.exchange.latency = 60.0
    await alice.submit(client_id="mine")
    response = await alice.ask("GET", "/orders/by_client_id/mine")
    assert code(response) == (400, "CLIENT_ORDER_ID_NOT_FOUND")


async def test_nobody_sees_or_cancels_the_orders_of_others(venue: Venue, alice: Trader) -> None:
    order = await alice.place()
    async with trader(venue, BOB) as bob:
        for method in ("GET", "DELETE"):
            response = await bob.ask(method, f"/orders/{order['id']}")
            assert code(response) == (400, "ORDER_ID_NOT_FOUND")
        assert (await bob.get("/orders-history"))["results"] == []


async def test_cancel_all_closes_what_is_open_in_a_market(alice: Trader) -> None:
    btc = await alice.place()
    eth = await alice.place(market="ETH-USD-PERP", price="3000", size="0.1")
    response = await alice.ask("DELETE", "/orders", params={"market": BTC})
    assert (response.status_code, response.content) == (200, b"")
    await alice.order_when(btc["id"], "CLOSED")
    assert [o["id"] for o in (await alice.get("/orders"))["results"]] == [eth["id"]]


async def test_a_batch_is_let_in_whole_or_not_at_all(venue: Venue, alice: Trader) -> None:
    good = [alice.order(client_id=name) for name in ("a", "b")]
    response = await alice.ask("POST", "/orders/batch", json=good)
    assert response.status_code == 201
    assert [order["client_id"] for order in response.json()["orders"]] == ["a", "b"]
    assert response.json()["errors"] == [None, None]
    mixed = [alice.order(client_id="c"), alice.order(client_id="d", size="0.000001")]
    response = await alice.ask("POST", "/orders/batch", json=mixed)
    assert code(response) == (400, "INVALID_ORDER_SIZE")
    assert len(venue.exchange.accounts[alice.account].orders) == 2


async def test_a_batch_has_its_limits(alice: Trader) -> None:
    for orders, error in (
        ([], "BATCH_SIZE_OUT_OF_RANGE"),
        ([alice.order()] * 11, "BATCH_SIZE_OUT_OF_RANGE"),
        ([alice.order(client_id="x")] * 2, "DUPLICATED_CLIENT_ID"),
    ):
        assert code(await alice.ask("POST", "/orders/batch", json=orders)) == (400, error)


async def test_a_batch_of_cancels_tells_each_ones_fate(alice: Trader) -> None:
    one, two = await alice.place(client_id="one"), await alice.place(client_id="two")
    await alice.ask("DELETE", f"/orders/{two['id']}")
    await alice.order_when(two["id"], "CLOSED")
    body = {"order_ids": [two["id"], "77"], "client_order_ids": ["one"]}
    response = await alice.ask("DELETE", "/orders/batch", json=body)
    assert [(r["id"], r["status"]) for r in response.json()["results"]] == [
        (two["id"], "ALREADY_CLOSED"),
        ("77", "NOT_FOUND"),
        (one["id"], "QUEUED_FOR_CANCELLATION"),
    ]
    await alice.order_when(one["id"], "CLOSED")


async def test_a_change_keeps_the_id_and_is_confirmed(alice: Trader) -> None:
    order = await alice.place(client_id="mine")
    body = alice.change(order, price="90500", size="0.02")
    # The official client sends these as well.
    body |= {"client_id": "mine", "instruction": "GTC"}
    response = await alice.ask("PUT", f"/orders/{order['id']}", json=body)
    assert response.status_code == 200
    assert response.json()["request_info"]["status"] == "PENDING"
    while (changed := await alice.get(f"/orders/{order['id']}"))["price"] != "90500":
        pass
    assert (changed["size"], changed["client_id"]) == ("0.02", "mine")
    assert changed["request_info"]["request_type"] == "MODIFY_ORDER"
    assert changed["request_info"]["status"] == "SUCCESS"


async def test_a_change_must_be_signed_and_meant_for_its_order(alice: Trader) -> None:
    order = await alice.place()
    path = f"/orders/{order['id']}"
    forged = alice.change(order, price="90500") | {"price": "90600"}
    assert code(await alice.ask("PUT", path, json=forged)) == (400, "INVALID_ORDER_SIGNATURE")
    other = alice.change(order | {"id": "77"}, price="90500")
    assert code(await alice.ask("PUT", path, json=other)) == (400, "VALIDATION_ERROR")
    same = alice.change(order)
    assert code(await alice.ask("PUT", path, json=same)) == (400, "INVALID_REQUEST_PARAMETER")


# ---- what an account holds ----


async def test_a_fill_is_told_with_its_fee_and_moves_position_and_balance(
    venue: Venue, alice: Trader
) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    order = await alice.place(type="MARKET", price=None, size="0.4", client_id="mine")
    assert (order["status"], order["avg_fill_price"]) == ("CLOSED", "95000")
    (fill,) = (await alice.get("/fills"))["results"]
    assert (fill["order_id"], fill["client_id"]) == (order["id"], "mine")
    assert (fill["price"], fill["size"], fill["side"]) == ("95000", "0.4", "BUY")
    assert (fill["liquidity"], fill["fee"], fill["fee_currency"]) == ("TAKER", "17.1", "USDC")
    (position,) = (await alice.get("/positions"))["results"]
    assert (position["side"], position["size"], position["status"]) == ("LONG", "0.4", "OPEN")
    assert (position["average_entry_price"], position["last_fill_id"]) == ("95000", fill["id"])
    (balance,) = (await alice.get("/balance"))["results"]
    assert balance["size"] == "999982.9"
    account = await alice.get("/account")
    assert account["total_collateral"] == "999982.9"
    assert account["initial_margin_requirement"] == "760"


async def test_a_short_position_has_a_negative_size(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    await alice.place(type="MARKET", price=None, size="0.4", side="SELL")
    (position,) = (await alice.get("/positions"))["results"]
    assert (position["side"], position["size"]) == ("SHORT", "-0.4")


async def test_a_closed_position_is_still_told(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    for side in ("BUY", "SELL"):
        await alice.place(type="MARKET", price=None, size="0.4", side=side)
    (position,) = (await alice.get("/positions"))["results"]
    assert (position["status"], position["size"]) == ("CLOSED", "0")
    assert (await alice.get("/fills"))["results"][0]["realized_pnl"] == "-4"


async def test_account_info_tells_the_fees(alice: Trader) -> None:
    (info,) = (await alice.get("/account/info"))["results"]
    assert (info["account"], info["public_key"]) == (alice.account, ALICE.public)
    assert (info["fees"]["maker_rate"], info["fees"]["taker_rate"]) == ("0.00003", "0.00045")


# ---- history ----


async def test_history_is_filtered_and_paged(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, *CROSSABLE)
    first = await alice.place(client_id="first")
    await alice.place(market="ETH-USD-PERP", price="3000", size="0.1")
    await alice.place(type="MARKET", price=None, side="SELL", client_id="last")

    async def found(**query: Any) -> list[str]:
        results = (await alice.get("/orders-history", **query))["results"]
        return [order["client_id"] for order in results]

    assert await found() == ["last", "", "first"]
    assert await found(client_id="first") == ["first"]
    assert await found(market="ETH-USD-PERP") == [""]
    assert await found(side="SELL") == ["last"]
    assert await found(status="CLOSED") == ["last"]
    assert await found(type="MARKET") == ["last"]
    assert await found(end_at=first["created_at"] - 1) == []
    assert await found(start_at=first["created_at"], end_at=first["created_at"]) == ["first"]
    page = await alice.get("/orders-history", page_size=2)
    rest = await alice.get("/orders-history", page_size=2, cursor=page["next"])
    assert [order["client_id"] for order in rest["results"]] == ["first"]


async def test_a_cursor_of_somebody_else_is_refused(venue: Venue, alice: Trader) -> None:
    for _ in range(2):
        await alice.place()
    cursor = (await alice.get("/orders-history", page_size=1))["next"]
    async with trader(venue, BOB) as bob:
        response = await bob.ask(
            "GET", "/orders-history", params={"page_size": 1, "cursor": cursor}
        )
        assert code(response) == (400, "INVALID_REQUEST_PARAMETER")


# ---- limits ----


async def test_limits_are_enforced_where_asked_for() -> None:
    config = VenueConfig(market_maker=False, enforce_limits=True)
    clock = ManualClock()
    async with Venue(config, clock) as venue, trader(venue) as alice:
        await alice.log_in()
        for _ in range(600):
            venue.limits.spend("private", alice.account)
        response = await alice.ask("GET", "/account")
        assert code(response) == (429, "RATE_LIMIT_EXCEEDED")
        assert int(response.headers["Retry-After"]) > 0
        clock.advance(60)
        assert (await alice.ask("GET", "/account")).status_code == 200
