from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nautilus_trader.common.component import LiveClock
from nautilus_trader.config import InstrumentProviderConfig
from nautilus_trader.model.identifiers import InstrumentId

from paradex_adapter.errors import ConfigError, OutcomeUnknown, WireError
from paradex_adapter.providers import ParadexInstrumentProvider
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.rest import Rest
from tests.transport.loopback import Answer, Request, Server, serve

pytestmark = pytest.mark.anyio

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
LISTED = msgspec.json.decode((RESOURCES / "http_get_markets.json").read_bytes())
BTC = InstrumentId.from_str("BTC-USD-PERP.PARADEX")
BONK = InstrumentId.from_str("kBONK-USD-PERP.PARADEX")


class Lines:
    """Stands in for the provider's logger."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.debugs: list[str] = []

    def warning(self, line: str) -> None:
        self.warnings.append(line)

    def debug(self, line: str) -> None:
        self.debugs.append(line)

    def info(self, line: str) -> None: ...


class Wallet:
    async def bearer(self) -> str:
        return "token"

    def unauthorized(self, token: str) -> None: ...


def _venue(info: Answer | None = None) -> Callable[[Request], Answer]:
    answers = {"/v1/markets": Answer(200, LISTED), "/v1/account/info": info or Answer(404)}
    return lambda request: answers[request.path]


@asynccontextmanager
async def _loading(
    handler: Callable[[Request], Answer],
    tokens: Wallet | None = None,
    account: str | None = None,
    **config: Any,
) -> AsyncIterator[tuple[ParadexInstrumentProvider, Server, Lines]]:
    async with serve(handler) as server, Http(server.url) as http:
        provider = ParadexInstrumentProvider(
            Rest(http, tokens), LiveClock(), InstrumentProviderConfig(**config), account
        )
        provider._log = lines = Lines()
        yield provider, server, lines


async def test_all_perpetuals_that_can_be_read_are_loaded() -> None:
    async with _loading(_venue(), load_all=True) as (provider, server, _):
        await provider.initialize()
    assert set(provider.get_all()) == {BTC, BONK}
    assert provider.currency("kBONK") is not None
    assert [request.path for request in server.requests] == ["/v1/markets"]


async def test_each_market_that_is_skipped_has_one_line_that_names_it() -> None:
    async with _loading(_venue(), load_all=True) as (provider, _, lines):
        await provider.initialize()
    unreadable, broken = lines.warnings
    assert unreadable.startswith("Skipped: market UNREADABLE-USD-PERP cannot be read: ")
    assert broken.startswith("Skipped: market BROKEN-USD-PERP cannot be read: price_tick_size")
    assert lines.debugs == [
        "Skipped: market BTC-USD-25FEB26-70000-C is not supported (OPTION, STANDARD)",
        "Skipped: market OTC-USD-PERP is not supported (PERP, RFQ_ONLY)",
    ]


async def test_only_the_instruments_named_are_loaded_in_one_request() -> None:
    async with _loading(_venue(), load_ids=frozenset({BTC, BONK})) as (provider, server, lines):
        await provider.initialize()
    assert set(provider.get_all()) == {BTC, BONK}
    assert len(server.requests) == 1
    assert lines.warnings == []


async def test_one_instrument_is_loaded_on_demand_and_once() -> None:
    async with _loading(_venue()) as (provider, server, _):
        await provider.load_async(BTC)
        await provider.load_async(BTC)
    assert provider.find(BTC) is not None
    assert len(server.requests) == 1


async def test_reloading_takes_the_increments_that_the_venue_has_now() -> None:
    tick = {"now": "0.1"}

    def handler(_: Request) -> Answer:
        return Answer(200, {"results": [LISTED["results"][0] | {"price_tick_size": tick["now"]}]})

    async with _loading(handler, load_ids=frozenset({BTC})) as (provider, _, _):
        await provider.initialize()
        tick["now"] = "0.01"
        await provider.initialize(reload=True)
    assert provider.find(BTC).price_precision == 2


@pytest.mark.parametrize(
    ("symbol", "told"),
    [
        ("BTC-USD-PREP", "BTC-USD-PREP.PARADEX does not exist .*: the nearest are BTC-USD-PERP"),
        ("KBONK-USD-PERP", "the nearest are kBONK-USD-PERP"),
        ("btc-usd-perp", "the nearest are BTC-USD-PERP"),
        ("ZZZZ", "ZZZZ.PARADEX does not exist at the venue: it lists 5 markets"),
    ],
)
async def test_a_market_that_does_not_exist_is_named_with_the_nearest(
    symbol: str, told: str
) -> None:
    async with _loading(_venue()) as (provider, _, _):
        with pytest.raises(ConfigError, match=told):
            await provider.load_async(InstrumentId.from_str(f"{symbol}.PARADEX"))


@pytest.mark.parametrize(
    ("symbol", "told"),
    [
        ("BTC-USD-25FEB26-70000-C", "its kind is OPTION, its mode STANDARD; only PERP"),
        ("OTC-USD-PERP", "its kind is PERP, its mode RFQ_ONLY; only PERP"),
    ],
)
async def test_a_market_that_cannot_be_traded_here_says_why(symbol: str, told: str) -> None:
    async with _loading(_venue()) as (provider, _, _):
        with pytest.raises(ConfigError, match=told):
            await provider.load_async(InstrumentId.from_str(f"{symbol}.PARADEX"))


@pytest.mark.parametrize("symbol", ["UNREADABLE-USD-PERP", "BROKEN-USD-PERP"])
async def test_an_unreadable_market_that_was_asked_for_is_an_error(symbol: str) -> None:
    async with _loading(_venue()) as (provider, _, _):
        with pytest.raises(WireError, match=f"market {symbol} cannot be read"):
            await provider.load_async(InstrumentId.from_str(f"{symbol}.PARADEX"))


async def test_an_instrument_of_another_venue_is_refused_before_anything_is_asked() -> None:
    async with _loading(_venue()) as (provider, server, _):
        with pytest.raises(ConfigError, match=r"BTC-USD-PERP.BINANCE is not of venue PARADEX"):
            await provider.load_async(InstrumentId.from_str("BTC-USD-PERP.BINANCE"))
    assert server.requests == []


@pytest.mark.parametrize(
    ("filters", "loaded"),
    [
        ({"base_currency": "BTC"}, {BTC}),
        ({"base_currency": ["BTC", "kBONK"]}, {BTC, BONK}),
        ({"base_currency": ("kBONK",), "asset_kind": "PERP"}, {BONK}),
        ({"max_open_orders": 150}, {BTC}),
    ],
)
async def test_filters_compare_the_fields_of_a_market(
    filters: dict[str, object], loaded: set[InstrumentId]
) -> None:
    async with _loading(_venue(), load_all=True, filters=filters) as (provider, _, _):
        await provider.initialize()
    assert set(provider.get_all()) == loaded


async def test_a_filter_on_something_else_is_refused_with_the_choices() -> None:
    async with _loading(_venue(), load_all=True, filters={"bases": "BTC"}) as (provider, _, _):
        with pytest.raises(ConfigError, match=r"'bases' is unknown: use one of symbol, asset_kind"):
            await provider.initialize()


# ---- fees ----


def _info(*accounts: str) -> Answer:
    rows = [
        {"account": a, "fees": {"maker_rate": f"0.{i}", "taker_rate": f"0.{i}5"}}
        for i, a in enumerate(accounts, 1)
    ]
    return Answer(200, {"results": rows})


@pytest.mark.parametrize(
    ("account", "rates"),
    [(None, ("0.1", "0.15")), ("0x00Bb", ("0.2", "0.25")), ("0xcc", ("0", "0"))],
)
async def test_the_accounts_rates_apply_where_a_market_has_none_of_its_own(
    account: str | None, rates: tuple[str, str]
) -> None:
    handler = _venue(_info("0xaa", "0xbb"))
    async with _loading(handler, Wallet(), account, load_all=True) as (provider, _, _):
        await provider.initialize()
    bonk, btc = provider.find(BONK), provider.find(BTC)
    assert (bonk.maker_fee, bonk.taker_fee) == tuple(map(Decimal, rates))
    assert (btc.maker_fee, btc.taker_fee) == (Decimal("0.00003"), Decimal("0.00045"))


@pytest.mark.parametrize(
    "info",
    [
        Answer(503),
        Answer(400, {"error": "ACCOUNT_NOT_FOUND", "message": "no"}),
        Answer(200, b"?"),
        Answer(200, {"results": [{"account": "0x1", "fees": {"maker_rate": "cheap"}}]}),
    ],
)
async def test_instruments_load_without_the_accounts_rates(info: Answer) -> None:
    async with _loading(_venue(info), Wallet(), load_ids=frozenset({BTC})) as (provider, _, lines):
        await provider.initialize()
    assert provider.find(BTC) is not None
    assert lines.warnings[0].startswith("The account's fee rates are unknown: ")


async def test_a_venue_that_cannot_be_asked_is_an_error_and_not_an_empty_list() -> None:
    async with _loading(lambda _: Answer(503), load_all=True) as (provider, _, _):
        with pytest.raises(OutcomeUnknown):
            await provider.initialize()
