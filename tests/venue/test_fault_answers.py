"""Answers that a fault gives: any code of the contract, a gateway's page, an error on the line."""

from __future__ import annotations

import pytest

from paradex_adapter.wire import sbe
from paradex_venue import Venue
from paradex_venue.clock import ManualClock
from paradex_venue.faults import Faults, RestRule, RpcRule
from paradex_venue.frames import notification
from paradex_venue.renumber import renumber
from tests.venue.hand import Hand
from tests.venue.trader import Trader, line

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("kind", "orders"), [("refuse", 0), ("fail", 1)])
async def test_a_request_is_answered_any_code(
    venue: Venue, alice: Trader, hand: Hand, kind: str, orders: int
) -> None:
    await hand.do("rest", kind=kind, method="POST", path="/orders", status=403, code="GEO_IP_BLOCK")
    answer = await alice.ask("POST", "/orders", json=alice.order())
    assert (answer.status_code, answer.json()["error"]) == (403, "GEO_IP_BLOCK")
    assert len(venue.exchange.accounts[alice.account].orders) == orders


async def test_a_gateway_answers_in_words(venue: Venue, alice: Trader) -> None:
    rule = RestRule(kind="refuse", path="/account", status=502, body="<h1>Bad Gateway</h1>")
    venue.control.add_fault(rule)
    answer = await alice.ask("GET", "/account")
    assert (answer.status_code, answer.text) == (502, "<h1>Bad Gateway</h1>")
    assert answer.headers["content-type"].startswith("text/html")
    assert "X-RateLimit-Limit" not in answer.headers


@pytest.mark.parametrize(("is_executed", "orders"), [(False, 0), (True, 1)])
async def test_a_request_on_the_line_is_answered_any_error(
    venue: Venue, alice: Trader, hand: Hand, is_executed: bool, orders: int
) -> None:
    async with line(venue, token=await alice.log_in()) as connection:
        await hand.do("rpc", method="order.create", code=-32603, is_executed=is_executed)
        reply = await connection.request("order.create", **alice.order())
        assert reply["error"] == {"code": -32603, "message": "internal error"}
        assert len(venue.exchange.accounts[alice.account].orders) == orders
        assert "result" in await connection.request("order.create", **alice.order())


async def test_a_log_in_from_the_wrong_country_is_refused(venue: Venue, alice: Trader) -> None:
    venue.control.add_fault(RpcRule(method="auth", code=40112, message="geo blocked"))
    token = await alice.log_in()
    async with line(venue) as connection:
        reply = await connection.request("auth", bearer=token)
        assert reply["error"]["code"] == 40112
        assert "result" in await connection.request("auth", bearer=token)


def test_cleared_faults_befall_nobody() -> None:
    faults = Faults(ManualClock(), 1)
    faults.add(RpcRule(method="order."))
    assert faults.for_method("subscribe") is None
    faults.clear()
    assert faults.for_method("order.create") is None


def test_what_has_no_number_is_not_renumbered() -> None:
    told = notification("fills.ALL", {"id": "1"})
    assert renumber(told, 5) == told
    reply = '{"jsonrpc":"2.0","id":1,"result":{}}'
    assert renumber(reply, 5) == reply


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_only_the_number_of_a_binary_message_changes(version: int) -> None:
    bbo = sbe.Bbo("BTC-USD-PERP", 1_000_000, 7, 1, 2, 3, 4)
    changed = renumber(sbe.encode(bbo, version=version), 5)
    assert sbe.decode(changed) == sbe.Bbo("BTC-USD-PERP", 1_000_000, 12, 1, 2, 3, 4)
