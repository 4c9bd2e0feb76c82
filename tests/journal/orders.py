"""Orders that live on real drivers and virtual time, with a journal that observes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from paradex_adapter.errors import VenueError
from paradex_adapter.journal import Journal
from paradex_adapter.journal.lines import VERSION, Header, Line, written
from paradex_adapter.journal.memory import Sink
from paradex_adapter.journal.reading import Story, read
from paradex_adapter.wire.rest import Change, Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import Driver, Record
from statecharts.testing import Recorder, VirtualTimers
from tests.journal.sample import Command, Order

NOW = 1_763_845_200_000_000_000
"""21:00:00 UTC."""
RESTING = VenueOrder(
    id="V-1",
    market="ETH-USD-PERP",
    side="BUY",
    type="LIMIT",
    size="2",
    remaining_size="2",
    status="OPEN",
    price="3120.55",
    client_id="O-1",
    last_updated_at=NOW // 1_000_000 + 7,
)
FILL = Fill(
    id="F-1",
    market="ETH-USD-PERP",
    order_id="V-1",
    side="BUY",
    liquidity="MAKER",
    price="3120.55",
    size="2",
    fee="0.09",
    client_id="O-1",
    remaining_size="0",
    created_at=NOW // 1_000_000 + 9,
)
REFUSAL = VenueError("ORDER_IS_CLOSED", "the order; it has <ended>", 400)


class Clock:
    """A millisecond later at every look."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        self.now += 1_000_000
        return self.now


class OneOrder:
    """An order's two charts, those of `sample`, performing nothing."""

    def __init__(self, observe: Callable[[Record], None], name: str = "O-1") -> None:
        self.timers = VirtualTimers()
        ports = Recorder().ports(self.timers)
        self.order = Driver(f"order {name}", Order(name, Decimal(2)), ports, observe)
        self.command = Driver(f"command {name}", Command(name), ports, observe)

    def rest(self) -> None:
        """Submitted, and on the book."""
        self.order.dispatch("submit")
        self.told(RESTING)
        self.command.receive("known")

    def told(self, order: VenueOrder) -> None:
        """The venue's word on it."""
        self.order.receive("opened", order=order)
        self.command.receive("informed", order=order)

    def fill(self) -> None:
        """All of it is executed."""
        self.order.receive("executed", fill=FILL)
        self.command.dispatch("order_ended")

    def live(self) -> None:
        """Placed, changed, half filled, and canceled too late: every kind of payload and effect."""
        self.rest()
        self.command.dispatch("modify", change=Change(Decimal(3), Decimal("3120.60")))
        self.command.receive("modify_refused", error=REFUSAL)
        self.command.receive("cancel_queued")  # not expected: nobody cancels
        self.order.receive("doubted")
        self.timers.advance(1.0)
        self.told(RESTING)
        self.order.receive("executed", fill=replace(FILL, id="F-0", size="1", remaining_size="1"))
        self.command.dispatch("cancel")
        self.order.receive("executed", fill=replace(FILL, size="1"))
        self.command.receive("cancel_refused", error=REFUSAL)
        self.command.dispatch("order_ended")

    def repeat(self, times: int) -> None:
        """The venue says so many times over what is known."""
        for _ in range(times):
            self.order.receive("opened", order=RESTING)


def journal(sink: Sink | None = None) -> Journal:
    """One that is not on disk."""
    return Journal("PARADEX", sink, Clock())


def lived(name: str = "O-1") -> Journal:
    """The journal of an order that has lived."""
    kept = journal()
    OneOrder(kept.observe, name).live()
    return kept


def write(path: Path, lines: Iterable[Line]) -> Path:
    """A journal file of these lines."""
    header = Header(version=VERSION, client="PARADEX", ts=NOW)
    path.write_bytes(b"".join(map(written, [header, *lines])))
    return path


def story(path: Path, lines: Iterable[Line]) -> Story:
    """The only story of such a file."""
    (found,) = read(write(path, lines)).stories.values()
    return found


def changed(lines: list[Line], at: int, **fields: Any) -> list[Line]:
    """The same lines, the `at`-th of them with other fields."""
    return [*lines[:at], replace(lines[at], **fields), *lines[at + 1 :]]
