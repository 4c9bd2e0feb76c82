"""`Session`: one WebSocket, its connection chart and a subscription chart for each channel.

Composition only: it performs what the charts ask for, and brings them what the venue answers.
What a frame means is the business of whoever listens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import anyio

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.connection import Connection
from paradex_adapter.charts.facts import (
    SessionDegraded,
    SessionLost,
    SessionReady,
    SessionRefused,
    SessionRestored,
    SubscriptionActive,
    SubscriptionFailed,
    SubscriptionRejected,
)
from paradex_adapter.charts.requests import (
    Authenticate,
    CloseSocket,
    Dial,
    ObtainToken,
    Subscribe,
    Unsubscribe,
)
from paradex_adapter.charts.subscription import Subscription
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.tokens import TokenKeeper
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.websocket import WebSocket
from paradex_adapter.wire import jsonrpc
from statecharts import Driver, Ports, Record, Timers

MAX_UNANSWERED = 10_000


class SessionListener(Protocol):
    """Who is told what comes over the session."""

    def push_received(self, channel: str, data: bytes) -> None: ...
    def binary_received(self, frame: bytes) -> None: ...
    def session_changed(self, fact: object) -> None:
        """A `Session*` or `Subscription*` fact."""
        ...

    def frame_refused(self, error: WireError) -> None:
        """A frame could not be read; it cost nothing but itself."""
        ...


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Times in seconds."""

    backoff: Backoff = Backoff()
    dial_timeout: float = 10.0
    auth_timeout: float = 10.0
    ack_timeout: float = 5.0


@dataclass(frozen=True, slots=True)
class _Unanswered:
    """A request whose reply is outstanding, and what its outcomes are called in the chart."""

    driver: Driver[Connection] | Driver[Subscription]
    accepted: str
    refused: str
    undecided: str


class _Call:
    """A request whose reply somebody awaits."""

    def __init__(self) -> None:
        self.answered = anyio.Event()
        self.reply: jsonrpc.Reply | None = None

    def answer(self, reply: jsonrpc.Reply | None) -> None:
        """`None`: the session is lost, and the reply with it."""
        self.reply = reply
        self.answered.set()


