"""One WebSocket connection: who it speaks for, what it listens to, and what it has yet to send.

Nothing here waits: messages go to a bounded backlog that the connection's own task drains. A
client that does not read is dropped when the backlog is full; the exchange never notices.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from paradex_venue.channels import Channel
from paradex_venue.clock import Clock
from paradex_venue.faults import Faults, MessageRule
from paradex_venue.frames import Frame
from paradex_venue.records import Account
from paradex_venue.renumber import renumber


class Session:
    """`sbe_version` is None where public data goes as JSON; `cut` aborts the connection."""

    def __init__(
        self,
        clock: Clock,
        faults: Faults,
        backlog: int,
        sbe_version: int | None,
        cut: Callable[[], None],
    ) -> None:
        self.account: Account | None = None
        self.channels: dict[str, Channel] = {}
        self.sbe_version = sbe_version
        self.cancels_on_disconnect = False
        # Whether the client took its leave before it went.
        self.is_closed = False
        # Ids of the orders placed on this connection.
        self.placed: list[str] = []
        self.sent_at = clock.now_ns()
        self.cut = cut
        self._clock = clock
        self.faults = faults
        self._backlog = backlog
        self._outgoing: deque[Frame] = deque()
        self._held: list[Frame] = []
        # What channels have to say that are silent for a while.
        self._stalled: dict[str, list[Frame]] = {}
        self._is_ready = asyncio.Event()

    @property
    def is_private(self) -> bool:
        return self.account is not None

    @property
    def undelivered(self) -> int:
        return len(self._outgoing)

    def push(self, channel: str, frame: Frame) -> None:
        """Send `frame`, unless a fault befalls messages of `channel`."""
        if channel in self._stalled:
            self._stalled[channel].append(frame)
            return
        rule = self.faults.for_message(channel)
        if rule is None:
            self._deliver(frame)
        else:
            self._befall(rule, channel, frame)

    def _befall(self, rule: MessageRule, channel: str, frame: Frame) -> None:
        if rule.kind in ("skip", "step_back"):
            by = rule.by if rule.kind == "skip" else -rule.by
            self._deliver(renumber(frame, by))
        elif rule.kind == "stall":
            self._stalled[channel] = [frame]
            self._clock.call_later(rule.seconds, lambda: self._resume(channel))
        elif rule.kind == "duplicate":
            self._enqueue(frame)
            self._deliver(frame)
        elif rule.kind == "delay":
            self._clock.call_later(rule.seconds, lambda: self._enqueue(frame))
        elif rule.kind == "reorder":
            self._held.append(frame)
            self._clock.call_later(rule.seconds, self._release)

    def _resume(self, channel: str) -> None:
        for frame in self._stalled.pop(channel):
            self._deliver(frame)

    def _deliver(self, frame: Frame) -> None:
        self._enqueue(frame)
        self._release()

    async def next_frame(self) -> Frame:
        """The next message to send, as soon as there is one."""
        while not self._outgoing:
            self._is_ready.clear()
            await self._is_ready.wait()
        return self._outgoing.popleft()

    def _enqueue(self, frame: Frame) -> None:
        self.sent_at = self._clock.now_ns()
        if len(self._outgoing) >= self._backlog:
            self._outgoing.clear()
            self.cut()
            return
        self._outgoing.append(frame)
        self._is_ready.set()

    def _release(self) -> None:
        held, self._held = self._held, []
        for frame in held:
            self._enqueue(frame)
