"""A venue with one order and one true story of it, which it tells badly.

Words come late, twice and in any order; those of a session that was cut never come. In the end the
chart must know the story, and have told it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from paradex_adapter.charts.facts import OrderFilled
from paradex_adapter.charts.requests import CreateOrder, QueryOrder
from statecharts import Driver, Ports
from statecharts.testing import VirtualTimers
from tests.charts.legality import refuse_illegal
from tests.charts.words import REFUSAL, VALID_UNTIL, an_order, events, execution, word

STORIES: dict[str, list[str]] = {
    "refused": [],
    "never arrives": [],
    "would cross": ["POST_ONLY_WOULD_CROSS"],
    "nothing to take": ["REMAINING_IOC_CANCEL"],
    "something to take": ["fill", "REMAINING_IOC_CANCEL"],
    "taken whole": ["fill", "fill", ""],
    "rests": ["open"],
    "rests partly filled": ["open", "fill"],
    "is filled": ["open", "fill", "fill", ""],
    "is canceled": ["open", "USER_CANCELED"],
    "is canceled partly filled": ["open", "fill", "USER_CANCELED"],
    "expires": ["open", "EXPIRED"],
    "expires partly filled": ["open", "fill", "EXPIRED"],
}
"""What happens to the order at the venue, one thing after the other; the rest are closing words."""

ENDS = {
    "refused": "ended.rejected",
    "never arrives": "ended.rejected",
    "would cross": "ended.rejected",
    "rests": "live.accepted",
    "rests partly filled": "live.partially_filled",
    "taken whole": "ended.filled",
    "is filled": "ended.filled",
    "expires": "ended.expired",
    "expires partly filled": "ended.expired",
}
"""Where the chart must end; `ended.canceled` where nothing is said."""

EVENTS = {"NEW": "acked", "OPEN": "opened", "CLOSED": "closed"}
ARRIVAL_SECS = VALID_UNTIL / 1000 - 4


class VenueOfOne:
    """The venue, the way to it, and the order's chart at our end. All times are virtual."""

    def __init__(self, story: str, seed: int, loss: float) -> None:
        self.rng = random.Random(seed)
        self.loss = loss
        self.story = story
        self.status, self.filled, self.reason, self.at = "", 0, "", 0
        self.session = 1  # 0 while cut; else which one
        self.sessions = 1
        self.timers = VirtualTimers()
        self.told: list[object] = []
        self.driver = Driver("order", an_order(), Ports(self.asked, self.told.append, self.timers))

    def run(self, cuts: int) -> None:
        """Submit the order and let everything happen that will."""
        self.driver.dispatch("submit")
        for _ in range(cuts):
            self.later(25.0, self.cut)
        self.timers.advance(120.0)

    # What we ask

    def asked(self, what: object) -> None:
        match what:
            case CreateOrder():
                self.create()
            case QueryOrder():
                self.later(2.0, self.look_up)

    def create(self) -> None:
        if self.story == "refused":
            self.reply(lambda: self.driver.receive("refused", error=REFUSAL))
        elif self.story != "never arrives":
            self.later(ARRIVAL_SECS, self.arrive)

    def look_up(self) -> None:
        """Answer with what is true now; the answer may be long on its way."""
        answer = self.snapshot() or [("not_found", {"venue_time": self.now()})]
        self.reply(lambda: self.bring(answer))

    def reply(self, answer: Callable[[], None]) -> None:
        if self.rng.random() >= self.loss:
            self.later(2.0, answer)

    def bring(self, words: list[tuple[str, dict[str, object]]]) -> None:
        for event, data in words:
            self.driver.receive(event, **data)

    # What happens

    def arrive(self) -> None:
        self.change("NEW")
        self.reply(lambda: self.driver.receive("acked", order=word("NEW")))
        self.later(2.0, lambda: self.go_on(STORIES[self.story]))

    def go_on(self, steps: list[str]) -> None:
        match steps:
            case []:
                return
            case ["open", *_]:
                self.change("OPEN")
            case ["fill", *_]:
                self.filled += 1
                self.say("executed", fill=execution(self.filled, self.now()))
                self.change(self.status)
            case [reason, *_]:
                self.reason = reason
                self.change("CLOSED")
        self.later(3.0, lambda: self.go_on(steps[1:]))

    def change(self, status: str) -> None:
        self.status, self.at = status, self.now()
        self.say(EVENTS[status], order=self.word())

    def say(self, event: str, **data: object) -> None:
        """Say it once or twice over the present session, if there is one."""
        said_over = self.session

        def heard() -> None:
            if self.session == said_over:
                self.driver.receive(event, **data)

        if said_over and self.rng.random() >= self.loss:
            for _ in range(self.rng.choice([1, 1, 2])):
                self.later(1.5, heard)

    # Cuts

    def cut(self) -> None:
        if self.session:
            self.session = 0
            self.driver.receive("session_lost")
            self.later(6.0, self.reconnect)

    def reconnect(self) -> None:
        self.sessions += 1
        self.session = self.sessions
        self.driver.receive("session_ready")
        self.later(1.0, self.reconcile)

    def reconcile(self) -> None:
        """As `resync.bring`: executions, then the order if it is open, else a doubt."""
        words = self.snapshot()
        if self.status != "OPEN":
            words = [*words[:-1], ("doubted", {})]
        self.later(2.0, lambda: self.bring(words))

    # The truth

    def snapshot(self) -> list[tuple[str, dict[str, object]]]:
        if not self.status:
            return []
        fills = [("executed", {"fill": execution(n)}) for n in range(1, self.filled + 1)]
        return [*fills, (EVENTS[self.status], {"order": self.word()})]

    def word(self):
        return word(self.status, self.filled, self.reason, self.at)

    def now(self) -> int:
        return int(self.timers.now * 1000)

    def later(self, longest: float, do: Callable[[], None]) -> None:
        self.timers.start(self.rng.uniform(0, longest), do)


def assert_told_truly(venue: VenueOfOne) -> None:
    expected = ENDS.get(venue.story, "ended.canceled")
    assert venue.driver.chart.active_leaves == (expected,)
    assert sum(isinstance(fact, OrderFilled) for fact in venue.told) == venue.filled
    story = events(venue.told)
    refuse_illegal(story)
    if expected.startswith("ended."):
        assert venue.timers.pending == ()
        assert type(story[-1]).__name__.removeprefix("Order").lower() in expected


each_story = pytest.mark.parametrize("story", STORIES)


@each_story
def test_whatever_is_lost_with_a_session_is_known_in_the_end(story):
    for seed in range(6):
        venue = VenueOfOne(story, seed, loss=0.0)
        venue.run(cuts=seed % 4)
        assert_told_truly(venue)


@each_story
def test_whatever_is_lost_besides_is_known_after_the_next_reconciliation(story):
    for seed in range(5):
        venue = VenueOfOne(story, seed, loss=0.3)
        venue.run(cuts=seed % 3)
        venue.loss = 0.0
        venue.cut()
        venue.timers.advance(120.0)
        assert_told_truly(venue)
