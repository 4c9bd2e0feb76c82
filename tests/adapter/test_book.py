"""Books through a real node, against a venue that leaves out, repeats and falls silent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from paradex_adapter.wire import sbe
from paradex_venue import Venue
from paradex_venue.faults import MessageRule, RestRule
from statecharts import Record, Step
from tests.adapter.book_run import Run
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, Desk, trading
from tests.adapter.test_data import books_agree, is_whole, our_book

pytestmark = pytest.mark.anyio

CHANNEL = f"order_book.{MARKET}.deltas"
BOOK = f"book {MARKET}"


class Watched:
    """A node whose first strategy follows the book; every step of the book's chart is kept."""

    def __init__(self, desk: Desk, venue: Venue) -> None:
        self.desk = desk
        self.venue = venue
        self.steps: list[Step] = []
        self.degraded: list[bool] = []
        desk.node.kernel.msgbus.subscribe("charts.PARADEX.book", self._stepped)
        desk.node.kernel.msgbus.subscribe("charts.PARADEX.connection", self._connection_stepped)

    def _stepped(self, record: Record) -> None:
        if isinstance(record, Step):
            self.steps.append(record)

    def _connection_stepped(self, record: Record) -> None:
        if isinstance(record, Step):
            self.degraded.append("session.degraded" in record.target)

    @property
    def events(self) -> list[str]:
        return [step.event for step in self.steps]

    @property
    def shown(self) -> list[str]:
        """`snapshot`, `clear` or `change`, as the strategy was told."""
        return list(self._shown())

    def _shown(self) -> Iterator[str]:
        for deltas in self.desk.probe.deltas:
            is_clear = is_whole(deltas) and len(deltas.deltas) == 1
            yield "clear" if is_clear else "snapshot" if is_whole(deltas) else "change"

    def move(self, size: str) -> None:
        """One change of the venue's book."""
        self.venue.control.fill_book(MARKET, [("94990", size), *BIDS[1:]], ASKS)

    def befall(self, kind: str, **settings: int) -> None:
        rule = MessageRule(kind=kind, channel=CHANNEL, **settings)  # type: ignore[arg-type]
        self.venue.control.add_fault(rule)

    async def follow(self) -> None:
        self.desk.probe.subscribe_order_book_deltas(BTC)
        await books_agree(self.desk, self.venue)
        await self.desk.until(lambda: self.desk.is_active(CHANNEL))

    async def mended(self, *shown: str) -> None:
        """Wait until exactly this was told, and the book is the venue's again."""
        await self.desk.until(lambda: self.shown == list(shown))
        await books_agree(self.desk, self.venue)
        assert self.desk.states[BOOK] == "synced.flowing"
        assert not any(self.degraded[-1:])


QUICK = {"ws_ack_timeout_secs": 0.3}
"""A snapshot is late soon."""
CHECKED = QUICK | {"book_check_interval_secs": 0.1}
"""A book that stands still is looked after soon."""


