from __future__ import annotations

from decimal import Decimal

import pytest
from nautilus_trader.model.currencies import USDC
from nautilus_trader.model.enums import (
    LiquiditySide,
    OrderSide,
    OrderStatus,
    OrderType,
    PositionSide,
    TimeInForce,
    TriggerType,
)
from nautilus_trader.model.identifiers import AccountId, ClientOrderId
from nautilus_trader.model.objects import Money, Price, Quantity

from paradex_adapter.errors import WireError
from paradex_adapter.parsing import (
    account_balances,
    fill_report,
    order_status,
    order_status_report,
    order_type,
    parse_instrument,
    position_report,
    terms,
    venue_instruction,
    venue_side,
    venue_type,
)
from paradex_adapter.wire.markets import Market
from paradex_adapter.wire.rest import Account, Balance, Fill, Order, Position, convert

ACCOUNT = AccountId("PARADEX-0x1")
BTC = parse_instrument(
    Market(
        symbol="BTC-USD-PERP",
        asset_kind="PERP",
        base_currency="BTC",
        quote_currency="USD",
        settlement_currency="USDC",
        price_tick_size="0.1",
        order_size_increment="0.001",
    ),
    ts_init=0,
)
ORDER = {
    "id": "1681462103821101699438490000",
    "market": "BTC-USD-PERP",
    "side": "SELL",
    "type": "LIMIT",
    "size": "1",
    "remaining_size": "1",
    "status": "OPEN",
    "price": "100.5",
    "client_id": "O-1",
    "created_at": 5,
    "last_updated_at": 9,
}
FILL = {
    "id": "8615262148007718462",
    "market": "BTC-USD-PERP",
    "order_id": "77",
    "client_id": "O-1",
    "side": "BUY",
    "liquidity": "MAKER",
    "price": "100.5",
    "size": "0.25",
    "fee": "0.123456789012345678",
    "created_at": 5,
}
POSITION = {
    "id": "p",
    "market": "BTC-USD-PERP",
    "status": "OPEN",
    "side": "SHORT",
    "size": "-0.345",
    "average_entry_price": "99",
    "average_entry_price_usd": "100.25",
    "last_updated_at": 8,
}
ACCOUNT_BODY = {
    "account": "0x1",
    "account_value": "1000",
    "total_collateral": "1000",
    "free_collateral": "900",
    "initial_margin_requirement": "100.123456789",
    "maintenance_margin_requirement": "50",
    "settlement_asset": "USDC",
}


def _order(**changes: object) -> Order:
    return convert(ORDER | changes, Order)


def _fill(**changes: object) -> Fill:
    return convert(FILL | changes, Fill)


# ---- orders ----


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "NEW"}, OrderStatus.SUBMITTED),
        ({"status": "UNTRIGGERED", "type": "STOP_LIMIT"}, OrderStatus.ACCEPTED),
        ({}, OrderStatus.ACCEPTED),
        ({"remaining_size": "0.4"}, OrderStatus.PARTIALLY_FILLED),
        ({"type": "STOP_LIMIT"}, OrderStatus.TRIGGERED),
        ({"type": "TAKE_PROFIT_LIMIT", "remaining_size": "0.4"}, OrderStatus.PARTIALLY_FILLED),
        ({"type": "STOP_MARKET"}, OrderStatus.ACCEPTED),
        ({"status": "CLOSED", "remaining_size": "0"}, OrderStatus.FILLED),
        ({"status": "CLOSED", "remaining_size": "0.4"}, OrderStatus.CANCELED),
        ({"status": "CLOSED", "cancel_reason": "USER_CANCELED"}, OrderStatus.CANCELED),
        ({"status": "CLOSED", "cancel_reason": "REMAINING_IOC_CANCEL"}, OrderStatus.CANCELED),
        ({"status": "CLOSED", "cancel_reason": "EXPIRED"}, OrderStatus.EXPIRED),
        ({"status": "CLOSED", "cancel_reason": "ASSET_EXPIRED"}, OrderStatus.EXPIRED),
        ({"status": "CLOSED", "cancel_reason": "POST_ONLY_WOULD_CROSS"}, OrderStatus.CANCELED),
        ({"status": "CLOSED", "cancel_reason": "A_NEW_REASON"}, OrderStatus.CANCELED),
    ],
)
def test_the_status_of_an_order_is_derived_from_what_remains_and_why(
    changes: dict[str, object], status: OrderStatus
) -> None:
    assert order_status(_order(**changes)) == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"cancel_reason": "POST_ONLY_WOULD_CROSS"}, OrderStatus.REJECTED),
        ({"cancel_reason": "A_NEW_REASON"}, OrderStatus.REJECTED),
        ({"cancel_reason": "USER_CANCELED"}, OrderStatus.CANCELED),
        ({"cancel_reason": "REMAINING_IOC_CANCEL"}, OrderStatus.CANCELED),
        ({"cancel_reason": "EXPIRED"}, OrderStatus.EXPIRED),
        ({"cancel_reason": ""}, OrderStatus.CANCELED),
        ({"cancel_reason": "EMPTY_MARKET", "remaining_size": "0.4"}, OrderStatus.CANCELED),
        ({"cancel_reason": "", "remaining_size": "0"}, OrderStatus.FILLED),
    ],
)
def test_a_rejection_needs_an_order_known_never_to_have_been_open(
    changes: dict[str, object], status: OrderStatus
) -> None:
    assert order_status(_order(status="CLOSED", **changes), never_open=True) == status


