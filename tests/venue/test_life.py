"""The life around orders over real sockets: controls, channels, REST."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from paradex_venue import Venue, VenueConfig
from paradex_venue.life_rules import LifeRules
from tests.venue.hand import Hand, buy
from tests.venue.trader import ALICE, BOB, Line, Trader, line, trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    life = LifeRules(health_interval=0.02, chain_latency=0.01, funding_interval=0.02)
    config = VenueConfig(market_maker=False, latency_open=0.001, life=life)
    async with Venue(config) as venue:
        venue.control.fill_book(BTC, [("94990", "5")], [("95000", "5")])
        yield venue


@pytest.fixture
async def ear(venue: Venue, alice: Trader) -> AsyncIterator[Line]:
    """Alice's connection, on every private channel."""
    async with line(venue, token=await alice.log_in()) as connection:
        await connection.subscribe("orders.ALL", "fills.ALL", "positions", "account")
        await connection.subscribe("funding_payments.ALL", "balance_events", "tradebusts")
        await connection.subscribe("transaction", "transfers")
        yield connection


async def test_a_falling_mark_liquidates_who_cannot_bear_it(
    venue: Venue, alice: Trader, hand: Hand, ear: Line
) -> None:
    """Orders go first, each with its reason; then the fills; then the account is active again."""
    await hand.do("transfer", account=alice.account, amount="999000", kind="WITHDRAWAL")
    await buy(alice)
    resting = await alice.place(side="SELL", price="99000", size="0.1")
    await hand.do("mark", market=BTC, price="92600")
    account = await ear.data("account", lambda data: data["status"] == "LIQUIDATION")
    assert account["account"] == alice.account
    fill = await ear.data("fills.ALL", lambda data: data["fill_type"] == "LIQUIDATION")
    assert (fill["side"], fill["order_id"], fill["orderbook_seq_no"]) == ("SELL", "", 0)
    assert (await ear.data("positions"))["last_fill_id"] == fill["id"]
    await ear.data("account", lambda data: data["status"] == "ACTIVE")
    told = await alice.get(f"/orders/{resting['id']}")
    assert (told["status"], told["cancel_reason"]) == ("CLOSED", "IN_LIQUIDATION")
    (liquidation,) = (await alice.get("/liquidations"))["results"]
    assert liquidation["id"].startswith("0x")
    (trade,) = (await alice.get("/trades", market=BTC, page_size=1))["results"]
    assert (trade["trade_type"], trade["price"]) == ("LIQUIDATION", "92600")


async def test_any_account_can_be_liquidated_on_demand(alice: Trader, hand: Hand) -> None:
    await buy(alice)
    answer = await hand.do("liquidate", account=alice.account, share="0.5")
    assert [fill["size"] for fill in answer["fills"]] == ["0.2"]
    assert answer["fills"] == [(await alice.get("/fills"))["results"][0]]


async def test_funding_is_told_by_fill_channel_and_rest_alike(
    alice: Trader, hand: Hand, ear: Line
) -> None:
    await buy(alice)
    await hand.do("funding", market=BTC, step="10")
    (position,) = (await alice.get("/positions"))["results"]
    assert (position["unrealized_funding_pnl"], position["cached_funding_index"]) == ("-4", "0")
    await buy(alice, "0.1")
    payment = await ear.data("funding_payments.ALL")
    assert (payment["payment"], payment["index"], payment["market"]) == ("-4", "10", BTC)
    page = await alice.get("/funding/payments", market=BTC)
    assert page["results"] == [payment]
    (fill, _) = (await alice.get("/fills"))["results"]
    assert (fill["id"], fill["realized_funding"]) == (payment["fill_id"], "-4")
    (position,) = (await alice.get("/positions"))["results"]
    assert position["realized_positional_funding_pnl"] == "-4"
    assert position["cached_funding_index"] == "10"


async def test_funding_data_is_public(venue: Venue, alice: Trader, hand: Hand) -> None:
    async with line(venue) as connection:
        await connection.subscribe(f"funding_data.{BTC}")
        await hand.do("funding", market=BTC, rate="0.0008", step="1")
        told = await connection.data(f"funding_data.{BTC}", lambda d: d["funding_index"] != "0")
    assert (told["funding_rate"], told["funding_rate_8h"]) == ("0.0008", "0.0008")
    assert (told["funding_premium"], told["funding_period_hours"]) == ("76", 8)
    history = (await alice.get("/funding/data", market=BTC))["results"]
    assert told in history


