"""What the engine asks about the account, and what a node that starts anew makes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import (
    GenerateFillReports,
    GenerateOrderStatusReport,
    GenerateOrderStatusReports,
    GeneratePositionStatusReports,
)
from nautilus_trader.model.enums import OrderSide, OrderStatus, PositionSide
from nautilus_trader.model.identifiers import ClientOrderId, InstrumentId, VenueOrderId

from paradex_adapter.errors import OutcomeUnknown
from paradex_venue import Venue
from paradex_venue.faults import RestRule
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

COMMON = {"instrument_id": None, "start": None, "end": None, "ts_init": 0}


def positions_wanted(instrument_id: InstrumentId | None = None) -> GeneratePositionStatusReports:
    terms = COMMON | {"instrument_id": instrument_id}
    return GeneratePositionStatusReports(command_id=UUID4(), **terms)


def orders_wanted(*, open_only: bool) -> GenerateOrderStatusReports:
    return GenerateOrderStatusReports(command_id=UUID4(), open_only=open_only, **COMMON)


def fills_wanted(venue_order_id: VenueOrderId | None = None) -> GenerateFillReports:
    return GenerateFillReports(command_id=UUID4(), venue_order_id=venue_order_id, **COMMON)


def order_wanted(**ids: Any) -> GenerateOrderStatusReport:
    known = {"client_order_id": None, "venue_order_id": None} | ids
    return GenerateOrderStatusReport(instrument_id=BTC, command_id=UUID4(), ts_init=0, **known)


async def trade(elsewhere: Trader) -> dict[str, Any]:
    """An open order, one filled in three parts, and a position; returns the open order."""
    await elsewhere.place(type="MARKET", price=None, size="3.5", client_id="entry")
    return await elsewhere.place(price="94000", size="0.2", client_id="resting")


async def test_a_node_that_starts_anew_knows_orders_fills_and_the_position(
    venue: Venue, elsewhere: Trader
) -> None:
    at_venue = await trade(elsewhere)
    async with trading(venue) as desk:
        resting = desk.cache.order(ClientOrderId("resting"))
        assert resting.status == OrderStatus.ACCEPTED
        assert resting.venue_order_id.value == at_venue["id"]
        entry = desk.cache.order(ClientOrderId("entry"))
        assert entry.status == OrderStatus.FILLED
        fills = venue.exchange.accounts[ALICE.address].fills
        assert [trade_id.value for trade_id in entry.trade_ids] == [fill.id for fill in fills]
        (position,) = desk.cache.positions_open()
        assert position.signed_decimal_qty() == Decimal("3.5")
        fees = sum(fill.fee for fill in fills)
        assert sum(money.as_decimal() for money in position.commissions()) == fees


async def test_orders_of_an_earlier_node_are_answered_for_by_the_next(venue: Venue) -> None:
    """The cache is empty, the order is the venue's to tell; it can be canceled and filled."""
    async with trading(venue) as desk:
        order = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
        desk.probe.submit_order(order)
        await desk.until(lambda: order.status == OrderStatus.ACCEPTED)
    async with trading(venue) as desk:
        again = desk.cache.order(order.client_order_id)
        assert again.status == OrderStatus.ACCEPTED
        venue.control.trade(ALICE.address, order.client_order_id.value, "0.04")
        await desk.until(lambda: again.status == OrderStatus.PARTIALLY_FILLED)
        desk.probe.cancel_order(again)
        await desk.until(lambda: again.is_closed)
        assert again.status == OrderStatus.CANCELED
        assert again.filled_qty.as_decimal() == Decimal("0.04")


