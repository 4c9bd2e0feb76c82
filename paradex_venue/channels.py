"""Names of WebSocket channels: which exist, which are private, and what a name asks for."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from paradex_venue.refusal import Refused

type Feed = Literal["deltas", "snapshot"]

SNAPSHOT_DEPTH = 15
_SNAPSHOT_RATES = {"50ms": 0.05, "100ms": 0.1}
_PUBLIC_BY_MARKET = ("bbo", "trades", "markets_summary", "funding_data", "markets")
_PRIVATE_BY_MARKET = ("orders", "fills", "funding_payments")
# Public channels that may name no market at all, and mean every market then.
_BARE = ("markets_summary", "markets")
_PRIVATE_WHOLE = (
    "positions",
    "account",
    "balance_events",
    "tradebusts",
    "transaction",
    "transfers",
)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that can be subscribed to. `market` is `""` where the channel names none."""

    name: str
    topic: str
    market: str = ""
    is_private: bool = False
    feed: Feed | None = None
    # Seconds between snapshots.
    rate: float = 0.0


def parse(name: str, markets: Container[str]) -> Channel:
    """The channel of that name, or `Refused` with the JSON-RPC code -32600."""
    topic, _, rest = name.partition(".")
    if topic == "order_book":
        return _order_book(name, rest, markets)
    if topic in (*_PUBLIC_BY_MARKET, *_PRIVATE_BY_MARKET):
        if not (name in _BARE or rest == "ALL" or rest in markets):
            raise _bad(name, f"unknown market {rest!r}")
        return Channel(name, topic, rest, is_private=topic in _PRIVATE_BY_MARKET)
    if name in _PRIVATE_WHOLE:
        return Channel(name, name, is_private=True)
    raise _bad(name, "unknown channel")


def _order_book(name: str, rest: str, markets: Container[str]) -> Channel:
    market, _, feed = rest.partition(".")
    if market not in markets:
        raise _bad(name, f"unknown market {market!r}")
    if feed == "deltas":
        return Channel(name, "order_book", market, feed="deltas")
    if feed.startswith("deltas"):
        raise _bad(name, "no parameters expected for deltas topic")
    kind, _, parameters = feed.partition("@")
    depth, _, rate = parameters.partition("@")
    if kind != "snapshot" or depth != str(SNAPSHOT_DEPTH) or rate not in _SNAPSHOT_RATES:
        raise _bad(name, "expected order_book.{market}.deltas or .snapshot@15@100ms")
    return Channel(name, "order_book", market, feed="snapshot", rate=_SNAPSHOT_RATES[rate])


def _bad(name: str, detail: str) -> Refused:
    return Refused("-32600", f"invalid subscribe request: {name}: {detail}")
