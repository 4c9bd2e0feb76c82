"""Subkeys over REST."""

from __future__ import annotations

import pytest

from paradex_venue import Venue
from tests.venue.trader import ALICE, BOB, Trader

pytestmark = pytest.mark.anyio

PATH = "/account/keys/subkeys"


def signed_by_bob(alice: Trader) -> dict[str, object]:
    """Alice's order, signed by Bob's key for Alice's account."""
    alice.signer = BOB.signer(ALICE.address)
    try:
        return alice.order()
    finally:
        alice.signer = ALICE.signer()


async def test_a_subkey_signs_orders_until_it_is_revoked(alice: Trader) -> None:
    refused = await alice.ask("POST", "/orders", json=signed_by_bob(alice))
    assert refused.json()["error"] == "INVALID_ORDER_SIGNATURE"
    body = {"name": "bot", "public_key": BOB.public}
    assert (await alice.ask("POST", PATH, json=body)).status_code == 201
    assert (await alice.ask("POST", "/orders", json=signed_by_bob(alice))).status_code == 201
    (subkey,) = (await alice.get(PATH))["results"]
    assert (subkey["name"], subkey["state"], subkey["public_key"]) == ("bot", "active", BOB.public)
    assert await alice.get(f"{PATH}/{BOB.public}") == subkey
    revoked = await alice.ask("DELETE", f"{PATH}/{BOB.public}")
    assert revoked.json() == {"public_key": BOB.public}
    refused = await alice.ask("POST", "/orders", json=signed_by_bob(alice))
    assert refused.json()["error"] == "INVALID_ORDER_SIGNATURE"
    assert (await alice.get(PATH))["results"] == []
    (past,) = (await alice.get(PATH, with_revoked="true"))["results"]
    assert (past["state"], past["revoked_at"] > 0) == ("revoked", True)


async def test_a_key_is_registered_once_and_revoked_once(alice: Trader) -> None:
    body = {"name": "bot", "public_key": BOB.public}
    await alice.ask("POST", PATH, json=body)
    again = await alice.ask("POST", PATH, json=body)
    assert (again.status_code, again.json()["error"]) == (400, "NOT_UNIQUE")
    await alice.ask("DELETE", f"{PATH}/{BOB.public}")
    gone = await alice.ask("DELETE", f"{PATH}/{BOB.public}")
    assert (gone.status_code, gone.json()["error"]) == (404, "NOT_FOUND")
    assert (await alice.ask("POST", PATH, json=body)).status_code == 201


async def test_subkeys_an_account_was_set_up_with_are_listed(venue: Venue, alice: Trader) -> None:
    venue.exchange.accounts[alice.account].subkeys.add(BOB.public)
    assert [key["name"] for key in (await alice.get(PATH))["results"]] == ["configured"]
