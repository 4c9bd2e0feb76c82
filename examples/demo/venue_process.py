"""The venue: `python -m paradex_venue` in a process of its own, and its control interface."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from examples.demo.errors import DemoError

START_SECS = 30.0
STOP_SECS = 5.0
ANSWER_SECS = 150.0
"""How long the control interface may take: a venue that is frozen answers when it thaws."""
GONE = "the venue's process is gone, and what it knew with it"


class VenueProcess:
    """A running venue. Made by `venue_process`. `DemoError` when it is gone or refuses."""

    def __init__(
        self, process: asyncio.subprocess.Process, urls: dict[str, str], http: httpx.AsyncClient
    ) -> None:
        self.rest_url = urls["rest_url"]
        self._process = process
        self._http = http

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    def freeze(self) -> None:
        """Stop the process where it is: its sockets stand, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    async def cut(self, refuse_for: float) -> None:
        """Cut every WebSocket; refuse new ones for so many seconds. REST goes on."""
        await self._post("cut", kind="all", refuse_for=refuse_for)

    async def pause(self) -> None:
        """Be down: everything cut, every connection refused; what the venue knows lives on."""
        await self._post("pause")

    async def resume(self) -> None:
        await self._post("resume")

    async def fill(self, account: str, client_order_id: str, size: str = "") -> None:
        """Somebody trades `size`, or all, of a resting order."""
        await self._post("trade", account=account, client_id=client_order_id, size=size)

    async def cancel(self, account: str, client_order_id: str) -> None:
        """The venue cancels a resting order."""
        await self._post("cancel", account=account, client_id=client_order_id)

    async def truth(self, account: str) -> dict[str, Any]:
        """Everything the venue knows of the account."""
        return await self._ask("GET", "truth", params={"account": account})

    async def _post(self, what: str, **body: object) -> None:
        await self._ask("POST", what, json=body)

    async def _ask(self, method: str, what: str, **content: Any) -> dict[str, Any]:
        try:
            response = await self._http.request(method, f"/{what}", **content)
        except httpx.HTTPError as error:
            reason = type(error).__name__ if self.is_running else GONE
            raise DemoError(f"the venue's control did not answer {what!r}: {reason}") from None
        if not response.is_success:
            raise DemoError(f"the venue's control refused {what!r}: {response.text}")
        answer: dict[str, Any] = response.json()
        return answer

    def _signal(self, number: signal.Signals) -> None:
        try:
            self._process.send_signal(number)
        except ProcessLookupError:
            raise DemoError(GONE) from None


@asynccontextmanager
async def venue_process(seed: int, complaints: Path) -> AsyncIterator[VenueProcess]:
    """Run a venue; what it writes to stderr goes to the file `complaints`."""
    with complaints.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "paradex_venue",
            "--seed",
            str(seed),
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,  # Ctrl-C is for this process, which then stops that one
        )
        try:
            urls = await _urls(process, complaints)
            control_url = urls["control_url"]
            async with httpx.AsyncClient(
                base_url=control_url, trust_env=False, timeout=ANSWER_SECS
            ) as http:
                yield VenueProcess(process, urls, http)
        finally:
            await _stop(process)


async def _urls(process: asyncio.subprocess.Process, complaints: Path) -> dict[str, str]:
    """The one line that the venue prints when it is ready."""
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SECS)
    except TimeoutError:
        raise DemoError(f"the venue was not ready within {START_SECS:g} s") from None
    if not line:
        raise DemoError(f"the venue did not start: {_last_line(complaints)}")
    urls: dict[str, str] = json.loads(line)
    return urls


def _last_line(complaints: Path) -> str:
    return (complaints.read_text().strip().splitlines() or ["it said nothing"])[-1]


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGCONT)  # a frozen process would not hear the next one
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECS)
    except TimeoutError:
        process.kill()
        await process.wait()
