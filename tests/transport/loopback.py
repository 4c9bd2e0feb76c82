"""A tiny HTTP server on loopback whose every answer, wrong ones included, a test writes itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import msgspec


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back; `cut` closes the connection after that many bytes of it."""

    status: int = 200
    body: object = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None

    def encode(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else msgspec.json.encode(self.body)
        lines = [f"HTTP/1.1 {self.status} x", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


SILENCE = Answer(status=0)
type Handler = Callable[[Request], Answer]


@dataclass(slots=True)
class Server:
    url: str
    requests: list[Request] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def serve(handler: Handler) -> AsyncIterator[Server]:
    """Answer with `handler` until the block is left; what was asked is in `requests`."""
    server = Server("")
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        try:
            while (request := await _read(reader)) is not None:
                server.requests.append(request)
                answer = handler(request)
                if answer is SILENCE:
                    await reader.read()  # until the client gives up
                    return
                writer.write(answer.encode()[: answer.cut])
                await writer.drain()
                if answer.cut is not None:
                    return
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(talk(reader, writer)))

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await task


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, url.path, query, headers, body)
