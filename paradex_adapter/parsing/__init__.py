"""The venue's shapes to Nautilus objects: pure functions, no I/O, no clock."""

from paradex_adapter.parsing.balances import account_balances
from paradex_adapter.parsing.enums import (
    order_type,
    terms,
    venue_instruction,
    venue_side,
    venue_type,
)
from paradex_adapter.parsing.instruments import instrument_id, is_tradable, parse_instrument
from paradex_adapter.parsing.market_data import (
    deltas_from_json,
    deltas_from_rest,
    deltas_from_sbe,
    quote_from_json,
    quote_from_sbe,
    trade_from_json,
    trade_from_sbe,
)
from paradex_adapter.parsing.numbers import currency, decimal, money, price, quantity
from paradex_adapter.parsing.reports import (
    fill_report,
    filled_size,
    order_status,
    order_status_report,
    position_report,
)

__all__ = [
    "account_balances",
    "currency",
    "decimal",
    "deltas_from_json",
    "deltas_from_rest",
    "deltas_from_sbe",
    "fill_report",
    "filled_size",
    "instrument_id",
    "is_tradable",
    "money",
    "order_status",
    "order_status_report",
    "order_type",
    "parse_instrument",
    "position_report",
    "price",
    "quantity",
    "quote_from_json",
    "quote_from_sbe",
    "terms",
    "trade_from_json",
    "trade_from_sbe",
    "venue_instruction",
    "venue_side",
    "venue_type",
]
