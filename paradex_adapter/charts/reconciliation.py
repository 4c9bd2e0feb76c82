"""Holding our view of the account against the venue's."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import Reconciled
from paradex_adapter.charts.requests import Reconcile
from statecharts import HERE, Chart, Compound


class Reconciliation(Chart):
    """On demand, and from time to time: one at a time, until one completes.

    Demanded at start, after every private (re)connect and whenever words are missing. A demand made
    while one runs is not lost: what it fetched may be older than the demand, so it is followed by
    another. Between two there is a rest: questions are metered, and orders need theirs.
    """

    off = State(initial=True)  # not started: there is no view of ours yet to compare
    idle = State()  # nothing to reconcile until the next is due

    class busy(Compound):  # the venue is being asked
        running = State(initial=True)  # the venue is being asked for everything
        repeating = State()  # the same, and asked for once more since

    class resting(Compound):  # one has just ended
        quiet = State(initial=True)  # and nothing was demanded since
        wanted = State()  # and another is wanted after the rest

    waiting = State()  # the last one failed, a retry is armed

    start = off.to(idle)
    begin = (
        off.to(HERE)
        | idle.to(busy)
        | busy.running.to(busy.repeating)
        | busy.repeating.to(HERE)
        | resting.quiet.to(resting.wanted)
        | resting.wanted.to(HERE)
        | waiting.to(HERE)
    )
    due = idle.to(busy)
    completed = busy.running.to(resting, on="tell") | busy.repeating.to(resting.wanted)
    rested = resting.quiet.to(idle) | resting.wanted.to(busy)
    failed = busy.to(waiting)
    run_timeout = busy.to(waiting)
    retry = waiting.to(busy)
    stop = busy.to(off) | resting.to(off) | waiting.to(off) | idle.to(off) | off.to(HERE)

    def __init__(
        self,
        backoff: Backoff = Backoff(),
        run_timeout_secs: float = 60.0,
        period_secs: float | None = 60.0,
        rest_secs: float = 1.0,
    ) -> None:
        """`period_secs`: after how long one is due undemanded; None for never."""
        self.backoff = backoff
        self.run_timeout_secs = run_timeout_secs
        self.period_secs = period_secs
        self.rest_secs = rest_secs
        self.attempt = 0
        super().__init__()

    def on_enter_idle(self) -> None:
        if self.period_secs is not None:
            self.start_timer("due", self.period_secs)

    def on_exit_idle(self) -> None:
        self.cancel_timer("due")

    def on_enter_busy(self) -> None:
        self.request(Reconcile())
        self.start_timer("run_timeout", self.run_timeout_secs)

    def on_exit_busy(self) -> None:
        self.cancel_timer("run_timeout")

    def on_enter_resting(self) -> None:
        self.attempt = 0
        self.start_timer("rested", self.rest_secs)

    def on_exit_resting(self) -> None:
        self.cancel_timer("rested")

    def on_enter_waiting(self) -> None:
        self.start_timer("retry", self.backoff.delay(self.attempt))
        self.attempt += 1

    def on_exit_waiting(self) -> None:
        self.cancel_timer("retry")

    def tell(self, at: int = 0) -> None:
        self.emit(Reconciled(at))
