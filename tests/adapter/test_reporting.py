"""What the engine asks about the account, and what a node that starts anew makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
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
from paradex_adapter.reporting import Reports
from paradex_venue import Venue
from paradex_venue.faults import RestRule
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, trading
from tests.venue.trader import ALICE, Trader

pytestmark = pytest.mark.anyio

COMMON = {"instrument_id": None, "start": None, "end": None, "ts_init": 0}
SHORTLY = {"report_timeout_secs": 0.3}
DAY = timedelta(days=1)


def positions_wanted(instrument_id: InstrumentId | None = None) -> GeneratePositionStatusReports:
    terms = COMMON | {"instrument_id": instrument_id}
    return GeneratePositionStatusReports(command_id=UUID4(), **terms)


def orders_wanted(*, open_only: bool, **terms: Any) -> GenerateOrderStatusReports:
    return GenerateOrderStatusReports(command_id=UUID4(), open_only=open_only, **COMMON | terms)


def fills_wanted(venue_order_id: VenueOrderId | None = None, **terms: Any) -> GenerateFillReports:
    wanted = COMMON | {"venue_order_id": venue_order_id} | terms
    return GenerateFillReports(command_id=UUID4(), **wanted)


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


def age(venue: Venue, days: int) -> None:
    """Let everything the account did so far be that much older."""
    account, ms = venue.exchange.accounts[ALICE.address], days * 86_400_000
    for order in account.orders:
        order.created_at -= ms
        order.updated_at -= ms
    account.fills[:] = [replace(fill, created_at=fill.created_at - ms) for fill in account.fills]


async def test_without_a_start_reports_reach_back_to_the_beginning_and_with_one_to_that(
    desk: Desk, venue: Venue, elsewhere: Trader
) -> None:
    for days in (300, 20, 0):
        order = await elsewhere.place(type="MARKET", price=None, size="0.1")
        await desk.until(lambda order=order: desk.cache.client_order_id(VenueOrderId(order["id"])))
        age(venue, days)
    client = desk.execution
    now = desk.node.kernel.clock.utc_now()
    for window, count in (({}, 3), ({"start": now - 30 * DAY}, 2), ({"start": now - DAY}, 1)):
        orders = orders_wanted(open_only=False, **window)
        assert len(await client.generate_order_status_reports(orders)) == count
        assert len(await client.generate_fill_reports(fills_wanted(**window))) == count
    window = {"start": now - 30 * DAY, "end": now - DAY}
    (order,) = await client.generate_order_status_reports(orders_wanted(open_only=False, **window))
    (fill,) = await client.generate_fill_reports(fills_wanted(**window))
    assert fill.venue_order_id == order.venue_order_id


async def test_a_node_goes_as_far_back_as_the_engine_is_set_to(
    venue: Venue, elsewhere: Trader
) -> None:
    """What is older is in the position alone, with the price at which it was entered."""
    await elsewhere.place(type="MARKET", price=None, size="0.2", client_id="old")
    age(venue, 3)
    await elsewhere.place(type="MARKET", price=None, size="0.1", client_id="young")
    async with trading(venue, engine={"reconciliation_lookback_mins": 60}) as desk:
        assert desk.cache.order(ClientOrderId("old")) is None
        assert desk.cache.order(ClientOrderId("young")).is_closed
        (position,) = desk.cache.positions_open()
        assert position.signed_decimal_qty() == Decimal("0.3")
        assert float(position.avg_px_open) == pytest.approx(95010)
    async with trading(venue) as desk:
        assert desk.cache.order(ClientOrderId("old")).is_closed


async def test_an_order_that_is_not_decided_on_yet_is_not_reported(
    venue: Venue, elsewhere: Trader
) -> None:
    """Any report of one would have the engine take it for accepted."""
    async with trading(venue, execution=SHORTLY) as desk:
        venue.exchange.latency = 1.0
        new = await elsewhere.submit(price="94000")
        assert new["status"] == "NEW"
        ask = desk.execution.generate_order_status_reports
        assert await ask(orders_wanted(open_only=True)) == []
        with pytest.raises(OutcomeUnknown, match="is not decided on by the venue yet"):
            await desk.execution.generate_order_status_report(
                order_wanted(venue_order_id=VenueOrderId(new["id"]))
            )


async def test_an_order_that_may_still_arrive_is_not_said_to_be_unknown(venue: Venue) -> None:
    async with trading(venue, execution=SHORTLY | {"order_entry": "rest"}) as desk:
        venue.control.add_fault(RestRule(kind="refuse", method="POST", path="/orders", count=None))
        order = desk.probe.limit(OrderSide.BUY, "0.1", "94000")
        desk.probe.submit_order(order)
        await desk.until(lambda: order.status == OrderStatus.SUBMITTED)
        with pytest.raises(OutcomeUnknown, match="may still be on its way"):
            await desk.execution.generate_order_status_report(
                order_wanted(client_order_id=order.client_order_id)
            )


class Log:
    """Keeps what is written at level WARNING."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warning(self, message: str) -> None:
        self.warnings.append(message)


