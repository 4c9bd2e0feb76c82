"""One WebSocket session, public or private."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    SessionDegraded,
    SessionLost,
    SessionReady,
    SessionRefused,
    SessionRestored,
)
from paradex_adapter.charts.requests import Authenticate, CloseSocket, Dial, ObtainToken
from paradex_adapter.errors import VenueError
from statecharts import HERE, Chart, Compound

MAX_AUTH_ATTEMPTS = 3


class Connection(Chart):
    """One WebSocket session: dialled, signed in if private, watched, dialled anew when lost.

    An open session never signs in again: the venue keeps it authenticated although the token
    it used expires. Degraded means connected, with something promised missing: each `reason`
    is named when it appears and when it goes. A refused session is told of and dialled anew: as
    long as orders may be live nobody gives up.
    """

    disconnected = State(initial=True)  # no socket, and none is wanted
    connecting = State()  # dialling

    class session(Compound):  # there is a socket
        connected = State(initial=True)  # the socket is open; a public session lives here
        authenticating = State()  # the token is sent, the answer outstanding
        authenticated = State()  # the venue accepted the token; a private session lives here
        degraded = State()  # the session lives, but something promised is missing

    reconnecting = State()  # the socket is gone, a redial is armed

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
    auth_accepted = session.authenticating.to(session.authenticated, on="ready")
    auth_refused = session.authenticating.to(
        session.connected, cond="can_retry_auth", on="obtain_fresh_token"
    ) | session.authenticating.to(reconnecting, on="tell_refused")
    auth_timeout = session.authenticating.to(reconnecting, on="close_socket")

    impaired = (
        session.connected.to(session.degraded, unless="needs_auth", on="degrade")
        | session.authenticated.to(session.degraded, on="degrade")
        | session.degraded.to(HERE, on="degrade")
    )
    restored = (
        session.degraded.to(session.authenticated, cond="is_last and needs_auth", on="restore")
        | session.degraded.to(session.connected, cond="is_last", on="restore")
        | session.degraded.to(HERE, on="forget")
    )

    lost = session.to(reconnecting)
    close = (
        session.to(disconnected, on="close_socket")
        | connecting.to(disconnected, on="close_socket")
        | reconnecting.to(disconnected)
    )

    def __init__(
        self,
        private: bool,
        backoff: Backoff = Backoff(),
        dial_timeout_secs: float = 10.0,
        auth_timeout_secs: float = 10.0,
    ) -> None:
        self.private = private
        self.backoff = backoff
        self.dial_timeout_secs = dial_timeout_secs
        self.auth_timeout_secs = auth_timeout_secs
        self.dial_attempts = 0
        self.auth_attempts = 0
        self.missing: set[str] = set()
        super().__init__()

    def needs_auth(self) -> bool:
        return self.private

    def can_retry_auth(self) -> bool:
        return self.auth_attempts < MAX_AUTH_ATTEMPTS

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

    def degrade(self, reason: str) -> None:
        self.missing.add(reason)
        self.emit(SessionDegraded(reason))

    def restore(self, reason: str) -> None:
        self.missing.clear()
        self.emit(SessionRestored())

    def forget(self, reason: str) -> None:
        self.missing.discard(reason)

    def close_socket(self) -> None:
        self.request(CloseSocket())

    def tell_refused(self, error: VenueError) -> None:
        self.request(CloseSocket())
        self.emit(SessionRefused(str(error)))
