from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest

from paradex_adapter.errors import (
    ConfigError,
    HistoryTooLong,
    OutcomeUnknown,
    RateLimited,
    Unauthorized,
    VenueError,
    WireError,
)
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.limiter import Limiter, Rate
from paradex_adapter.transport.limits import Limits
from paradex_adapter.transport.rest import HISTORY_PAGE_SIZE, MAX_PAGES, Rest
from paradex_adapter.wire.signing import Signer
from tests.transport.loopback import Answer, Request, Server, serve

pytestmark = pytest.mark.anyio

MARKET = {
    "symbol": "BTC-USD-PERP",
    "asset_kind": "PERP",
    "base_currency": "BTC",
    "quote_currency": "USD",
    "settlement_currency": "USDC",
    "price_tick_size": "0.1",
    "order_size_increment": "0.001",
}
ORDER = {
    "id": "7",
    "market": "BTC-USD-PERP",
    "side": "BUY",
    "type": "LIMIT",
    "size": "1",
    "remaining_size": "1",
    "status": "OPEN",
}
FILL = {
    "id": "1",
    "market": "BTC-USD-PERP",
    "order_id": "7",
    "side": "BUY",
    "liquidity": "TAKER",
    "price": "10",
    "size": "1",
    "fee": "0.1",
}


class Wallet:
    """Tokens named t1, t2, …: a refused one is followed by the next."""

    def __init__(self, error: Exception | None = None) -> None:
        self.number = 1
        self.refused: list[str] = []
        self.error = error

    async def bearer(self) -> str:
        if self.error is not None:
            raise self.error
        return f"t{self.number}"

    def unauthorized(self, token: str) -> None:
        self.refused.append(token)
        self.number += 1


@asynccontextmanager
async def asking(
    handler: Callable[[Request], Answer], tokens: Wallet | None = None, **limits: Limiter
) -> AsyncIterator[tuple[Rest, Server]]:
    async with serve(handler) as server, Http(server.url) as http:
        yield Rest(http, tokens, Limits(**limits)), server


def always(body: object, status: int = 200) -> Callable[[Request], Answer]:
    return lambda _: Answer(status, body)


def refused(code: str, status: int = 400) -> Callable[[Request], Answer]:
    return always({"error": code, "message": "no"}, status)


def needing(token: str, body: object, status: int = 200) -> Callable[[Request], Answer]:
    """Answers the bearer of `token`, and refuses all others."""

    def handler(request: Request) -> Answer:
        if request.headers.get("authorization") == f"Bearer {token}":
            return Answer(status, body)
        return Answer(401, {"error": "INVALID_TOKEN", "message": "expired"})

    return handler


# ---- public ----


async def test_the_clock_and_the_state_of_the_venue_are_plain_values() -> None:
    answers = {
        "/v1/system/time": {"server_time": "1681493415023"},
        "/v1/system/state": {"status": "post_only"},
        "/v1/system/config": {"starknet_chain_id": "X", "paraclear_decimals": 8, "new": None},
    }
    async with asking(lambda request: Answer(200, answers[request.path])) as (rest, _):
        assert await rest.system_time() == 1681493415023
        assert await rest.system_state() == "post_only"
        assert (await rest.system_config()).starknet_chain_id == "X"


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "٣"])
async def test_a_time_that_is_no_number_is_unreadable(text: str) -> None:
    async with asking(always({"server_time": text})) as (rest, _):
        with pytest.raises(WireError, match="server_time"):
            await rest.system_time()


async def test_an_unreadable_market_is_told_and_the_others_load() -> None:
    broken = {**MARKET, "symbol": "X-USD-PERP", "price_tick_size": 5}
    body = {"results": [broken, MARKET, {"symbol": 3}, "nonsense"]}
    async with asking(always(body)) as (rest, _):
        unreadable: dict[str, str] = {}
        assert [m.symbol for m in await rest.markets(unreadable=unreadable)] == ["BTC-USD-PERP"]
        assert set(unreadable) == {"X-USD-PERP", "?"}
        assert "price_tick_size" in unreadable["X-USD-PERP"]
        with pytest.raises(WireError, match="X-USD-PERP cannot be read"):
            await rest.markets()


async def test_one_market_is_asked_for_by_name() -> None:
    async with asking(always({"results": [MARKET]})) as (rest, server):
        await rest.markets("BTC-USD-PERP")
    assert server.requests[0].query == {"market": "BTC-USD-PERP"}


