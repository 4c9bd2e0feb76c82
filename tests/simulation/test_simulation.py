"""A few seeds in every run of the suite; `python -m tests.simulation` runs as many as wanted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderCanceled,
    OrderCancelRejected,
    OrderDisputed,
    OrderFact,
    OrderFilled,
    OrderRejected,
    OrderSubmitted,
    OrderUpdated,
)
from paradex_adapter.terms import Draft
from paradex_adapter.wire.news import TradeBust
from paradex_adapter.wire.rest import Balance, Change, Fill
from paradex_venue.records import Account, Position
from paradex_venue.records import Fill as VenueFill
from paradex_venue.records import Order as VenueOrder
from tests.simulation.ledger import Ledger
from tests.simulation.run import run
from tests.simulation.verdict import disagreements
from tests.simulation.virtual import VirtualLoop

SEEDS = range(1, 9)
VIRTUAL = ("asyncio", {"loop_factory": VirtualLoop})
D = Decimal
DRAFT = Draft("O-1", "BTC-USD-PERP", "BUY", "LIMIT", "0.02", "95000")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return VIRTUAL


@pytest.mark.anyio
@pytest.mark.parametrize("seed", SEEDS)
async def test_what_was_told_is_what_the_venue_knows(seed: int) -> None:
    report = await run(seed)
    assert report.wrong == []
    assert report.orders > 0


# The judges themselves: what they let through would prove nothing.


def _fill(id: str = "1", size: str = "0.01") -> Fill:
    return Fill(
        id=id,
        market=DRAFT.market,
        order_id="V-1",
        side="BUY",
        liquidity="MAKER",
        price="95000",
        size=size,
        fee="0.1",
    )


ACCEPTED = OrderAccepted("O-1", "V-1", 0)
FILLED = OrderFilled("O-1", "V-1", _fill())
CANCELED = OrderCanceled("O-1", "V-1", "USER_CANCELED", 0)
REJECTED = OrderRejected("O-1", "no", False, 0)


def _told(*facts: OrderFact) -> Ledger:
    ledger = Ledger()
    ledger.expect(DRAFT, 0)
    ledger.balances = [Balance(token="USDC", size="10")]
    for fact in facts:
        ledger.order_told(fact)
    return ledger


def _truth(**terms: object) -> Account:
    order = VenueOrder(
        id="V-1",
        account="0xa",
        market=DRAFT.market,
        side="BUY",
        type="LIMIT",
        instruction="GTC",
        size=D("0.02"),
        price=D(95000),
        client_id="O-1",
        status="OPEN",
    )
    for name, value in terms.items():
        setattr(order, name, value)
    return Account("0xa", deposits=D(10), orders=[order])


def _venue_fill() -> VenueFill:
    return VenueFill(
        id="1",
        trade_id="T-1",
        account="0xa",
        market=DRAFT.market,
        order_id="V-1",
        client_id="O-1",
        side="BUY",
        liquidity="MAKER",
        price=D(95000),
        size=D("0.01"),
        remaining=D("0.01"),
        fee=D("0.1"),
        realized_pnl=D(0),
        underlying_price=D(95000),
        book_seq_no=1,
        created_at=0,
    )


def _traded() -> Account:
    truth = _truth(remaining=D("0.01"), filled_value=D(950))
    truth.fills.append(_venue_fill())
    truth.positions[DRAFT.market] = Position(account="0xa", market=DRAFT.market, size=D("0.01"))
    return truth


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ((ACCEPTED,), "accepted after described"),
        ((OrderSubmitted("O-1"), FILLED), "filled under another id, V-1"),
        ((OrderSubmitted("O-1"), ACCEPTED, ACCEPTED), "accepted after accepted"),
        ((OrderSubmitted("O-1"), ACCEPTED, REJECTED), "rejected after accepted"),
        ((OrderSubmitted("O-1"), ACCEPTED, FILLED, FILLED), "fill 1 told twice"),
        ((OrderSubmitted("O-1"), ACCEPTED, CANCELED, CANCELED), "canceled after canceled"),
        ((OrderSubmitted("O-1"), REJECTED, CANCELED), "canceled under another id, V-1"),
        ((OrderSubmitted("O-1"), ACCEPTED, OrderDisputed("O-1", _fill())), "disputed"),
    ],
)
def test_a_history_out_of_order_is_noticed(facts: tuple[OrderFact, ...], wrong: str) -> None:
    (violation,) = _told(*facts).violations
    assert violation.startswith(f"O-1: {wrong}")


def test_a_change_nobody_asked_for_is_noticed() -> None:
    changed = OrderUpdated("O-1", "V-1", D("0.02"), D(94990), 0)
    ledger = _told(OrderSubmitted("O-1"), ACCEPTED, changed)
    assert ledger.violations == ["O-1: changed to 0.02 @ 94990, unasked"]
    ledger.stories["O-1"].changes_wanted.append(Change(D("0.02"), D(94980)))
    ledger.order_told(OrderUpdated("O-1", "V-1", D("0.02"), D(94980), 0))
    assert len(ledger.violations) == 1


def test_other_terms_than_the_venues_are_noticed() -> None:
    (wrong,) = disagreements(_told(OrderSubmitted("O-1"), ACCEPTED), _truth(price=D(1)), {"V-1"})
    assert wrong == "O-1 (LIMIT GTC BUY 0.02) was told 0.02 @ 95000, is 0.02 @ 1"


def test_more_fills_than_ordered_are_noticed() -> None:
    too_much = OrderFilled("O-1", "V-1", _fill("2", "0.03"))
    ledger = _told(OrderSubmitted("O-1"), ACCEPTED, too_much)
    assert ledger.violations == ["O-1: filled 0.03 of 0.02"]


def test_a_good_history_that_matches_the_venue_is_let_through() -> None:
    ledger = _told(OrderSubmitted("O-1"), ACCEPTED, FILLED)
    truth = _traded()
    assert ledger.violations == []
    assert disagreements(ledger, truth, {"V-1"}) == []


def test_an_order_that_was_rejected_here_and_stands_there_is_noticed() -> None:
    (wrong,) = disagreements(_told(OrderSubmitted("O-1"), REJECTED), _truth(), {"V-1"})
    assert wrong.startswith("O-1 (LIMIT GTC BUY 0.02) was told rejected, is {'accepted'}")


def test_an_order_that_stands_here_and_not_there_is_noticed() -> None:
    truth = _truth()
    truth.orders.clear()
    (wrong,) = disagreements(_told(OrderSubmitted("O-1"), ACCEPTED), truth, set())
    assert wrong == "O-1 (LIMIT GTC BUY 0.02) is not at the venue and was told accepted"


def test_a_fill_that_was_missed_and_one_with_another_fee_are_noticed() -> None:
    truth = _traded()
    missed = disagreements(_told(OrderSubmitted("O-1"), ACCEPTED), truth, {"V-1"})
    assert len(missed) == 3  # the status, the fill and the position
    ledger = _told(OrderSubmitted("O-1"), ACCEPTED, FILLED)
    object.__setattr__(truth.fills[0], "fee", D("0.2"))
    (other_fee,) = disagreements(ledger, truth, {"V-1"})
    assert "was told fills" in other_fee


def test_an_order_placed_twice_and_another_balance_are_noticed() -> None:
    truth = _truth()
    truth.orders.append(truth.orders[0])
    truth.deposits = D(11)
    found = disagreements(_told(OrderSubmitted("O-1"), ACCEPTED), truth, {"V-1"})
    assert found == [
        "O-1 was placed more than once",
        "the balance was told {'USDC': Decimal('10')}, is 11",
    ]


def test_a_command_that_is_left_pending_is_noticed() -> None:
    ledger = _told(OrderSubmitted("O-1"), ACCEPTED)
    assert ledger.stories["O-1"].shadow.can("modify")
    (wrong,) = disagreements(ledger, _truth(), {"V-1"})
    assert wrong == "O-1 (LIMIT GTC BUY 0.02) is pending_update to Nautilus, is {'accepted'}"


def test_what_nautilus_cannot_apply_is_noticed() -> None:
    ledger = _told(OrderSubmitted("O-1"))
    story = ledger.stories["O-1"]
    story.is_cancel_wanted = story.shadow.can("cancel")
    ledger.order_told(OrderCancelRejected("O-1", "no"))
    (violation,) = ledger.violations
    assert violation.startswith("O-1: Nautilus cannot apply OrderCancelRejected")


def test_an_execution_of_nobodys_order_counts_in_the_position() -> None:
    truth = _truth()
    move = replace(_venue_fill(), order_id="", client_id="", fill_type="LIQUIDATION")
    truth.fills.append(move)
    truth.positions[DRAFT.market] = Position(account="0xa", market=DRAFT.market, size=D("0.01"))
    ledger = _told(OrderSubmitted("O-1"), ACCEPTED)
    assert disagreements(ledger, truth, {"V-1"}) == [
        "executions ['LIQ-1'] were not told",
        "the position was told 0, is 0.01",
    ]
    ledger.foreign_fill_told(msgspec.structs.replace(_fill(), order_id="", fill_type="LIQUIDATION"))
    assert disagreements(ledger, truth, {"V-1"}) == []


def test_news_that_is_told_twice_is_noticed() -> None:
    ledger = _told()
    ledger.trade_busted(TradeBust(busted_fill_id="7"))
    assert disagreements(ledger, _truth(), set())[-1] == "busts told are {'7'}, are set()"
    ledger.trade_busted(TradeBust(busted_fill_id="7"))
    assert ledger.violations == ["bust 7 was told twice"]
