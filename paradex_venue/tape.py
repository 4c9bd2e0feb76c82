"""The public trades of a market: the latest of them, numbered without gaps."""

from __future__ import annotations

from paradex_venue.records import Trade

LONGEST = 20_000


class Tape:
    """`items` are oldest first; `dropped` is how many older ones are gone."""

    def __init__(self) -> None:
        self.items: list[Trade] = []
        self.dropped = 0

    @property
    def last(self) -> Trade | None:
        return self.items[-1] if self.items else None

    def append(self, trade: Trade) -> None:
        self.items.append(trade)
        if len(self.items) > LONGEST:
            # Half at a time, so that the cost of dropping is rare.
            del self.items[: LONGEST // 2]
            self.dropped += LONGEST // 2
