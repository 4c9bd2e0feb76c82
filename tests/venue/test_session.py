from __future__ import annotations

import pytest

from paradex_venue.clock import ManualClock
from paradex_venue.faults import Faults, MessageFault, MessageRule
from paradex_venue.frames import Frame
from paradex_venue.session import Session

pytestmark = pytest.mark.anyio


class Wire:
    """A session whose backlog can be looked at, and whether it was cut."""

    def __init__(self, backlog: int = 100) -> None:
        self.clock = ManualClock()
        self.faults = Faults(self.clock, 1)
        self.cuts = 0
        self.session = Session(self.clock, self.faults, backlog, None, self._cut)

    def _cut(self) -> None:
        self.cuts += 1

    def fault(self, kind: MessageFault, channel: str = "a", seconds: float = 1.0) -> None:
        self.faults.add(MessageRule(kind=kind, channel=channel, seconds=seconds))

    def push(self, *names: str) -> None:
        for name in names:
            self.session.push(name, name)

    async def sent(self) -> list[Frame]:
        frames = []
        while self.session.undelivered:
            frames.append(await self.session.next_frame())
        return frames


async def test_messages_leave_in_the_order_they_came() -> None:
    wire = Wire()
    wire.push("a", "b", "c")
    assert await wire.sent() == ["a", "b", "c"]


async def test_a_dropped_message_never_leaves() -> None:
    wire = Wire()
    wire.fault("drop")
    wire.push("a", "b", "a")
    wire.clock.advance(10)
    assert await wire.sent() == ["b", "a"]


async def test_a_delayed_message_is_overtaken() -> None:
    wire = Wire()
    wire.fault("delay")
    wire.push("a", "b")
    assert await wire.sent() == ["b"]
    wire.clock.advance(1.0)
    assert await wire.sent() == ["a"]


async def test_a_duplicated_message_leaves_twice() -> None:
    wire = Wire()
    wire.fault("duplicate")
    wire.push("a", "b")
    assert await wire.sent() == ["a", "a", "b"]


async def test_a_reordered_message_leaves_after_the_next() -> None:
    wire = Wire()
    wire.fault("reorder")
    wire.push("a", "b", "c")
    assert await wire.sent() == ["b", "a", "c"]


async def test_a_reordered_message_does_not_wait_forever_for_a_next() -> None:
    wire = Wire()
    wire.fault("reorder")
    wire.push("a")
    assert await wire.sent() == []
    wire.clock.advance(1.0)
    assert await wire.sent() == ["a"]
    wire.push("b")
    assert await wire.sent() == ["b"]


async def test_who_does_not_read_is_cut_when_the_backlog_is_full() -> None:
    wire = Wire(backlog=3)
    wire.push("a", "b", "c")
    assert wire.cuts == 0
    wire.push("d")
    assert wire.cuts == 1
