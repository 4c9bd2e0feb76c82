"""A market's rules to a Nautilus instrument (OpenAPI `responses.MarketResp`)."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import msgspec
from nautilus_trader.model.identifiers import InstrumentId, Symbol
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Money, Quantity

from paradex_adapter.constants import PARADEX_VENUE
from paradex_adapter.errors import WireError
from paradex_adapter.parsing.numbers import (
    VENUE_DECIMALS,
    currency,
    decimal,
    decimals,
    money,
    positive,
    price,
    quantity,
)
from paradex_adapter.wire.markets import Fee, MakerTakerFee, Market


def instrument_id(market: str) -> InstrumentId:
    """`"BTC-USD-PERP"` as `BTC-USD-PERP.PARADEX`. The venue's symbols are case-sensitive."""
    return InstrumentId(Symbol(market), PARADEX_VENUE)


def is_tradable(market: Market) -> bool:
    """Whether this market takes orders, and is of a kind that `parse_instrument` can express."""
    return market.asset_kind == "PERP" and market.trading_mode != "RFQ_ONLY"


def parse_instrument(
    market: Market,
    ts_init: int,
    maker_fee: Decimal | None = None,
    taker_fee: Decimal | None = None,
) -> CryptoPerpetual | None:
    """The instrument, or None for a market that `is_tradable` refuses.

    Fees are the market's own where it has some (`fee_config` "indicates override fee for the
    market"), else those given: the account's. Raises `WireError` naming market and fault.
    """
    if not is_tradable(market):
        return None
    try:
        return _perpetual(market, ts_init, maker_fee, taker_fee)
    except (WireError, ValueError, ArithmeticError) as error:
        raise WireError(f"market {market.symbol} cannot be read: {error}") from error


def _perpetual(
    market: Market, ts_init: int, maker_fee: Decimal | None, taker_fee: Decimal | None
) -> CryptoPerpetual:
    tick = _increment(market.price_tick_size, "price_tick_size")
    step = _increment(market.order_size_increment, "order_size_increment")
    price_precision, size_precision = decimals(tick), decimals(step)
    size_increment = quantity(step, size_precision)
    margin_init, margin_maint = _margins(market)
    own = market.fee_config.api_fee if market.fee_config else None
    own = own or MakerTakerFee()
    return CryptoPerpetual(
        instrument_id=instrument_id(market.symbol),
        raw_symbol=Symbol(market.symbol),
        base_currency=currency(market.base_currency),
        quote_currency=currency(market.quote_currency),
        settlement_currency=currency(market.settlement_currency),
        is_inverse=False,
        price_precision=price_precision,
        size_precision=size_precision,
        price_increment=price(tick, price_precision),
        size_increment=size_increment,
        lot_size=size_increment,
        min_quantity=size_increment,
        max_quantity=_max_quantity(market, step),
        min_notional=_min_notional(market),
        margin_init=margin_init,
        margin_maint=margin_maint,
        maker_fee=_fee(own.maker_fee, maker_fee, "maker_fee"),
        taker_fee=_fee(own.taker_fee, taker_fee, "taker_fee"),
        ts_event=ts_init,
        ts_init=ts_init,
        info=msgspec.to_builtins(market),
    )


def _increment(text: str, what: str) -> Decimal:
    value = decimal(text, what)
    if value <= 0 or decimals(value) > VENUE_DECIMALS:
        raise WireError(f"{what} {text!r} is not above zero with up to {VENUE_DECIMALS} decimals")
    return value


def _max_quantity(market: Market, step: Decimal) -> Quantity | None:
    """The largest multiple of the increment that the venue takes."""
    limit = positive(market.max_order_size, "max_order_size")
    if limit is None or limit < step:
        return None
    return quantity(limit // step * step, decimals(step))


def _min_notional(market: Market) -> Money | None:
    limit = positive(market.min_notional, "min_notional")
    if limit is None:
        return None
    quote = currency(market.quote_currency)
    unit = Decimal(1).scaleb(-quote.precision)
    return money(limit.quantize(unit, ROUND_CEILING), quote)  # never below the venue's own


def _margins(market: Market) -> tuple[Decimal, Decimal]:
    """Initial and maintenance margin as fractions of notional."""
    params = market.delta1_cross_margin_params
    if params is None:
        return Decimal(0), Decimal(0)
    initial = decimal(params.imf_base or "0", "imf_base")
    return initial, initial * decimal(params.mmf_factor or "0", "mmf_factor")


def _fee(own: Fee | None, account: Decimal | None, what: str) -> Decimal:
    if own is not None and own.fee:
        return decimal(own.fee, what)
    return account or Decimal(0)
