"""TWAP: children that nobody knows, over time."""

from __future__ import annotations

from typing import Any

import pytest

from paradex_venue import Venue, VenueConfig
from paradex_venue.clock import ManualClock
from paradex_venue.events import OrderChanged
from tests.venue.living import Living
from tests.venue.trader import Trader, line, trader
from tests.venue.world import BTC, D


def test_children_come_one_by_one_and_share_the_size() -> None:
    world = Living()
    world.quote({}, {"95000": "10"})
    algo = world.control.twap("0xa", BTC, "BUY", "1", 3, 30.0)
    world.clock.advance(1)
    assert [child.size for child in algo.children] == [D("0.33333")]
    world.clock.advance(60)
    assert [child.size for child in algo.children] == [D("0.33333"), D("0.33333"), D("0.33334")]
    assert (algo.status, algo.remaining, algo.average) == ("OPEN", 0, 95000)
    world.clock.advance(30)
    assert (algo.status, algo.cancel_reason) == ("CLOSED", "")
    assert world.alice.position_size(BTC) == 1


def test_a_child_names_no_algo_and_trades_as_retail() -> None:
    world = Living()
    world.quote({}, {"95000": "10"})
    world.control.twap("0xa", BTC, "BUY", "1", 1, 30.0)
    world.clock.advance(1)
    (child,) = world.alice.orders
    assert (child.type, child.client_id, child.interactive) == ("MARKET", "", True)
    assert (world.alice.fills[0].flags, world.alice.fees) == (("interactive",), 0)
    assert world.heard(OrderChanged)[-1].order.id == child.id


def test_what_one_child_does_not_get_the_others_do() -> None:
    world = Living()
    algo = world.control.twap("0xa", BTC, "BUY", "1", 2, 30.0)
    world.clock.advance(1)
    assert (algo.children[0].status, algo.children[0].cancel_reason) == ("CLOSED", "EMPTY_MARKET")
    world.quote({}, {"95000": "10"})
    world.clock.advance(30)
    assert (algo.children[1].size, algo.remaining) == (1, 0)


def test_a_child_that_is_refused_waits_for_the_next_turn() -> None:
    world = Living()
    world.quote({}, {"95000": "10"})
    world.exchange.status = "maintenance"
    algo = world.control.twap("0xa", BTC, "BUY", "1", 2, 30.0)
    world.exchange.status = "ok"
    world.clock.advance(31)
    assert [child.size for child in algo.children] == [1]


# ---- over REST ----


def request(alice: Trader, **terms: Any) -> dict[str, Any]:
    body = {
        "algo_type": "TWAP",
        "market": BTC,
        "side": "BUY",
        "type": "MARKET",
        "size": "1",
        "duration_seconds": 60,
        "signature_timestamp": alice.now_ms(),
    } | terms
    signed = alice.order(**{name: body[name] for name in ("market", "side", "size")}, type="MARKET")
    return body | {"signature": signed["signature"]} | terms


@pytest.mark.anyio
async def test_an_algo_is_created_looked_at_and_canceled_over_rest() -> None:
    clock = ManualClock()
    async with Venue(VenueConfig(market_maker=False), clock) as venue, trader(venue) as alice:
        venue.control.fill_book(BTC, asks=[("95000", "5")])
        async with line(venue, token=await alice.log_in()) as connection:
            await connection.subscribe("orders.ALL")
            created = await alice.ask("POST", "/algo/orders", json=request(alice))
            assert created.status_code == 201
            algo = created.json()
            assert (algo["status"], algo["remaining_size"], algo["avg_fill_price"]) == (
                "OPEN",
                "1",
                "",
            )
            assert algo["algo_params"] == {"frequency": "30", "duration_seconds": "60"}
            clock.advance(1)
            child = await connection.data("orders.ALL")
            assert (child["size"], child["client_id"], child["status"]) == ("0.5", "", "CLOSED")
            assert algo["id"] not in child.values()
        path = f"/algo/orders/{algo['id']}"
        assert (await alice.get(path))["remaining_size"] == "0.5"
        assert [a["id"] for a in (await alice.get("/algo/orders"))["results"]] == [algo["id"]]
        assert (await alice.ask("DELETE", path)).status_code == 204
        for method in ("GET", "DELETE"):
            gone = await alice.ask(method, path)
            assert (gone.status_code, gone.json()["error"]) == (404, "ALGO_ID_NOT_FOUND")
        assert (await alice.get("/algo/orders"))["results"] == []
        (past,) = (await alice.get("/algo/orders-history", status="CLOSED"))["results"]
        assert (past["cancel_reason"], past["remaining_size"]) == ("USER_CANCELED", "0.5")
        clock.advance(100)
        assert len(venue.exchange.accounts[alice.account].orders) == 1


@pytest.mark.anyio
async def test_an_algo_that_breaks_the_rules_is_refused(venue: Venue, alice: Trader) -> None:
    for terms, code in [
        ({"algo_type": "VWAP"}, "VALIDATION_ERROR"),
        ({"type": "LIMIT"}, "VALIDATION_ERROR"),
        ({"duration_seconds": 45}, "VALIDATION_ERROR"),
        ({"duration_seconds": 0}, "VALIDATION_ERROR"),
        ({"duration_seconds": 86_430}, "VALIDATION_ERROR"),
        ({"frequency": 7}, "VALIDATION_ERROR"),
        ({"size": "0.000001"}, "INVALID_ORDER_SIZE"),
        ({"market": "FOO-USD-PERP"}, "MARKET_NOT_FOUND"),
        ({"signature": '["1","2"]'}, "INVALID_ORDER_SIGNATURE"),
    ]:
        response = await alice.ask("POST", "/algo/orders", json=request(alice, **terms))
        assert (response.status_code, response.json()["error"]) == (400, code), terms