class Session:
    """A public session when `tokens` is None, else a private one."""

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        listener: SessionListener,
        tasks: Tasks,
        timers: Timers,
        jitter: Callable[[], float],
        *,
        tokens: TokenKeeper | None = None,
        settings: SessionSettings = SessionSettings(),
        observe: Callable[[Record], None] | None = None,
    ) -> None:
        self._name = name
        self._listener = listener
        self._tasks = tasks
        self._timers = timers
        self._jitter = jitter
        self._tokens = tokens
        self._settings = settings
        self._observe = observe
        self._socket = WebSocket(urls, tasks, self)
        self._unanswered: dict[int, _Unanswered | _Call] = {}
        self._last_id = 0
        self._unconfirmed: set[str] = set()
        self._changed = anyio.Event()
        self.subscriptions: dict[str, Driver[Subscription]] = {}
        self.last_failure = ""
        chart = Connection(
            tokens is not None, settings.backoff, settings.dial_timeout, settings.auth_timeout
        )
        self.connection = Driver(f"connection {name}", chart, self._ports(), observe)

    def open(self) -> None:
        """Dial, and keep the session up until `close()`."""
        self.connection.dispatch("open")

    def close(self) -> None:
        """Close the session for good. Harmless when it is closed."""
        if not self.connection.chart.disconnected.is_active:
            self.connection.dispatch("close")

    def subscribe(self, channel: str) -> None:
        """Want `channel` until `unsubscribe`. Wanting it twice is wanting it once."""
        if channel in self.subscriptions:
            return
        chart = Subscription(channel, self._settings.backoff, self._settings.ack_timeout)
        name = f"subscription {channel}"
        driver = Driver(name, chart, self._ports(channel), self._observe)
        self.subscriptions[channel] = driver
        if self.is_ready:
            driver.dispatch("session_ready")

    def unsubscribe(self, channel: str) -> None:
        """Want `channel` no longer."""
        driver = self.subscriptions.pop(channel, None)
        if driver is not None:
            self._restore(channel)
            driver.dispatch("unsubscribe")

    def gapped(self, channel: str) -> None:
        """The channel's sequence has a hole: subscribe anew, for a snapshot."""
        driver = self.subscriptions.get(channel)
        if driver is not None:
            driver.receive("gapped")

    @property
    def is_ready(self) -> bool:
        """Whether subscriptions can be carried."""
        ready = {"session.authenticated", "session.degraded"}
        if self._tokens is None:
            ready.add("session.connected")
        return not ready.isdisjoint(self.connection.chart.active_leaves)

    async def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, looked at after every change. The caller sets the deadline."""
        while not holds():
            await self._changed.wait()

    async def call(self, method: str, params: Mapping[str, object], timeout_secs: float) -> bytes:
        """Ask once and return the result. Raises `VenueError` for the venue's no and
        `OutcomeUnknown` when the session is lost, or nothing comes in time."""
        waiting = _Call()
        self._call(method, params, waiting)
        with anyio.move_on_after(timeout_secs):
            await waiting.answered.wait()
        if waiting.reply is None:
            raise OutcomeUnknown(f"{method}: no reply on the WebSocket")
        if waiting.reply.error is not None:
            raise waiting.reply.error.to_exception()
        return bytes(waiting.reply.result or b"null")

    # What the charts ask for

    def _ports(self, channel: str = "") -> Ports:
        return Ports(lambda what: self._request(what, channel), self._emit, self._timers)

    def _request(self, what: object, channel: str) -> None:
        match what:
            case Dial():
                self._socket.dial()
            case CloseSocket():
                self._socket.close()
            case ObtainToken(fresh):
                self._tasks.start_soon(self._obtain_token, fresh)
            case Authenticate(token):
                self._call("auth", {"bearer": token}, _auth(self.connection))
            case Subscribe():
                self._unconfirmed.add(channel)
                driver = self.subscriptions[channel]
                self._call("subscribe", {"channel": channel}, _subscribe(driver))
            case Unsubscribe():
                self._call("unsubscribe", {"channel": channel}, None)
            case _:
                raise AssertionError(f"{what!r} is nothing a session can do")

    def _call(
        self, method: str, params: Mapping[str, object], unanswered: _Unanswered | _Call | None
    ) -> None:
        self._last_id += 1
        if unanswered is not None:
            if len(self._unanswered) >= MAX_UNANSWERED:
                del self._unanswered[next(iter(self._unanswered))]  # its timer ends the wait
            self._unanswered[self._last_id] = unanswered
        self._socket.send(jsonrpc.encode_request(self._last_id, method, params))

    async def _obtain_token(self, fresh: bool) -> None:
        assert self._tokens is not None
        try:
            token = await self._tokens.bearer()
            if fresh:
                self._tokens.unauthorized(token)
                token = await self._tokens.bearer()
        except VenueError as error:
            self.connection.receive("token_refused", error=error)
        except OutcomeUnknown as error:
            self.last_failure = str(error)
            self.connection.receive("token_unavailable", jitter=self._jitter())
        else:
            self.connection.receive("token_ready", token=token)

    # What the charts tell

    def _emit(self, fact: object) -> None:
        match fact:
            case SessionReady():
                self._broadcast("session_ready")
            case SessionLost():
                self._forget_unanswered()
                self._broadcast("session_lost")
            case SessionRefused(reason):
                self.last_failure = reason
            case SubscriptionActive(channel):
                self._unconfirmed.discard(channel)
                self._restore(channel)
            case SubscriptionFailed(channel) | SubscriptionRejected(channel):
                self.connection.receive("impaired", reason=channel)
            case SessionDegraded() | SessionRestored():
                pass
            case _:
                raise AssertionError(f"{fact!r} is nothing a session tells")
        self._listener.session_changed(fact)
        self._changed.set()
        self._changed = anyio.Event()

    def _forget_unanswered(self) -> None:
        forgotten, self._unanswered = self._unanswered, {}
        for waiting in forgotten.values():
            if isinstance(waiting, _Call):
                waiting.answer(None)

    def _broadcast(self, event: str) -> None:
        for driver in list(self.subscriptions.values()):
            driver.dispatch(event)

    def _restore(self, reason: str) -> None:
        if reason in self.connection.chart.missing:
            self.connection.receive("restored", reason=reason)

    # What the socket brings

    def socket_opened(self) -> None:
        self.connection.receive("opened")

    def dial_failed(self, reason: str) -> None:
        self.last_failure = reason
        self.connection.receive("dial_failed", jitter=self._jitter())

    def socket_lost(self, reason: str) -> None:
        self.last_failure = reason
        self.connection.receive("lost", jitter=self._jitter())

    def binary_received(self, frame: bytes) -> None:
        self._listener.binary_received(frame)

    def text_received(self, text: str) -> None:
        try:
            message = jsonrpc.read(text)
        except WireError as error:
            self._listener.frame_refused(error)
            return
        if isinstance(message, jsonrpc.Push):
            self._push(message)
        else:
            self._reply(message)

    def _push(self, push: jsonrpc.Push) -> None:
        if push.channel in self._unconfirmed and push.channel in self.subscriptions:
            self._unconfirmed.discard(push.channel)
            self.subscriptions[push.channel].receive("data_seen")
        self._listener.push_received(push.channel, bytes(push.data))

    def _reply(self, reply: jsonrpc.Reply) -> None:
        waiting = self._unanswered.pop(reply.id, None) if isinstance(reply.id, int) else None
        if waiting is None:
            return  # an unsubscribe, or a reply nobody waits for any more
        if isinstance(waiting, _Call):
            waiting.answer(reply)
            return
        if reply.error is None:
            waiting.driver.receive(waiting.accepted)
            return
        error = reply.error.to_exception()
        if isinstance(error, VenueError):
            waiting.driver.receive(waiting.refused, error=error)
        else:
            waiting.driver.receive(waiting.undecided)


def _auth(driver: Driver[Connection]) -> _Unanswered:
    return _Unanswered(driver, "auth_accepted", "auth_refused", "auth_timeout")


def _subscribe(driver: Driver[Subscription]) -> _Unanswered:
    return _Unanswered(driver, "acked", "refused", "unanswered")