async def test_the_summary_is_that_of_the_market_asked_for() -> None:
    body = {"results": [{"symbol": "A"}, {"symbol": "B", "mark_price": "5"}]}
    async with asking(always(body)) as (rest, _):
        assert (await rest.summary("B")).mark_price == "5"
        with pytest.raises(WireError, match="without C"):
            await rest.summary("C")


async def test_the_book_comes_as_pairs_and_the_best_of_it_alone() -> None:
    answers = {
        "/v1/orderbook/M": {"market": "M", "seq_no": 9, "bids": [["1", "2"]], "asks": []},
        "/v1/bbo/M": {"market": "M", "bid": "1", "bid_size": "2", "ask": "", "ask_size": ""},
    }
    async with asking(lambda request: Answer(200, answers[request.path])) as (rest, server):
        book = await rest.order_book("M", depth=5)
        assert (book.seq_no, book.bids, book.asks) == (9, [("1", "2")], [])
        assert (await rest.bbo("M")).ask == ""
    assert server.requests[0].query == {"depth": "5"}


async def test_a_name_cannot_leave_its_place_in_the_path() -> None:
    async with asking(always(ORDER), Wallet()) as (rest, server):
        await rest.order_by_client_id("../a/b?c=d")
    assert "?" not in server.requests[0].path
    assert server.requests[0].path == "/v1/orders/by_client_id/..%2Fa%2Fb%3Fc%3Dd"


# ---- signing in ----


@pytest.fixture
def signer() -> Signer:
    return Signer("0x1234", "0x49", "PRIVATE_SN_POTC_SEPOLIA")


async def test_signing_in_names_the_key_in_the_path_and_returns_the_token(signer: Signer) -> None:
    async with asking(always({"jwt_token": "eyJ"})) as (rest, server):
        assert await rest.authenticate(signer, 1_700_000_000, 1_700_001_800) == "eyJ"
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", f"/v1/auth/{signer.public_key}")
    expected = signer.auth(timestamp=1_700_000_000, expiration=1_700_001_800)
    assert request.headers["paradex-starknet-account"] == "0x49"
    assert request.headers["paradex-starknet-signature"] == expected
    assert request.headers["paradex-timestamp"] == "1700000000"
    assert request.headers["paradex-signature-expiration"] == "1700001800"
    assert request.body == b""


async def test_a_refused_key_is_the_venues_definite_answer(signer: Signer) -> None:
    async with asking(refused("STARKNET_SIGNATURE_VERIFICATION_FAILED")) as (rest, _):
        with pytest.raises(VenueError, match="STARKNET_SIGNATURE_VERIFICATION_FAILED"):
            await rest.authenticate(signer, 1, 2)


async def test_onboarding_sends_the_public_key(signer: Signer) -> None:
    async with asking(always(b"")) as (rest, server):
        await rest.onboard(signer)
        await rest.onboard(signer, "0xE")
    bare, full = server.requests
    assert bare.path == "/v1/onboarding"
    assert msgspec.json.decode(bare.body) == {"public_key": signer.public_key}
    assert bare.headers["paradex-starknet-signature"] == signer.onboarding()
    assert "paradex-ethereum-account" not in bare.headers
    assert full.headers["paradex-ethereum-account"] == "0xE"


# ---- tokens ----

PRIVATE = [
    (lambda rest: rest.account_info(), {"results": []}),
    (lambda rest: rest.open_orders(), {"results": []}),
    (lambda rest: rest.fills(), {"results": []}),
    (lambda rest: rest.create_order(dict), ORDER),
    (lambda rest: rest.cancel_order("7"), b""),
    (lambda rest: rest.cancel_by_client_id("c", "M"), b""),
    (lambda rest: rest.cancel_all(), b""),
]


@pytest.mark.parametrize(("ask", "body"), PRIVATE)
async def test_a_refused_token_is_told_and_the_request_sent_once_more_with_a_new_one(
    ask: Callable[[Rest], object], body: object
) -> None:
    wallet = Wallet()
    async with asking(needing("t2", body), wallet) as (rest, server):
        await ask(rest)  # type: ignore[misc]
    assert wallet.refused == ["t1"]
    assert len(server.requests) == 2


