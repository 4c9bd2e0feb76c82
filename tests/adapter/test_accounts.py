"""Several accounts of the venue on one node, and an account that is traded with a subkey."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import OrderSide, OrderStatus
from nautilus_trader.model.identifiers import AccountId, ClientId
from nautilus_trader.model.objects import Money
from nautilus_trader.model.orders import Order

from paradex_adapter import PARADEX, ParadexExecutionClient
from paradex_adapter.siblings import account_of
from paradex_venue import AccountConfig, Venue
from paradex_venue.faults import RestRule
from tests.adapter.node import BTC, MARKET, Desk, trading
from tests.venue.trader import ALICE, BOB, Key, Trader
from tests.venue.trader import client as connection

pytestmark = pytest.mark.anyio

BUY, SELL = OrderSide.BUY, OrderSide.SELL
PLACED = ("Initialized", "Submitted", "Accepted")
OTHER = "PARADEX2"
HERS = AccountId(f"{PARADEX}-{ALICE.address[2:12]}")
HIS = AccountId(f"{OTHER}-{BOB.address[2:12]}")


@asynccontextmanager
async def two_accounts(venue: Venue, **knobs: Any) -> AsyncIterator[Desk]:
    """ALICE's is the client that the venue's orders go to, BOB's is to be named."""
    venue.control.register(BOB.config())
    his = {"l2_address": BOB.address, "l2_private_key": BOB.private}
    accounts = {OTHER: his | knobs.get("execution", {})}
    async with trading(venue, accounts=accounts, strategies=2, **knobs) as desk:
        yield desk


def submit(desk: Desk, number: int, order: Order) -> Order:
    """Strategy 0 trades hers, strategy 1 his."""
    name = ClientId(OTHER) if number else None
    desk.probes[number].submit_order(order, client_id=name)
    return order


async def resting(desk: Desk, number: int, price: str = "94000") -> Order:
    order = submit(desk, number, desk.probes[number].limit(BUY, "0.1", price))
    await desk.told(order, *PLACED)
    return order


def clients(desk: Desk) -> list[ParadexExecutionClient]:
    return [each for each in desk.clients if isinstance(each, ParadexExecutionClient)]


def truth(venue: Venue, key: Key) -> Any:
    return venue.exchange.accounts[key.address]


async def test_two_accounts_trade_at_once_and_each_keeps_what_is_its_own(venue: Venue) -> None:
    async with two_accounts(venue) as desk:
        hers = submit(desk, 0, desk.probes[0].market(BUY, "0.3"))
        his = submit(desk, 1, desk.probes[1].market(SELL, "0.2"))
        await desk.told(hers, *PLACED, "Filled")
        await desk.told(his, *PLACED, "Filled")
        for key, account_id, order, size in (
            (ALICE, HERS, hers, Decimal("0.3")),
            (BOB, HIS, his, Decimal("-0.2")),
        ):
            account = truth(venue, key)
            (fill,) = account.fills
            assert (order.account_id, order.trade_ids[0].value) == (account_id, fill.id)
            assert {event.account_id for event in order.events[1:]} == {account_id}
            (position,) = desk.cache.positions_open(account_id=account_id)
            assert position.signed_decimal_qty() == account.position_size(MARKET) == size
            state = desk.cache.account(account_id)
            after = Money(account.balance, USDC)
            await desk.until(lambda s=state, a=after: s.balance_total(USDC) == a)
        assert {order.client_id for order in truth(venue, BOB).orders} == {
            his.client_order_id.value
        }


async def test_what_names_no_account_reaches_the_one_that_the_order_is_of(venue: Venue) -> None:
    """The engine's questions and the cancel of several go to the first client of the venue."""
    async with two_accounts(venue) as desk:
        probe, name = desk.probes[0], ClientId(OTHER)
        orders = [probe.limit(BUY, "0.1", price) for price in ("94000", "94100", "94200", "94300")]
        for order, client_id in zip(orders, (None, name, None, name), strict=True):
            probe.submit_order(order, client_id=client_id)
            await desk.told(order, *PLACED)
        venue.control.cut("private")
        venue.control.cancel(BOB.address, orders[1].client_order_id.value)
        probe.query_order(orders[1])
        await desk.told(orders[1], *PLACED, "Canceled")
        probe.cancel_orders([orders[2], orders[3]])
        await desk.until(lambda: orders[2].is_closed and orders[3].is_closed)
        last = await resting(desk, 0)
        his = probe.limit(BUY, "0.1", "94000")
        probe.submit_order(his, client_id=name)
        await desk.told(his, *PLACED)
        probe.cancel_all_orders(BTC)
        await desk.until(lambda: orders[0].is_closed and last.is_closed and his.is_closed)
        assert {order.status for order in (*orders, last, his)} == {OrderStatus.CANCELED}


