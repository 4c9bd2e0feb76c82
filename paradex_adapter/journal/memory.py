"""`Journal`: the last steps of every order, in memory and, if wanted, on disk."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from paradex_adapter.errors import VenueError
from paradex_adapter.journal.lines import VERSION, Gap, Header, Line, step_line, written
from paradex_adapter.journal.values import plain, revived
from statecharts import Record, Step

CHARTS = ("order", "command")
ENDED = "ended."
"""How the states begin in which an order has ended."""
KEPT_STEPS = 256
"""Of each chart: the older ones are dropped, and counted. More than `SNAPSHOT_EVERY` of a driver,
so that what is kept can be replayed."""
KEPT_ENDED = 1_000
"""How many ended orders are kept, those that ended last."""
KEPT_ORDERS = 10_000
"""How many orders are kept in all, whatever becomes of them: those that began last."""

type Entry = tuple[int, int, Record]
"""Its number among all, our time in nanoseconds, and what happened."""


class Sink(Protocol):
    """Where else every step goes."""

    def put(self, ts: int, record: Record) -> None:
        """Take it, at once and without fail."""
        ...

    def close(self) -> None:
        """Finish with what was put; more may come."""
        ...


class _Ring:
    """The last steps of one chart."""

    __slots__ = ("append", "entries", "may_end", "order", "taken")

    def __init__(self, chart: str, order: str) -> None:
        self.order = order
        self.may_end = chart == "order"
        self.entries: deque[Entry] = deque(maxlen=KEPT_STEPS)
        self.append = self.entries.append
        self.taken = 0

    @property
    def dropped(self) -> int:
        return self.taken - len(self.entries)


class Journal:
    """Keeps what the charts of orders report. Give `observe` to whoever makes them."""

    def __init__(
        self, client: str, sink: Sink | None = None, clock: Callable[[], int] = time.time_ns
    ) -> None:
        """`client` is the execution client's name; `clock` gives nanoseconds since the epoch."""
        self._client = client
        self._sink = sink
        self._clock = clock
        self._numbers = itertools.count()
        self._rings: dict[str, _Ring] = {}  # by the name of a chart: `order O-1`
        self._orders: dict[str, None] = {}
        self._ended: dict[str, None] = {}  # in the order of their ends

    def observe(self, record: Record) -> None:
        """Keep a record, if it is of an order's chart. On the path of every event: no I/O here."""
        ring = self._rings.get(record.chart) or self._begin(record.chart)
        if ring is None:
            return
        if "error" in record.data:
            record = _without_frames(record)
        ts = self._clock()
        ring.append((next(self._numbers), ts, record))
        ring.taken += 1
        if self._sink is not None:
            self._sink.put(ts, record)
        if ring.may_end and isinstance(record, Step) and record.target[0].startswith(ENDED):
            self._end(ring.order)

    def close(self) -> None:
        """Have the sink finish, which may take it a moment. Observing more opens it again."""
        if self._sink is not None:
            self._sink.close()

    @property
    def orders(self) -> Sequence[str]:
        """The client ids of the orders that are kept, in the order in which they began."""
        return list(self._orders)

    def lines(self, client_order_id: str) -> list[Line]:
        """What is kept of one order, as it is written to files; nothing of one that is not kept."""
        return [*self._gaps(client_order_id), *map(_line, self._entries(client_order_id))]

    def save(self, path: Path) -> None:
        """Write all that is kept to a file of its own. `OSError` when it cannot be written."""
        header = Header(version=VERSION, client=self._client, ts=self._clock())
        gaps = (gap for order in self._orders for gap in self._gaps(order))
        entries = (entry for order in self._orders for entry in self._entries(order))
        lines = [header, *gaps, *map(_line, sorted(entries, key=_number))]
        path.write_bytes(b"".join(map(written, lines)))

    def _entries(self, order: str) -> list[Entry]:
        rings = self._rings_of(order)
        return sorted((entry for _, ring in rings for entry in ring.entries), key=_number)

    def _gaps(self, order: str) -> Iterator[Gap]:
        for chart, ring in self._rings_of(order):
            if ring.dropped:
                yield Gap(steps=ring.dropped, order=order, chart=chart, reason="dropped")

    def _rings_of(self, order: str) -> Iterator[tuple[str, _Ring]]:
        for chart in CHARTS:
            ring = self._rings.get(f"{chart} {order}")
            if ring is not None:
                yield chart, ring

    def _begin(self, name: str) -> _Ring | None:
        chart, _, order = name.partition(" ")
        if chart not in CHARTS:
            return None
        if order not in self._orders and len(self._orders) >= KEPT_ORDERS:
            self._forget(next(iter(self._orders)))
        self._orders[order] = None
        ring = self._rings[name] = _Ring(chart, order)
        return ring

    def _end(self, order: str) -> None:
        self._ended[order] = None
        if len(self._ended) > KEPT_ENDED:
            oldest = next(iter(self._ended))
            del self._ended[oldest]
            if self._is_over(oldest):  # not when one of the same name began after it
                self._forget(oldest)

    def _is_over(self, order: str) -> bool:
        _, _, last = self._rings[f"order {order}"].entries[-1]
        return isinstance(last, Step) and last.target[0].startswith(ENDED)

    def _forget(self, order: str) -> None:
        self._orders.pop(order)
        self._ended.pop(order, None)
        for chart in CHARTS:
            self._rings.pop(f"{chart} {order}", None)


def _without_frames(record: Record) -> Record:
    """An exception holds the frames it came through, and with them all that was being sent."""
    error = record.data["error"]
    bare = revived(plain(error)) if isinstance(error, VenueError) else plain(error)
    return replace(record, data={**record.data, "error": bare})


def _line(entry: Entry) -> Line:
    _, ts, record = entry
    return step_line(ts, record)


def _number(entry: Entry) -> int:
    return entry[0]
