"""What happens too often to be kept forever: the latest of it, numbered without gaps."""

from __future__ import annotations

from paradex_venue.records import Trade

LONGEST = 20_000


class Journal[T]:
    """`items` are oldest first; `dropped` is how many older ones are gone."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.dropped = 0

    @property
    def last(self) -> T | None:
        return self.items[-1] if self.items else None

    def append(self, item: T) -> None:
        self.items.append(item)
        if len(self.items) > LONGEST:
            # Half at a time, so that the cost of dropping is rare.
            del self.items[: LONGEST // 2]
            self.dropped += LONGEST // 2


class Tape(Journal[Trade]):
    """The public trades of a market."""
