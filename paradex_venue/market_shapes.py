"""How the venue writes its markets as JSON: OpenAPI `responses.*Resp` and AsyncAPI payloads."""

from __future__ import annotations

from decimal import Decimal

from paradex_venue.amounts import text
from paradex_venue.auth import ACCOUNT_HASH, ACCOUNT_PROXY_HASH
from paradex_venue.engine import Engine
from paradex_venue.events import BookChanged, Quote
from paradex_venue.markets import Market, describe
from paradex_venue.records import Side, Trade
from paradex_venue.shapes import Json


def market(market: Market) -> Json:
    """`responses.MarketResp`."""
    return describe(market)


def onboarding(address: str, exists: bool) -> Json:
    """`responses.GetOnboardingResp`."""
    return {
        "address": address,
        "exists": exists,
        "account_signer_type": "starknet",
        "derivation_info": {
            "class_hash": ACCOUNT_HASH,
            "proxy_class_hash": ACCOUNT_PROXY_HASH,
        },
    }


def _quote(name: str, quote: Quote) -> Json:
    price, size = ("", "") if quote is None else (text(quote[0]), text(quote[1]))
    return {name: price, f"{name}_size": size}


def bbo(engine: Engine, symbol: str, now: int) -> Json:
    """`responses.BBOResp` as the book stands."""
    book = engine.books[symbol]
    return {
        "market": symbol,
        **_quote("bid", book.best("BUY")),
        **_quote("ask", book.best("SELL")),
        "last_updated_at": now,
        "seq_no": book.seq_no,
    }


def bbo_event(event: BookChanged) -> Json:
    """`responses.BBOResp` as a step of the book left it."""
    return {
        "market": event.market,
        **_quote("bid", event.bid),
        **_quote("ask", event.ask),
        "last_updated_at": event.at,
        "seq_no": event.seq_no,
    }


def order_book(engine: Engine, symbol: str, depth: int, now: int) -> Json:
    """`responses.AskBidArray`, best first."""
    book = engine.books[symbol]

    def levels(side: Side) -> list[list[str]]:
        return [[text(price), text(size)] for price, size in book.levels(side, depth)]

    bids, asks = levels("BUY"), levels("SELL")
    return {
        "market": symbol,
        "seq_no": book.seq_no,
        "last_updated_at": now,
        "bids": bids,
        "asks": asks,
        "best_bid_api": bids[0] if bids else [],
        "best_ask_api": asks[0] if asks else [],
    }


def snapshot(engine: Engine, symbol: str, depth: int | None, now: int) -> Json:
    """AsyncAPI `PriceBookUpdate` of type `s`: every level is an insert."""
    book = engine.books[symbol]
    inserts = [
        _level(side, text(price), text(size))
        for side in _SIDES
        for price, size in book.levels(side, depth)
    ]
    return _update(symbol, book.seq_no, now, "s", {"insert": inserts})


def delta(event: BookChanged) -> Json:
    """AsyncAPI `PriceBookUpdate` of type `d`."""
    kinds: dict[str, list[Json]] = {}
    for change in event.changes:
        level = _level(change.side, text(change.price), text(change.size))
        kinds.setdefault(change.kind, []).append(level)
    return _update(event.market, event.seq_no, event.at, "d", kinds)


_SIDES: tuple[Side, Side] = ("BUY", "SELL")


def _level(side: Side, price: str, size: str) -> Json:
    return {"side": side, "price": price, "size": size}


def _update(symbol: str, seq_no: int, at: int, kind: str, levels: dict[str, list[Json]]) -> Json:
    return {
        "seq_no": seq_no,
        "market": symbol,
        "last_updated_at": at,
        "update_type": kind,
        "inserts": levels.get("insert", []),
        "updates": levels.get("update", []),
        "deletes": levels.get("delete", []),
    }