async def test_the_engine_does_not_give_up_an_order_of_either_account(venue: Venue) -> None:
    """It asks the first client after every order in flight."""
    engine = {
        "inflight_check_interval_ms": 10,
        "inflight_check_threshold_ms": 10,
        "inflight_check_retries": 2,
        "reconciliation_startup_delay_secs": 0.001,
    }
    async with two_accounts(venue, engine=engine, execution={"order_entry": "rest"}) as desk:
        venue.control.add_fault(RestRule(kind="refuse", path="/orders", count=None))
        orders = [submit(desk, n, desk.probes[n].limit(BUY, "0.1", "94000")) for n in (0, 1)]
        asked = 0

        def question(record: object) -> None:
            nonlocal asked
            asked += "doubted" in repr(record)

        desk.node.kernel.msgbus.subscribe(f"charts.{OTHER}.order", question)
        await desk.until(lambda: asked > 10 or any(order.is_closed for order in orders))
        assert [order.status for order in orders] == [OrderStatus.SUBMITTED] * 2
        venue.control.clear_faults()


@pytest.mark.parametrize("key", [ALICE, BOB], ids=["hers", "his"])
async def test_a_position_of_one_account_that_cannot_be_asked_for_is_not_flat(
    venue: Venue, key: Key
) -> None:
    engine = {
        "reconciliation_startup_delay_secs": 0.001,
        "position_check_interval_secs": 0.02,
        "position_check_threshold_ms": 0,
    }
    async with two_accounts(venue, engine=engine) as desk:
        order = submit(desk, key is BOB, desk.probes[key is BOB].market(BUY, "0.1"))
        await desk.told(order, *PLACED, "Filled")
        (client,) = [each for each in clients(desk) if each.account_id == order.account_id]
        asked = 0

        async def fail(command: object) -> None:
            nonlocal asked
            asked += 1
            desk.changes.tell()
            raise ConnectionError("nothing is known")

        client.generate_position_status_reports = fail
        await desk.until(lambda: asked > 3)
        (position,) = desk.cache.positions_open()
        assert position.signed_decimal_qty() == Decimal("0.1")
        assert len(desk.cache.orders()) == 1


async def test_a_node_that_starts_anew_tells_the_accounts_apart(venue: Venue) -> None:
    venue.control.register(BOB.config())
    at_venue = {}
    for key in (ALICE, BOB):
        async with connection(venue) as http:
            trader = Trader(http, venue, key)
            at_venue[key.address] = (await trader.place(price="94000"))["id"]
            await trader.place(type="MARKET", price=None, side="BUY", size="0.1")
    async with two_accounts(venue) as desk:
        for key, account_id in ((ALICE, HERS), (BOB, HIS)):
            orders = [each for each in desk.cache.orders() if account_of(each) == account_id]
            (order,) = [each for each in orders if each.is_open]
            assert order.venue_order_id.value == at_venue[key.address]
            fills = [fill.id for fill in truth(venue, key).fills]
            assert [id.value for each in orders for id in each.trade_ids] == fills
            (client,) = [each for each in clients(desk) if each.account_id == account_id]
            working = client.venue_account.orders
            venue.control.cut("private")  # a session that comes back takes over what is open
            await desk.until(lambda w=working: w.working)
            assert list(working.working) == [order.client_order_id.value]


async def test_a_client_of_any_name_has_the_venues_orders_where_it_is_the_only_one(
    venue: Venue,
) -> None:
    accounts = {OTHER: {"l2_address": ALICE.address, "l2_private_key": ALICE.private}}
    async with trading(venue, execution=None, accounts=accounts) as desk:
        order = await resting(desk, 0)
        assert order.account_id.get_issuer() == OTHER


async def test_an_account_is_traded_with_a_subkey(venue: Venue) -> None:
    """Signed by the subkey, for the account whose it is."""
    subkey = Key("0x5ab" + "2" * 40)
    venue.control.register(AccountConfig(ALICE.address, ALICE.public, subkeys=(subkey.public,)))
    async with trading(venue, execution={"l2_private_key": subkey.private}) as desk:
        order = await resting(desk, 0)
        instrument = desk.cache.instrument(BTC)
        desk.probe.modify_order(order, price=instrument.make_price("93000"))
        await desk.told(order, *PLACED, "PendingUpdate", "Updated")
        desk.probe.cancel_order(order)
        await desk.told(order, *PLACED, "PendingUpdate", "Updated", "PendingCancel", "Canceled")
        assert order.account_id == HERS
