"""`PrivateFeed`: what the private channels say, read and held to what each of them owes us.

Composition only: a stream chart for each channel, and the words handed on to whom they concern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from paradex_adapter.charts.facts import StreamBroken, StreamMended
from paradex_adapter.charts.requests import Resubscribe
from paradex_adapter.charts.stream import Stream
from paradex_adapter.errors import WireError
from paradex_adapter.wire import sbe
from paradex_adapter.wire.rest import Account, Fill, Order, Position, decode
from statecharts import Driver, Ports, Record, Timers

ORDERS, FILLS, POSITIONS, ACCOUNT = "orders.ALL", "fills.ALL", "positions", "account"
CHANNELS = (ORDERS, FILLS, POSITIONS, ACCOUNT)

type Word = Order | Fill | Position | Account


class FeedListener(Protocol):
    """Who is told."""

    def order_heard(self, order: Order) -> None: ...
    def fill_heard(self, fill: Fill) -> None: ...

    def account_heard(self) -> None:
        """Positions or totals have changed: REST has them whole."""
        ...

    def word_unreadable(self, error: WireError) -> None:
        """What a frame said is unknown."""
        ...

    def stream_changed(self, fact: StreamBroken | StreamMended) -> None: ...

    def resubscribe(self, channel: str) -> None:
        """Leave the channel and subscribe to it anew."""
        ...


class _Stamp(msgspec.Struct):
    """What a word on positions or totals is read for here."""

    market: str = ""
    seq_no: int = 0


class PrivateFeed:
    """The streams of one private session."""

    def __init__(
        self,
        listener: FeedListener,
        timers: Timers,
        late_ms: int,
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self._listener = listener
        ports = Ports(self._request, self._emit, timers)
        self.streams = {
            channel: Driver(f"stream {channel}", Stream(channel, late_ms), ports, observe)
            for channel in CHANNELS
        }

    # What the session brings

    def push_received(self, channel: str, data: bytes) -> None:
        """One JSON push."""
        try:
            match channel:
                case "orders.ALL":
                    self._order_said(decode(data, Order))
                case "fills.ALL":
                    self._fill_said(decode(data, Fill))
                case "positions" | "account":
                    stamp = decode(data, _Stamp)
                    self._account_said(channel, stamp.market, stamp.seq_no)
        except WireError as error:
            self.unreadable(error, channel)

    def binary_received(self, frame: bytes) -> None:
        """One SBE frame. Signs of life say nothing else."""
        try:
            match sbe.decode(frame):
                case sbe.OrderEvent() as event:
                    self._order_said(sbe.as_rest(event))
                case sbe.FillEvent() as event:
                    self._fill_said(sbe.as_rest(event))
                case sbe.PositionEvent() as event:
                    self._account_said(POSITIONS, event.market, event.seq)
                case sbe.AccountEvent() as event:
                    self._account_said(ACCOUNT, "", event.seq)
        except WireError as error:
            self.unreadable(error)

    def unreadable(self, error: WireError, channel: str | None = None) -> None:
        """A frame could not be read: a word of that channel is missing, or of any."""
        self._listener.word_unreadable(error)
        for each in CHANNELS if channel is None else (channel,):
            self.missed(each, "a frame could not be read")

    def subscribed(self, channel: str) -> None:
        self.streams[channel].dispatch("subscribed")

    def missed(self, channel: str, reason: str) -> None:
        """Words of the channel are known to be missing."""
        self.streams[channel].receive("missed", reason=reason)

    def lost(self) -> None:
        """The session is lost."""
        for stream in self.streams.values():
            stream.dispatch("lost")

    # What asking over REST brings

    def compare(self, orders: Iterable[Order], fills: Iterable[Fill], asked_at: int) -> None:
        """Hold what the venue knew when it was asked against what its channels have said. Whether
        a channel tells of an order that is NEW is the venue's secret."""
        changes = [(each.id, each.last_updated_at) for each in orders if each.status != "NEW"]
        self._compare(ORDERS, changes, asked_at)
        self._compare(FILLS, [(fill.trade_id, fill.created_at) for fill in fills], asked_at)

    def reconciled(self, at: int) -> None:
        """A reconciliation has completed that asked `at` this time of the venue's (ms), after
        whatever was missing had been found missing."""
        for stream in self.streams.values():
            stream.dispatch("reconciled", at=at)

    def _compare(self, channel: str, changes: list[tuple[str, int]], asked_at: int) -> None:
        stream = self.streams[channel]
        owed = [subject for subject, at in changes if stream.chart.owes(subject, at, asked_at)]
        if owed:
            stream.receive("deaf", subject=owed[0])

    # What was said

    def _order_said(self, order: Order) -> None:
        self._heard(ORDERS, order.id, order.seq_no, order.last_updated_at)
        self._listener.order_heard(order)

    def _fill_said(self, fill: Fill) -> None:
        """Executions have no number of their own (AsyncAPI `fills`)."""
        self._heard(FILLS, fill.trade_id, 0, fill.created_at)
        self._listener.fill_heard(fill)

    def _account_said(self, channel: str, subject: str, seq: int) -> None:
        self._heard(channel, subject, seq, 0)
        self._listener.account_heard()

    def _heard(self, channel: str, subject: str, seq: int, at: int) -> None:
        self.streams[channel].receive("heard", subject=subject, seq=seq, at=at)

    # What the charts ask and tell

    def _request(self, what: object) -> None:
        assert isinstance(what, Resubscribe)
        self._listener.resubscribe(what.channel)

    def _emit(self, fact: object) -> None:
        assert isinstance(fact, StreamBroken | StreamMended)
        self._listener.stream_changed(fact)
