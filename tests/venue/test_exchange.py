"""The front desk: two phases, refusals, the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from paradex_venue.clock import ManualClock
from paradex_venue.config import VenueConfig
from paradex_venue.events import Event, OrderChanged
from paradex_venue.exchange import Exchange
from paradex_venue.orders import ModifyRequest
from paradex_venue.records import Order
from paradex_venue.refusal import Refused
from paradex_venue.rules import OrderRules
from tests.venue.world import BTC, D, World


def change(order: Order, **terms: Any) -> ModifyRequest:
    defaults = {
        "id": order.id,
        "market": order.market,
        "side": order.side,
        "type": order.type,
        "size": str(order.size),
        "price": str(order.price),
        "signature": "",
        "signature_timestamp": order.signed_at,
    }
    return ModifyRequest(**(defaults | terms))


def test_an_order_is_new_at_first_and_open_after_the_latency() -> None:
    world = World(latency_open=0.005)
    order = world.submit()
    assert order.status == "NEW"
    world.clock.advance(0.004)
    assert (order.status, world.events) == ("NEW", [])
    world.clock.advance(0.001)
    assert order.status == "OPEN"
    assert [event.order.status for event in world.heard(OrderChanged)] == ["OPEN"]


def test_even_without_latency_there_are_two_phases() -> None:
    world = World(latency_open=0.0)
    assert world.submit().status == "NEW"


def test_the_new_phase_is_announced_only_where_asked_for() -> None:
    world = World(push_new=True)
    world.place()
    assert [event.order.status for event in world.heard(OrderChanged)] == ["NEW", "OPEN"]


def test_requests_never_overtake_each_other() -> None:
    world = World()
    order = world.submit()
    world.exchange.cancel(order)
    world.settle()
    statuses = [event.order.status for event in world.heard(OrderChanged)]
    assert statuses == ["OPEN", "CLOSED"]
    assert (order.cancel_reason, order.remaining) == ("USER_CANCELED", order.size)


def test_requests_keep_their_order_even_where_timers_do_not() -> None:
    class Hasty(ManualClock):
        """Every call is asked for sooner than the one before."""

        def call_later(self, seconds: float, action: Callable[[], None]) -> None:
            self._sooner = getattr(self, "_sooner", 1.0) / 2
            super().call_later(seconds * self._sooner, action)

    clock = Hasty()
    exchange = Exchange(clock, VenueConfig())
    alice = exchange.open_account("0xa", "0x1", D(1_000_000))
    world = World()
    orders = [
        exchange.prepare(alice, world.request(price=price)) for price in ("90000", "91000", "92000")
    ]
    opened: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, OrderChanged):
            opened.append(event.order.id)

    exchange.listeners.append(listen)
    for order in orders:
        exchange.submit(order)
    clock.advance(1.0)
    assert opened == [order.id for order in orders]


def test_a_cancel_may_lose_to_a_fill() -> None:
    world = World()
    order = world.place()
    world.exchange.cancel(order)
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    world.settle()
    assert (order.status, order.remaining, order.cancel_reason) == ("CLOSED", 0, "")


def test_every_event_of_an_order_has_a_greater_sequence_number() -> None:
    world = World()
    order = world.place()
    world.engine.sweep(world.house, BTC, "SELL", D("0.03"))
    world.exchange.cancel(order)
    world.settle()
    numbers = [event.order.seq_no for event in world.heard(OrderChanged)]
    assert len(numbers) == 3
    assert numbers == sorted(set(numbers))


REFUSALS = [
    ({"market": "FOO-USD-PERP"}, "MARKET_NOT_FOUND"),
    ({"type": "STOP_LIMIT"}, "VALIDATION_ERROR"),
    ({"type": "TAKE_PROFIT_MARKET"}, "VALIDATION_ERROR"),
    ({"instruction": "FOK"}, "VALIDATION_ERROR"),
    ({"instruction": "RPI"}, "RPI_ACCOUNT_NOT_WHITELISTED"),
    ({"stp": "NONE"}, "VALIDATION_ERROR"),
    ({"size": "0.000001"}, "INVALID_ORDER_SIZE"),
    ({"size": "0.100005"}, "INVALID_ORDER_SIZE"),
    ({"size": "0"}, "INVALID_ORDER_SIZE"),
    ({"size": "-1"}, "INVALID_ORDER_SIZE"),
    ({"size": "1e2"}, "INVALID_ORDER_SIZE"),
    ({"size": "100.00001"}, "INVALID_ORDER_SIZE"),
    ({"size": "0.0001"}, "INVALID_ORDER_SIZE"),
    ({"price": "94000.01"}, "INVALID_PRICE_PRECISION"),
    ({"price": "0"}, "INVALID_PRICE_PRECISION"),
    ({"price": None}, "INVALID_PRICE_PRECISION"),
    ({"price": "99750.1"}, "VALIDATION_ERROR"),
    ({"side": "SELL", "price": "90249.9"}, "VALIDATION_ERROR"),
    ({"client_id": "x" * 65}, "VALIDATION_ERROR"),
    ({"recv_window": 9}, "VALIDATION_ERROR"),
    ({"recv_window": 1000, "signature_timestamp": 1_706_868_898_999}, "INVALID_TIMESTAMP"),
    ({"signature_timestamp": 1_706_868_599_999}, "INVALID_TIMESTAMP"),
]


@pytest.mark.parametrize(("terms", "code"), REFUSALS)
def test_a_breach_of_the_rules_is_refused_at_once(terms: dict[str, Any], code: str) -> None:
    world = World()
    # The mark is such that 0.0001 BTC is worth less than the least notional.
    world.engine.marks[BTC] = D(95_000)
    with pytest.raises(Refused) as refused:
        world.submit(**terms)
    assert refused.value.code == code
    assert (world.alice.orders, world.alice.live) == ([], {})


ACCEPTED = [
    {"client_id": None, "recv_window": None, "stp": None, "flags": None, "instruction": None},
    {"client_id": "", "vwap_price": None},
    {"price": "94000.10"},
    {"price": "99750"},
    {"side": "SELL", "price": "500000"},
    {"recv_window": 1000, "signature_timestamp": 1_706_868_899_000},
    {"size": "0.00011"},
    {"type": "MARKET", "price": None},
    {"type": "MARKET", "price": "0", "instruction": "IOC"},
]


@pytest.mark.parametrize("terms", ACCEPTED)
def test_what_the_venues_own_client_sends_is_accepted(terms: dict[str, Any]) -> None:
    assert World().submit(**terms).status == "NEW"


def test_a_client_id_is_refused_while_it_is_live_and_free_afterwards() -> None:
    world = World()
    order = world.submit(client_id="one")
    with pytest.raises(Refused, match="DUPLICATED_CLIENT_ID"):
        world.submit(client_id="one")
    world.submit(world.bob, client_id="one")
    world.exchange.cancel(order)
    world.settle()
    assert world.submit(client_id="one").status == "NEW"


def test_a_market_holds_only_so_many_orders_of_one_account() -> None:
    world = World()
    for _ in range(world.exchange.markets[BTC].max_open_orders):
        world.submit(size="0.001")
    with pytest.raises(Refused, match="the maximum"):
        world.submit(size="0.001")
    assert world.submit(market="ETH-USD-PERP", price="3000").status == "NEW"


def test_dust_may_be_closed_but_not_opened() -> None:
    world = World()
    world.quote({"95000": "1"}, {"95000.1": "1"})
    world.place(type="MARKET", price=None, size="0.0002")
    world.engine.marks[BTC] = D(40_000)
    closing = {"type": "MARKET", "price": None, "side": "SELL", "flags": ["REDUCE_ONLY"]}
    with pytest.raises(Refused, match="minimum notional"):
        world.submit(**closing, size="0.0001")
    assert world.submit(**closing, size="0.0002").status == "NEW"


@pytest.mark.parametrize(
    ("status", "instruction", "code"),
    [
        ("maintenance", "GTC", "SERVICE_UNAVAILABLE"),
        ("cancel_only", "POST_ONLY", "SYSTEM_STATUS_CANCEL_ONLY"),
        ("post_only", "GTC", "SYSTEM_STATUS_POST_ONLY"),
    ],
)
def test_a_venue_that_is_not_ok_refuses_orders(status: str, instruction: str, code: str) -> None:
    world = World()
    order = world.place()
    world.exchange.status = status
    with pytest.raises(Refused, match=code):
        world.submit(instruction=instruction)
    world.exchange.cancel(order)
    world.settle()
    assert order.status == "CLOSED"


def test_a_post_only_venue_takes_post_only_orders() -> None:
    world = World()
    world.exchange.status = "post_only"
    assert world.submit(instruction="POST_ONLY", price="94960").status == "NEW"


def test_a_closed_order_cannot_be_canceled() -> None:
    world = World()
    order = world.place()
    world.exchange.cancel(order)
    world.settle()
    with pytest.raises(Refused, match="ORDER_IS_CLOSED"):
        world.exchange.cancel(order)


def test_cancel_all_takes_one_market_or_all_of_them_and_nobody_elses() -> None:
    world = World()
    btc, eth = world.place(), world.place(market="ETH-USD-PERP", price="3000")
    bobs = world.place(world.bob)
    world.exchange.cancel_all(world.alice, BTC)
    world.settle()
    assert (btc.status, eth.status, bobs.status) == ("CLOSED", "OPEN", "OPEN")
    world.exchange.cancel_all(world.alice)
    world.settle()
    assert (eth.status, bobs.status) == ("CLOSED", "OPEN")


def test_orders_are_found_by_their_owner_only() -> None:
    world = World()
    order = world.place(client_id="mine")
    assert world.exchange.order(world.alice, order.id) is order
    assert world.exchange.live_by_client_id(world.alice, "mine") is order
    with pytest.raises(Refused, match="ORDER_ID_NOT_FOUND"):
        world.exchange.order(world.bob, order.id)
    with pytest.raises(Refused, match="CLIENT_ORDER_ID_NOT_FOUND"):
        world.exchange.live_by_client_id(world.bob, "mine")


def test_a_change_is_pending_at_first_and_then_a_success() -> None:
    world = World()
    order = world.place(client_id="mine")
    world.exchange.modify(order, change(order, price="93000"))
    assert (order.request and order.request.status, order.price) == ("PENDING", 94000)
    world.settle()
    told = world.heard(OrderChanged)[-1].order
    assert (told.id, told.client_id, told.status) == (order.id, "mine", "OPEN")
    assert (told.price, told.request and told.request.status) == (93000, "SUCCESS")


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({}, "INVALID_REQUEST_PARAMETER"),
        ({"side": "SELL"}, "VALIDATION_ERROR"),
        ({"size": "0.000001"}, "INVALID_ORDER_SIZE"),
        ({"price": "94000.05"}, "INVALID_PRICE_PRECISION"),
        ({"price": "110000"}, "VALIDATION_ERROR"),
    ],
)
def test_a_change_that_breaks_the_rules_is_refused(terms: dict[str, Any], code: str) -> None:
    world = World()
    order = world.place()
    with pytest.raises(Refused) as refused:
        world.exchange.modify(order, change(order, **terms))
    assert refused.value.code == code


def test_only_an_open_order_can_be_changed() -> None:
    world = World()
    order = world.submit()
    with pytest.raises(Refused, match="ORDER_IS_NOT_OPEN"):
        world.exchange.modify(order, change(order, price="93000"))


def test_a_change_that_loses_to_a_fill_is_rejected_and_reopens_nothing() -> None:
    world = World()
    order = world.place()
    world.exchange.modify(order, change(order, price="93000"))
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    world.settle()
    told = world.heard(OrderChanged)[-1].order
    assert (told.status, told.price, told.remaining) == ("CLOSED", 94000, 0)
    assert told.request is not None
    assert (told.request.status, told.request.message) == ("REJECTED", "ORDER_IS_NOT_OPEN")


# ---- what is unknown ----


@pytest.mark.parametrize("setting", ["reuse", "refuse"])
def test_whether_a_closed_orders_client_id_is_free_again_is_a_setting(setting: Any) -> None:
    world = World(rules=OrderRules(closed_client_id=setting))
    world.exchange.cancel(world.submit(client_id="one"))
    world.settle()
    if setting == "reuse":
        assert world.submit(client_id="one").client_id == "one"
    else:
        with pytest.raises(Refused, match="DUPLICATED_CLIENT_ID"):
            world.submit(client_id="one")


def test_how_far_ahead_a_signature_may_be_is_a_setting() -> None:
    ahead = World().exchange.now_ms() + 60_000
    assert World().submit(signature_timestamp=ahead).signed_at == ahead
    world = World(rules=OrderRules(signature_ahead_ms=1_000))
    world.submit(signature_timestamp=ahead - 59_000)
    with pytest.raises(Refused, match="INVALID_TIMESTAMP"):
        world.submit(signature_timestamp=ahead)


def test_the_size_of_a_change_may_be_what_is_to_remain() -> None:
    world = World(rules=OrderRules(modified_size="remaining"))
    order = world.place(size="0.3")
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    with pytest.raises(Refused, match="no order parameters changed"):
        world.exchange.modify(order, change(order, size="0.2"))
    world.exchange.modify(order, change(order, size="0.5"))
    world.engine.sweep(world.house, BTC, "SELL", D("0.1"))
    world.settle()
    assert (order.size, order.remaining, order.filled) == (D("0.7"), D("0.5"), D("0.2"))


def test_a_change_of_size_may_lose_the_place_in_line() -> None:
    world = World(rules=OrderRules(modified_priority="never"))
    first, second = world.place(size="0.3"), world.place(world.bob, size="0.3")
    world.exchange.modify(first, change(first, size="0.2"))
    world.settle()
    queue = world.engine.books[BTC].queue("BUY", first.price)
    assert [order.order_id for order in queue] == [second.id, first.id]


def test_orders_of_one_batch_count_against_the_markets_maximum_together() -> None:
    world = World()
    for _ in range(148):
        world.submit()
    beside = [world.exchange.prepare(world.alice, world.request()) for _ in range(2)]
    with pytest.raises(Refused, match="the maximum"):
        world.exchange.prepare(world.alice, world.request(), beside)
