"""The five-minute token that signs REST requests and sessions in."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import TokenIssued, TokenRefused
from paradex_adapter.charts.requests import IssueToken
from paradex_adapter.errors import VenueError
from statecharts import HERE, Chart, Compound

REFRESH_AT = 0.6
"""The share of a token's life after which it is replaced (venue page: every 3 of 5 minutes)."""


REFUSED_RETRY_SECS = 60.0
"""A refusal is definite, for now: orders may be live, so the venue is asked again."""


class Token(Chart):
    """The JWT of one account: issued when first needed, replaced before it expires.

    A failed or refused refresh keeps the present token until it expires. A token the venue refuses
    (`unauthorized`) is dropped at once.
    """

    absent = State(initial=True)  # none, and nobody asked for one
    requesting = State()  # none; the venue is being asked
    waiting = State()  # none; the venue could not be asked, a retry is armed

    class held(Compound):  # there is a token
        valid = State(initial=True)  # a token that the venue accepts
        refreshing = State()  # the same, and its successor is being asked for

    refused = State()  # the venue will not issue one to this key and account

    need = (
        absent.to(requesting)
        | requesting.to(HERE)
        | waiting.to(HERE)
        | held.to(HERE, on="hand_out")
        | refused.to(HERE, on="refuse_again")
    )
    issued = requesting.to(held) | held.refreshing.to(held)
    issue_refused = requesting.to(refused) | held.refreshing.to(held.valid)
    issue_failed = requesting.to(waiting) | held.refreshing.to(held.valid)
    issue_timeout = requesting.to(waiting) | held.refreshing.to(held.valid)
    retry = waiting.to(requesting) | refused.to(requesting)
    refresh_due = held.valid.to(held.refreshing)
    expired = held.to(requesting)
    unauthorized = (
        held.to(requesting, cond="is_current")
        | held.to(HERE, on="hand_out")
        | requesting.to(HERE)
        | waiting.to(HERE)
    )

    def __init__(self, backoff: Backoff = Backoff(), issue_timeout_secs: float = 15.0) -> None:
        self.backoff = backoff
        self.issue_timeout_secs = issue_timeout_secs
        self.attempt = 0
        self.jwt = ""
        self.lifetime = 0.0
        self.reason = ""
        super().__init__()

    def is_current(self, token: str) -> bool:
        return token == self.jwt

    def on_enter_requesting(self) -> None:
        self.jwt = ""
        self.ask()

    def on_exit_requesting(self) -> None:
        self.cancel_timer("issue_timeout")

    def on_enter_waiting(self) -> None:
        self.start_timer("retry", self.backoff.delay(self.attempt))
        self.attempt += 1

    def on_exit_waiting(self) -> None:
        self.cancel_timer("retry")

    def on_enter_held(self, token: str, lifetime: float) -> None:
        self.jwt = token
        self.lifetime = lifetime
        self.attempt = 0
        self.emit(TokenIssued(token))
        self.start_timer("expired", lifetime)

    def on_exit_held(self) -> None:
        self.cancel_timer("expired")

    def on_enter_valid(self) -> None:
        share = REFRESH_AT if self.attempt == 0 else (1 - REFRESH_AT) / 8
        self.start_timer("refresh_due", self.lifetime * share)

    def on_exit_valid(self) -> None:
        self.cancel_timer("refresh_due")

    def on_enter_refreshing(self) -> None:
        self.attempt += 1
        self.ask()

    def on_exit_refreshing(self) -> None:
        self.cancel_timer("issue_timeout")

    def on_enter_refused(self, error: VenueError) -> None:
        self.start_timer("retry", REFUSED_RETRY_SECS)
        self.reason = str(error)
        self.emit(TokenRefused(self.reason))

    def on_exit_refused(self) -> None:
        self.cancel_timer("retry")

    def ask(self) -> None:
        self.request(IssueToken())
        self.start_timer("issue_timeout", self.issue_timeout_secs)

    def hand_out(self) -> None:
        self.emit(TokenIssued(self.jwt))

    def refuse_again(self) -> None:
        self.emit(TokenRefused(self.reason))