@pytest.mark.parametrize(("ask", "body"), PRIVATE)
async def test_a_second_refusal_of_the_token_is_final(
    ask: Callable[[Rest], object], body: object
) -> None:
    wallet = Wallet()
    async with asking(needing("t9", body), wallet) as (rest, server):
        with pytest.raises(Unauthorized):
            await ask(rest)  # type: ignore[misc]
    assert wallet.refused == ["t1", "t2"]
    assert len(server.requests) == 2


@pytest.mark.parametrize("error", [Unauthorized("NO", "key"), OutcomeUnknown("no token in time")])
async def test_without_a_token_nothing_is_sent(error: Exception) -> None:
    async with asking(always(ORDER), Wallet(error)) as (rest, server):
        with pytest.raises(type(error), match=str(error)):
            await rest.create_order(dict)
    assert server.requests == []


async def test_without_credentials_only_public_endpoints_can_be_asked() -> None:
    async with asking(always({"results": []})) as (rest, server):
        assert not rest.is_private
        with pytest.raises(ConfigError, match="GET /balance needs credentials"):
            await rest.balances()
    assert server.requests == []


async def test_each_request_passes_the_limiter_of_its_scope(signer: Signer) -> None:
    limits = {name: Limiter() for name in ("address", "auth", "private", "orders")}
    answers = {"/v1/system/state": {"status": "ok"}, "/v1/orders": ORDER, "/v1/balance": {}}

    def handler(request: Request) -> Answer:
        body = answers.get(request.path, {"jwt_token": "x"})
        return Answer(200, {"results": []} if body == {} else body)

    async with asking(handler, Wallet(), **limits) as (rest, _):
        await rest.system_state()
        await rest.authenticate(signer, 1, 2)
        await rest.balances()
        await rest.create_order(dict)
        await rest.cancel_order("7")
    counts = {name: limiter.figures.passed for name, limiter in limits.items()}
    assert counts == {"address": 4, "auth": 1, "private": 1, "orders": 2}


async def test_what_the_venue_says_of_its_limits_is_heeded_where_it_was_charged() -> None:
    def handler(request: Request) -> Answer:
        told = {"x-ratelimit-limit": "10", "x-ratelimit-window": "60", "x-ratelimit-remaining": "3"}
        return Answer(200, ORDER, told)

    orders, address = Limiter(Rate(10, 60)), Limiter(Rate(20, 60))
    async with asking(handler, Wallet(), orders=orders, address=address) as (rest, _):
        await rest.create_order(dict)
    assert orders.seconds_short(3) == 0 < orders.seconds_short(4)
    assert address.seconds_short(19) == 0


async def test_after_a_429_nothing_more_is_sent_for_as_long_as_the_venue_says() -> None:
    body = {"error": "TOO_MANY_REQUESTS", "message": "slow down"}
    orders, address = Limiter(Rate(10, 60)), Limiter(Rate(20, 60))
    answer = Answer(429, body, {"Retry-After": "5"})
    async with asking(lambda _: answer, Wallet(), orders=orders, address=address) as (rest, _):
        with pytest.raises(RateLimited, match="POST /orders answered HTTP 429 TOO_MANY_REQUESTS"):
            await rest.create_order(dict)
    assert orders.seconds_short() == pytest.approx(5 + 6, abs=0.5)
    assert address.seconds_short() == pytest.approx(5 + 3, abs=0.5)


async def test_a_body_is_made_when_the_request_is_about_to_leave_and_once() -> None:
    made: list[str] = []
    wallet = Wallet()

    def body() -> dict[str, object]:
        made.append(f"with token t{wallet.number}")
        return {"size": "1"}

    async with asking(needing("t2", ORDER, 201), wallet) as (rest, server):
        await rest.create_order(body)
    assert made == ["with token t1"]
    assert [request.body for request in server.requests] == [b'{"size":"1"}'] * 2


async def test_no_body_is_made_for_a_request_that_cannot_leave() -> None:
    def body() -> dict[str, object]:
        raise AssertionError("signed for nothing")

    async with asking(always(ORDER), Wallet(OutcomeUnknown("no token"))) as (rest, _):
        with pytest.raises(OutcomeUnknown):
            await rest.create_order(body)


# ---- orders ----


async def test_an_order_that_the_venue_does_not_know_is_none() -> None:
    async with asking(refused("ORDER_ID_NOT_FOUND"), Wallet()) as (rest, _):
        assert await rest.order("7") is None
    async with asking(refused("CLIENT_ORDER_ID_NOT_FOUND"), Wallet()) as (rest, _):
        assert await rest.order_by_client_id("c") is None


