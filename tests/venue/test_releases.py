"""What is taken and refused in each state of the system, over REST."""

from __future__ import annotations

import pytest

from paradex_venue import Venue, VenueConfig
from paradex_venue.life_rules import LifeRules
from paradex_venue.refusal import Refused
from paradex_venue.releases import SystemStatus
from tests.venue.living import Living
from tests.venue.trader import Trader, trader
from tests.venue.world import BTC, D

NEAR, FAR = "94960", "94900"
UNAVAILABLE = (503, "SERVICE_UNAVAILABLE")
CANCEL_ONLY = (400, "SYSTEM_STATUS_CANCEL_ONLY")
POST_ONLY = (400, "SYSTEM_STATUS_POST_ONLY")
DONE = (200, "")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "order", "passive", "far", "change", "cancel"),
    [
        ("maintenance", UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, DONE),
        ("cancel_only", CANCEL_ONLY, CANCEL_ONLY, CANCEL_ONLY, CANCEL_ONLY, DONE),
        ("post_only", POST_ONLY, DONE, POST_ONLY, DONE, DONE),
        ("ok", DONE, DONE, DONE, DONE, DONE),
    ],
)
async def test_each_state_takes_what_it_says(
    venue: Venue,
    alice: Trader,
    status: SystemStatus,
    order: tuple[int, str],
    passive: tuple[int, str],
    far: tuple[int, str],
    change: tuple[int, str],
    cancel: tuple[int, str],
) -> None:
    resting = await alice.place(price=NEAR)
    venue.control.set_status(status)
    assert (await alice.get("/system/state")) == {"status": status}

    async def ask(method: str, path: str, body: object = None) -> tuple[int, str]:
        response = await alice.ask(method, path, json=body)
        if response.is_success:
            return DONE
        return response.status_code, response.json()["error"]

    post = {"instruction": "POST_ONLY"}
    assert await ask("POST", "/orders", alice.order(price=NEAR)) == order
    assert await ask("POST", "/orders", alice.order(price=NEAR, **post)) == passive
    assert await ask("POST", "/orders", alice.order(price=FAR, **post)) == far
    path = f"/orders/{resting['id']}"
    assert await ask("PUT", path, alice.change(resting, price="94970")) == change
    assert await ask("DELETE", path) == cancel


def test_orders_far_from_the_fair_price_are_canceled_by_a_release() -> None:
    world = Living()
    near, far, gone = world.place(price=NEAR), world.place(price=FAR), world.place(price=FAR)
    world.exchange.cancel(gone)
    world.settle()
    world.exchange.set_status("cancel_only")
    assert (near.status, far.status) == ("OPEN", "CLOSED")
    assert (far.cancel_reason, gone.cancel_reason) == ("MARKET_NOT_OPEN", "USER_CANCELED")


def test_a_wider_band_spares_them() -> None:
    world = Living(release_band=D("0.01"))
    far = world.place(price=FAR)
    world.exchange.set_status("post_only")
    assert far.status == "OPEN"
    world.submit(price="94100", instruction="POST_ONLY")


def test_under_maintenance_cancels_may_be_refused_too() -> None:
    world = Living(maintenance_takes_cancels=False)
    order = world.place(price=NEAR)
    world.exchange.set_status("maintenance")
    for attempt in (
        lambda: world.exchange.cancel(order),
        lambda: world.exchange.cancel_all(world.alice),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("SERVICE_UNAVAILABLE", 503)
    world.settle()
    assert order.status == "OPEN"


def test_who_is_gone_loses_his_orders_whatever_the_state() -> None:
    world = Living(maintenance_takes_cancels=False)
    order = world.place(price=NEAR)
    world.exchange.set_status("maintenance")
    world.exchange.abandon(world.alice)
    world.settle()
    assert order.status == "CLOSED"


@pytest.mark.anyio
async def test_changes_may_be_taken_in_cancel_only() -> None:
    life = LifeRules(cancel_only_takes_changes=True)
    config = VenueConfig(market_maker=False, latency_open=0.001, life=life)
    async with Venue(config) as venue, trader(venue) as alice:
        resting = await alice.place(price=NEAR, market=BTC)
        venue.control.set_status("cancel_only")
        change = alice.change(resting, price="94970")
        response = await alice.ask("PUT", f"/orders/{resting['id']}", json=change)
        assert response.status_code == 200
