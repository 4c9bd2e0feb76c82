"""One market's order book, as far as it may be shown."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import BookLost, BookOverdue, BookRenewed, BookSynced
from paradex_adapter.charts.requests import AskBook, CountBook, Resubscribe
from statecharts import HERE, Chart, Compound

CHECK_SECS = 30.0
PATIENCE_SECS = 5.0


class Book(Chart):
    """Whether a book is whole and present: changes are passed on while it is synced, and only then.

    Changes that follow one another never come here: plain code compares their numbers. What comes
    is a snapshot, and the first sign of trouble: a number left out or stepped back, a book that is
    crossed, a frame that cannot be read.

    A market in which nothing happens is silent, and so is a channel that is dead. A book that has
    not moved for a while is therefore held against the number the venue itself gives for it over
    REST (it counts in the same way). Without that evidence it is not shown.

    The first loss is mended at once. One that comes before the book has proved steady is a
    relapse, and waits ever longer.
    """

    idle = State(initial=True)  # the channel is not subscribed; the session will see to it
    waiting = State()  # subscribed; the snapshot is outstanding

    class synced(Compound):  # the book is the venue's
        flowing = State(initial=True)  # it moves, or has been found present not long ago
        checking = State()  # it has not moved; the venue is being asked how far it is

    broken = State()  # not shown; subscribing anew is armed
    released = State(final=True)  # no longer wanted

    subscribed = idle.to(waiting) | waiting.to(HERE) | synced.to(HERE) | broken.to(HERE)
    snapshot = (
        idle.to(synced, on="tell_synced")
        | waiting.to(synced, on="tell_synced")
        | broken.to(synced, on="tell_synced")
    )
    spoilt = (
        synced.to(broken, cond="is_relapse", on="tell_lost")
        | synced.to(waiting, on=["tell_lost", "resubscribe"])
        | waiting.to(broken, on="count_attempt")
        | broken.to(HERE)
        | idle.to(HERE)
    )
    resubscribe_due = broken.to(waiting, on="resubscribe")
    overdue = waiting.to(waiting, on=["tell_overdue", "resubscribe"])
    renew = (
        synced.to(waiting, on=["tell_renewed", "resubscribe"])
        | waiting.to(HERE)
        | broken.to(HERE)
        | idle.to(HERE)
    )

    check_due = synced.flowing.to(HERE, on="count")
    counted = synced.flowing.to(HERE, cond="has_moved", on="stand") | synced.flowing.to(
        synced.checking
    )
    answered = synced.checking.to(synced.flowing, cond="is_abreast", on="stand") | (
        synced.checking.to(waiting, on=["tell_stale", "resubscribe"])
    )
    unanswered = synced.checking.to(waiting, on=["tell_unproved", "resubscribe"])
    answer_overdue = synced.checking.to(waiting, on=["tell_unproved", "resubscribe"])

    session_lost = (
        idle.to(HERE)
        | waiting.to(idle, on="start_over")
        | synced.to(idle, on=["tell_cut", "start_over"])
        | broken.to(idle, on="start_over")
    )
    release = idle.to(released) | waiting.to(released) | synced.to(released) | broken.to(released)

    def __init__(
        self,
        channel: str,
        backoff: Backoff = Backoff(),
        check_secs: float = CHECK_SECS,
        patience_secs: float = PATIENCE_SECS,
    ) -> None:
        """`check_secs`: how long a book may stand still unproved. `patience_secs`: how long a
        snapshot, or an answer, may take."""
        self.channel = channel
        self.backoff = backoff
        self.check_secs = check_secs
        self.patience_secs = patience_secs
        self.attempt = 0  # losses since the book was last steady
        self.seq = 0  # as it was at the last check
        super().__init__()

    def is_relapse(self) -> bool:
        return self.attempt > 0

    def has_moved(self, seq: int) -> bool:
        return seq != self.seq

    def is_abreast(self, seq: int, venue_seq: int) -> bool:
        """`seq` is ours as the answer arrives: a book that has moved meanwhile is proved by it."""
        return venue_seq == seq or self.has_moved(seq)

    def on_enter_waiting(self) -> None:
        self.start_timer("overdue", self.patience_secs + self.backoff.delay(self.attempt))

    def on_exit_waiting(self) -> None:
        self.cancel_timer("overdue")

    def on_enter_flowing(self) -> None:
        self.start_timer("check_due", self.check_secs)

    def on_exit_flowing(self) -> None:
        self.cancel_timer("check_due")

    def on_enter_checking(self) -> None:
        self.request(AskBook(self.channel))
        self.start_timer("answer_overdue", self.patience_secs)

    def on_exit_checking(self) -> None:
        self.cancel_timer("answer_overdue")

    def on_enter_broken(self) -> None:
        self.start_timer("resubscribe_due", self.backoff.delay(self.attempt - 1))

    def on_exit_broken(self) -> None:
        self.cancel_timer("resubscribe_due")

    def count(self) -> None:
        self.start_timer("check_due", self.check_secs)
        self.request(CountBook(self.channel))

    def stand(self, seq: int) -> None:
        self.seq = seq
        self.attempt = 0

    def start_over(self) -> None:
        self.attempt = 0

    def count_attempt(self) -> None:
        self.attempt += 1

    def resubscribe(self) -> None:
        self.request(Resubscribe(self.channel))

    def tell_synced(self, seq: int) -> None:
        self.seq = seq
        self.emit(BookSynced(self.channel))

    def tell_lost(self, reason: str) -> None:
        self.attempt += 1
        self.emit(BookLost(self.channel, reason))

    def tell_stale(self, seq: int, venue_seq: int) -> None:
        self.tell_lost(f"stands at {seq}, the venue's at {venue_seq}")

    def tell_unproved(self) -> None:
        self.tell_lost("stands still, and the venue does not say whether its own does")

    def tell_cut(self) -> None:
        self.emit(BookLost(self.channel, "the session is lost"))

    def tell_renewed(self) -> None:
        self.emit(BookRenewed(self.channel, "somebody needs it from its beginning"))

    def tell_overdue(self) -> None:
        self.attempt += 1
        self.emit(BookOverdue(self.channel, self.attempt))
