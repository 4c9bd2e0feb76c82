"""Which quotes are news: a channel's frames and the answer to a question overtake each other."""

from __future__ import annotations


class LatestQuotes:
    """The latest quote of each market, by its place in the book's sequence and its time (µs)."""

    def __init__(self) -> None:
        self._latest: dict[str, tuple[int, int]] = {}

    def admits(self, market: str, sequence: int, at: int) -> bool:
        """Whether a frame is news. One that is earlier in the sequence and later in time is: the
        venue has begun to count anew."""
        latest = self._latest.get(market)
        if latest is not None and sequence <= latest[0] and at <= latest[1]:
            return False
        self._latest[market] = (sequence, at)
        return True

    def admits_answer(self, market: str, sequence: int, at_ms: int) -> bool:
        """Whether an answer is news. Its time may be when it was asked for, and says nothing
        where frames have come; of a millisecond it is taken to be the end."""
        latest = self._latest.get(market)
        if latest is not None and sequence <= latest[0]:
            return False
        self._latest[market] = (sequence, at_ms * 1_000 + 999)
        return True

    def forget(self, market: str) -> None:
        """Its quotes are subscribed to anew: whatever comes first is news."""
        self._latest.pop(market, None)

    def forget_all(self) -> None:
        """The session is lost: the venue may begin to count anew."""
        self._latest.clear()