async def test_every_change_of_the_balance_is_an_event(
    alice: Trader, hand: Hand, ear: Line
) -> None:
    order = await buy(alice)
    event = await ear.data("balance_events")
    (fill,) = (await alice.get("/fills"))["results"]
    assert (event["type"], event["fill_id"]) == ("TRANSACTION_FILL", fill["id"])
    assert (event["fees"], fill["order_id"]) == (fill["fee"], order["id"])
    assert event["settlement_asset_balance_before"] == "1000000"
    (balance,) = (await alice.get("/balance"))["results"]
    assert event["settlement_asset_balance_after"] == balance["size"]
    await hand.do("transfer", account=alice.account, amount="5.5")
    event = await ear.data("balance_events")
    assert (event["type"], event["fill_id"], event["market"]) == ("DEPOSIT", "", "")


async def test_a_fill_goes_onto_the_chain(alice: Trader, ear: Line) -> None:
    await buy(alice)
    first, second = await ear.data("transaction"), await ear.data("transaction")
    assert [told["state"] for told in (first, second)] == ["RECEIVED", "ACCEPTED_ON_L2"]
    assert (await alice.get("/fills"))["results"][0]["id"] == first["id"] == second["id"]
    assert (await alice.get("/transactions"))["results"] == [second]


async def test_money_comes_and_goes(alice: Trader, hand: Hand, ear: Line) -> None:
    await hand.do("transfer", account=alice.account, amount="100", kind="WITHDRAWAL")
    states = [(await ear.data("transfers"))["status"] for _ in range(2)]
    assert states == ["PENDING", "COMPLETED"]
    await hand.do("transfer", account=alice.account, amount="70", failure="Gas fee too low")
    states = [(await ear.data("transfers"))["status"] for _ in range(2)]
    assert states == ["PENDING", "FAILED"]
    (balance,) = (await alice.get("/balance"))["results"]
    assert balance["size"] == "999900"
    failed, _ = (await alice.get("/transfers"))["results"]
    assert (failed["failure_reason"], failed["direction"]) == ("Gas fee too low", "IN")
    answer = await alice.get("/transfers", status="COMPLETED")
    assert [transfer["kind"] for transfer in answer["results"]] == ["WITHDRAWAL"]
    asked = {"account": alice.account, "kind": "WITHDRAWAL", "amount": "1000000"}
    assert await hand.refused("transfer", **asked) == "VALIDATION_ERROR"


async def test_a_bust_tells_the_account_and_the_fill_and_no_more(
    venue: Venue, alice: Trader, hand: Hand, ear: Line
) -> None:
    await buy(alice)
    (fill,) = (await alice.get("/fills"))["results"]
    answer = await hand.do("bust", account=alice.account)
    bust = await ear.data("tradebusts")
    assert bust.keys() == {"account", "busted_fill_id", "created_at"}
    assert (bust["account"], bust["busted_fill_id"]) == (alice.account, fill["id"])
    assert answer["busts"] == [bust] == (await alice.get("/tradebusts"))["results"]
    position = await ear.data("positions", lambda data: data["size"] == "0")
    assert position["status"] == "CLOSED"
    assert (await alice.get("/fills"))["results"] == []
    truth = venue.control.truth(alice.account)
    assert (truth["fills"], truth["busted_fills"]) == ([], [fill["id"]])
    assert await hand.refused("bust", account=alice.account) == "NOT_FOUND"


async def test_busted_fills_may_still_be_listed() -> None:
    config = VenueConfig(market_maker=False, life=LifeRules(busted_fills_listed=True))
    async with Venue(config) as venue, trader(venue) as alice:
        venue.control.fill_book(BTC, asks=[("95000", "5")])
        await buy(alice)
        venue.life.bust(alice.account)
        assert len((await alice.get("/fills"))["results"]) == 1


async def test_a_bust_strikes_both_sides(venue: Venue, alice: Trader, hand: Hand) -> None:
    async with trader(venue, BOB) as bob:
        venue.control.fill_book(BTC)
        offer = await bob.place(side="SELL", price="95000", size="0.2")
        await buy(alice, "0.2")
        await hand.do("bust", account=ALICE.address)
        assert len((await bob.get("/tradebusts"))["results"]) == 1
        assert (await bob.get(f"/orders/{offer['id']}"))["status"] == "OPEN"


