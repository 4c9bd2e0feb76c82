"""A Redis server of our own, for as long as a test runs."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

PATIENCE = 10.0
HOST = "127.0.0.1"


def is_installed() -> bool:
    """Whether this machine has the program `redis-server`."""
    return shutil.which("redis-server") is not None


@asynccontextmanager
async def redis_server() -> AsyncIterator[int]:
    """Its port."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", str(port), "--bind", HOST, "--save", "", "--dir", folder]
        async with await anyio.open_process(["redis-server", *options], stderr=None) as process:
            try:
                assert process.stdout is not None
                with anyio.fail_after(PATIENCE):
                    async for text in process.stdout:
                        if b"eady to accept connections" in text:
                            break
                yield port
            finally:
                process.kill()


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind((HOST, 0))
        return int(asking.getsockname()[1])
