"""The venue's REST endpoints, one typed function each (OpenAPI document, facts by page).

Every function raises what `Http.send` raises, and `WireError` for a body that does not fit. Times
are milliseconds since the epoch unless named `_s`. Nothing here remembers anything: what lives on
(the token, an order) is a chart's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import quote

import msgspec

from paradex_adapter.errors import HistoryTooLong, VenueError, WireError
from paradex_adapter.transport.http import Http, Params
from paradex_adapter.transport.limits import Limits
from paradex_adapter.transport.metered import Body, Metered, Tokens
from paradex_adapter.wire.batches import Canceled, Created
from paradex_adapter.wire.markets import (
    AccountInfo,
    Bbo,
    Market,
    MarketSummary,
    OrderBook,
    SystemConfig,
)
from paradex_adapter.wire.news import FundingPayment, TradeBust
from paradex_adapter.wire.rest import Account, Balance, Fill, Order, Position, decode

PAGE_SIZE = 100
HISTORY_PAGE_SIZE = 1_000
"""OpenAPI: 5000 at most."""
MAX_PAGES = 100

_NOT_FOUND = frozenset({"ORDER_ID_NOT_FOUND", "CLIENT_ORDER_ID_NOT_FOUND"})


class Signer(Protocol):
    """Who signs in (`wire.signing.Signer`)."""

    account: str
    public_key: str

    def auth(self, *, timestamp: int, expiration: int) -> str: ...
    def onboarding(self) -> str: ...


class _Listing[T](msgspec.Struct):
    results: list[T]
    next: str | None = None


class _Time(msgspec.Struct):
    server_time: str


class _State(msgspec.Struct):
    status: str


class _Jwt(msgspec.Struct):
    jwt_token: str


class Rest:
    """The endpoints over one `Http`. Without `tokens` only the public ones can be asked, and it is
    not `is_private`.

    `unreadable` is told of each order, fill or payment in a list that cannot be read, and the list
    is what is left; without it such a list is a `WireError`.
    """

    def __init__(
        self,
        http: Http,
        tokens: Tokens | None = None,
        limits: Limits | None = None,
        unreadable: Callable[[WireError], None] | None = None,
    ) -> None:
        self.limits = limits or Limits.at(http.base_url)
        self.is_private = tokens is not None
        self._requests = Metered(http, tokens, self.limits)
        self._unreadable = unreadable

    # ---- the venue ----

    async def system_time(self) -> int:
        """The venue's clock."""
        text = (await self.public("/system/time", _Time)).server_time
        if not (text.isascii() and text.isdigit()):
            raise WireError(f"server_time {text!r} is not a number of milliseconds")
        return int(text)

    async def system_state(self) -> str:
        """`"ok"`, `"maintenance"`, `"cancel_only"` or `"post_only"`."""
        return (await self.public("/system/state", _State)).status

    async def system_config(self) -> SystemConfig:
        return await self.public("/system/config", SystemConfig)

    # ---- market data ----

    async def markets(
        self, market: str | None = None, *, unreadable: dict[str, str] | None = None
    ) -> list[Market]:
        """All markets, or the one named.

        A market that cannot be read does not hide the others: it is left out, and `unreadable`
        tells why by its symbol. Without that it raises `WireError`.
        """
        listing = await self.public("/markets", _Listing[msgspec.Raw], {"market": market})
        return _readable(listing.results, unreadable)

    async def summary(self, market: str) -> MarketSummary:
        listing = await self.public("/markets/summary", _Listing[MarketSummary], {"market": market})
        for summary in listing.results:
            if summary.symbol == market:
                return summary
        raise WireError(f"GET /markets/summary answered without {market}")

    async def bbo(self, market: str) -> Bbo:
        return await self.public(f"/bbo/{_segment(market)}", Bbo)

    async def order_book(self, market: str, depth: int = 20) -> OrderBook:
        """The best `depth` levels of each side, without retail price improvement."""
        return await self.public(f"/orderbook/{_segment(market)}", OrderBook, {"depth": depth})

    # ---- signing in ----

    async def onboard(self, signer: Signer, ethereum_account: str | None = None) -> None:
        """Register the account; harmless when it is registered already."""
        headers = {
            "PARADEX-STARKNET-ACCOUNT": signer.account,
            "PARADEX-STARKNET-SIGNATURE": signer.onboarding(),
        }
        if ethereum_account is not None:
            headers["PARADEX-ETHEREUM-ACCOUNT"] = ethereum_account
        await self._requests.sign_in(
            "/onboarding", headers, lambda: {"public_key": signer.public_key}
        )

    async def authenticate(self, signer: Signer, now_s: int, expiration_s: int) -> str:
        """Sign in and return the JWT. Both times are seconds since the epoch: the signature's own
        time and when it stops being good. The path names the key, which a subkey needs."""
        headers = {
            "PARADEX-STARKNET-ACCOUNT": signer.account,
            "PARADEX-STARKNET-SIGNATURE": signer.auth(timestamp=now_s, expiration=expiration_s),
            "PARADEX-TIMESTAMP": str(now_s),
            "PARADEX-SIGNATURE-EXPIRATION": str(expiration_s),
        }
        path = f"/auth/{_segment(signer.public_key)}"
        return decode(await self._requests.sign_in(path, headers), _Jwt).jwt_token

    # ---- the account ----

    async def account(self) -> Account:
        return await self._get("/account", Account)

    async def account_info(self) -> list[AccountInfo]:
        """The account and those that belong to it."""
        return (await self._get("/account/info", _Listing[AccountInfo])).results

    async def balances(self) -> list[Balance]:
        return (await self._get("/balance", _Listing[Balance])).results

    async def positions(self) -> list[Position]:
        """Open positions; closed ones may be among them."""
        return (await self._get("/positions", _Listing[Position])).results

    # ---- orders and fills ----

    async def open_orders(self, market: str | None = None) -> list[Order]:
        rows = await self._get("/orders", _Listing[msgspec.Raw], {"market": market})
        return _readable_rows("/orders", rows.results, Order, self._unreadable)

    async def order(self, venue_order_id: str) -> Order | None:
        """The order, or None where the venue knows none of this id."""
        return await self._order(f"/orders/{_segment(venue_order_id)}")

    async def order_by_client_id(self, client_id: str) -> Order | None:
        """The *open* order of this client id, or None: a closed one is in `orders_history`."""
        return await self._order(f"/orders/by_client_id/{_segment(client_id)}")

    async def orders_history(
        self,
        client_id: str | None = None,
        market: str | None = None,
        start_at: int | None = None,
        end_at: int | None = None,
        *,
        at_most: int | None = None,
        suffice: Callable[[Sequence[Order]], bool] | None = None,
    ) -> list[Order]:
        """All orders that match, ascending in time of creation, which is what the window bounds.
        Where those of the pages so far, the latest ones, `suffice`, no more are asked for. Raises
        `HistoryTooLong` where there are more than `at_most`. What cannot be read of one order that
        is asked for by its `client_id` raises always: left out, the order would not exist."""
        params = {"client_id": client_id, "market": market, "start_at": start_at, "end_at": end_at}
        is_one = client_id is not None
        pages = self._pages("/orders-history", Order, params, at_most, suffice, is_one)
        return sorted(await pages, key=_age)

    async def fills(
        self,
        market: str | None = None,
        start_at: int | None = None,
        end_at: int | None = None,
        *,
        at_most: int | None = None,
        suffice: Callable[[Sequence[Fill]], bool] | None = None,
    ) -> list[Fill]:
        """All fills that match, ascending in time and, within a millisecond, by id. Where those of
        the pages so far `suffice`, no more are asked for. Raises `HistoryTooLong` where there are
        more than `at_most`."""
        params = {"market": market, "start_at": start_at, "end_at": end_at}
        pages = self._pages("/fills", Fill, params, at_most, suffice)
        return sorted(await pages, key=_age)

    # ---- commands on orders; a body is made, and signed, when its turn has come ----

    async def funding_payments(
        self, market: str, start_at: int | None = None, end_at: int | None = None
    ) -> list[FundingPayment]:
        """Funding realized in one market, ascending in time."""
        params = {"market": market, "start_at": start_at, "end_at": end_at}
        found = await self._pages("/funding/payments", FundingPayment, params)
        return sorted(found, key=lambda payment: payment.created_at)

    async def trade_busts(self, start_at: int | None = None) -> list[TradeBust]:
        """Executions that the chain rejected, ascending in time."""
        found = await self._pages("/tradebusts", TradeBust, {"start_at": start_at})
        return sorted(found, key=lambda bust: bust.created_at)

    async def create_order(self, body: Body) -> Order:
        """Place an order (OpenAPI `requests.OrderRequest`, signed). The answer means *submitted*:
        whether it is accepted comes over the WebSocket, or from a query. After a `WireError` the
        order may exist: an answer came and could not be read."""
        return decode(await self._requests.command("POST", "/orders", body=body), Order)

    async def create_orders(self, body: Body) -> Created:
        """Place up to 10 orders (a list of `requests.OrderRequest`). Each has its own outcome,
        unless the venue refuses all of them, which raises."""
        answer = await self._requests.command("POST", "/orders/batch", body=body)
        return decode(answer, Created)

    async def modify_order(self, venue_order_id: str, body: Body) -> Order:
        """Queue a change of price or size (OpenAPI `requests.ModifyOrderRequest`, signed). The
        answer is the order as it was; the outcome is in its `request_info`, over the WebSocket or
        from a query."""
        path = f"/orders/{_segment(venue_order_id)}"
        return decode(await self._requests.command("PUT", path, body=body), Order)

    async def cancel_order(self, venue_order_id: str) -> None:
        """Queue a cancel; its outcome comes over the WebSocket, or from a query."""
        await self._requests.command("DELETE", f"/orders/{_segment(venue_order_id)}")

    async def cancel_orders(self, venue_order_ids: Sequence[str]) -> Canceled:
        """Queue the cancels of several orders. Each has its own outcome."""
        ids = {"order_ids": list(venue_order_ids)}
        answer = await self._requests.command("DELETE", "/orders/batch", body=lambda: ids)
        return decode(answer, Canceled)

    async def cancel_by_client_id(self, client_id: str, market: str | None = None) -> None:
        """As `cancel_order`; naming the market makes the venue faster."""
        path = f"/orders/by_client_id/{_segment(client_id)}"
        await self._requests.command("DELETE", path, {"market": market})

    async def cancel_all(self, market: str | None = None) -> None:
        """Queue the cancel of every order of the account, or of those in one market."""
        await self._requests.command("DELETE", "/orders", {"market": market})

    # ---- how they are asked ----

    async def public[T](self, path: str, shape: type[T], params: Params | None = None) -> T:
        """What anybody may ask, read as `shape`."""
        return decode(await self._requests.public(path, params), shape)

    async def _get[T](self, path: str, shape: type[T], params: Params | None = None) -> T:
        return decode(await self._requests.question(path, params), shape)

    async def _order(self, path: str) -> Order | None:
        try:
            return await self._get(path, Order)
        except VenueError as error:
            if error.code in _NOT_FOUND:
                return None
            raise

    async def _pages[T](
        self,
        path: str,
        shape: type[T],
        params: Params,
        at_most: int | None = None,
        suffice: Callable[[Sequence[T]], bool] | None = None,
        is_strict: bool = False,
    ) -> list[T]:
        """Follow `next` to the end, or until what is found suffices. Half a history would pass for
        a whole one: past the bound, or where the venue hands out the same cursor again, this
        raises `WireError`. Cursors are signed by the venue, for one query: none is kept."""
        most = HISTORY_PAGE_SIZE * MAX_PAGES if at_most is None else at_most
        size = min(HISTORY_PAGE_SIZE, most)
        found: list[T] = []
        seen: set[str] = set()
        cursor: str | None = None
        while len(seen) < MAX_PAGES and len(found) < most:
            asked = {**params, "page_size": size, "cursor": cursor}
            listing = await self._get(path, _Listing[msgspec.Raw], asked)
            unreadable = None if is_strict else self._unreadable
            found += _readable_rows(path, listing.results, shape, unreadable)
            cursor = listing.next
            if not cursor or (suffice is not None and suffice(found)):
                return found
            if cursor in seen:
                raise WireError(f"GET {path} repeats a cursor: its pages never end")
            seen.add(cursor)
        raise HistoryTooLong(f"GET {path} has over {len(found)} rows: ask for a shorter window")


