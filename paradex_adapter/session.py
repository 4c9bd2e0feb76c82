"""`Session`: one WebSocket, its connection chart and a subscription chart for each channel.

Composition only: it performs what the charts ask for, and brings them what the venue answers.
What a frame means is the business of whoever listens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import anyio
import msgspec

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.connection import Connection
from paradex_adapter.charts.facts import (
    SessionClosed,
    SessionDegraded,
    SessionLost,
    SessionReady,
    SessionRefused,
    SessionRestored,
    SessionUnprotected,
    SubscriptionActive,
    SubscriptionFailed,
    SubscriptionLapsed,
    SubscriptionMute,
    SubscriptionRejected,
)
from paradex_adapter.charts.requests import (
    ArmSwitch,
    Authenticate,
    CloseSocket,
    Dial,
    DisarmSwitch,
    ObtainToken,
    Subscribe,
    Unsubscribe,
)
from paradex_adapter.charts.subscription import CHECK_SECS, Subscription
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.replies import Call, Outcomes, Replies
from paradex_adapter.tokens import TokenKeeper
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.websocket import WebSocket
from paradex_adapter.wire import jsonrpc
from paradex_adapter.wire.rest import decode
from statecharts import Driver, Ports, Record, Timers


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
    """Times in seconds. `check_interval` is for channels of a private session: a public one is
    never quiet. `cancel_on_disconnect` has the venue cancel what entered over a private session
    when it is lost."""

    backoff: Backoff = Backoff()
    dial_timeout: float = 10.0
    auth_timeout: float = 10.0
    ack_timeout: float = 5.0
    check_interval: float = CHECK_SECS
    cancel_on_disconnect: bool = False
    switch_timeout: float = 3.0


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
        self._replies = Replies()
        self._unconfirmed: set[str] = set()
        self._dispensable: set[str] = set()
        self._changed = anyio.Event()
        self.subscriptions: dict[str, Driver[Subscription]] = {}
        self.last_failure = ""
        chart = Connection(
            tokens is not None,
            settings.backoff,
            settings.dial_timeout,
            settings.auth_timeout,
            settings.cancel_on_disconnect,
            settings.switch_timeout,
        )
        self.connection = Driver(f"connection {name}", chart, self._ports(), observe)

    def open(self) -> None:
        """Dial, and keep the session up until `close()`."""
        self.connection.dispatch("open")

    def close(self) -> None:
        """Close the session for good, once the venue has let our orders be. Harmless when it is
        closed."""
        if not self._is_closed():
            self.connection.dispatch("close")

    async def aclose(self) -> None:
        """As `close`, and wait until it is closed. A timer of the chart bounds it."""
        self.close()
        await self.wait_until(self._is_closed)

    def _is_closed(self) -> bool:
        return bool(self.connection.chart.disconnected.is_active)

    def subscribe(self, channel: str, *, is_dispensable: bool = False) -> None:
        """Want `channel` until `unsubscribe`. Wanting it twice is wanting it once. The session is
        whole without one that is dispensable."""
        if channel in self.subscriptions:
            return
        if is_dispensable:
            self._dispensable.add(channel)
        check_interval = None if self._tokens is None else self._settings.check_interval
        chart = Subscription(
            channel, self._settings.backoff, self._settings.ack_timeout, check_interval
        )
        name = f"subscription {channel}"
        driver = Driver(name, chart, self._ports(channel), self._observe)
        self.subscriptions[channel] = driver
        if self.is_ready:
            driver.dispatch("session_ready")

    def unsubscribe(self, channel: str) -> None:
        """Want `channel` no longer."""
        driver = self.subscriptions.pop(channel, None)
        if driver is not None:
            self.restore(channel)
            driver.dispatch("unsubscribe")

    def gapped(self, channel: str) -> None:
        """The channel's sequence has a hole: subscribe anew, for a snapshot."""
        driver = self.subscriptions.get(channel)
        if driver is not None:
            driver.receive("gapped")

    def is_flowing(self) -> bool:
        """Whether every channel that is wanted, and indispensable, is acknowledged."""
        vital = self.subscriptions.keys() - self._dispensable
        charts = [self.subscriptions[channel].chart for channel in vital]
        return all(chart.active.is_active or chart.checking.is_active for chart in charts)

    def impair(self, reason: str) -> None:
        """Something promised is missing, if there is a session to miss it in."""
        if self.is_ready:
            self.connection.receive("impaired", reason=reason)

    def restore(self, reason: str) -> None:
        """It is there again. Harmless when it was not missing."""
        if reason in self.connection.chart.missing:
            self.connection.receive("restored", reason=reason)

    @property
    def is_ready(self) -> bool:
        """Whether subscriptions can be carried."""
        ready = {"session.authenticated", "session.degraded"}
        if self._tokens is None:
            ready.add("session.connected")
        return not ready.isdisjoint(self.connection.chart.active_leaves)

    @property
    def takes_orders(self) -> bool:
        """Whether the line answers: the session is ready and no channel waits for an answer.
        Whatever else is missing, what enters over the session is better off than over REST: only
        there it is covered by cancel-on-disconnect."""
        return self.is_ready and self.is_flowing()

    async def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, looked at after every change. The caller sets the deadline."""
        while not holds():
            await self._changed.wait()

    async def call(self, method: str, params: Mapping[str, object], timeout_secs: float) -> bytes:
        """Ask once and return the result. Raises `VenueError` for the venue's no and
        `OutcomeUnknown` when the session is lost, or nothing comes in time."""
        waiting = Call()
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

    def _request(self, what: object, channel: str) -> None:  # noqa: C901 - a table: one arm each
        match what:
            case Dial():
                self._socket.dial()
            case CloseSocket():
                self._socket.close()
            case ObtainToken(fresh):
                self._tasks.start_soon(self._obtain_token, fresh)
            case Authenticate(token):
                self._call("auth", {"bearer": token}, _auth(self.connection))
            case ArmSwitch():
                self._call("order.cancel_on_disconnect", {"enabled": True}, _arm(self.connection))
            case DisarmSwitch():
                waiting = _disarm(self.connection)
                self._call("order.cancel_on_disconnect", {"enabled": False}, waiting)
            case Subscribe():
                driver = self.subscriptions[channel]
                if driver.chart.pending.is_active:
                    self._unconfirmed.add(channel)
                self._call("subscribe", {"channel": channel}, _subscribe(driver))
            case Unsubscribe():
                self._call("unsubscribe", {"channel": channel}, None)
            case _:
                raise AssertionError(f"{what!r} is nothing a session can do")

    def _call(
        self, method: str, params: Mapping[str, object], waiting: Outcomes | Call | None
    ) -> None:
        number = self._replies.expect(waiting)
        self._socket.send(jsonrpc.encode_request(number, method, params))

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
                self._replies.forget_all()
                self._broadcast("session_lost")
            case SessionRefused(reason):
                self.last_failure = reason
            case SubscriptionActive(channel):
                self._unconfirmed.discard(channel)
                self.restore(channel)
            case SubscriptionMute(channel):
                self.impair(channel)
                self.connection.receive("unserved")
            case SubscriptionFailed(channel) | SubscriptionRejected(channel):
                if channel not in self._dispensable:
                    self.impair(channel)
            case _:
                assert isinstance(fact, _ONLY_TOLD), f"{fact!r} is nothing a session tells"
        self._listener.session_changed(fact)
        self._changed.set()
        self._changed = anyio.Event()

    def _broadcast(self, event: str) -> None:
        for driver in list(self.subscriptions.values()):
            driver.dispatch(event)

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
            self._replies.received(message)

    def _push(self, push: jsonrpc.Push) -> None:
        if push.channel in self._unconfirmed and push.channel in self.subscriptions:
            self._unconfirmed.discard(push.channel)
            self.subscriptions[push.channel].receive("data_seen")
        self._listener.push_received(push.channel, bytes(push.data))


_ONLY_TOLD = (
    SessionClosed,
    SessionDegraded,
    SessionRestored,
    SessionUnprotected,
    SubscriptionLapsed,
)


def _auth(driver: Driver[Connection]) -> Outcomes:
    return Outcomes(driver, "auth_accepted", "auth_refused", "auth_timeout")


def _subscribe(driver: Driver[Subscription]) -> Outcomes:
    return Outcomes(driver, "acked", "refused", "unanswered")


def _arm(driver: Driver[Connection]) -> Outcomes:
    return Outcomes(driver, "armed", "arm_refused", "arm_timeout", _SWITCHED_ON)


def _disarm(driver: Driver[Connection]) -> Outcomes:
    return Outcomes(driver, "disarmed", "disarm_refused", "close_timeout", _SWITCHED_OFF)


class _Switch(msgspec.Struct):
    """OpenRPC `order.cancel_on_disconnect`."""

    enabled: bool


def _is_switched(to: bool, result: bytes) -> bool:
    try:
        return decode(result, _Switch).enabled is to
    except WireError:
        return False


_SWITCHED_ON, _SWITCHED_OFF = partial(_is_switched, True), partial(_is_switched, False)