@pytest.mark.parametrize("code", ["NOT_FOUND", "VALIDATION_ERROR"])
async def test_any_other_refusal_of_a_query_says_nothing_about_the_order(code: str) -> None:
    async with asking(refused(code), Wallet()) as (rest, _):
        with pytest.raises(VenueError, match=code):
            await rest.order_by_client_id("c")


async def test_an_order_is_created_with_the_body_given() -> None:
    async with asking(always(ORDER, 201), Wallet()) as (rest, server):
        assert (await rest.create_order(lambda: {"size": "1"})).id == "7"
    assert (server.requests[0].method, server.requests[0].body) == ("POST", b'{"size":"1"}')


async def test_orders_of_a_batch_are_told_apart_by_their_client_ids() -> None:
    order = {**ORDER, "client_id": "b"}
    body = {"orders": [None, order], "errors": [{"error": "TOO_SMALL", "message": "no"}, None]}
    async with asking(always(body, 201), Wallet()) as (rest, server):
        created = await rest.create_orders(lambda: [{"size": "1"}, {"size": "2"}])
    outcomes = created.outcomes(["a", "b"])
    assert str(outcomes["a"]) == "TOO_SMALL: no"
    assert outcomes["b"].id == "7"
    assert (server.requests[0].path, server.requests[0].body) == (
        "/v1/orders/batch",
        b'[{"size":"1"},{"size":"2"}]',
    )


async def test_a_batch_of_cancels_names_every_order() -> None:
    body = {"results": [{"id": "7", "status": "QUEUED_FOR_CANCELLATION"}]}
    async with asking(always(body), Wallet()) as (rest, server):
        canceled = await rest.cancel_orders(["7", "8"])
    assert canceled.outcomes(["7"]) == {"7": None}
    (request,) = server.requests
    assert (request.method, request.path) == ("DELETE", "/v1/orders/batch")
    assert request.body == b'{"order_ids":["7","8"]}'


async def test_an_answer_to_a_create_that_cannot_be_read_is_a_wire_error() -> None:
    async with asking(always({**ORDER, "status": "PERHAPS"}, 201), Wallet()) as (rest, _):
        with pytest.raises(WireError, match="Order expected"):
            await rest.create_order(dict)


async def test_a_cancel_of_no_order_in_particular_is_not_sent_for_it_would_cancel_all() -> None:
    async with asking(always(b"", 204), Wallet()) as (rest, server):
        for command in (rest.cancel_order(""), rest.cancel_by_client_id("", "M")):
            with pytest.raises(WireError, match="without an id"):
                await command
    assert server.requests == []


async def test_cancels_name_what_they_cancel() -> None:
    async with asking(always(b"", 204), Wallet()) as (rest, server):
        await rest.cancel_order("7")
        await rest.cancel_by_client_id("c", "M")
        await rest.cancel_by_client_id("c")
        await rest.cancel_all("M")
        await rest.cancel_all()
    asked = [(r.method, r.path.removeprefix("/v1"), r.query) for r in server.requests]
    assert asked == [
        ("DELETE", "/orders/7", {}),
        ("DELETE", "/orders/by_client_id/c", {"market": "M"}),
        ("DELETE", "/orders/by_client_id/c", {}),
        ("DELETE", "/orders", {"market": "M"}),
        ("DELETE", "/orders", {}),
    ]


# ---- pages ----


def paged(rows: list[dict[str, object]], size: int) -> Callable[[Request], Answer]:
    """Serves `rows` in pages of `size`, each cursor the index where the next page starts."""

    def handler(request: Request) -> Answer:
        start = int(request.query.get("cursor", 0))
        more = str(start + size) if start + size < len(rows) else None
        return Answer(200, {"results": rows[start : start + size], "next": more, "prev": None})

    return handler


async def test_fills_of_all_pages_come_ascending_in_time_then_id() -> None:
    times = {"30": 3, "9": 2, "10": 2, "5": 1, "100": 2}
    rows = [{**FILL, "id": id, "created_at": at} for id, at in times.items()]
    async with asking(paged(rows, 2), Wallet()) as (rest, server):
        fills = await rest.fills("M", start_at=1, end_at=9)
    assert [fill.id for fill in fills] == ["5", "9", "10", "100", "30"]
    window = {"market": "M", "start_at": "1", "end_at": "9", "page_size": str(HISTORY_PAGE_SIZE)}
    assert [r.query for r in server.requests] == [
        window,
        {**window, "cursor": "2"},
        {**window, "cursor": "4"},
    ]