def _readable_rows[T](
    path: str,
    rows: Sequence[msgspec.Raw],
    shape: type[T],
    unreadable: Callable[[WireError], None] | None,
) -> list[T]:
    found: list[T] = []
    for row in rows:
        try:
            found.append(decode(bytes(row), shape))
        except WireError as error:
            if unreadable is None:
                raise
            unreadable(WireError(f"GET {path} has a row that is left out: {error}"))
    return found


class _Symbol(msgspec.Struct):
    symbol: str = "?"


def _readable(results: Sequence[msgspec.Raw], unreadable: dict[str, str] | None) -> list[Market]:
    found: list[Market] = []
    for raw in results:
        try:
            found.append(decode(bytes(raw), Market))
        except WireError as error:
            symbol = _symbol(bytes(raw))
            if unreadable is None:
                raise WireError(f"market {symbol} cannot be read: {error}") from error
            unreadable[symbol] = str(error)
    return found


def _symbol(body: bytes) -> str:
    try:
        return decode(body, _Symbol).symbol
    except WireError:
        return "?"


def _segment(text: str) -> str:
    """One name within a path. Without it the path would name all: DELETE /orders cancels them."""
    if not text:
        raise WireError("an order without an id cannot be named to the venue")
    return quote(text, safe="")


def _age(row: Order | Fill) -> tuple[int, int, str]:
    """Ascending in time, then in the number that an id is: ids are digits of varying length."""
    return row.created_at, len(row.id), row.id
