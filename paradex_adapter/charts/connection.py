"""One WebSocket session, public or private."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    SessionClosed,
    SessionDegraded,
    SessionLost,
    SessionReady,
    SessionRefused,
    SessionRestored,
    SessionUnprotected,
)
from paradex_adapter.charts.requests import (
    ArmSwitch,
    Authenticate,
    CloseSocket,
    Dial,
    DisarmSwitch,
    ObtainToken,
)
from paradex_adapter.errors import VenueError
from statecharts import HERE, Chart, Compound

MAX_AUTH_ATTEMPTS = 3
MAX_ARM_ATTEMPTS = 5
SWITCH = "cancel_on_disconnect"
"""What is missing while the venue has not said that it would cancel our orders."""


class Connection(Chart):
    """One WebSocket session: dialled, signed in if private, watched, dialled anew when lost.

    An open session never signs in again: the venue keeps it authenticated although the token
    it used expires. Degraded means connected, with something promised missing: each `reason`
    is named when it appears. A refused session is told of and dialled anew: as long as orders may
    be live nobody gives up.

    Where cancel-on-disconnect is wanted, the venue is asked for it in each session before any
    order enters, and asked to let go of it before a clean close: to the venue any end of the
    socket is a disconnect. A session without it is degraded, and asks again a few times.
    """

    disconnected = State(initial=True)  # no socket, and none is wanted
    connecting = State()  # dialling

    class session(Compound):  # there is a socket
        connected = State(initial=True)  # the socket is open; a public session lives here
        authenticating = State()  # the token is sent, the answer outstanding
        arming = State()  # signed in; the venue is being asked for cancel-on-disconnect
        authenticated = State()  # the venue accepted the token; a private session lives here
        degraded = State()  # the session lives, but something promised is missing

    reconnecting = State()  # the socket is gone, a redial is armed
    closing = State()  # wanted no longer; the venue is being asked to let our orders be

    open = disconnected.to(connecting)
    opened = connecting.to(session, cond="needs_auth", on="obtain_token") | connecting.to(
        session, on="ready"
    )
    dial_failed = connecting.to(reconnecting)
    dial_timeout = connecting.to(reconnecting, on="close_socket")
    redial = reconnecting.to(connecting)

    token_ready = session.connected.to(session.authenticating, on="authenticate")
    token_unavailable = session.connected.to(reconnecting, on="close_socket")
    token_refused = session.connected.to(reconnecting, on="tell_refused")
    auth_accepted = session.authenticating.to(
        session.arming, cond="wants_switch"
    ) | session.authenticating.to(session.authenticated, on="ready")
    auth_refused = session.authenticating.to(
        session.connected, cond="can_retry_auth", on="obtain_fresh_token"
    ) | session.authenticating.to(reconnecting, on="tell_refused")
    auth_timeout = session.authenticating.to(reconnecting, on="close_socket")

    armed = (
        session.arming.to(session.authenticated, on="ready")
        | session.degraded.to(session.authenticated, cond="is_only_unarmed", on="restore")
        | session.degraded.to(HERE, on="forget_unarmed")
        | session.authenticated.to(HERE)
    )
    arm_refused = (
        session.arming.to(session.degraded, on=["ready", "tell_unarmed"])
        | session.degraded.to(HERE, on="tell_unarmed")
        | session.authenticated.to(HERE)
    )
    arm_timeout = session.arming.to(
        session.degraded, on=["ready", "tell_unarmed"]
    ) | session.degraded.to(HERE, on="tell_unarmed")
    arm_again = session.degraded.to(HERE, cond="can_arm_again", on="arm") | session.degraded.to(
        HERE
    )

    impaired = (
        session.connected.to(session.degraded, unless="needs_auth", on="degrade")
        | session.authenticated.to(session.degraded, on="degrade")
        | session.degraded.to(HERE, cond="is_new", on="degrade")
        | session.degraded.to(HERE)
    )
    restored = (
        session.degraded.to(session.authenticated, cond="is_last and needs_auth", on="restore")
        | session.degraded.to(session.connected, cond="is_last", on="restore")
        | session.degraded.to(HERE, on="forget")
    )

    unserved = session.degraded.to(reconnecting, on="close_socket")
    lost = session.to(reconnecting) | closing.to(disconnected, on="tell_closed_armed")
    close = (
        session.arming.to(closing)
        | session.authenticated.to(closing, cond="wants_switch")
        | session.degraded.to(closing, cond="wants_switch")
        | session.to(disconnected, on="close_socket")
        | connecting.to(disconnected, on="close_socket")
        | reconnecting.to(disconnected)
        | closing.to(HERE)
    )
    disarmed = closing.to(disconnected, on=["close_socket", "tell_closed"])
    disarm_refused = closing.to(disconnected, on=["close_socket", "tell_closed_armed"])
    close_timeout = closing.to(disconnected, on=["close_socket", "tell_closed_armed"])

    def __init__(
        self,
        private: bool,
        backoff: Backoff = Backoff(),
        dial_timeout_secs: float = 10.0,
        auth_timeout_secs: float = 10.0,
        cancel_on_disconnect: bool = False,
        switch_timeout_secs: float = 3.0,
    ) -> None:
        self.private = private
        self.backoff = backoff
        self.dial_timeout_secs = dial_timeout_secs
        self.auth_timeout_secs = auth_timeout_secs
        self.cancel_on_disconnect = cancel_on_disconnect
        self.switch_timeout_secs = switch_timeout_secs
        self.dial_attempts = 0
        self.auth_attempts = 0
        self.arm_attempts = 0
        self.missing: set[str] = set()
        super().__init__()

    def needs_auth(self) -> bool:
        return self.private

    def can_retry_auth(self) -> bool:
        return self.auth_attempts < MAX_AUTH_ATTEMPTS

    def wants_switch(self) -> bool:
        return self.cancel_on_disconnect

    def can_arm_again(self) -> bool:
        return self.arm_attempts < MAX_ARM_ATTEMPTS

    def is_only_unarmed(self) -> bool:
        return self.is_last(SWITCH)

    def is_new(self, reason: str) -> bool:
        return reason not in self.missing

    def is_last(self, reason: str) -> bool:
        return not self.missing - {reason}

    def on_enter_connecting(self) -> None:
        self.request(Dial())
        self.start_timer("dial_timeout", self.dial_timeout_secs)

    def on_exit_connecting(self) -> None:
        self.cancel_timer("dial_timeout")

    def on_enter_authenticating(self) -> None:
        self.auth_attempts += 1
        self.start_timer("auth_timeout", self.auth_timeout_secs)

    def on_exit_authenticating(self) -> None:
        self.cancel_timer("auth_timeout")

    def on_enter_arming(self) -> None:
        self.arm_attempts = 0
        self.arm()

    def on_exit_arming(self) -> None:
        self.cancel_timer("arm_timeout")

    def on_exit_degraded(self) -> None:
        self.cancel_timer("arm_timeout")
        self.cancel_timer("arm_again")

    def on_enter_closing(self) -> None:
        self.request(DisarmSwitch())
        self.start_timer("close_timeout", self.switch_timeout_secs)

    def on_exit_closing(self) -> None:
        self.cancel_timer("close_timeout")

    def on_enter_reconnecting(self, jitter: float = 0.0) -> None:
        self.start_timer("redial", self.backoff.delay(self.dial_attempts, jitter))
        self.dial_attempts += 1

    def on_exit_reconnecting(self) -> None:
        self.cancel_timer("redial")

    def on_exit_session(self) -> None:
        self.missing.clear()
        self.emit(SessionLost())

    def obtain_token(self) -> None:
        self.auth_attempts = 0
        self.request(ObtainToken())

    def obtain_fresh_token(self) -> None:
        self.request(ObtainToken(fresh=True))

    def authenticate(self, token: str) -> None:
        self.request(Authenticate(token))

    def ready(self) -> None:
        self.dial_attempts = 0
        self.emit(SessionReady())

    def arm(self) -> None:
        self.arm_attempts += 1
        self.request(ArmSwitch())
        self.start_timer("arm_timeout", self.switch_timeout_secs)

    def tell_unarmed(self, error: VenueError | None = None) -> None:
        self.missing.add(SWITCH)
        self.emit(SessionUnprotected("no answer" if error is None else str(error)))
        self.emit(SessionDegraded(SWITCH))
        self.cancel_timer("arm_timeout")
        self.start_timer("arm_again", self.backoff.delay(self.arm_attempts))

    def forget_unarmed(self) -> None:
        self.missing.discard(SWITCH)
        self.cancel_timer("arm_timeout")
        self.cancel_timer("arm_again")

    def degrade(self, reason: str) -> None:
        self.missing.add(reason)
        self.emit(SessionDegraded(reason))

    def restore(self) -> None:
        self.missing.clear()
        self.emit(SessionRestored())

    def forget(self, reason: str) -> None:
        self.missing.discard(reason)

    def close_socket(self) -> None:
        self.request(CloseSocket())

    def tell_refused(self, error: VenueError) -> None:
        self.request(CloseSocket())
        self.emit(SessionRefused(str(error)))

    def tell_closed(self) -> None:
        self.emit(SessionClosed(is_disarmed=True))

    def tell_closed_armed(self) -> None:
        self.emit(SessionClosed(is_disarmed=False))