def test_a_report_tells_all_there_is_of_an_order() -> None:
    order = _order(
        instruction="POST_ONLY", flags=["REDUCE_ONLY"], remaining_size="0.4", avg_fill_price="100.6"
    )
    report = order_status_report(order, ACCOUNT, BTC, ts_init=3)
    assert report is not None
    assert (report.account_id, report.instrument_id) == (ACCOUNT, BTC.id)
    assert report.venue_order_id.value == "1681462103821101699438490000"
    assert report.client_order_id == ClientOrderId("O-1")
    assert (report.order_side, report.order_type) == (OrderSide.SELL, OrderType.LIMIT)
    assert (report.time_in_force, report.post_only) == (TimeInForce.GTC, True)
    assert report.reduce_only
    assert report.order_status == OrderStatus.PARTIALLY_FILLED
    assert (report.quantity, report.filled_qty) == (
        Quantity.from_str("1.000"),
        Quantity.from_str("0.600"),
    )
    assert (report.price, report.avg_px) == (Price.from_str("100.5"), Decimal("100.6"))
    assert report.trigger_price is None
    assert report.cancel_reason is None
    assert (report.ts_accepted, report.ts_last, report.ts_init) == (5_000_000, 9_000_000, 3)


@pytest.mark.parametrize("average", ["", "0"])
def test_an_order_with_no_fills_has_no_average_price(average: str) -> None:
    report = order_status_report(_order(avg_fill_price=average), ACCOUNT, BTC, 0)
    assert report is not None
    assert report.avg_px is None


def test_an_order_placed_elsewhere_has_no_client_order_id() -> None:
    report = order_status_report(_order(client_id=""), ACCOUNT, BTC, 0)
    assert report is not None
    assert report.client_order_id is None


def test_our_own_name_for_an_order_comes_before_the_venues() -> None:
    mine = ClientOrderId("O-2")
    report = order_status_report(_order(), ACCOUNT, BTC, 0, client_order_id=mine)
    assert report is not None
    assert report.client_order_id == mine


def test_a_stop_has_its_trigger_on_the_mark_price() -> None:
    order = _order(type="STOP_MARKET", status="UNTRIGGERED", trigger_price="90", price="0")
    report = order_status_report(order, ACCOUNT, BTC, 0)
    assert report is not None
    assert (report.trigger_price, report.trigger_type) == (
        Price.from_str("90.0"),
        TriggerType.MARK_PRICE,
    )
    assert report.price is None


def test_a_market_order_has_no_price() -> None:
    report = order_status_report(_order(type="MARKET", price="0"), ACCOUNT, BTC, 0)
    assert report is not None
    assert (report.price, report.trigger_type) == (None, TriggerType.NO_TRIGGER)


