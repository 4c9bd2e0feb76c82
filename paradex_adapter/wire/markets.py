"""What the venue says about itself and its markets, as it stands in REST bodies.

Shapes: OpenAPI `responses.*Resp`. Decimals stay the strings the venue sent; an absent price or size
is `""`. Times are milliseconds since the epoch. Unknown fields are ignored and descriptive
enumerations stay text: a new kind of market is skipped by whoever reads it, not unreadable.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from paradex_adapter.wire.rest import Side

type Candle = tuple[int, Decimal, Decimal, Decimal, Decimal, Decimal]
"""When it opened (milliseconds), open, high, low, close, and the volume in base currency."""


class SystemConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What an account and its signatures depend on (OpenAPI `responses.SystemConfigResponse`)."""

    starknet_chain_id: str
    environment: str = ""
    paraclear_decimals: int = 8
    paraclear_address: str = ""
    paraclear_account_hash: str = ""
    paraclear_account_proxy_hash: str = ""
    paraclear_evm_account_hash: str = ""
    l1_chain_id: str = ""


class Fee(msgspec.Struct, frozen=True):
    """A fee as a fraction of notional (OpenAPI `responses.FeeWithCap`)."""

    fee: str = ""
    fee_cap: str = ""
    fee_floor: str = ""


class MakerTakerFee(msgspec.Struct, frozen=True):
    """OpenAPI `responses.MakerTakerFee`."""

    maker_fee: Fee | None = None
    taker_fee: Fee | None = None


class FeeConfig(msgspec.Struct, frozen=True):
    """Fees of one market by who trades (OpenAPI `responses.MarketFeeConfig`)."""

    api_fee: MakerTakerFee | None = None
    interactive_fee: MakerTakerFee | None = None
    rpi_fee: MakerTakerFee | None = None


class MarginParams(msgspec.Struct, frozen=True):
    """Initial and maintenance margin (OpenAPI `responses.Delta1CrossMarginParams`).

    Maintenance margin is `imf_base * mmf_factor`.
    """

    imf_base: str = ""
    imf_factor: str = ""
    imf_shift: str = ""
    mmf_factor: str = ""


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one market (OpenAPI `responses.MarketResp`). Sizes are in base currency."""

    symbol: str
    asset_kind: str
    base_currency: str
    quote_currency: str
    settlement_currency: str
    price_tick_size: str
    order_size_increment: str
    trading_mode: str = "STANDARD"
    market_kind: str = ""
    min_notional: str = ""
    max_order_size: str = ""
    position_limit: str = ""
    max_open_orders: int = 0
    price_bands_width: str = ""
    iv_bands_width: str = ""
    max_slippage: str = ""
    open_at: int = 0
    expiry_at: int = 0
    strike_price: str = ""
    option_type: str = ""
    funding_period_hours: float = 0.0
    funding_multiplier: float = 0.0
    interest_rate: str = ""
    clamp_rate: str = ""
    max_funding_rate: str = ""
    max_funding_rate_change: str = ""
    max_tob_spread: str = ""
    oracle_ewma_factor: str = ""
    price_feed_id: str = ""
    tags: list[str] | None = None
    fee_config: FeeConfig | None = None
    delta1_cross_margin_params: MarginParams | None = None


class Bbo(msgspec.Struct, frozen=True, kw_only=True):
    """Best bid and offer (OpenAPI `responses.BBOResp`, AsyncAPI `bbo`). A side may be `""`."""

    market: str
    bid: str = ""
    bid_size: str = ""
    ask: str = ""
    ask_size: str = ""
    last_updated_at: int = 0
    seq_no: int = 0


class OrderBook(msgspec.Struct, frozen=True, kw_only=True):
    """Price levels as `(price, size)`, best first (OpenAPI `responses.AskBidArray`)."""

    market: str
    seq_no: int = 0
    last_updated_at: int = 0
    bids: list[tuple[str, str]] = []
    asks: list[tuple[str, str]] = []


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """One public trade (OpenAPI `responses.TradeResult`). `side` is the taker's."""

    id: str
    market: str
    side: Side
    price: str
    size: str
    created_at: int
    trade_type: str = "FILL"


class MarketSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Prices and statistics (OpenAPI `responses.MarketSummaryResp`). Any of them may be `""`.

    `funding_rate` is for the market's own funding period, not normalised to eight hours.
    """

    symbol: str
    mark_price: str = ""
    underlying_price: str = ""
    external_fair_price: str = ""
    last_traded_price: str = ""
    bid: str = ""
    bid_size: str = ""
    ask: str = ""
    ask_size: str = ""
    volume_24h: str = ""
    total_volume: str = ""
    open_interest: str = ""
    funding_rate: str = ""
    future_funding_rate: str = ""
    price_change_rate_24h: str = ""
    created_at: int = 0


class FundingData(msgspec.Struct, frozen=True, kw_only=True):
    """What funding was at one time (OpenAPI `responses.FundingDataResult`).

    `funding_rate` is for the market's own period of `funding_period_hours`.
    """

    market: str
    funding_rate: str
    created_at: int
    funding_period_hours: float = 8.0
    funding_rate_8h: str = ""
    funding_index: str = ""
    funding_premium: str = ""
    impact_premium_rate: str | None = None


class Candles(msgspec.Struct, frozen=True):
    """`GET /markets/klines`, whose body the contract leaves open: as it was observed."""

    results: list[Candle] = []


class FeeRates(msgspec.Struct, frozen=True, kw_only=True):
    """An account's own rates, fractions of notional (OpenAPI `responses.Fees`)."""

    maker_rate: str = ""
    taker_rate: str = ""


class AccountInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Who an account is (OpenAPI `responses.AccountInfoResponse`)."""

    account: str
    kind: str = ""
    parent_account: str = ""
    public_key: str = ""
    isolated_market: str = ""
    created_at: int = 0
    fees: FeeRates | None = None