async def test_a_market_that_is_not_loaded_is_told_once_with_the_remedy(
    desk: Desk, elsewhere: Trader
) -> None:
    """The engine takes a report of an instrument it does not have for reconciled."""
    other = await elsewhere.place(market="ETH-USD-PERP", size="1", price="1000")
    assert other["status"] == "OPEN"
    log = Log()
    reports = Reports(desk.execution.account_id, desk.cache, desk.node.kernel.clock, log)
    for _ in range(2):
        assert await reports.orders(desk.account, orders_wanted(open_only=True)) == []
    (warning,) = log.warnings
    assert "name ETH-USD-PERP.PARADEX in the instrument provider's load_ids" in warning


async def test_a_history_that_is_cut_is_told_with_the_remedy(
    desk: Desk, elsewhere: Trader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paradex_adapter.history.MOST_ORDERS", 1)
    for _ in range(3):
        await elsewhere.place(type="MARKET", price=None, size="0.1")
    log = Log()
    reports = Reports(desk.execution.account_id, desk.cache, desk.node.kernel.clock, log)
    status = await reports.everything(desk.account, desk.execution.id, None)
    assert len(status.order_reports) < 3
    (warning,) = log.warnings
    assert "set reconciliation_lookback_mins of the execution engine" in warning


@pytest.mark.parametrize(("field", "word"), [("status", "PAUSED"), ("type", "ICEBERG")])
async def test_an_order_that_cannot_be_read_hides_no_other_and_keeps_no_node_from_starting(
    venue: Venue, elsewhere: Trader, field: str, word: str
) -> None:
    odd, plain = [(await elsewhere.place(price=price))["id"] for price in ("94000", "94100")]
    setattr(venue.exchange.accounts[ALICE.address].live[odd], field, word)
    async with trading(venue) as desk:
        known = [order.venue_order_id.value for order in desk.cache.orders()]
        assert known == [plain]
        desk.account.reconcile()
        await desk.until(lambda: desk.states["reconciliation"] != "idle")
        await desk.until(lambda: desk.states["reconciliation"] == "idle")


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


ANY = ClientOrderId("any")
QUESTIONS = [
    ("/positions", lambda it: it.generate_position_status_reports(positions_wanted())),
    ("/positions", lambda it: it.generate_position_status_reports(positions_wanted(BTC))),
    ("/orders", lambda it: it.generate_order_status_reports(orders_wanted(open_only=True))),
    ("/orders-h", lambda it: it.generate_order_status_reports(orders_wanted(open_only=False))),
    ("/fills", lambda it: it.generate_fill_reports(fills_wanted())),
    ("/orders", lambda it: it.generate_order_status_report(order_wanted(client_order_id=ANY))),
]


async def test_a_question_that_fails_raises_and_is_not_answered_with_nothing(venue: Venue) -> None:
    """The engine takes an empty answer for "there is nothing", and acts on it."""
    async with trading(venue, execution=SHORTLY) as desk:
        for path, ask in QUESTIONS:
            venue.control.add_fault(RestRule(kind="refuse", method="GET", path=path, count=None))
            with pytest.raises(OutcomeUnknown, match="HTTP 503"):
                await ask(desk.execution)


async def test_a_question_that_is_not_answered_is_not_waited_for_forever(venue: Venue) -> None:
    """The engine has no deadline of its own: it would hang, and with it a node that starts."""
    async with trading(venue, execution=SHORTLY) as desk:
        for path, ask in QUESTIONS:
            venue.control.add_fault(RestRule(kind="hang", method="GET", path=path, count=None))
            with pytest.raises(OutcomeUnknown, match="no answer within"):
                await ask(desk.execution)


async def test_a_question_that_fails_once_is_asked_again(desk: Desk, venue: Venue) -> None:
    for path, ask in QUESTIONS:
        rule = RestRule(kind="refuse", method="GET", path=path, count=1)
        venue.control.add_fault(rule)
        await ask(desk.execution)
        assert rule.count == 0


async def test_a_position_that_cannot_be_asked_for_is_not_taken_for_flat(venue: Venue) -> None:
    """With the engine's own position check on, at its fastest."""
    engine = {
        "reconciliation_startup_delay_secs": 0.001,
        "position_check_interval_secs": 0.05,
        "position_check_threshold_ms": 0,
    }
    async with trading(venue, engine=engine, execution=SHORTLY) as desk:
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
