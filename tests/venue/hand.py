"""The control interface over HTTP, and other things that happen to a trader."""

from __future__ import annotations

from typing import Any

import httpx

from tests.venue.trader import Trader


class Hand:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def do(self, command: str, **body: Any) -> Any:
        response = await self._http.post(f"/{command}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    async def refused(self, command: str, **body: Any) -> str:
        """The code with which a command is refused."""
        response = await self._http.post(f"/{command}", json=body)
        assert response.status_code in (400, 404), response.text
        return str(response.json()["error"])


async def buy(alice: Trader, size: str = "0.4") -> Any:
    return await alice.place(type="MARKET", price=None, size=size)
