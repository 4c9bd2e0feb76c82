"""The perpetuals listed here: their rules and how the venue describes them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from paradex_venue.amounts import text

MAKER_FEE = Decimal("0.00003")
TAKER_FEE = Decimal("0.00045")


@dataclass(frozen=True, slots=True)
class Market:
    """The rules of one perpetual. Sizes are in base currency, prices in USD."""

    symbol: str
    base: str
    tick: Decimal
    increment: Decimal
    max_size: Decimal
    position_limit: Decimal
    # Where the mark price starts.
    reference: Decimal
    initial_margin: Decimal
    maintenance_factor: Decimal = Decimal("0.5")
    min_notional: Decimal = Decimal(10)
    max_open_orders: int = 150
    bands: Decimal = Decimal("0.05")
    max_slippage: Decimal = Decimal("0.05")

    @property
    def maintenance_margin(self) -> Decimal:
        return self.initial_margin * self.maintenance_factor


def _perpetual(
    base: str,
    tick: str,
    increment: str,
    max_size: str,
    reference: str,
    initial_margin: str = "0.02",
) -> Market:
    return Market(
        symbol=f"{base}-USD-PERP",
        base=base,
        tick=Decimal(tick),
        increment=Decimal(increment),
        max_size=Decimal(max_size),
        position_limit=Decimal(max_size) * 10,
        reference=Decimal(reference),
        initial_margin=Decimal(initial_margin),
    )


CATALOG = {
    market.symbol: market
    for market in (
        _perpetual("BTC", "0.1", "0.00001", "100", "95000"),
        _perpetual("ETH", "0.01", "0.0001", "2000", "3200"),
        _perpetual("SOL", "0.001", "0.001", "50000", "180", "0.04"),
        _perpetual("HYPE", "0.001", "0.01", "50000", "32", "0.1"),
        _perpetual("DOGE", "0.00001", "1", "20000000", "0.25", "0.1"),
    )
}


def describe(market: Market) -> dict[str, object]:
    """OpenAPI `responses.MarketResp`."""
    return {
        "symbol": market.symbol,
        "asset_kind": "PERP",
        "market_kind": "cross",
        "trading_mode": "STANDARD",
        "base_currency": market.base,
        "quote_currency": "USD",
        "settlement_currency": "USDC",
        "price_tick_size": text(market.tick),
        "order_size_increment": text(market.increment),
        "min_notional": text(market.min_notional),
        "max_order_size": text(market.max_size),
        "position_limit": text(market.position_limit),
        "max_open_orders": market.max_open_orders,
        "price_bands_width": text(market.bands),
        "iv_bands_width": "",
        "max_slippage": text(market.max_slippage),
        "open_at": 1_694_000_000_000,
        "expiry_at": 0,
        "strike_price": "",
        "tags": [],
        "fee_config": _fee_config(),
        "delta1_cross_margin_params": {
            "imf_base": text(market.initial_margin),
            "imf_factor": "0",
            "imf_shift": "0",
            "mmf_factor": text(market.maintenance_factor),
        },
        **_FUNDING,
    }


_FUNDING: dict[str, object] = {
    "funding_period_hours": 8,
    "funding_multiplier": 1,
    "interest_rate": "0.0001",
    "clamp_rate": "0.0005",
    "max_funding_rate": "0.04",
    "max_funding_rate_change": "0.0005",
    "max_tob_spread": "0.2",
    "oracle_ewma_factor": "0.2",
    "price_feed_id": "",
}


def _fee_config() -> dict[str, object]:
    def fees(maker: Decimal, taker: Decimal) -> dict[str, object]:
        return {
            "maker_fee": {"fee": text(maker), "fee_cap": "0", "fee_floor": "0"},
            "taker_fee": {"fee": text(taker), "fee_cap": "0", "fee_floor": "0"},
        }

    free = Decimal(0)
    return {
        "api_fee": fees(MAKER_FEE, TAKER_FEE),
        "interactive_fee": fees(free, free),
        "rpi_fee": fees(free, free),
    }
