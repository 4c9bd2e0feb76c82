"""Which orders are sent, in which words, and why the others are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from nautilus_trader.common.component import TestClock
from nautilus_trader.common.factories import OrderFactory
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import ModifyOrder
from nautilus_trader.model.enums import (
    ContingencyType,
    OrderSide,
    OrderType,
    TimeInForce,
    TrailingOffsetType,
    TriggerType,
)
from nautilus_trader.model.events import OrderReleased
from nautilus_trader.model.identifiers import (
    ClientOrderId,
    ExecAlgorithmId,
    InstrumentId,
    OrderListId,
    StrategyId,
    TraderId,
)
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import LimitOrder, Order

from paradex_adapter.drafting import Denial, change, draft
from paradex_adapter.parsing.instruments import instrument_id, parse_instrument
from paradex_adapter.terms import Draft
from paradex_adapter.wire.markets import Market
from paradex_adapter.wire.rest import Change
from paradex_venue.markets import CATALOG, describe

BTC = instrument_id("BTC-USD-PERP")
FACTORY = OrderFactory(TraderId("T-1"), StrategyId("S-1"), TestClock())
BUY, SELL = OrderSide.BUY, OrderSide.SELL


def instrument(**limits: Any) -> CryptoPerpetual:
    """BTC as the venue lists it: price increment 0.1, size increment 0.00001, at most 100."""
    market = msgspec.convert(describe(CATALOG["BTC-USD-PERP"]) | limits, Market)
    return parse_instrument(market, 0, None, None)


def quantity(text: str = "0.10000") -> Quantity:
    return Quantity.from_str(text)


def price(text: str = "95000.0") -> Price:
    return Price.from_str(text)


def limit(size: str = "0.10000", at: str = "95000.0", **terms: Any) -> Order:
    return FACTORY.limit(BTC, BUY, quantity(size), price(at), **terms)


def market(**terms: Any) -> Order:
    return FACTORY.market(BTC, SELL, quantity("1.50000"), **terms)


def stop_limit(trigger: str = "96000.0", **terms: Any) -> Order:
    kind = terms.pop("trigger_type", TriggerType.DEFAULT)
    return FACTORY.stop_limit(BTC, BUY, quantity(), price(), price(trigger), kind, **terms)


def conditional(kind: OrderType) -> Order:
    """A reduce-only order that triggers at 96000, and has a limit of 95000 if it has one."""
    make = getattr(FACTORY, kind.name.lower())
    prices = {"price": price()} if "LIMIT" in kind.name else {}
    return make(
        BTC,
        SELL,
        quantity(),
        trigger_price=price("96000.0"),
        trigger_type=TriggerType.MARK_PRICE,
        reduce_only=True,
        **prices,
    )


def drafted(order: Order, **params: object) -> Draft:
    wanted = draft(order, instrument(), params)
    assert isinstance(wanted, Draft), wanted
    return wanted


# What is sent


def test_a_limit_order_in_the_venues_words() -> None:
    order = limit(client_order_id=ClientOrderId("O-1"), reduce_only=True)
    assert drafted(order) == Draft(
        client_order_id="O-1",
        market="BTC-USD-PERP",
        side="BUY",
        type="LIMIT",
        size="0.1",
        price="95000",
        instruction="GTC",
        is_reduce_only=True,
    )


def test_a_market_order_has_no_price() -> None:
    wanted = drafted(market())
    assert (wanted.type, wanted.side, wanted.price) == ("MARKET", "SELL", "0")


@pytest.mark.parametrize(
    ("kind", "word", "limit_price"),
    [
        (OrderType.STOP_MARKET, "STOP_MARKET", "0"),
        (OrderType.STOP_LIMIT, "STOP_LIMIT", "95000"),
        (OrderType.MARKET_IF_TOUCHED, "TAKE_PROFIT_MARKET", "0"),
        (OrderType.LIMIT_IF_TOUCHED, "TAKE_PROFIT_LIMIT", "95000"),
    ],
)
def test_conditional_orders_in_the_venues_words(
    kind: OrderType, word: str, limit_price: str
) -> None:
    wanted = drafted(conditional(kind))
    assert (wanted.type, wanted.trigger_price, wanted.price) == (word, "96000", limit_price)
    assert wanted.is_reduce_only


@pytest.mark.parametrize("kind", [TriggerType.DEFAULT, TriggerType.MARK_PRICE])
def test_the_mark_triggers(kind: TriggerType) -> None:
    assert drafted(stop_limit(trigger_type=kind)).trigger_price == "96000"


@pytest.mark.parametrize(
    ("order", "instruction"),
    [
        (limit(), "GTC"),
        (limit(time_in_force=TimeInForce.IOC), "IOC"),
        (limit(post_only=True), "POST_ONLY"),
        (market(time_in_force=TimeInForce.IOC), "IOC"),
        (stop_limit(post_only=True), "POST_ONLY"),
    ],
)
def test_times_in_force(order: Order, instruction: str) -> None:
    assert drafted(order).instruction == instruction


def test_what_nautilus_has_no_word_for_comes_with_the_command() -> None:
    assert drafted(limit(), instruction="RPI").instruction == "RPI"
    assert drafted(limit(post_only=True), instruction="RPI").instruction == "RPI"
    assert drafted(limit(), stp="EXPIRE_MAKER").stp == "EXPIRE_MAKER"
    for value in ("95100.50", Decimal("95100.5"), 95100.5):
        assert drafted(market(), vwap_price=value).vwap_price == "95100.5"


def test_decimals_are_written_without_exponent_or_trailing_zeros() -> None:
    wanted = drafted(limit("100.00000", "100000.0"))
    assert (wanted.size, wanted.price) == ("100", "100000")


def test_a_price_of_the_finest_increment_is_let_through() -> None:
    wanted = drafted(limit("0.00001", "0.1"))
    assert (Decimal(wanted.size), Decimal(wanted.price)) == (Decimal("0.00001"), Decimal("0.1"))


def test_the_instrument_is_named_as_the_venue_names_it() -> None:
    assert InstrumentId.from_str("BTC-USD-PERP.PARADEX") == BTC


def test_the_order_that_an_execution_algorithm_makes_is_sent_like_any_other() -> None:
    order = limit(exec_algorithm_id=ExecAlgorithmId("TWAP"))
    assert drafted(order).type == "LIMIT"


# What is not

TYPES = "use MARKET, LIMIT, STOP_MARKET, STOP_LIMIT, MARKET_IF_TOUCHED or LIMIT_IF_TOUCHED"


def trailing() -> Order:
    return FACTORY.trailing_stop_market(
        BTC,
        BUY,
        quantity(),
        trailing_offset=Decimal(10),
        trailing_offset_type=TrailingOffsetType.PRICE,
    )


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (limit("0.100001"), "QUANTITY_INCREMENT: 0.100001 is not a multiple of 0.00001"),
        (limit("100.00001"), "QUANTITY_ABOVE_MAXIMUM: 100.00001 is above 100.00000"),
        (limit(at="95000.05"), "PRICE_INCREMENT: 95000.05 is not a multiple of 0.1"),
        (limit(at="0.0"), "PRICE_NOT_POSITIVE: 0"),
        (limit(at="-0.1"), "PRICE_NOT_POSITIVE: -0.1"),
        (stop_limit("96000.05"), "TRIGGER_PRICE_INCREMENT: 96000.05 is not a multiple of 0.1"),
        (stop_limit("0.0"), "TRIGGER_PRICE_NOT_POSITIVE: 0"),
        (
            limit(client_order_id=ClientOrderId("O" * 65)),
            f"CLIENT_ORDER_ID_TOO_LONG: {'O' * 65} has over 64 characters",
        ),
        (
            limit(client_order_id=ClientOrderId("O 1/x")),
            "CLIENT_ORDER_ID_CHARSET: 'O 1/x'; use letters, digits and _ . : -",
        ),
        (
            limit(time_in_force=TimeInForce.DAY),
            "UNSUPPORTED_TIME_IN_FORCE: DAY; use GTC (post-only or not) or IOC",
        ),
        (
            limit(time_in_force=TimeInForce.FOK, post_only=True),
            "UNSUPPORTED_TIME_IN_FORCE: FOK post-only; use GTC (post-only or not) or IOC",
        ),
        (
            limit(
                time_in_force=TimeInForce.GTD, expire_time=TestClock().utc_now().replace(year=2090)
            ),
            "UNSUPPORTED_TIME_IN_FORCE: GTD; use GTC (post-only or not) or IOC",
        ),
        (
            limit(quote_quantity=True),
            "UNSUPPORTED_QUOTE_QUANTITY: give the quantity in the base currency",
        ),
        (
            limit(display_qty=quantity("0.05000")),
            "UNSUPPORTED_DISPLAY_QTY: 0.05000; the venue has no iceberg orders",
        ),
        (trailing(), f"UNSUPPORTED_ORDER_TYPE: TRAILING_STOP_MARKET; {TYPES}"),
        (
            FACTORY.market_to_limit(BTC, BUY, quantity()),
            f"UNSUPPORTED_ORDER_TYPE: MARKET_TO_LIMIT; {TYPES}",
        ),
        (
            stop_limit(trigger_type=TriggerType.LAST_PRICE),
            "UNSUPPORTED_TRIGGER_TYPE: LAST_PRICE; the mark triggers: use MARK_PRICE or DEFAULT",
        ),
        (
            FACTORY.market_if_touched(BTC, BUY, quantity(), price()),
            "REDUCE_ONLY_REQUIRED: MARKET_IF_TOUCHED only reduces a position; set reduce_only=True",
        ),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "",
)
def test_what_cannot_be_sent_is_told_with_value_and_remedy(order: Order, reason: str) -> None:
    assert draft(order, instrument()) == Denial(reason)


@pytest.mark.parametrize(
    ("order", "params", "reason"),
    [
        (limit(), {"leverage": 2}, "UNKNOWN_PARAM: leverage; use instruction, stp or vwap_price"),
        (
            limit(),
            {"instruction": "IOC"},
            "UNSUPPORTED_INSTRUCTION: 'IOC'; use 'RPI', or the order's own time in force",
        ),
        (
            market(),
            {"instruction": "RPI"},
            "UNSUPPORTED_INSTRUCTION: RPI with MARKET GTC; it is for LIMIT GTC",
        ),
        (
            limit(),
            {"stp": "NONE"},
            "UNKNOWN_STP: 'NONE'; use EXPIRE_TAKER, EXPIRE_MAKER or EXPIRE_BOTH",
        ),
        (
            limit(),
            {"vwap_price": "95000"},
            "UNSUPPORTED_VWAP_PRICE: LIMIT; it bounds MARKET orders",
        ),
        *(
            (
                market(),
                {"vwap_price": value},
                f"VWAP_PRICE_NOT_POSITIVE: {value!r}; give a decimal number above 0",
            )
            for value in ("much", 0, "-1", "Infinity")
        ),
    ],
)
def test_params_that_say_nothing_to_the_venue_are_told_with_the_remedy(
    order: Order, params: dict[str, object], reason: str
) -> None:
    assert draft(order, instrument(), params) == Denial(reason)


def test_an_instrument_that_is_not_loaded_is_told_with_the_remedy() -> None:
    assert draft(limit(), None) == Denial(
        "UNKNOWN_INSTRUMENT: BTC-USD-PERP.PARADEX is not loaded; name it in the instrument "
        "provider's load_ids, or set load_all"
    )


# Linked orders


def linked(kind: ContingencyType) -> Order:
    return LimitOrder(
        trader_id=TraderId("T-1"),
        strategy_id=StrategyId("S-1"),
        instrument_id=BTC,
        client_order_id=ClientOrderId("O-1"),
        order_side=BUY,
        quantity=quantity(),
        price=price(),
        init_id=UUID4(),
        ts_init=0,
        contingency_type=kind,
        order_list_id=OrderListId("L-1"),
        linked_order_ids=[ClientOrderId("O-2")],
    )


@pytest.mark.parametrize("kind", [ContingencyType.OCO, ContingencyType.OUO])
def test_of_orders_linked_at_the_venue_there_are_none(kind: ContingencyType) -> None:
    assert draft(linked(kind), instrument()) == Denial(
        f"UNSUPPORTED_CONTINGENCY: {kind.name}; submit the orders one by one, without "
        "contingencies, or have the exits emulated (emulation_trigger)"
    )


def test_an_entry_that_comes_with_its_exits_is_not_sent_without_them() -> None:
    entry = linked(ContingencyType.OTO)
    assert isinstance(draft(entry, instrument(), is_listed=True), Denial)


def test_an_entry_whose_exits_are_held_back_is_a_plain_order() -> None:
    assert drafted(linked(ContingencyType.OTO)).type == "LIMIT"


def test_an_exit_that_the_emulator_releases_is_a_plain_order() -> None:
    order = linked(ContingencyType.OUO)
    ids = (order.trader_id, order.strategy_id, order.instrument_id, order.client_order_id)
    order.apply(OrderReleased(*ids, price(), UUID4(), 0))
    assert drafted(order).type == "LIMIT"


# Changes


def changed(order: Order, **terms: Quantity | Price) -> Change | Denial:
    """What becomes of a command that names these of `quantity`, `price` and `trigger_price`."""
    named = {"quantity": None, "price": None, "trigger_price": None} | terms
    command = ModifyOrder(
        trader_id=order.trader_id,
        strategy_id=order.strategy_id,
        instrument_id=order.instrument_id,
        client_order_id=order.client_order_id,
        venue_order_id=None,
        command_id=UUID4(),
        ts_init=0,
        **named,
    )
    return change(command, order, instrument())


def test_a_change_names_what_changes_and_nothing_else() -> None:
    assert changed(limit(), price=price("94000.0")) == Change(None, Decimal(94000))
    assert changed(limit(), quantity=quantity("0.20000")) == Change(Decimal("0.2"), None)
    assert changed(stop_limit(), trigger_price=price("97000.0")) == Change(
        None, None, Decimal(97000)
    )


@pytest.mark.parametrize(
    ("order", "terms", "reason"),
    [
        (
            market(),
            {"quantity": quantity()},
            "UNMODIFIABLE_ORDER_TYPE: MARKET; it takes what it gets at once",
        ),
        (
            conditional(OrderType.STOP_MARKET),
            {"price": price()},
            "NO_PRICE: 95000.0; a STOP_MARKET order has no limit price",
        ),
        (
            limit(),
            {"trigger_price": price()},
            "NO_TRIGGER: 95000.0; a LIMIT order has no trigger price",
        ),
        (
            limit(),
            {"quantity": quantity("0.100001")},
            "QUANTITY_INCREMENT: 0.100001 is not a multiple of 0.00001",
        ),
        (
            limit(),
            {"price": price("94000.03")},
            "PRICE_INCREMENT: 94000.03 is not a multiple of 0.1",
        ),
        (
            stop_limit(),
            {"trigger_price": price("97000.03")},
            "TRIGGER_PRICE_INCREMENT: 97000.03 is not a multiple of 0.1",
        ),
    ],
)
def test_a_change_that_cannot_be_asked_for_is_told_with_value_and_remedy(
    order: Order, terms: dict[str, Any], reason: str
) -> None:
    assert changed(order, **terms) == Denial(reason)