async def test_a_settled_market_is_closed_for_good(
    venue: Venue, alice: Trader, hand: Hand, ear: Line
) -> None:
    await buy(alice)
    resting = await alice.place()
    missing = await alice.ask("GET", "/markets/settlement-price", params={"market": BTC})
    assert (missing.status_code, missing.json()["error"]) == (404, "MARKET_NOT_SETTLED")
    async with line(venue) as connection:
        await connection.subscribe("markets")
        told = await hand.do("settle", market=BTC, price="96000")
        event = await connection.data("markets")
    assert (event["event_type"], event["changed_fields"]["settlement_price"]) == ("SETTLED", 96000)
    fill = await ear.data("fills.ALL", lambda data: data["fill_type"] == "SETTLE_MARKET")
    assert (fill["price"], fill["size"], fill["fee"]) == ("96000", "0.4", "5.76")
    order = await alice.get(f"/orders/{resting['id']}")
    assert (order["status"], order["cancel_reason"]) == ("CLOSED", "ASSET_EXPIRED")
    assert (await alice.get("/markets/settlement-price", market=BTC)) == told
    assert (await alice.get("/markets/history", market=BTC))["results"] == [event]
    refused = await alice.ask("POST", "/orders", json=alice.order())
    assert (refused.status_code, refused.json()["error"]) == (400, "MARKET_NOT_OPEN")
    assert await hand.refused("settle", market=BTC) == "MARKET_NOT_OPEN"


async def test_an_unwind_is_a_fill_without_an_order(alice: Trader, hand: Hand, ear: Line) -> None:
    await buy(alice)
    await hand.do("unwind", account=alice.account, market=BTC, size="0.1")
    fill = await ear.data("fills.ALL", lambda data: data["fill_type"] == "UNWIND_TRANSFER")
    assert (fill["side"], fill["size"], fill["order_id"]) == ("SELL", "0.1", "")


async def test_an_order_by_hand_is_not_one_of_ours(alice: Trader, hand: Hand, ear: Line) -> None:
    terms = {"market": BTC, "side": "BUY", "type": "MARKET", "size": "0.2"}
    placed = await hand.do("place", account=alice.account, order=terms)
    order = await ear.data("orders.ALL")
    assert (order["id"], order["client_id"], order["status"]) == (placed["order_id"], "", "CLOSED")
    assert "INTERACTIVE" in order["flags"]
    (fill,) = (await alice.get("/fills"))["results"]
    assert (fill["flags"], fill["fee"]) == (["interactive"], "0")


async def test_a_retail_trader_takes_an_order(alice: Trader, hand: Hand) -> None:
    order = await alice.place(client_id="mine", price="94995")
    await hand.do("retail_trade", account=alice.account, client_id="mine")
    assert (await alice.get(f"/orders/{order['id']}"))["status"] == "CLOSED"
    (fill,) = (await alice.get("/fills"))["results"]
    assert (fill["liquidity"], fill["fill_type"], fill["flags"]) == (
        "MAKER",
        "FILL",
        ["interactive"],
    )


async def test_fees_may_be_paid_in_dime(alice: Trader, hand: Hand, ear: Line) -> None:
    await hand.do("fees", account=alice.account, in_dime=True, dime="1000", taker="0.0004")
    await buy(alice)
    (fill,) = (await alice.get("/fills"))["results"]
    # 38,000 USDC × 0.0004 × 0.6, at 0.05 USDC a DIME.
    assert (fill["fee_currency"], fill["fee"]) == ("DIME", "182.4")
    balances = {b["token"]: b["size"] for b in (await alice.get("/balance"))["results"]}
    assert balances == {"USDC": "1000000", "DIME": "817.6"}
    await hand.do("fees", account=alice.account, dime="1")
    await buy(alice)
    fill, _ = (await alice.get("/fills"))["results"]
    assert (fill["fee_currency"], fill["fee"]) == ("USDC", "15.2")
    (info,) = (await alice.get("/account/info"))["results"]
    assert info["fees"]["taker_rate"] == "0.0004"