def test_an_order_on_the_whole_position_takes_its_size_from_the_position() -> None:
    order = _order(size="0", remaining_size="0", type="STOP_LOSS_MARKET", status="UNTRIGGERED")
    assert order_status_report(order, ACCOUNT, BTC, 0) is None
    report = order_status_report(order, ACCOUNT, BTC, 0, position_size=Decimal("-0.5"))
    assert report is not None
    assert report.quantity == Quantity.from_str("0.500")
    assert report.order_status == OrderStatus.ACCEPTED


def test_a_price_off_the_present_tick_is_kept_exactly() -> None:
    report = order_status_report(_order(price="100.55"), ACCOUNT, BTC, 0)
    assert report is not None
    assert report.price.as_decimal() == Decimal("100.55")


@pytest.mark.parametrize(
    "changes", [{"type": "ICEBERG"}, {"instruction": "FOK"}, {"size": "lots"}, {"price": "free"}]
)
def test_a_word_or_number_without_a_meaning_is_a_wire_error(changes: dict[str, object]) -> None:
    with pytest.raises(WireError):
        order_status_report(_order(**changes), ACCOUNT, BTC, 0)


# ---- words ----


@pytest.mark.parametrize("kind", ["MARKET", "LIMIT", "STOP_MARKET", "STOP_LIMIT"])
def test_an_order_type_survives_the_way_there_and_back(kind: str) -> None:
    assert venue_type(order_type(kind)) == kind


def test_take_profits_are_if_touched_orders_and_stop_losses_are_stops() -> None:
    assert venue_type(OrderType.MARKET_IF_TOUCHED) == "TAKE_PROFIT_MARKET"
    assert venue_type(OrderType.LIMIT_IF_TOUCHED) == "TAKE_PROFIT_LIMIT"
    assert order_type("STOP_LOSS_LIMIT") == OrderType.STOP_LIMIT
    assert order_type("STOP_LOSS_MARKET") == OrderType.STOP_MARKET


@pytest.mark.parametrize(
    "kind",
    [OrderType.TRAILING_STOP_MARKET, OrderType.MARKET_TO_LIMIT, OrderType.TRAILING_STOP_LIMIT],
)
def test_an_order_type_that_the_venue_lacks_has_no_word(kind: OrderType) -> None:
    assert venue_type(kind) is None


@pytest.mark.parametrize("word", ["GTC", "IOC", "POST_ONLY"])
def test_terms_survive_the_way_there_and_back(word: str) -> None:
    assert venue_instruction(*terms(word)) == word


@pytest.mark.parametrize(
    "time_in_force", [TimeInForce.FOK, TimeInForce.GTD, TimeInForce.DAY, TimeInForce.AT_THE_OPEN]
)
def test_a_time_in_force_that_the_venue_lacks_has_no_word(time_in_force: TimeInForce) -> None:
    assert venue_instruction(time_in_force) is None


def test_an_order_that_takes_at_once_cannot_be_post_only() -> None:
    assert venue_instruction(TimeInForce.IOC, post_only=True) is None


def test_a_retail_price_improvement_order_is_post_only() -> None:
    assert terms("RPI") == (TimeInForce.GTC, True)


def test_sides_have_the_same_words() -> None:
    assert (venue_side(OrderSide.BUY), venue_side(OrderSide.SELL)) == ("BUY", "SELL")


# ---- fills ----


def test_a_fill_is_reported_with_its_fee() -> None:
    report = fill_report(_fill(), ACCOUNT, BTC, ts_init=3)
    assert (report.venue_order_id.value, report.trade_id.value) == ("77", "8615262148007718462")
    assert (report.order_side, report.liquidity_side) == (OrderSide.BUY, LiquiditySide.MAKER)
    assert (report.last_qty, report.last_px) == (
        Quantity.from_str("0.250"),
        Price.from_str("100.5"),
    )
    assert report.commission == Money(Decimal("0.12345679"), USDC)
    assert report.client_order_id == ClientOrderId("O-1")
    assert (report.ts_event, report.ts_init) == (5_000_000, 3)


def test_a_rebate_is_a_negative_commission() -> None:
    report = fill_report(_fill(fee="-0.5"), ACCOUNT, BTC, 0)
    assert report.commission.as_decimal() == Decimal("-0.5")


def test_a_fee_may_be_paid_in_another_token() -> None:
    report = fill_report(_fill(fee_currency="DIME"), ACCOUNT, BTC, 0)
    assert report.commission.currency.code == "DIME"


