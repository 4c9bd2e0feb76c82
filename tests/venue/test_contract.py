"""What the venue writes, held against its published contracts: names, types, enumerations."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest

import paradex_venue
from paradex_venue import Venue, VenueConfig
from paradex_venue.orders import INSTRUCTIONS, STP_MODES
from paradex_venue.records import OrderType, Status
from paradex_venue.routes import LOG_IN, ORDERS, PRIVATE, PUBLIC
from paradex_venue.rules import OrderRules
from tests.venue.contract import Contract
from tests.venue.trader import ALICE, Line, Trader, line, trader

BTC = "BTC-USD-PERP"
# Codes that the contract's list lacks: one is seen in practice, one is of a plain 429.
UNLISTED_CODES = {"INVALID_PRICE_PRECISION", "RATE_LIMIT_EXCEEDED"}
# Properties of the contract that a perpetual, or a venue without funding and RPI, has not.
ABSENT = {
    "responses.MarketResp": {"option_cross_margin_params", "option_type"},
    "responses.MarketSummaryResp": {"forward_rate", "risk_free_rate", "rolling_details"},
    "responses.AskBidArray": {"best_ask_interactive", "best_bid_interactive"},
    "responses.OrderResp": {"request_info"},
    "responses.AccountInfoResponse": {"has_ecosystem_nft"},
}


TAKE_PROFIT = {
    "type": "TAKE_PROFIT_LIMIT",
    "side": "SELL",
    "price": "96000",
    "trigger_price": "95900",
    "size": "0",
    "flags": ["REDUCE_ONLY"],
}


@pytest.fixture
def openapi(shared: Path) -> Contract:
    return Contract(json.loads((shared / "spec" / "openapi.json").read_text()))


@pytest.fixture
def openrpc(shared: Path) -> Contract:
    return Contract(json.loads((shared / "spec" / "openrpc.json").read_text()))


@pytest.fixture
async def busy(venue: Venue) -> AsyncIterator[Trader]:
    """A trader with an open order, a closed one, a fill and a position."""
    venue.control.fill_book(BTC, [("94990", "1")], [("95000", "1")])
    async with trader(venue) as alice:
        await alice.place(client_id="mine", flags=["REDUCE_ONLY"])
        await alice.place(client_id="open", instruction="POST_ONLY")
        await alice.place(type="MARKET", price=None, size="0.4")
        await alice.place(**TAKE_PROFIT)
        yield alice


def complete(contract: Contract, value: dict[str, Any], name: str) -> None:
    """`value` has every property of the schema `name`, but for those known to be absent."""
    properties = contract.document["components"]["schemas"][name]["properties"]
    assert properties.keys() - value.keys() <= ABSENT.get(name, set())


def answer_schema(contract: Contract, method: str, path: str, status: int) -> dict[str, Any]:
    operation = contract.document["paths"][path][method.lower()]
    return operation["responses"][str(status)]["content"]["application/json"]["schema"]


READS = [
    ("/system/time", "/system/time", ""),
    ("/system/state", "/system/state", ""),
    ("/system/config", "/system/config", "responses.SystemConfigResponse"),
    ("/markets", "/markets", "responses.MarketResp"),
    ("/markets/summary?market=ALL", "/markets/summary", "responses.MarketSummaryResp"),
    (f"/bbo/{BTC}", "/bbo/{market}", "responses.BBOResp"),
    (f"/orderbook/{BTC}", "/orderbook/{market}", "responses.AskBidArray"),
    (f"/trades?market={BTC}", "/trades", "responses.TradeResult"),
    (
        f"/onboarding?account_signer_type=starknet&public_key={ALICE.public}",
        "/onboarding",
        "responses.GetOnboardingResp",
    ),
    ("/account", "/account", "responses.AccountSummaryResponse"),
    ("/account/info", "/account/info", "responses.AccountInfoResponse"),
    ("/balance", "/balance", "responses.BalanceResp"),
    ("/positions", "/positions", "responses.PositionResp"),
    ("/orders", "/orders", "responses.OrderResp"),
    ("/orders/by_client_id/open", "/orders/by_client_id/{client_id}", "responses.OrderResp"),
    ("/orders-history", "/orders-history", "responses.OrderResp"),
    ("/fills", "/fills", "responses.FillResult"),
]


@pytest.mark.anyio
async def test_every_answer_is_as_the_contract_has_it(openapi: Contract, busy: Trader) -> None:
    for url, path, shape in READS:
        response = await busy.ask("GET", url)
        assert response.status_code == 200, url
        body = response.json()
        assert openapi.breaches(body, answer_schema(openapi, "GET", path, 200), url) == []
        results = body.get("results", [body])
        assert results, url
        for result in results if shape else ():
            complete(openapi, result, shape)


@pytest.mark.anyio
async def test_answers_to_requests_are_as_the_contract_has_them(
    openapi: Contract, busy: Trader
) -> None:
    async def check(method: str, url: str, path: str, status: int, body: Any) -> Any:
        response = await busy.ask(method, url, json=body)
        assert response.status_code == status, response.text
        told = response.json()
        assert openapi.breaches(told, answer_schema(openapi, method, path, status)) == []
        return told

    order = await check("POST", "/orders", "/orders", 201, busy.order())
    await busy.order_when(order["id"], "OPEN")
    change = busy.change(order, price="90100")
    changed = await check("PUT", f"/orders/{order['id']}", "/orders/{order_id}", 200, change)
    assert changed["request_info"]
    await check("POST", "/orders/batch", "/orders/batch", 201, [busy.order()])
    body = {"order_ids": [order["id"], "77"], "client_order_ids": ["nobody"]}
    await check("DELETE", "/orders/batch", "/orders/batch", 200, body)
    token = await busy.http.post("/auth", headers=busy.auth_headers())
    assert openapi.breaches(token.json(), answer_schema(openapi, "POST", "/auth", 200)) == []
    await check("POST", "/orders", "/orders", 400, busy.order(market="FOO-USD-PERP"))


@pytest.mark.anyio
async def test_our_own_orders_are_as_the_contract_asks(openapi: Contract, alice: Trader) -> None:
    """So that the tests ask the venue for nothing the real one would not understand."""
    schemas = openapi.document["components"]["schemas"]
    order = alice.order(**TAKE_PROFIT, client_id="x", stp="EXPIRE_MAKER")
    assert openapi.breaches(order, schemas["requests.OrderRequest"]) == []
    assert set(schemas["requests.OrderRequest"]["required"]) <= order.keys()
    change = alice.change(order | {"id": "1"}, price="1")
    assert openapi.breaches(change, schemas["requests.ModifyOrderRequest"]) == []
    assert set(schemas["requests.ModifyOrderRequest"]["required"]) <= change.keys()


def test_every_path_is_one_of_the_contract(openapi: Contract) -> None:
    served = [("GET", path) for path in (*PUBLIC, *PRIVATE)]
    served += [("POST", path) for path in LOG_IN if path != "/auth/{public_key}"]
    served += list(ORDERS)
    for method, path in served:
        assert method.lower() in openapi.document["paths"][path], (method, path)


def test_every_error_code_is_one_of_the_contract(openapi: Contract) -> None:
    listed = set(openapi.document["components"]["schemas"]["responses.ErrorCode"]["enum"])
    sources = Path(paradex_venue.__file__).parent.glob("*.py")
    used = {
        code
        for source in sources
        for code in re.findall(r'"([A-Z]+(?:_[A-Z]+)+)",\s*f?["\w]', _refusals(source))
    }
    assert used - listed == UNLISTED_CODES - {"RATE_LIMIT_EXCEEDED"}
    assert len(used) > 20


def _refusals(source: Path) -> str:
    return "\n".join(re.findall(r"Refused\([^)]*\)", source.read_text(), flags=re.DOTALL))


@pytest.mark.anyio
async def test_private_channels_carry_what_rest_does(
    openapi: Contract, venue: Venue, busy: Trader
) -> None:
    schemas = openapi.document["components"]["schemas"]
    shapes = {
        "orders.ALL": "responses.OrderResp",
        "fills.ALL": "responses.FillResult",
        "positions": "responses.PositionResp",
        "account": "responses.AccountSummaryResponse",
    }
    async with line(venue, token=await busy.log_in()) as connection:
        await connection.subscribe(*shapes)
        await busy.submit(type="MARKET", price=None, size="0.1")
        for channel in ("fills.ALL", "orders.ALL", "positions", "account"):
            data = await connection.data(channel)
            assert openapi.breaches(data, schemas[shapes[channel]], channel) == []
            complete(openapi, data, shapes[channel])


@pytest.mark.anyio
async def test_public_channels_carry_what_rest_does(openapi: Contract) -> None:
    schemas = openapi.document["components"]["schemas"]
    shapes = {
        f"bbo.{BTC}": "responses.BBOResp",
        f"trades.{BTC}": "responses.TradeResult",
        "markets_summary": "responses.MarketSummaryResp",
    }
    config = VenueConfig(market_maker_interval=0.01, summary_interval=0.01)
    async with Venue(config) as venue, line(venue) as connection:
        await connection.subscribe(*shapes)
        for channel, shape in shapes.items():
            data = await connection.data(channel)
            assert openapi.breaches(data, schemas[shape], channel) == []
            complete(openapi, data, shape)


@pytest.mark.anyio
async def test_methods_of_the_line_answer_as_the_contract_has_them(
    openrpc: Contract, venue: Venue, alice: Trader
) -> None:
    methods = {method["name"]: method for method in openrpc.document["methods"]}

    async def call(connection: Line, name: str, **params: Any) -> Any:
        reply = await connection.request(name, **params)
        schema = methods[name]["result"]["schema"]
        assert openrpc.breaches(reply["result"], schema, name) == []
        return reply["result"]

    async with line(venue) as connection:
        await call(connection, "auth", bearer=await alice.log_in())
        await call(connection, "subscribe", channel="orders.ALL")
        created = await call(connection, "order.create", **alice.order(client_id="mine"))
        await alice.order_when(created["order"]["id"], "OPEN")
        await call(connection, "order.modify", **alice.change(created["order"], price="90100"))
        await call(connection, "order.create_batch", orders=[alice.order()])
        await call(connection, "order.cancel", id=created["order"]["id"])
        await call(connection, "order.cancel_batch", order_ids=["1"])
        await call(connection, "order.cancel_all")
        await call(connection, "order.cancel_on_disconnect", enabled=True)
        await call(connection, "unsubscribe", channel="orders.ALL")


@pytest.mark.anyio
async def test_a_batch_in_part_answers_as_the_contract_has_it(
    openapi: Contract, openrpc: Contract
) -> None:
    config = VenueConfig(market_maker=False, rules=OrderRules(batch_breach="one"))
    async with Venue(config) as venue, trader(venue) as alice:
        orders = [alice.order(), alice.order(size="0.000001")]
        response = await alice.ask("POST", "/orders/batch", json=orders)
        schema = answer_schema(openapi, "POST", "/orders/batch", 201)
        assert openapi.breaches(response.json(), schema) == []
        async with line(venue, token=await alice.log_in()) as connection:
            reply = await connection.request("order.create_batch", orders=orders)
    methods = {method["name"]: method for method in openrpc.document["methods"]}
    schema = methods["order.create_batch"]["result"]["schema"]
    assert openrpc.breaches(reply["result"], schema) == []


def test_every_order_type_instruction_and_mode_of_the_contract_is_known(openapi: Contract) -> None:
    schemas = openapi.document["components"]["schemas"]
    assert set(schemas["responses.OrderType"]["enum"]) == set(get_args(OrderType))
    assert set(schemas["responses.OrderStatus"]["enum"]) == set(get_args(Status))
    assert set(schemas["responses.OrderInstruction"]["enum"]) == set(INSTRUCTIONS)
    assert set(schemas["responses.STPMode"]["enum"]) == set(STP_MODES)