@pytest.mark.parametrize("end", [{}, {"next": None}, {"next": ""}])
async def test_a_page_without_a_next_cursor_is_the_last(end: dict[str, object]) -> None:
    rows = {"results": [{**ORDER, "created_at": 2}, {**ORDER, "created_at": 1}], **end}
    async with asking(always(rows), Wallet()) as (rest, server):
        orders = await rest.orders_history(client_id="c")
    assert [order.created_at for order in orders] == [1, 2]
    assert len(server.requests) == 1
    assert server.requests[0].query["client_id"] == "c"


async def test_a_repeated_cursor_is_not_followed_forever() -> None:
    async with asking(always({"results": [FILL], "next": "again"}), Wallet()) as (rest, server):
        with pytest.raises(WireError, match="repeats a cursor"):
            await rest.fills()
    assert len(server.requests) == 2


async def test_a_history_beyond_the_bound_is_refused_rather_than_cut_short() -> None:
    rows: list[dict[str, object]] = [{**FILL, "id": str(n)} for n in range(MAX_PAGES + 1)]
    async with asking(paged(rows[:-1], 1), Wallet()) as (rest, _):
        assert len(await rest.fills()) == MAX_PAGES
    async with asking(paged(rows, 1), Wallet()) as (rest, server):
        with pytest.raises(HistoryTooLong, match="over 100 rows: ask for a shorter window"):
            await rest.fills()
    assert len(server.requests) == MAX_PAGES


async def test_a_history_of_which_a_part_would_do_is_refused_as_soon_as_there_is_more() -> None:
    rows = [{**FILL, "id": str(n)} for n in range(8)]
    async with asking(paged(rows[:4], 2), Wallet()) as (rest, server):
        assert len(await rest.fills(at_most=4)) == 4
        assert server.requests[0].query["page_size"] == "4"
    async with asking(paged(rows, 4), Wallet()) as (rest, server):
        with pytest.raises(HistoryTooLong, match="over 4 rows"):
            await rest.fills(at_most=4)
        assert len(server.requests) == 1


async def test_one_of_a_list_that_cannot_be_read_is_told_and_the_others_come() -> None:
    told: list[str] = []
    rows = {"results": [{**FILL, "id": "1", "side": "BOTH"}, {**FILL, "id": "2"}]}
    async with asking(always(rows), Wallet()) as (strict, server), Http(server.url) as http:
        with pytest.raises(WireError, match="BOTH"):
            await strict.fills()
        rest = Rest(http, Wallet(), unreadable=lambda error: told.append(str(error)))
        assert [fill.id for fill in await rest.fills()] == ["2"]
    (reason,) = told
    assert reason.startswith("GET /fills has a row that is left out")
    assert "BOTH" in reason


async def test_an_order_that_cannot_be_read_is_not_left_out_where_it_is_asked_for() -> None:
    """Left out it would not exist, and be rejected for that."""
    rows = {"results": [{**ORDER, "side": "BOTH"}]}
    async with serve(always(rows)) as server, Http(server.url) as http:
        rest = Rest(http, Wallet(), unreadable=lambda error: None)
        assert await rest.orders_history() == []
        with pytest.raises(WireError, match="BOTH"):
            await rest.orders_history(client_id="O-1", market="M")


async def test_pages_are_followed_until_what_is_found_suffices() -> None:
    rows = [{**FILL, "id": str(n), "created_at": 9 - n} for n in range(6)]
    async with asking(paged(rows, 2), Wallet()) as (rest, server):
        fills = await rest.fills(suffice=lambda found: any(fill.id == "2" for fill in found))
        assert [fill.id for fill in fills] == ["3", "2", "1", "0"]
        assert len(server.requests) == 2


async def test_a_page_that_fails_fails_the_whole_query() -> None:
    def handler(request: Request) -> Answer:
        if "cursor" in request.query:
            return Answer(503, b"")
        return Answer(200, {"results": [FILL], "next": "2"})

    async with asking(handler, Wallet()) as (rest, _):
        with pytest.raises(OutcomeUnknown):
            await rest.fills()
