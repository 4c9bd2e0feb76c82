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
from paradex_adapter.orders import EVENTS_OF_STATUS
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import Driver, Ports
from statecharts.testing import VirtualTimers
from tests.charts.legality import refuse_illegal
from tests.charts.words import (
    QUANTITY,
    REFUSAL,
    VALID_UNTIL,
    an_order,
    events,
    execution,
    word,
)

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
    "grows and is filled": ["open", "fill", "grow", "fill", "fill", ""],
    "grows and rests": ["open", "grow", "fill", "fill"],
    "grows and is canceled": ["open", "fill", "grow", "fill", "USER_CANCELED"],
}
"""What happens to the order at the venue, one thing after the other; the rest are closing words.
It is made larger in the venue's own interface."""

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
    "grows and is filled": "ended.filled",
    "grows and rests": "live.partially_filled",
}
"""Where the chart must end; `ended.canceled` where nothing is said."""

type Words = list[tuple[str, dict[str, object]]]


def as_events(order: VenueOrder) -> Words:
    return [(event, {"order": order}) for event in EVENTS_OF_STATUS[order.status]]


ARRIVAL_SECS = VALID_UNTIL / 1000 - 4


class VenueOfOne:
    """The venue, the way to it, and the order's chart at our end. All times are virtual."""

    def __init__(self, story: str, seed: int, loss: float, is_binary: bool = False) -> None:
        self.rng = random.Random(seed)
        self.loss = loss
        self.is_binary = is_binary
        self.story = story
        self.status, self.filled, self.reason, self.at = "", 0, "", 0
        self.size = QUANTITY
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
                self.driver.dispatch("sent", valid_until=VALID_UNTIL)
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

    def bring(self, words: Words) -> None:
        for event, data in words:
            self.driver.receive(event, **data)

    # What happens

    def arrive(self) -> None:
        self.change("NEW")
        self.reply(lambda: self.bring(as_events(word("NEW"))))
        self.later(2.0, lambda: self.go_on(STORIES[self.story]))

    def go_on(self, steps: list[str]) -> None:
        match steps:
            case []:
                return
            case ["open", *_]:
                self.change("OPEN")
            case ["fill", *_]:
                self.filled += 1
                remaining = 0 if self.is_binary else self.size
                fill = execution(self.filled, self.now(), of=remaining)
                self.say([("executed", {"fill": fill})])
                self.change(self.status)
            case ["grow", *_]:
                self.size += 1
                self.change(self.status)
            case [reason, *_]:
                self.reason = reason
                self.change("CLOSED")
        self.later(3.0, lambda: self.go_on(steps[1:]))

    def change(self, status: str) -> None:
        self.status, self.at = status, self.now()
        self.say(as_events(self.word()))

    def say(self, words: Words) -> None:
        """Say it once or twice over the present session, if there is one."""
        said_over = self.session

        def heard() -> None:
            if self.session == said_over:
                self.bring(words)

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
        fills = [each for each in self.snapshot() if each[0] == "executed"]
        last = as_events(self.word()) if self.status == "OPEN" else [("doubted", {})]
        self.later(2.0, lambda: self.bring([*fills, *last]))

    # The truth

    def snapshot(self) -> Words:
        if not self.status:
            return []
        numbers = range(1, self.filled + 1)
        fills = [("executed", {"fill": execution(n, of=self.size)}) for n in numbers]
        return [*fills, *as_events(self.word())]

    def word(self) -> VenueOrder:
        return word(self.status, self.filled, self.reason, self.at, self.size)

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
    for seed in range(8):
        venue = VenueOfOne(story, seed, loss=0.0, is_binary=seed % 2 == 0)
        venue.run(cuts=seed % 4)
        assert_told_truly(venue)


@each_story
def test_whatever_is_lost_besides_is_known_after_the_next_reconciliation(story):
    for seed in range(8):
        venue = VenueOfOne(story, seed, loss=0.3, is_binary=seed % 2 == 0)
        venue.run(cuts=seed % 3)
        venue.loss = 0.0
        venue.cut()
        venue.timers.advance(120.0)
        assert_told_truly(venue)
