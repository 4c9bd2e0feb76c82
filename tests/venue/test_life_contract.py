"""The life around orders, held against the published contracts: names, types, enumerations."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from paradex_adapter.wire import sbe
from paradex_venue import Venue, VenueConfig
from paradex_venue.life_rules import LifeRules
from tests.venue.contract import Contract
from tests.venue.test_algos import request
from tests.venue.trader import Trader, line, trader

pytestmark = pytest.mark.anyio

BTC, ETH = "BTC-USD-PERP", "ETH-USD-PERP"
# What is there only now and then.
OPTIONAL = {"responses.FundingDataResult": {"impact_premium_rate"}}


@pytest.fixture
def openapi(shared: Path) -> Contract:
    return Contract(json.loads((shared / "spec" / "openapi.json").read_text()))


@pytest.fixture
def balance_event(shared: Path) -> dict[str, Any]:
    """The one schema that only the WebSocket's contract has, which is YAML."""
    text = (shared / "spec" / "asyncapi-2.6.0.yaml").read_text()
    schema = re.split(r"\n        \w", text.split("ResponsesBalanceEventResponse:\n", 1)[1])[0]
    names = re.findall(r"\n {16}(\w+):\n", schema)
    types = re.findall(r"\n {20}type: (\w+)", schema)
    assert len(names) == len(types) == 14
    pairs = zip(names, types, strict=True)
    return {"properties": {name: {"type": kind} for name, kind in pairs}}


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    life = LifeRules(chain_latency=0.01, funding_interval=0.02)
    async with Venue(VenueConfig(market_maker=False, latency_open=0.001, life=life)) as venue:
        venue.control.fill_book(BTC, [("94990", "5")], [("95000", "5")])
        yield venue


async def live(venue: Venue, alice: Trader) -> None:
    """Everything that can befall an account, once."""
    control, account = venue.life, alice.account
    await alice.place(type="MARKET", price=None, size="0.4")
    control.set_funding(BTC, "0.0001")
    control.move_funding(BTC, "10")
    await alice.place(type="MARKET", price=None, size="0.1")
    control.bust(account)
    control.liquidate(account, "0.2")
    control.unwind(account, BTC, "0.1")
    control.transfer(account, "10")
    control.set_fees(account, dime="10")
    control.settle(ETH)
    assert (await alice.ask("POST", "/algo/orders", json=request(alice))).status_code == 201
    body = {"leverage": 5, "margin_type": "CROSS"}
    assert (await alice.ask("POST", f"/account/margin/{BTC}", json=body)).status_code == 200
    body = {"name": "bot", "public_key": "0x7"}
    assert (await alice.ask("POST", "/account/keys/subkeys", json=body)).status_code == 201


READS = [
    (f"/funding/data?market={BTC}", "/funding/data", "responses.FundingDataResult"),
    (f"/funding/payments?market={BTC}", "/funding/payments", "responses.FundingPayment"),
    ("/transactions", "/transactions", "responses.TransactionResponse"),
    ("/transfers", "/transfers", "responses.TransferResult"),
    ("/tradebusts", "/tradebusts", "responses.TradebustResult"),
    ("/liquidations", "/liquidations", "responses.LiquidationResp"),
    ("/insurance", "/insurance", "responses.InsuranceAccountResp"),
    ("/fills", "/fills", "responses.FillResult"),
    ("/positions", "/positions", "responses.PositionResp"),
    ("/balance", "/balance", "responses.BalanceResp"),
    ("/account/summary", "/account/summary", "responses.AccountSummaryResponse"),
    (f"/account/margin?market={BTC}", "/account/margin", "responses.GetAccountMarginConfigsResp"),
    ("/account/keys/subkeys", "/account/keys/subkeys", "responses.Subkey"),
    ("/algo/orders", "/algo/orders", "responses.AlgoOrderResp"),
    ("/algo/orders-history", "/algo/orders-history", "responses.AlgoOrderResp"),
    ("/markets/history", "/markets/history", "responses.MarketEvent"),
    (
        f"/markets/settlement-price?market={ETH}",
        "/markets/settlement-price",
        "responses.MarketSettlementResp",
    ),
]


async def test_every_answer_is_as_the_contract_has_it(
    openapi: Contract, venue: Venue, alice: Trader
) -> None:
    await live(venue, alice)
    schemas = openapi.document["components"]["schemas"]
    for url, path, shape in READS:
        response = await alice.ask("GET", url)
        assert response.status_code == 200, (url, response.text)
        operation = openapi.document["paths"][path]["get"]["responses"]["200"]
        schema = operation["content"]["application/json"]["schema"]
        body = response.json()
        assert openapi.breaches(body, schema, url) == []
        results = body.get("results", [body])
        assert results, url
        properties = schemas[shape]["properties"].keys()
        for result in results:
            assert properties - result.keys() <= OPTIONAL.get(shape, set()), url


SHAPES = {
    "fills.ALL": "responses.FillResult",
    "account": "responses.AccountSummaryResponse",
    "funding_payments.ALL": "responses.FundingPayment",
    "tradebusts": "responses.TradebustResult",
    "transaction": "responses.TransactionResponse",
    "transfers": "responses.TransferResult",
    "funding_data.ALL": "responses.FundingDataResult",
    "markets": "responses.MarketEvent",
}


async def test_every_channel_carries_what_the_contract_has(
    openapi: Contract, balance_event: dict[str, Any], venue: Venue, alice: Trader
) -> None:
    known = openapi.document["components"]["schemas"]
    schemas = {channel: known[name] for channel, name in SHAPES.items()}
    schemas["balance_events"] = balance_event
    async with line(venue, token=await alice.log_in()) as connection:
        await connection.subscribe(*schemas)
        await live(venue, alice)
        missing = set(schemas)

        def is_all(message: Any) -> bool:
            channel = message.get("params", {}).get("channel")
            if channel is not None:
                data = message["params"]["data"]
                assert openapi.breaches(data, schemas[channel], channel) == []
                missing.discard(channel)
            return not missing

        await connection.next(is_all)


async def test_a_private_channel_without_binary_form_stays_json_on_a_binary_connection() -> None:
    config = VenueConfig(market_maker=False, sbe_private=True, latency_open=0.001)
    query = "?sbeSchemaId=1&sbeSchemaVersion=2"
    async with Venue(config) as venue, trader(venue) as alice:
        venue.control.fill_book(BTC, [("94990", "5")], [("95000", "5")])
        async with line(venue, query, await alice.log_in()) as connection:
            await connection.subscribe("tradebusts", "fills.ALL", f"funding_data.{BTC}")
            await alice.place(type="MARKET", price=None, size="0.4")
            venue.life.liquidate(alice.account)
            venue.life.set_funding(BTC, "0.0008")
            venue.life.bust(alice.account)
            frames = [await connection.next() for _ in range(4)]
    _, fill, funding = (sbe.decode(frame) for frame in frames[:3])
    assert (fill.fill_type, fill.order_id, fill.orderbook_seq_no) == (2, "", 0)
    assert (funding.market, funding.funding_rate, funding.funding_period_hours) == (BTC, 80_000, 8)
    assert frames[3]["params"]["channel"] == "tradebusts"
