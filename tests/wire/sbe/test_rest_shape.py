from __future__ import annotations

import random
from decimal import Decimal

import msgspec
import pytest

from paradex_adapter.errors import WireError
from paradex_adapter.wire import rest
from paradex_adapter.wire.sbe import (
    AccountEvent,
    FillEvent,
    OrderEvent,
    PositionEvent,
    as_rest,
    decode,
)
from paradex_adapter.wire.sbe.rest_shape import _decimal
from tests.wire.sbe import samples

ADDRESS = "0x129c135ed63df9353885e292be4426b8ed6122b13c6c0e1bb787288a1f5ad"
LONG_ID = "1681462103821101699438490000"


def _read[T](frame: bytes, kind: type[T]) -> T:
    message = decode(frame)
    assert isinstance(message, kind)
    return message


ORDER = _read(samples.ORDER_1_2, OrderEvent)
FILL = _read(samples.FILL_1_2, FillEvent)
POSITION = _read(samples.POSITION_1_2, PositionEvent)
ACCOUNT = _read(samples.ACCOUNT_1_2, AccountEvent)


def test_an_order_is_what_its_json_channel_would_have_said() -> None:
    assert as_rest(ORDER) == rest.Order(
        id=LONG_ID,
        account=ADDRESS,
        market="BTC-USD-PERP",
        client_id="C-1",
        side="SELL",
        type="MARKET",
        instruction="IOC",
        status="CLOSED",
        size="2.5",
        remaining_size="0.001",
        price="0",
        trigger_price="0",
        avg_fill_price="42000.5",
        cancel_reason="USER_CANCELED",
        flags=["REDUCE_ONLY", "MMP"],
        stp="EXPIRE_TAKER",
        created_at=1795370000000,
        last_updated_at=1795370000000,
        received_at=1795370000000,
        published_at=1795370000000,
        seq_no=12345,
        request_info=rest.RequestInfo(
            id="R1", request_type="MODIFY_ORDER", status="REJECTED", message="no"
        ),
    )


def test_an_order_without_a_request_or_a_prevention_has_neither() -> None:
    quiet = msgspec.structs.replace(
        ORDER, request_status=0, request_type=0, stp=0, avg_fill_price=None
    )
    order = as_rest(quiet)
    assert (order.request_info, order.stp, order.avg_fill_price) == (None, None, "")


def test_a_fill_is_what_its_json_channel_would_have_said() -> None:
    assert as_rest(FILL) == rest.Fill(
        id="F1",
        account=ADDRESS,
        market="BTC-USD-PERP",
        order_id=LONG_ID,
        client_id="C-1",
        side="BUY",
        liquidity="MAKER",
        fill_type="FILL",
        price="42000.5",
        size="0.001",
        fee="-0.007",
        fee_currency="DIME",
        realized_pnl="",
        realized_funding="0",
        underlying_price="42000.6",
        flags=["interactive", "fastfill"],
        orderbook_seq_no=12345,
        created_at=1795370000000,
    )


def test_a_fill_of_an_older_version_was_charged_in_usdc() -> None:
    fill = as_rest(msgspec.structs.replace(FILL, fee_currency="", orderbook_seq_no=0, seq=7))
    assert (fill.fee_currency, fill.orderbook_seq_no) == ("USDC", 7)


def test_a_short_position_gets_its_sign_back() -> None:
    position = as_rest(POSITION)
    assert (position.side, position.size) == ("SHORT", "-2.5")
    assert position == rest.Position(
        id=f"{ADDRESS}-BTC-USD-PERP",
        account=ADDRESS,
        market="BTC-USD-PERP",
        status="OPEN",
        side="SHORT",
        size="-2.5",
        average_entry_price="42000.5",
        average_entry_price_usd="42000.5",
        unrealized_pnl="-0.007",
        unrealized_funding_pnl="0",
        realized_positional_pnl="0",
        liquidation_price="",
        leverage="0.001",
        last_fill_id="F1",
        last_updated_at=1795370000000,
        seq_no=12345,
    )


def test_a_long_position_is_positive() -> None:
    position = as_rest(msgspec.structs.replace(POSITION, side=1, liquidation_price=1))
    assert (position.side, position.size) == ("LONG", "2.5")
    assert position.liquidation_price == "0.00000001"


def test_an_account_is_what_its_json_channel_would_have_said() -> None:
    assert as_rest(ACCOUNT) == rest.Account(
        account=ADDRESS,
        account_value="42000.5",
        total_collateral="42000.5",
        free_collateral="42000.6",
        initial_margin_requirement="0.001",
        maintenance_margin_requirement="0",
        settlement_asset="USDC",
        status="ACTIVE",
        margin_cushion="2.5",
        updated_at=1795370000000,
        seq_no=12345,
    )


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (msgspec.structs.replace(ORDER, status=254), "order status 254"),
        (msgspec.structs.replace(ORDER, side=0), "side 0"),
        (msgspec.structs.replace(FILL, side=254), "side 254"),
        (msgspec.structs.replace(FILL, liquidity=3), "liquidity 3"),
        (msgspec.structs.replace(POSITION, status=3), "position status 3"),
        (msgspec.structs.replace(POSITION, side=9), "side 9"),
    ],
)
def test_a_number_that_decides_about_money_and_has_no_name_is_a_wire_error(
    event: OrderEvent | FillEvent | PositionEvent, what: str
) -> None:
    with pytest.raises(WireError, match=what):
        as_rest(event)


def test_other_numbers_without_a_name_are_unknown() -> None:
    order = as_rest(msgspec.structs.replace(ORDER, order_type=254, time_in_force=9))
    fill = as_rest(msgspec.structs.replace(FILL, fill_type=77))
    account = as_rest(msgspec.structs.replace(ACCOUNT, status=254))
    assert (order.type, order.instruction) == ("UNKNOWN", "UNKNOWN")
    assert (fill.fill_type, account.status) == ("UNKNOWN", "UNKNOWN")


def test_decimals_are_exact_and_plain() -> None:
    rng = random.Random(4)
    for _ in range(2000):
        raw = rng.randrange(-(2**63) + 1, 2**63) >> rng.randrange(63)
        text = _decimal(raw)
        assert Decimal(text).scaleb(8) == raw
        assert "E" not in text
        assert text == "0" or not text.endswith((".", ".0"))
