"""The venue's markets as Nautilus instruments, loaded over REST."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import cast

from nautilus_trader.common.component import LiveClock
from nautilus_trader.common.providers import InstrumentProvider
from nautilus_trader.config import InstrumentProviderConfig
from nautilus_trader.model.identifiers import InstrumentId

from paradex_adapter.constants import PARADEX, PARADEX_VENUE
from paradex_adapter.errors import ConfigError, OutcomeUnknown, VenueError, WireError
from paradex_adapter.parsing.instruments import parse_instrument
from paradex_adapter.parsing.numbers import decimal
from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.markets import AccountInfo, Market

type Filters = Mapping[str, object]
type _Rates = tuple[Decimal | None, Decimal | None]

_NO_FILTER: Filters = {}
_UNKNOWN_RATES: _Rates = (None, None)


class ParadexInstrumentProvider(InstrumentProvider):
    """Loads perpetuals. One market that cannot be read does not keep the others out.

    With a `rest` that has credentials, the account's fee rates apply where a market has none of
    its own; `account` (an address) says whose, where several accounts are visible.

    `filters` compare fields of the venue's market, each with a value or a collection of values:
    `{"base_currency": ["BTC", "ETH"]}`.
    """

    def __init__(
        self,
        rest: Rest,
        clock: LiveClock,
        config: InstrumentProviderConfig | None = None,
        account: str | None = None,
    ) -> None:
        super().__init__(config=config)
        self._rest = rest
        self._clock = clock
        self._account = account

    async def load_all_async(self, filters: Filters | None = None) -> None:
        """Load every market that can be traded and passes `filters`."""
        unreadable: dict[str, str] = {}
        markets = await self._rest.markets(unreadable=unreadable)
        for symbol, reason in unreadable.items():
            self._log.warning(f"Skipped: market {symbol} cannot be read: {reason}")
        rates = await self._fee_rates()
        for market in markets:
            if not _passes(market, filters or _NO_FILTER):
                continue
            try:
                self._load(market, rates)
            except WireError as error:
                self._log.warning(f"Skipped: {error}")

    async def load_ids_async(
        self, instrument_ids: list[InstrumentId], filters: Filters | None = None
    ) -> None:
        """Load the instruments named; `filters` are for `load_all_async`.

        Raises `ConfigError` for one that the venue does not list, naming the nearest, or that is
        of a kind that cannot be traded here; `WireError` for one that cannot be read.
        """
        for instrument_id in instrument_ids:
            if instrument_id.venue != PARADEX_VENUE:
                raise ConfigError(f"{instrument_id} is not of venue {PARADEX}")
        unreadable: dict[str, str] = {}
        listed = {m.symbol: m for m in await self._rest.markets(unreadable=unreadable)}
        rates = await self._fee_rates()
        for instrument_id in instrument_ids:
            symbol = instrument_id.symbol.value
            if symbol in unreadable:
                raise WireError(f"market {symbol} cannot be read: {unreadable[symbol]}")
            market = _listed(symbol, listed)
            if not self._load(market, rates):
                raise ConfigError(
                    f"{instrument_id} cannot be traded: its kind is {market.asset_kind}, its mode "
                    f"{market.trading_mode}; only PERP markets in mode STANDARD are supported"
                )

    def _load(self, market: Market, rates: _Rates) -> bool:
        """Add the instrument; False where the market is not one that can be traded."""
        instrument = parse_instrument(market, self._clock.timestamp_ns(), *rates)
        if instrument is None:
            kind = f"{market.asset_kind}, {market.trading_mode}"
            self._log.debug(f"Skipped: market {market.symbol} is not supported ({kind})")
            return False
        for currency in (instrument.base_currency, instrument.settlement_currency):
            self.add_currency(currency)
        self.add(instrument)
        return True

    async def _fee_rates(self) -> _Rates:
        """The account's own rates. Trading does not depend on them, so a failure is a warning."""
        if not self._rest.is_private:
            return _UNKNOWN_RATES
        try:
            return rates_of(self._account, await self._rest.account_info())
        except (VenueError, OutcomeUnknown, WireError) as error:
            self._log.warning(f"The account's fee rates are unknown: {error}")
            return _UNKNOWN_RATES


def _passes(market: Market, filters: Filters) -> bool:
    for name, wanted in filters.items():
        if name not in market.__struct_fields__:
            known = ", ".join(market.__struct_fields__)
            raise ConfigError(f"instrument filter {name!r} is unknown: use one of {known}")
        is_many = isinstance(wanted, Collection) and not isinstance(wanted, str)
        choices = cast("Collection[object]", wanted if is_many else [wanted])
        if getattr(market, name) not in choices:
            return False
    return True


def _listed(symbol: str, markets: Mapping[str, Market]) -> Market:
    if symbol in markets:
        return markets[symbol]
    folded = {name.upper(): name for name in markets}
    near = [folded[name] for name in get_close_matches(symbol.upper(), folded, n=3, cutoff=0.5)]
    hint = f"the nearest are {', '.join(near)}" if near else f"it lists {len(markets)} markets"
    raise ConfigError(f"{symbol}.{PARADEX} does not exist at the venue: {hint}")


def rates_of(account: str | None, known: Sequence[AccountInfo]) -> _Rates:
    """The maker's and the taker's rate of that account, or of the first that has any."""
    for info in known:
        if info.fees and (account is None or _digits(info.account) == _digits(account)):
            return _rate(info.fees.maker_rate), _rate(info.fees.taker_rate)
    return _UNKNOWN_RATES


def _rate(text: str) -> Decimal | None:
    return decimal(text, "fee rate") if text else None


def _digits(address: str) -> str:
    return address.lower().removeprefix("0x").lstrip("0")