def trade(trade: Trade) -> Json:
    """`responses.TradeResult`."""
    return {
        "id": trade.id,
        "market": trade.market,
        "side": trade.side,
        "price": text(trade.price),
        "size": text(trade.size),
        "created_at": trade.created_at,
        "trade_type": trade.trade_type,
    }


def summary(engine: Engine, symbol: str, now: int) -> Json:
    """`responses.MarketSummaryResp`. Volumes are since the venue opened."""
    book, tape, mark = engine.books[symbol], engine.tapes[symbol], engine.marks[symbol]
    reference = engine.markets[symbol].reference
    change = ((mark - reference) / reference).quantize(_RATE)
    return {
        "symbol": symbol,
        "mark_price": text(mark),
        "underlying_price": text(mark),
        "external_fair_price": text(mark),
        "last_traded_price": text(tape.last.price) if tape.last else "",
        **_quote("bid", book.best("BUY")),
        **_quote("ask", book.best("SELL")),
        "volume_24h": text(engine.volumes[symbol]),
        "total_volume": text(engine.volumes[symbol]),
        "open_interest": text(engine.open_interest(symbol)),
        "price_change_rate_24h": text(change),
        "created_at": now,
        "funding_rate": text(engine.ledger.rates[symbol]),
        **_NO_OPTION,
    }


_RATE = Decimal("1e-8")
_NO_OPTION: Json = {
    "future_funding_rate": "",
    "mark_iv": "",
    "bid_iv": "",
    "ask_iv": "",
    "last_iv": "",
    "delta": "1",
    "greeks": {"delta": "1", "gamma": "0", "vega": "0"},
}


def system_config(chain_id: str) -> Json:
    """`responses.SystemConfigResponse`; addresses that nothing here depends on are placeholders."""
    return {
        "starknet_chain_id": chain_id,
        "starknet_gateway_url": "",
        "starknet_fullnode_rpc_url": "http://127.0.0.1/rpc/v0_10",
        "starknet_fullnode_rpc_base_url": "http://127.0.0.1",
        "block_explorer_url": "http://127.0.0.1/explorer/",
        "paraclear_address": "0x286003f7c7bfc3f94e8f0af48b48302e7aee2fb13c23b141479ba00832ef2c6",
        "paraclear_decimals": 8,
        "paraclear_account_proxy_hash": ACCOUNT_PROXY_HASH,
        "paraclear_account_hash": ACCOUNT_HASH,
        "paraclear_evm_account_hash": "0x1",
        "oracle_address": "0x2c6a867917ef858d6b193a0ff9e62b46d0dc760366920d631715d58baeaca1f",
        "bridged_tokens": [USDC],
        "l1_core_contract_address": "0x182FE62c57461d4c5Ab1aE6F04f1D51aA1607daf",
        "l1_operator_address": "0x63e762538C70442758Fd622116d817761c94FD6A",
        "l1_relayer_address": "0x63e762538C70442758Fd622116d817761c94FD6A",
        "l2_relayer_address": "0x63e762538C70442758Fd622116d817761c94FD6A",
        "l1_chain_id": "11155111",
        "liquidation_fee": "0.2",
        "partial_liquidation_buffer": "0.2",
        "partial_liquidation_share_increment": "0.05",
        "assets_limit_per_account": 550,
        "universal_deployer_address": "0x1",
        "dime_staking_contract_address": "0x1",
        "environment": "local",
    }


USDC: Json = {
    "name": "TEST USDC",
    "symbol": "USDC",
    "decimals": 6,
    "l1_token_address": "0x29A873159D5e14AcBd63913D4A7E2df04570c666",
    "l1_bridge_address": "0x8586e05adc0C35aa11609023d4Ae6075Cb813b4C",
    "l2_token_address": "0x6f373b346561036d98ea10fb3e60d2f459c872b1933b50b21fe6ef4fda3b75e",
    "l2_bridge_address": "0x46e9237f5408b5f899e72125dd69bd55485a287aaf24663d3ebe00d237fc7ef",
}