@pytest.fixture
async def watched(venue: Venue, request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    data = getattr(request, "param", {})
    async with trading(venue, data=data, execution=None) as desk:
        yield Watched(desk, venue)


quick = pytest.mark.parametrize("watched", [QUICK], indirect=True, ids=["quick"])
checked = pytest.mark.parametrize("watched", [CHECKED], indirect=True, ids=["checked"])

LOST = ("snapshot", "clear", "snapshot")


async def test_a_number_left_out_clears_the_book_and_brings_a_fresh_one(watched: Watched) -> None:
    await watched.follow()
    watched.befall("drop")
    for size in ("2", "3"):
        watched.move(size)
    await watched.mended(*LOST)
    assert any(watched.degraded)
    assert watched.steps[-1].event in ("snapshot", "subscribed")


async def test_a_number_that_steps_back_clears_the_book(watched: Watched) -> None:
    await watched.follow()
    watched.befall("step_back", by=5)
    watched.move("2")
    await watched.mended(*LOST)
    assert any("stepped back" in str(step.data) for step in watched.steps)


async def test_a_number_that_runs_ahead_clears_the_book(watched: Watched) -> None:
    await watched.follow()
    watched.befall("skip", by=5)
    watched.move("2")
    await watched.mended(*LOST)


async def test_a_repetition_steps_no_chart_and_is_told_once(watched: Watched) -> None:
    await watched.follow()
    before = len(watched.steps)
    watched.befall("duplicate")
    for size in ("2", "3"):
        watched.move(size)
    await watched.mended("snapshot", "change", "change")
    assert len(watched.steps) == before


async def test_changes_that_follow_one_another_step_no_chart(watched: Watched) -> None:
    await watched.follow()
    before = len(watched.steps)
    for size in range(2, 52):
        watched.move(str(size))
    await watched.mended("snapshot", *["change"] * 50)
    assert len(watched.steps) == before


async def test_a_book_whose_sides_cross_is_not_shown(watched: Watched) -> None:
    await watched.follow()
    seq = watched.venue.exchange.engine.books[MARKET].seq_no + 1
    (asked,) = (10**8 * int(price) for price, _ in ASKS[:1])
    crossing = sbe.Book(MARKET, 1, seq, False, [(asked, 10**8)], [])
    for session in watched.venue.publisher.sessions:
        session.push(CHANNEL, sbe.encode(crossing, version=session.sbe_version))
    await watched.mended(*LOST)
    assert f"its sides cross at {seq}" in str([step.data for step in watched.steps])


async def test_a_frame_that_does_not_fit_the_market_clears_its_book(watched: Watched) -> None:
    await watched.follow()
    seq = watched.venue.exchange.engine.books[MARKET].seq_no + 1
    misfit = sbe.Book(MARKET, 1, seq, False, [(1, 10**8)], [])
    for session in watched.venue.publisher.sessions:
        session.push(CHANNEL, sbe.encode(misfit, version=session.sbe_version))
    await watched.mended(*LOST)


async def test_a_second_break_waits_before_it_is_mended(watched: Watched) -> None:
    await watched.follow()
    for step_back in range(2):
        watched.befall("skip", by=5 + step_back)
        watched.move(str(2 + step_back))
        await watched.mended(*LOST[: 3 + 2 * step_back], *("clear", "snapshot") * step_back)
    assert "resubscribe_due" in watched.events


# Silence


@checked
async def test_a_quiet_market_keeps_its_book(watched: Watched) -> None:
    await watched.follow()
    await watched.desk.until(lambda: watched.events.count("answered") == 3)
    await watched.mended("snapshot")
    assert our_book(watched.desk)[0]


@checked
async def test_a_channel_gone_silent_is_found_out_by_asking_the_venue(watched: Watched) -> None:
    await watched.follow()
    watched.befall("drop")
    watched.move("2")
    await watched.mended(*LOST)
    assert "answered" in watched.events
    assert "stands at" in str([step.effects for step in watched.steps])


@checked
async def test_a_quiet_book_of_which_nobody_can_say_anything_is_not_shown(
    watched: Watched,
) -> None:
    await watched.follow()
    rule = RestRule(kind="refuse", method="GET", path="/orderbook", count=None)
    watched.venue.control.add_fault(rule)
    await watched.desk.until(lambda: "clear" in watched.shown)
    watched.venue.control.clear_faults()
    await watched.desk.until(lambda: watched.shown[-1] == "snapshot")
    await books_agree(watched.desk, watched.venue)


@checked
async def test_a_question_that_hangs_is_given_up(watched: Watched) -> None:
    await watched.follow()
    rule = RestRule(kind="hang", method="GET", path="/orderbook", count=1, seconds=3.0)
    watched.venue.control.add_fault(rule)
    await watched.desk.until(lambda: "answer_overdue" in watched.events)
    await watched.desk.until(lambda: watched.shown[-1] == "snapshot")
    await books_agree(watched.desk, watched.venue)


@checked
async def test_a_book_that_moves_is_not_asked_for(watched: Watched) -> None:
    await watched.follow()
    size = 1
    while watched.events.count("counted") < 3:
        size = size % 50 + 1
        watched.move(str(size))
        told = len(watched.desk.probe.deltas)
        await watched.desk.until(lambda told=told: len(watched.desk.probe.deltas) > told)
    assert "answered" not in watched.events


# Snapshots, the session, and those who want it


@quick
async def test_a_snapshot_that_does_not_come_is_asked_for_again_and_alerted(
    watched: Watched,
) -> None:
    watched.befall("drop")
    await watched.follow()
    assert "overdue" in watched.events
    assert any(watched.degraded)
    await watched.mended("snapshot")


@quick
async def test_a_book_is_shown_though_the_acknowledgement_was_lost(watched: Watched) -> None:
    watched.venue.control.add_fault(MessageRule(kind="drop", channel="reply.subscribe"))
    await watched.follow()
    assert watched.events == ["snapshot", "subscribed"]
    await watched.mended("snapshot")


async def test_a_cut_session_clears_the_book_once(watched: Watched) -> None:
    await watched.follow()
    watched.venue.control.cut("public")
    await watched.mended(*LOST)
    assert watched.events.count("session_lost") == 1


async def test_a_book_given_up_leaves_nothing_running(watched: Watched) -> None:
    await watched.follow()
    (client,) = watched.desk.clients
    driver = client._books.books[MARKET].driver
    assert driver.armed == {"check_due"}
    watched.desk.probe.unsubscribe_order_book_deltas(BTC)
    await watched.desk.until(lambda: watched.desk.states[BOOK] == "released")
    assert driver.armed == frozenset()
    assert client._books.books == {}


@checked
async def test_a_book_given_up_while_the_venue_is_asked_leaves_nothing_running(
    watched: Watched,
) -> None:
    rule = RestRule(kind="hang", method="GET", path="/orderbook", count=None, seconds=3.0)
    watched.venue.control.add_fault(rule)
    await watched.follow()
    await watched.desk.until(lambda: watched.desk.states[BOOK] == "synced.checking")
    watched.desk.probe.unsubscribe_order_book_deltas(BTC)
    await watched.desk.until(lambda: watched.desk.states[BOOK] == "released")
    (client,) = watched.desk.clients
    assert client._books.books == {}


async def test_two_strategies_may_come_and_leave_in_turn(venue: Venue) -> None:
    """The engine empties its book for everyone who comes; who leaves first takes nothing away."""
    async with trading(venue, strategies=2, execution=None) as desk:
        watched = Watched(desk, venue)
        first, second = desk.probes
        await watched.follow()
        second.subscribe_order_book_deltas(BTC)
        await desk.until(lambda: any(is_whole(deltas) for deltas in second.deltas))
        await watched.mended(*LOST)
        assert "renew" in watched.events
        assert not any(watched.degraded)
        for leaving, staying in ((first, second), (second, first)):
            leaving.unsubscribe_order_book_deltas(BTC)
            staying.deltas.clear()
            watched.move("2" if leaving is first else "3")
            if leaving is second:
                break
            await desk.until(lambda staying=staying: staying.deltas)
            await books_agree(desk, venue)
            assert desk.states[BOOK] == "synced.flowing"
        await desk.until(lambda: desk.states[BOOK] == "released")


SLOW = {"reconnect_delay_initial_ms": 300}
"""A book that breaks twice stays broken for a while."""


@pytest.fixture
async def broken(venue: Venue) -> AsyncIterator[Watched]:
    async with trading(venue, data=SLOW, execution=None) as desk:
        watched = Watched(desk, venue)
        await watched.follow()
        for size in ("2", "3"):
            watched.befall("skip", by=5)
            watched.move(size)
            losses = int(size) - 1
            await desk.until(lambda losses=losses: watched.shown.count("clear") == losses)
            if losses == 1:
                await watched.mended(*LOST)
        assert desk.states[BOOK] == "broken"
        yield watched


async def test_a_session_cut_while_a_book_is_broken_brings_it_back(broken: Watched) -> None:
    broken.venue.control.cut("public")
    await broken.mended(*LOST, "clear", "snapshot")
    assert "resubscribe_due" not in broken.events


async def test_a_broken_book_is_given_up_with_its_timer(broken: Watched) -> None:
    (client,) = broken.desk.clients
    driver = client._books.books[MARKET].driver
    assert driver.armed == {"resubscribe_due"}
    broken.desk.probe.unsubscribe_order_book_deltas(BTC)
    await broken.desk.until(lambda: broken.desk.states[BOOK] == "released")
    assert driver.armed == frozenset()


async def test_a_book_is_given_up_before_it_came(watched: Watched) -> None:
    watched.befall("drop")
    watched.desk.probe.subscribe_order_book_deltas(BTC)
    await watched.desk.until(lambda: watched.desk.states.get(BOOK) == "waiting")
    watched.desk.probe.unsubscribe_order_book_deltas(BTC)
    await watched.desk.until(lambda: watched.desk.states[BOOK] == "released")
    assert watched.shown == []


# Every sequence


def test_a_book_built_from_the_stream_is_the_venues_at_every_sequence() -> None:
    """`python -m tests.adapter.book_run 1000000` runs longer."""
    run = Run(seed=1)
    run.play(30_000)
    assert run.faults.keys() == set(run.KINDS)
    assert run.compared > 25_000
    assert run.lost > 20
    assert run.rejoined >= run.lost - 1
