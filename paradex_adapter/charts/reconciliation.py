"""Holding our view of the account against the venue's."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import Reconciled
from paradex_adapter.charts.requests import Reconcile
from statecharts import HERE, Chart, Compound


class Reconciliation(Chart):
    """After every private (re)connect, on a gap and on demand; one at a time, until one completes.

    A demand made while one runs is not lost: what it fetched may be older than the demand, so it
    is followed by another.
    """

    off = State(initial=True)  # not started: there is no view of ours yet to compare
    idle = State()  # nothing to reconcile

    class busy(Compound):  # the venue is being asked
        running = State(initial=True)  # the venue is being asked for everything
        repeating = State()  # the same, and asked for once more since

    waiting = State()  # the last one failed, a retry is armed

    start = off.to(idle)
    begin = (
        off.to(HERE)
        | idle.to(busy)
        | busy.running.to(busy.repeating)
        | busy.repeating.to(HERE)
        | waiting.to(HERE)
    )
    completed = busy.running.to(idle, on="tell") | busy.repeating.to(busy)
    failed = busy.to(waiting)
    run_timeout = busy.to(waiting)
    retry = waiting.to(busy)
    stop = busy.to(off) | waiting.to(off) | idle.to(off) | off.to(HERE)

    def __init__(self, backoff: Backoff = Backoff(), run_timeout_secs: float = 60.0) -> None:
        self.backoff = backoff
        self.run_timeout_secs = run_timeout_secs
        self.attempt = 0
        super().__init__()

    def on_enter_busy(self) -> None:
        self.request(Reconcile())
        self.start_timer("run_timeout", self.run_timeout_secs)

    def on_exit_busy(self) -> None:
        self.cancel_timer("run_timeout")

    def on_enter_waiting(self) -> None:
        self.start_timer("retry", self.backoff.delay(self.attempt))
        self.attempt += 1

    def on_exit_waiting(self) -> None:
        self.cancel_timer("retry")

    def tell(self) -> None:
        self.attempt = 0
        self.emit(Reconciled())
