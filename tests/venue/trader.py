"""A hand-made client of the venue: it writes its own JSON, so that a shared mistake shows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
from websockets.asyncio.client import ClientConnection, connect

from paradex_adapter.wire.signing import Signer, address_of, public_key_of
from paradex_venue import AccountConfig, Venue
from paradex_venue.auth import ACCOUNT_HASH, ACCOUNT_PROXY_HASH

CHAIN_ID = "PRIVATE_SN_POTC_SEPOLIA"
PATIENCE = 5.0

type Message = dict[str, Any]


class Key:
    """A private key and what follows from it."""

    def __init__(self, private_key: str) -> None:
        self.private = private_key
        self.public = public_key_of(private_key)
        self.address = address_of(
            self.public, proxy_hash=ACCOUNT_PROXY_HASH, account_hash=ACCOUNT_HASH
        )

    def signer(self, account: str | None = None) -> Signer:
        return Signer(self.private, account or self.address, CHAIN_ID)

    def config(self) -> AccountConfig:
        return AccountConfig(self.address, self.public)


ALICE = Key("0x543b6cf6c91817a87174aaea4fb370ac1c694e864d7740d728f8344d53e815")
BOB = Key("0xb0b" + "1" * 40)


class Trader:
    """Speaks REST for one key, logged in lazily."""

    def __init__(self, http: httpx.AsyncClient, venue: Venue, key: Key) -> None:
        self.http = http
        self.key = key
        self.account = key.address
        self.signer = key.signer()
        self.token = ""
        self._venue = venue

    def now_ms(self) -> int:
        return self._venue.exchange.now_ms()

    async def onboard(self) -> httpx.Response:
        headers = {
            "PARADEX-ETHEREUM-ACCOUNT": "0x1",
            "PARADEX-STARKNET-ACCOUNT": self.account,
            "PARADEX-STARKNET-SIGNATURE": self.signer.onboarding(),
        }
        body = {"public_key": self.key.public}
        return await self.http.post("/onboarding", headers=headers, json=body)

    def auth_headers(self, lifetime: int = 86_400) -> dict[str, str]:
        now = self.now_ms() // 1000
        return {
            "PARADEX-STARKNET-ACCOUNT": self.account,
            "PARADEX-STARKNET-SIGNATURE": self.signer.auth(
                timestamp=now, expiration=now + lifetime
            ),
            "PARADEX-TIMESTAMP": str(now),
            "PARADEX-SIGNATURE-EXPIRATION": str(now + lifetime),
        }

    async def log_in(self) -> str:
        response = await self.http.post("/auth", headers=self.auth_headers())
        assert response.status_code == 200, response.text
        self.token = response.json()["jwt_token"]
        return self.token

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        if not self.token:
            await self.log_in()
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.http.request(method, path, headers=headers, **options)

    async def get(self, path: str, **query: Any) -> Any:
        response = await self.ask("GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def order(self, **terms: Any) -> Message:
        """A signed order, a small BTC limit buy far from the market unless told otherwise."""
        body = {
            "market": "BTC-USD-PERP",
            "side": "BUY",
            "type": "LIMIT",
            "size": "0.01",
            "price": "90000",
            "instruction": "GTC",
            "signature_timestamp": self.now_ms(),
        } | terms
        body = {name: value for name, value in body.items() if value is not None}
        if "signature" not in body:
            body["signature"] = self.signer.order(
                market=body["market"],
                side=body["side"],
                order_type=body["type"],
                size=body["size"],
                price="0" if body["type"] == "MARKET" else body.get("price") or "0",
                timestamp=body["signature_timestamp"],
            )
        return body

    def change(self, order: Message, **terms: Any) -> Message:
        """A signed change of an order the venue has told us."""
        names = ("id", "market", "side", "type", "size", "price", "trigger_price")
        body = {name: order[name] for name in names if name in order}
        body |= {"signature_timestamp": self.now_ms()} | terms
        body["signature"] = self.signer.modify(
            market=body["market"],
            side=body["side"],
            order_type=body["type"],
            size=body["size"],
            price=body["price"],
            timestamp=body["signature_timestamp"],
            order_id=body["id"],
        )
        return body

    async def submit(self, **terms: Any) -> Message:
        response = await self.ask("POST", "/orders", json=self.order(**terms))
        assert response.status_code == 201, response.text
        return response.json()

    async def order_when(self, order_id: str, *statuses: str) -> Message:
        """The order, as soon as it has one of `statuses`."""
        with anyio.fail_after(PATIENCE):
            while True:
                order = await self.get(f"/orders/{order_id}")
                if order["status"] in statuses:
                    return order
                await anyio.lowlevel.checkpoint()

    async def place(self, **terms: Any) -> Message:
        """Submit, and wait for what the engine makes of it."""
        order = await self.submit(**terms)
        return await self.order_when(order["id"], "UNTRIGGERED", "OPEN", "CLOSED")


class Line:
    """One WebSocket: requests are answered in turn, what arrives meanwhile is kept."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.kept: list[Message | bytes] = []
        self._next_id = 0

    async def request(self, method: str, **params: Any) -> Message:
        self._next_id += 1
        number = self._next_id
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self.socket.send(json.dumps(body))
        with anyio.fail_after(PATIENCE):
            while True:
                message = await self._receive()
                if isinstance(message, dict) and message.get("id") == number:
                    return message
                self.kept.append(message)

    async def subscribe(self, *channels: str) -> None:
        for channel in channels:
            reply = await self.request("subscribe", channel=channel)
            assert reply.get("result") == {"channel": channel}, reply

    async def next(self, fits: Callable[[Any], bool] = lambda message: True) -> Any:
        """The next message that fits; others are thrown away."""
        with anyio.fail_after(PATIENCE):
            while True:
                message = self.kept.pop(0) if self.kept else await self._receive()
                if fits(message):
                    return message

    async def data(self, channel: str, fits: Callable[[Message], bool] = lambda data: True) -> Any:
        """The payload of the next notification on `channel` that fits."""

        def is_it(message: Any) -> bool:
            params = message.get("params", {}) if isinstance(message, dict) else {}
            return params.get("channel") == channel and fits(params["data"])

        return (await self.next(is_it))["params"]["data"]

    async def _receive(self) -> Message | bytes:
        raw = await self.socket.recv()
        return raw if isinstance(raw, bytes) else json.loads(raw)


@asynccontextmanager
async def trader(venue: Venue, key: Key = ALICE) -> AsyncIterator[Trader]:
    """A trader whose account is onboarded."""
    venue.control.register(key.config())
    async with client(venue) as http:
        yield Trader(http, venue, key)


def client(venue: Venue) -> httpx.AsyncClient:
    # There is nothing to verify on loopback, and reading certificates takes its time.
    return httpx.AsyncClient(base_url=venue.rest_url, timeout=PATIENCE, verify=False)


@asynccontextmanager
async def line(venue: Venue, query: str = "", token: str = "") -> AsyncIterator[Line]:
    """A WebSocket, logged in where there is a token."""
    async with connect(venue.ws_url + query, close_timeout=0.1) as socket:
        connection = Line(socket)
        if token:
            assert "result" in await connection.request("auth", bearer=token)
        yield connection