def test_fills_of_different_types_with_one_id_are_different_trades() -> None:
    kinds = ["FILL", "LIQUIDATION", "UNWIND_TRANSFER", "SETTLE_MARKET", "RPI", "BLOCK_TRADE"]
    fills = [_fill(fill_type=kind, id="9" * 28) for kind in kinds]
    ids = {fill_report(fill, ACCOUNT, BTC, 0).trade_id.value for fill in fills}
    assert len(ids) == len(kinds)
    assert all(len(id) <= 36 for id in ids)


@pytest.mark.parametrize("size", ["0", "-1"])
def test_a_fill_of_nothing_is_a_wire_error_that_names_it(size: str) -> None:
    with pytest.raises(WireError, match="fill 8615262148007718462 of order 77 has size"):
        fill_report(_fill(size=size), ACCOUNT, BTC, 0)


# ---- positions ----


@pytest.mark.parametrize("size", ["-0.345", "0.345"])
def test_a_position_has_its_direction_from_its_side_and_its_average_in_dollars(size: str) -> None:
    position = convert(POSITION | {"size": size}, Position)
    report = position_report(position, ACCOUNT, BTC, ts_init=3)
    assert report.position_side == PositionSide.SHORT
    assert report.quantity == Quantity.from_str("0.345")
    assert report.signed_decimal_qty == Decimal("-0.345")
    assert report.avg_px_open == Decimal("100.25")
    assert (report.ts_last, report.ts_init) == (8_000_000, 3)


def test_the_average_of_a_position_may_be_told_in_the_settlement_asset_only() -> None:
    position = convert(POSITION | {"average_entry_price_usd": "", "side": "LONG"}, Position)
    report = position_report(position, ACCOUNT, BTC, 0)
    assert (report.position_side, report.avg_px_open) == (PositionSide.LONG, Decimal(99))


@pytest.mark.parametrize("changes", [None, {"status": "CLOSED"}, {"size": "0"}, {"size": ""}])
def test_no_position_is_reported_flat(changes: dict[str, object] | None) -> None:
    position = None if changes is None else convert(POSITION | changes, Position)
    report = position_report(position, ACCOUNT, BTC, 0)
    assert (report.position_side, report.instrument_id) == (PositionSide.FLAT, BTC.id)
    assert report.quantity == Quantity.zero(3)


# ---- balances ----


def _account(**changes: object) -> Account:
    return convert(ACCOUNT_BODY | changes, Account)


def _usdc(text: str) -> Money:
    return Money(Decimal(text), USDC)


def test_the_initial_margin_is_locked_in_the_settlement_asset() -> None:
    held = [Balance(token="ETH", size="2.5"), Balance(token="USDC", size="1000.000000001")]
    balances, margins = account_balances(_account(), held)
    eth, usdc = balances
    assert (str(eth.total), str(eth.locked)) == ("2.50000000 ETH", "0.00000000 ETH")
    assert (usdc.total, usdc.locked, usdc.free) == (
        _usdc("1000"),
        _usdc("100.12345679"),
        _usdc("899.87654321"),
    )
    (margin,) = margins
    assert (margin.initial, margin.maintenance) == (_usdc("100.12345679"), _usdc("50"))
    assert margin.instrument_id is None


@pytest.mark.parametrize(
    ("size", "locked", "free"), [("60", "60", "0"), ("0", "0", "0"), ("-5", "0", "-5")]
)
def test_no_more_is_locked_than_there_is(size: str, locked: str, free: str) -> None:
    (balance,), _ = account_balances(_account(), [Balance(token="USDC", size=size)])
    assert (balance.total, balance.locked, balance.free) == (
        _usdc(size),
        _usdc(locked),
        _usdc(free),
    )


def test_an_empty_account_still_has_a_balance_of_nothing() -> None:
    held = [Balance(token="ETH", size="0")]
    (balance,), _ = account_balances(_account(initial_margin_requirement=""), held)
    assert (balance.total, balance.locked) == (_usdc("0"), _usdc("0"))


def test_an_unreadable_balance_is_a_wire_error_that_names_the_token() -> None:
    with pytest.raises(WireError, match="ETH 'much' is not a number"):
        account_balances(_account(), [Balance(token="ETH", size="much")])
