"""One channel of one session."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import (
    SubscriptionActive,
    SubscriptionFailed,
    SubscriptionLapsed,
    SubscriptionMute,
    SubscriptionRejected,
)
from paradex_adapter.charts.requests import Subscribe, Unsubscribe
from paradex_adapter.errors import Unauthorized, VenueError
from paradex_adapter.wire.jsonrpc import PERMISSION_DENIED
from statecharts import HERE, Chart

MAX_ATTEMPTS = 8
CHECK_SECS = 30.0


class Subscription(Chart):
    """One channel, wanted until released: subscribed whenever its session is ready.

    "Already subscribed" counts as an acknowledgement (its own was lost), and so does the first
    data frame. A gap in the channel's sequence resubscribes, for a fresh snapshot.

    A channel on which nothing happens is silent, and so is one that is dead. So a quiet one is
    checked from time to time: the venue is asked for it again, and refuses (documentation page
    "subscription channels"), which says that it stands. No answer is a failure, a yes says that it
    had lapsed.
    """

    idle = State(initial=True)  # wanted; the session is not ready
    pending = State()  # the request is sent, the acknowledgement outstanding
    active = State()  # the venue acknowledged, frames flow
    checking = State()  # the same, and the venue is being asked whether it thinks so too
    failed = State()  # unanswered or refused for now, a retry is armed
    rejected = State()  # refused for good, or unanswered too often; a new session tries again
    released = State(final=True)  # no longer wanted

    session_ready = idle.to(pending)
    session_lost = (
        pending.to(idle, on="start_over")
        | active.to(idle, on="start_over")
        | checking.to(idle, on="start_over")
        | failed.to(idle, on="start_over")
        | rejected.to(idle, on="start_over")
        | idle.to(HERE)
    )
    check_due = active.to(checking)
    acked = (
        pending.to(active, on="tell_active")
        | checking.to(active, on="tell_lapsed")
        | active.to(HERE)
    )
    data_seen = pending.to(active, on="tell_active")
    refused = (
        pending.to(active, cond="is_already_subscribed", on="tell_active")
        | pending.to(failed, cond="is_signed_out")
        | pending.to(rejected, on="reject")
        | checking.to(failed, cond="is_signed_out")
        | checking.to(active)
    )
    unanswered = pending.to(failed) | checking.to(failed)
    ack_timeout = pending.to(failed) | checking.to(failed)
    retry = failed.to(pending, cond="has_attempts_left") | failed.to(rejected, on="exhaust")
    gapped = active.to(pending, on="leave") | checking.to(pending, on="leave") | pending.to(HERE)
    unsubscribe = (
        pending.to(released, on="leave")
        | active.to(released, on="leave")
        | checking.to(released, on="leave")
        | failed.to(released, on="leave")
        | rejected.to(released)
        | idle.to(released)
    )

    def __init__(
        self,
        channel: str,
        backoff: Backoff = Backoff(),
        ack_timeout_secs: float = 5.0,
        check_secs: float | None = CHECK_SECS,
    ) -> None:
        """`check_secs`: after how long it is checked; None for one that is never quiet."""
        self.channel = channel
        self.backoff = backoff
        self.ack_timeout_secs = ack_timeout_secs
        self.check_secs = check_secs
        self.attempt = 0
        super().__init__()

    def is_already_subscribed(self, error: VenueError) -> bool:
        """The venue has no code for it, so the words decide."""
        words = error.message.lower()
        return "subscri" in words and ("already" in words or "duplicate" in words)

    def is_signed_out(self, error: VenueError) -> bool:
        return isinstance(error, Unauthorized) or error.code == str(PERMISSION_DENIED)

    def has_attempts_left(self) -> bool:
        return self.attempt < MAX_ATTEMPTS

    def on_enter_pending(self) -> None:
        self.ask()

    def on_exit_pending(self) -> None:
        self.cancel_timer("ack_timeout")

    def on_enter_active(self) -> None:
        self.attempt = 0
        if self.check_secs is not None:
            self.start_timer("check_due", self.check_secs)

    def on_exit_active(self) -> None:
        self.cancel_timer("check_due")

    def on_enter_checking(self) -> None:
        self.ask()

    def on_exit_checking(self) -> None:
        self.cancel_timer("ack_timeout")

    def on_enter_failed(self) -> None:
        self.start_timer("retry", self.backoff.delay(self.attempt))
        self.attempt += 1
        self.emit(SubscriptionFailed(self.channel))

    def on_exit_failed(self) -> None:
        self.cancel_timer("retry")

    def ask(self) -> None:
        self.request(Subscribe(self.channel))
        self.start_timer("ack_timeout", self.ack_timeout_secs)

    def start_over(self) -> None:
        self.attempt = 0

    def leave(self) -> None:
        self.request(Unsubscribe(self.channel))

    def tell_active(self) -> None:
        self.emit(SubscriptionActive(self.channel))

    def tell_lapsed(self) -> None:
        self.emit(SubscriptionLapsed(self.channel))

    def reject(self, error: VenueError) -> None:
        self.emit(SubscriptionRejected(self.channel, str(error)))

    def exhaust(self) -> None:
        self.emit(SubscriptionMute(self.channel, f"{MAX_ATTEMPTS} attempts went unanswered"))
