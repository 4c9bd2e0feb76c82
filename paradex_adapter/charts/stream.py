"""The words of one private channel, as they follow one another."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.charts.facts import StreamBroken, StreamMended
from paradex_adapter.charts.requests import Resubscribe
from statecharts import HERE, Chart, Compound

KEPT_WORDS = 1_000
"""Of how many subjects the last word is remembered."""


class Stream(Chart):
    """What one private channel says, held against what it owes us.

    Every word is about a subject: an order, an execution, a position, the account. The venue
    numbers what it says of one, ever greater and not one by one (AsyncAPI `seq_no`): a number that
    steps back shows words out of order, one left out cannot be seen. So what the venue, asked over
    REST, has known for a while is held against what was heard (`owes`). Whatever is wrong breaks
    the stream until a reconciliation that began later has completed.
    """

    off = State(initial=True)  # not subscribed: nothing is owed

    class listening(Compound):  # subscribed; no word is known to be missing
        catching_up = State(initial=True)  # what was said before is still being asked for
        in_step = State()  # everything said since `since` is owed

    broken = State()  # words are missing, or came out of order; they are being asked for

    subscribed = off.to(listening, on="forget") | listening.to(listening) | broken.to(HERE)
    lost = off.to(HERE) | listening.to(off) | broken.to(off)
    heard = (
        listening.to(broken, cond="is_step_back", on=["note", "tell_step_back"])
        | broken.to(HERE, cond="is_step_back", on=["note", "tell_broken"])
        | listening.to(HERE, on="note")
        | broken.to(HERE, on="note")
        | off.to(HERE)
    )
    missed = (
        listening.to(broken, on="tell_missed") | broken.to(HERE, on="tell_broken") | off.to(HERE)
    )
    deaf = listening.in_step.to(broken, on="tell_deaf")
    reconciled = (
        listening.catching_up.to(listening.in_step, on="begin")
        | listening.in_step.to(HERE, on="advance")
        | broken.to(listening.in_step, on=["begin", "tell_mended"])
        | off.to(HERE)
    )

    def __init__(self, channel: str, late_ms: int = 5_000) -> None:
        """`late_ms`: how much later than the fact itself its word may come."""
        self.channel = channel
        self.late_ms = late_ms
        self.since = 0  # ms of the venue's clock
        self.reason = ""
        self.last: dict[str, tuple[int, int]] = {}  # number and time of each subject's last word
        super().__init__()

    def owes(self, subject: str, at: int, asked_at: int) -> bool:
        """Whether we should have heard of what the subject did `at` this time (ms), now that the
        venue, asked at `asked_at`, knows of it."""
        is_due = self.since < at <= asked_at - self.late_ms
        in_step = "listening.in_step" in self.active_leaves
        _, heard_at = self.last.get(subject, (0, -self.late_ms - 1))
        return in_step and is_due and at > heard_at + self.late_ms

    def is_step_back(self, subject: str, seq: int) -> bool:
        """A repeated word is none. 0: the word has no number."""
        return 0 < seq < self.last.get(subject, (0, 0))[0]

    def note(self, subject: str, seq: int, at: int) -> None:
        before = self.last.pop(subject, (0, 0))
        self.last[subject] = max(before[0], seq), max(before[1], at)
        if len(self.last) > KEPT_WORDS:
            _, forgotten_at = self.last.pop(next(iter(self.last)))
            self.since = max(self.since, forgotten_at)

    def forget(self) -> None:
        self.last = {}

    def begin(self, at: int) -> None:
        self.since = max(self.since, at)

    def advance(self, at: int) -> None:
        self.since = max(self.since, at - self.late_ms)

    def tell_step_back(self) -> None:
        self.reason = "a number stepped back"
        self.tell_broken()

    def tell_missed(self, reason: str) -> None:
        self.reason = reason
        self.tell_broken()

    def tell_deaf(self, subject: str) -> None:
        self.reason = f"the word on {subject} never came"
        self.tell_broken()
        self.request(Resubscribe(self.channel))

    def tell_broken(self) -> None:
        self.emit(StreamBroken(self.channel, self.reason))

    def tell_mended(self) -> None:
        self.emit(StreamMended(self.channel, self.reason))
