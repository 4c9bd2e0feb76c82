"""Lists of what befell an account, page by page, and its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from paradex_venue import Venue, VenueConfig
from tests.venue.hand import Hand, buy
from tests.venue.trader import Trader

pytestmark = pytest.mark.anyio

BTC = "BTC-USD-PERP"


@pytest.fixture
async def venue(anyio_backend: str) -> AsyncIterator[Venue]:
    async with Venue(VenueConfig(market_maker=False, latency_open=0.001)) as venue:
        venue.control.fill_book(BTC, [("94990", "5")], [("95000", "5")])
        yield venue


async def test_pages_of_one_list_are_not_those_of_another(alice: Trader, hand: Hand) -> None:
    for _ in range(3):
        await buy(alice, "0.1")
        await hand.do("funding", market=BTC, step="1")
    query = {"market": BTC, "page_size": 1}
    first = await alice.get("/funding/payments", **query)
    second = await alice.get("/funding/payments", **query, cursor=first["next"])
    payments = [page["results"][0]["payment"] for page in (first, second)]
    assert (payments, second["next"]) == (["-0.2", "-0.1"], None)
    for path in ("/transactions", "/tradebusts", "/transfers", "/funding/data", "/fills"):
        stolen = await alice.ask("GET", path, params=query | {"cursor": first["next"]})
        assert (stolen.status_code, stolen.json()["error"]) == (400, "INVALID_REQUEST_PARAMETER")
    forged = first["next"][:-4] + "AAA="
    answer = await alice.ask("GET", "/funding/payments", params=query | {"cursor": forged})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/funding/payments", "/funding/data", "/account/margin"])
async def test_the_market_must_be_named(alice: Trader, path: str) -> None:
    missing = await alice.ask("GET", path)
    assert (missing.status_code, missing.json()["error"]) == (400, "INVALID_REQUEST_PARAMETER")
    unknown = await alice.ask("GET", path, params={"market": "FOO-USD-PERP"})
    assert unknown.json()["error"] == "MARKET_NOT_FOUND"


async def test_lists_are_of_the_period_asked_for(alice: Trader, hand: Hand) -> None:
    await hand.do("transfer", account=alice.account, amount="1")
    (one,) = (await alice.get("/transfers"))["results"]
    at = one["created_at"]
    assert len((await alice.get("/transfers", start_at=at, end_at=at))["results"]) == 1
    assert (await alice.get("/transfers", start_at=at + 1))["results"] == []
    await buy(alice)
    await hand.do("liquidate", account=alice.account)
    at = (await alice.get("/liquidations"))["results"][0]["created_at"]
    assert (await alice.get("/liquidations", **{"from": at + 1}))["results"] == []


# ---- margin ----


async def test_leverage_is_written_down_and_margin_stays_crossed(alice: Trader) -> None:
    path = f"/account/margin/{BTC}"
    body = {"leverage": 5, "margin_type": "CROSS"}
    assert (await alice.ask("POST", path, json=body)).json()["leverage"] == 5
    answer = await alice.get("/account/margin", market=BTC)
    assert answer["configs"][0]["leverage"] == 5
    for wrong, code in [
        ({"leverage": 51}, "VALIDATION_ERROR"),
        ({"margin_type": "ISOLATED"}, "REQUEST_NOT_ALLOWED"),
        ({"leverage": "5"}, "BINDING_ERROR"),
    ]:
        refused = await alice.ask("POST", path, json=body | wrong)
        assert (refused.status_code, refused.json()["error"]) == (400, code)