async def test_fills_come_oldest_first_and_of_one_order_where_one_is_named(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    """A fill that is older than one already told is dropped by the engine."""
    for _ in range(3):
        await elsewhere.place(type="MARKET", price=None, size="3.5")
        venue.control.fill_book(MARKET, BIDS, ASKS)
    reports = await desk.execution.generate_fill_reports(fills_wanted())
    fills = venue.exchange.accounts[ALICE.address].fills
    assert [report.trade_id.value for report in reports] == [fill.id for fill in fills]
    assert [report.ts_event for report in reports] == sorted(r.ts_event for r in reports)
    wanted = VenueOrderId(fills[-1].order_id)
    of_one = await desk.execution.generate_fill_reports(fills_wanted(wanted))
    assert [report.venue_order_id for report in of_one] == [wanted] * 3


async def test_open_orders_and_all_orders(desk: Desk, elsewhere: Trader) -> None:
    open_one = await trade(elsewhere)
    reports = await desk.execution.generate_order_status_reports(orders_wanted(open_only=True))
    assert [report.venue_order_id.value for report in reports] == [open_one["id"]]
    reports = await desk.execution.generate_order_status_reports(orders_wanted(open_only=False))
    assert {report.order_status for report in reports} == {
        OrderStatus.FILLED,
        OrderStatus.ACCEPTED,
    }


async def test_one_order_is_found_by_either_id_and_none_is_none(
    desk: Desk, elsewhere: Trader
) -> None:
    await trade(elsewhere)
    report_of = desk.execution.generate_order_status_report
    by_ours = await report_of(order_wanted(client_order_id=ClientOrderId("entry")))
    assert by_ours.order_status == OrderStatus.FILLED
    by_theirs = await report_of(order_wanted(venue_order_id=by_ours.venue_order_id))
    assert by_theirs.venue_order_id == by_ours.venue_order_id
    assert await report_of(order_wanted(client_order_id=ClientOrderId("never"))) is None


async def test_a_position_that_is_not_held_is_flat_when_asked_for(desk: Desk) -> None:
    positions = desk.execution.generate_position_status_reports
    assert await positions(positions_wanted()) == []
    (flat,) = await positions(positions_wanted(BTC))
    assert (flat.position_side, flat.quantity.as_decimal()) == (PositionSide.FLAT, 0)


async def test_a_position_that_was_closed_is_flat(desk: Desk, elsewhere: Trader) -> None:
    for side in ("BUY", "SELL"):
        await elsewhere.place(type="MARKET", price=None, side=side, size="0.1")
    positions = desk.execution.generate_position_status_reports
    assert await positions(positions_wanted()) == []
    (flat,) = await positions(positions_wanted(BTC))
    assert flat.position_side == PositionSide.FLAT


async def test_a_short_position_has_its_average_price(desk: Desk, elsewhere: Trader) -> None:
    await elsewhere.place(type="MARKET", price=None, side="SELL", size="1.5")
    (short,) = await desk.execution.generate_position_status_reports(positions_wanted())
    assert short.position_side == PositionSide.SHORT
    assert short.quantity.as_decimal() == Decimal("1.5")
    assert float(short.avg_px_open) == pytest.approx((94990 + 94980 * 0.5) / 1.5)


@pytest.mark.parametrize(
    ("path", "ask"),
    [
        ("/positions", lambda it: it.generate_position_status_reports(positions_wanted())),
        ("/positions", lambda it: it.generate_position_status_reports(positions_wanted(BTC))),
        ("/orders", lambda it: it.generate_order_status_reports(orders_wanted(open_only=True))),
        ("/fills", lambda it: it.generate_fill_reports(fills_wanted())),
        (
            "/orders",
            lambda it: it.generate_order_status_report(
                order_wanted(client_order_id=ClientOrderId("any"))
            ),
        ),
    ],
    ids=["positions", "one position", "orders", "fills", "one order"],
)
async def test_a_question_that_fails_raises_and_is_not_answered_with_nothing(
    desk: Desk, venue: Venue, path: str, ask: Any
) -> None:
    """The engine takes an empty answer for "there is nothing", and acts on it."""
    venue.control.add_fault(RestRule(kind="refuse", method="GET", path=path, count=None))
    with pytest.raises(OutcomeUnknown, match="HTTP 503"):
        await ask(desk.execution)


async def test_a_position_that_cannot_be_asked_for_is_not_taken_for_flat(venue: Venue) -> None:
    """With the engine's own position check on, at its fastest."""
    engine = {
        "reconciliation_startup_delay_secs": 0.001,
        "position_check_interval_secs": 0.05,
        "position_check_threshold_ms": 0,
    }
    async with trading(venue, engine=engine) as desk:
        order = desk.probe.market(OrderSide.BUY, "0.1")
        desk.probe.submit_order(order)
        await desk.until(lambda: order.is_closed)
        asked = 0

        async def ask(command: GeneratePositionStatusReports) -> Any:
            nonlocal asked
            asked += 1
            desk.changes.tell()
            return await type(desk.execution).generate_position_status_reports(
                desk.execution, command
            )

        desk.execution.generate_position_status_reports = ask
        venue.control.add_fault(
            RestRule(kind="refuse", method="GET", path="/positions", count=None)
        )
        await desk.until(lambda: asked > 3)
        (position,) = desk.cache.positions_open()
        assert position.signed_decimal_qty() == Decimal("0.1")
        assert len(desk.cache.orders()) == 1
