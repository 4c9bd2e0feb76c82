"""REST endpoints that anybody may call: the system, its markets, onboarding and log-in."""

from __future__ import annotations

import msgspec

from paradex_venue import market_shapes
from paradex_venue.auth import canonical
from paradex_venue.records import Trade
from paradex_venue.refusal import Refused
from paradex_venue.rest import Answer, Call, Services

DEFAULT_DEPTH = 20


def system_time(services: Services, call: Call) -> Answer:
    return Answer({"server_time": str(services.exchange.now_ms())})


def system_state(services: Services, call: Call) -> Answer:
    return Answer({"status": services.exchange.status})


def system_config(services: Services, call: Call) -> Answer:
    return Answer(market_shapes.system_config(services.config.chain_id))


def markets(services: Services, call: Call) -> Answer:
    """Every market, or the one named; 404 for a name that is not listed."""
    listed = services.exchange.markets
    symbol = call.query.get("market", "")
    if symbol and symbol not in listed:
        raise Refused("MARKET_NOT_FOUND", f"market {symbol} is not listed", 404)
    chosen = [listed[symbol]] if symbol else list(listed.values())
    return Answer({"results": [market_shapes.market(market) for market in chosen]})


def markets_summary(services: Services, call: Call) -> Answer:
    symbol = call.required("market")
    exchange = services.exchange
    symbols = list(exchange.markets) if symbol == "ALL" else [exchange.market(symbol).symbol]
    now = exchange.now_ms()
    results = [market_shapes.summary(exchange.engine, symbol, now) for symbol in symbols]
    return Answer({"results": results})


def bbo(services: Services, call: Call) -> Answer:
    symbol = services.exchange.market(call.path["market"]).symbol
    now = services.exchange.now_ms()
    return Answer(market_shapes.bbo(services.exchange.engine, symbol, now))


def order_book(services: Services, call: Call) -> Answer:
    symbol = services.exchange.market(call.path["market"]).symbol
    depth = call.integer("depth", DEFAULT_DEPTH)
    now = services.exchange.now_ms()
    return Answer(market_shapes.order_book(services.exchange.engine, symbol, depth, now))


def trades(services: Services, call: Call) -> Answer:
    """Public trades of one market, newest first."""
    symbol = services.exchange.market(call.required("market")).symbol
    tape = services.exchange.engine.tapes[symbol]
    within = call.period()

    def accept(trade: Trade) -> bool:
        return trade.created_at in within

    page = services.cursors.page(
        tape.items, accept, call.query, f"trades {symbol}", dropped=tape.dropped
    )
    results = [market_shapes.trade(trade) for trade in page.results]
    return Answer({"results": results, "next": page.next, "prev": page.prev})


class _Onboarding(msgspec.Struct):
    public_key: str


def onboarding(services: Services, call: Call) -> Answer:
    services.registrar.onboard(call.headers, call.decode(_Onboarding).public_key)
    return Answer()


def onboarding_status(services: Services, call: Call) -> Answer:
    """Which account a public key owns, and whether it is onboarded."""
    if call.required("account_signer_type") != "starknet":
        raise Refused("INVALID_REQUEST_PARAMETER", "only account_signer_type starknet is served")
    key = canonical("public_key", call.required("public_key"))
    address = services.registrar.address_of(key)
    body = market_shapes.onboarding(address, address in services.exchange.accounts)
    return Answer(body)


def auth(services: Services, call: Call) -> Answer:
    """A token; with a public key in the path, for who signed with that key."""
    token = services.registrar.log_in(call.headers, call.path.get("public_key"))
    return Answer({"jwt_token": token})
