"""The requests of one session whose replies are outstanding, and who waits for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio

from paradex_adapter.errors import VenueError
from paradex_adapter.wire import jsonrpc
from statecharts import Driver

MAX_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A chart waits: what it calls the venue's yes, its no, and an answer that decides nothing.

    `confirms` looks at the result of a yes: one that does not say what was asked for is a no.
    """

    driver: Driver[Any]
    accepted: str
    refused: str
    undecided: str
    confirms: Callable[[bytes], bool] = lambda result: True

    def answer(self, reply: jsonrpc.Reply) -> None:
        error = None if reply.error is None else reply.error.to_exception()
        result = bytes(reply.result or b"null")
        if error is None and not self.confirms(result):
            words = result.decode(errors="replace")
            error = VenueError("UNCONFIRMED", f"the venue said yes to something else: {words}")
        if error is None:
            self.driver.receive(self.accepted)
        elif isinstance(error, VenueError):
            self.driver.receive(self.refused, error=error)
        else:
            self.driver.receive(self.undecided)

    def forget(self) -> None:
        """Nothing to do: the chart has a timer, or is told that the session is lost."""


class Call:
    """Somebody awaits the reply; None when it was lost with the session."""

    def __init__(self) -> None:
        self.answered = anyio.Event()
        self.reply: jsonrpc.Reply | None = None

    def answer(self, reply: jsonrpc.Reply) -> None:
        self.reply = reply
        self.answered.set()

    def forget(self) -> None:
        self.answered.set()


class Replies:
    """Matches replies to requests by their number."""

    def __init__(self) -> None:
        self._waiting: dict[int, Outcomes | Call] = {}
        self._last_id = 0

    def expect(self, waiting: Outcomes | Call | None) -> int:
        """The number for one more request. With too many outstanding the oldest is waited for no
        more: its timer ends the wait."""
        self._last_id += 1
        if waiting is not None:
            if len(self._waiting) >= MAX_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[self._last_id] = waiting
        return self._last_id

    def received(self, reply: jsonrpc.Reply) -> None:
        """Bring the reply to who waits for it; one that nobody waits for is dropped."""
        waiting = self._waiting.pop(reply.id, None) if isinstance(reply.id, int) else None
        if waiting is not None:
            waiting.answer(reply)

    def forget_all(self) -> None:
        """The session is lost, and every reply with it."""
        forgotten, self._waiting = self._waiting, {}
        for waiting in forgotten.values():
            waiting.forget()
