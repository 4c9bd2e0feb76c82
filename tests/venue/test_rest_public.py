from __future__ import annotations

from typing import Any

import pytest

from paradex_venue import Venue
from tests.venue.trader import ALICE, BOB, Trader, client

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"


async def told(alice: Trader, path: str, **query: Any) -> Any:
    response = await alice.http.get(path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def test_time_is_milliseconds_as_text(venue: Venue, alice: Trader) -> None:
    before = venue.exchange.now_ms()
    time = await told(alice, "/system/time")
    assert before <= int(time["server_time"]) <= venue.exchange.now_ms()


async def test_the_state_is_what_it_was_set_to(venue: Venue, alice: Trader) -> None:
    assert await told(alice, "/system/state") == {"status": "ok"}
    venue.control.set_status("cancel_only")
    assert await told(alice, "/system/state") == {"status": "cancel_only"}


async def test_the_configuration_names_the_chain_and_derives_the_published_address(
    alice: Trader,
) -> None:
    config = await told(alice, "/system/config")
    assert config["starknet_chain_id"] == "PRIVATE_SN_POTC_SEPOLIA"
    assert config["paraclear_decimals"] == 8
    query = {"account_signer_type": "starknet", "public_key": ALICE.public}
    status = await told(alice, "/onboarding", **query)
    assert status["address"] == ALICE.address
    assert status["exists"] is True
    assert (await told(alice, "/onboarding", **query | {"public_key": BOB.public}))[
        "exists"
    ] is False


async def test_markets_are_listed_and_one_can_be_picked(alice: Trader) -> None:
    listed = (await told(alice, "/markets"))["results"]
    assert [market["symbol"] for market in listed] == [BTC, "ETH-USD-PERP", "SOL-USD-PERP"]
    (btc,) = (await told(alice, "/markets", market=BTC))["results"]
    assert (btc["price_tick_size"], btc["order_size_increment"]) == ("0.1", "0.00001")
    assert btc["fee_config"]["api_fee"]["taker_fee"]["fee"] == "0.00045"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/markets?market=FOO", 404, "MARKET_NOT_FOUND"),
        ("/markets/summary", 400, "INVALID_REQUEST_PARAMETER"),
        ("/markets/summary?market=FOO", 400, "MARKET_NOT_FOUND"),
        ("/bbo/FOO", 400, "MARKET_NOT_FOUND"),
        ("/orderbook/FOO", 400, "MARKET_NOT_FOUND"),
        ("/orderbook/BTC-USD-PERP?depth=many", 400, "INVALID_REQUEST_PARAMETER"),
        ("/trades", 400, "INVALID_REQUEST_PARAMETER"),
        ("/trades?market=FOO", 400, "MARKET_NOT_FOUND"),
        ("/trades?market=BTC-USD-PERP&page_size=1001", 400, "INVALID_REQUEST_PARAMETER"),
        ("/onboarding?account_signer_type=eip191", 400, "INVALID_REQUEST_PARAMETER"),
        ("/nothing", 404, "NOT_FOUND"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    alice: Trader, path: str, status: int, code: str
) -> None:
    response = await alice.http.get(path)
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert response.json()["message"]


async def test_an_empty_book_has_empty_prices(alice: Trader) -> None:
    bbo = await told(alice, f"/bbo/{BTC}")
    assert (bbo["bid"], bbo["bid_size"], bbo["ask"], bbo["ask_size"]) == ("", "", "", "")
    book = await told(alice, f"/orderbook/{BTC}")
    assert (book["bids"], book["asks"], book["seq_no"]) == ([], [], 0)


async def test_the_book_is_told_best_first_and_as_deep_as_asked(
    venue: Venue, alice: Trader
) -> None:
    bids, asks = [("94990", "1"), ("94980.5", "2")], [("95000", "0.5"), ("95000.1", "3")]
    venue.control.fill_book(BTC, bids, asks)
    book = await told(alice, f"/orderbook/{BTC}")
    assert book["bids"] == [list(level) for level in bids]
    assert book["asks"] == [list(level) for level in asks]
    assert (await told(alice, f"/orderbook/{BTC}", depth=1))["bids"] == [["94990", "1"]]
    bbo = await told(alice, f"/bbo/{BTC}")
    assert (bbo["bid"], bbo["ask_size"], bbo["seq_no"]) == ("94990", "0.5", book["seq_no"])


async def test_trades_come_newest_first_with_the_takers_side(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, [("94990", "1")], [("95000", "1")])
    for side, size in (("BUY", "0.1"), ("SELL", "0.2"), ("BUY", "0.3")):
        venue.control.sweep(BTC, side, size)
    page = await told(alice, "/trades", market=BTC, page_size=2)
    assert [(t["side"], t["size"], t["price"]) for t in page["results"]] == [
        ("BUY", "0.3", "95000"),
        ("SELL", "0.2", "94990"),
    ]
    rest = await told(alice, "/trades", market=BTC, page_size=2, cursor=page["next"])
    assert [trade["size"] for trade in rest["results"]] == ["0.1"]
    assert rest["next"] is None


async def test_a_summary_tells_prices_volume_and_open_interest(venue: Venue, alice: Trader) -> None:
    venue.control.fill_book(BTC, [("94990", "1")], [("95000", "1")])
    venue.control.set_mark(BTC, "95095")
    await alice.submit(type="MARKET", price=None, size="0.1")
    await alice.order_when((await alice.get("/orders-history"))["results"][0]["id"], "CLOSED")
    (summary,) = (await told(alice, "/markets/summary", market=BTC))["results"]
    assert (summary["mark_price"], summary["last_traded_price"]) == ("95095", "95000")
    assert (summary["volume_24h"], summary["open_interest"]) == ("9500", "0.1")
    assert (summary["bid"], summary["price_change_rate_24h"]) == ("94990", "0.001")
    assert len((await told(alice, "/markets/summary", market="ALL"))["results"]) == 3


async def test_every_answer_tells_the_rate_limit(alice: Trader) -> None:
    headers = (await alice.http.get("/system/time")).headers
    assert headers["X-RateLimit-Limit"] == "1500"
    assert int(headers["X-RateLimit-Remaining"]) < 1500
    assert headers["X-RateLimit-Window"] == "60"
    assert int(headers["X-RateLimit-Reset"]) * 1000 > alice.now_ms()


async def test_onboarding_opens_an_account_with_its_credit(venue: Venue) -> None:
    async with client(venue) as http:
        newcomer = Trader(http, venue, BOB)
        refused = await http.post("/auth", headers=newcomer.auth_headers())
        assert (refused.status_code, refused.json()["error"]) == (400, "NOT_ONBOARDED")
        for _ in range(2):
            welcomed = await newcomer.onboard()
            assert (welcomed.status_code, welcomed.content) == (200, b"")
        (balance,) = (await newcomer.get("/balance"))["results"]
        assert (balance["token"], balance["size"]) == ("USDC", "1000000")


async def test_logging_in_works_with_and_without_the_key_in_the_path(alice: Trader) -> None:
    for path in ("/auth", f"/auth/{ALICE.public}"):
        response = await alice.http.post(path, headers=alice.auth_headers())
        assert response.status_code == 200
        assert response.json()["jwt_token"].count(".") == 2
