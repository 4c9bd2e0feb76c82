from __future__ import annotations

import pytest

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts import Book
from paradex_adapter.charts.facts import BookLost, BookOverdue, BookRenewed, BookSynced
from paradex_adapter.charts.requests import AskBook, CountBook, Resubscribe
from tests.charts.bench import Bench
from tests.charts.explored import EXPLORED

CHANNEL = "order_book.ETH-USD-PERP.deltas"
GAP = "9 came after 7"
CHECK, PATIENCE = 30.0, 5.0
SYNCED, AGAIN, ASK, COUNT = (
    BookSynced(CHANNEL),
    Resubscribe(CHANNEL),
    AskBook(CHANNEL),
    CountBook(CHANNEL),
)


def lost(reason: str = GAP) -> BookLost:
    return BookLost(CHANNEL, reason)


@pytest.fixture
def book() -> Bench[Book]:
    """Subscribed; nothing of the book is known."""
    bench = Bench(Book(CHANNEL, Backoff(1.0, 2.0, 8.0), CHECK, PATIENCE))
    assert bench.dispatch("subscribed") == []
    return bench


@pytest.fixture
def synced(book: Bench[Book]) -> Bench[Book]:
    assert book.receive("snapshot", seq=7) == [SYNCED]
    assert book.where == "synced.flowing"
    return book


def test_a_snapshot_may_come_before_the_acknowledgement():
    bench = Bench(Book(CHANNEL))
    assert bench.receive("snapshot", seq=7) == [SYNCED]
    assert bench.dispatch("subscribed") == []
    assert bench.where == "synced.flowing"


def test_the_first_trouble_is_told_once_and_mended_at_once(synced):
    assert synced.receive("spoilt", reason=GAP) == [lost(), AGAIN]
    assert synced.where == "waiting"
    assert synced.dispatch("subscribed") == []
    assert synced.receive("snapshot", seq=12) == [SYNCED]


def test_a_book_that_breaks_again_and_again_waits_ever_longer_and_never_without_bound(synced):
    synced.receive("spoilt", reason=GAP)
    for delay in (2.0, 4.0, 8.0, 8.0, 8.0):
        synced.receive("snapshot", seq=12)
        assert synced.receive("spoilt", reason=GAP) == [lost()]
        assert synced.where == "broken"
        assert synced.wait(delay - 0.5) == []
        assert synced.wait(0.5) == [AGAIN]


def test_a_book_that_has_proved_steady_is_mended_at_once_again(synced):
    synced.receive("spoilt", reason=GAP)
    synced.receive("snapshot", seq=12)
    assert synced.wait(CHECK) == [COUNT]
    synced.dispatch("counted", seq=13)
    assert synced.receive("spoilt", reason=GAP) == [lost(), AGAIN]


def test_a_snapshot_that_cannot_be_believed_is_asked_for_again_later(book):
    assert book.receive("spoilt", reason="its sides cross at 7") == []
    assert book.where == "broken"
    assert book.wait(1.0) == [AGAIN]
    assert book.receive("snapshot", seq=8) == [SYNCED]


def test_trouble_with_what_is_not_shown_changes_nothing(synced):
    synced.receive("spoilt", reason=GAP)
    synced.receive("spoilt", reason=GAP)
    assert synced.where == "broken"
    assert synced.receive("spoilt", reason=GAP) == []
    assert synced.armed == {"resubscribe_due"}


def test_a_snapshot_that_does_not_come_is_an_alert_and_asked_for_ever_more_slowly(book):
    assert book.wait(PATIENCE + 1.0) == [BookOverdue(CHANNEL, 1), AGAIN]
    assert book.wait(PATIENCE + 2.0) == [BookOverdue(CHANNEL, 2), AGAIN]
    assert book.wait(PATIENCE + 3.5) == []
    assert book.wait(0.5) == [BookOverdue(CHANNEL, 3), AGAIN]
    assert book.receive("snapshot", seq=8) == [SYNCED]


# Silence


def test_a_book_that_moves_is_not_asked_for(synced):
    for seq in (8, 9, 1_000):
        assert synced.wait(CHECK) == [COUNT]
        assert synced.dispatch("counted", seq=seq) == []
        assert synced.where == "synced.flowing"


@pytest.fixture
def still(synced: Bench[Book]) -> Bench[Book]:
    """Unmoved since the snapshot; the venue is being asked."""
    synced.wait(CHECK)
    assert synced.dispatch("counted", seq=7) == [ASK]
    assert synced.where == "synced.checking"
    return synced


def test_a_book_that_stands_where_the_venues_stands_goes_on(still):
    assert still.receive("answered", seq=7, venue_seq=7) == []
    assert still.where == "synced.flowing"
    assert still.armed == {"check_due"}


def test_a_book_that_moved_while_the_venue_was_asked_goes_on(still):
    assert still.receive("answered", seq=9, venue_seq=10) == []
    assert still.where == "synced.flowing"


@pytest.mark.parametrize("venue_seq", [8, 3])
def test_a_book_that_stands_elsewhere_than_the_venues_is_stale(still, venue_seq):
    reason = f"stands at 7, the venue's at {venue_seq}"
    assert still.receive("answered", seq=7, venue_seq=venue_seq) == [lost(reason), AGAIN]
    assert still.where == "waiting"


def test_a_book_of_which_the_venue_says_nothing_is_not_shown(still):
    reason = "stands still, and the venue does not say whether its own does"
    assert still.wait(PATIENCE) == [lost(reason), AGAIN]
    assert still.stray("answered", seq=7, venue_seq=7)


def test_a_question_that_failed_is_no_evidence(still):
    reason = "stands still, and the venue does not say whether its own does"
    assert still.receive("unanswered") == [lost(reason), AGAIN]


def test_a_change_that_is_missed_while_the_venue_is_asked_counts_at_once(still):
    assert still.receive("spoilt", reason=GAP) == [lost(), AGAIN]
    assert still.armed == {"overdue"}


# The session, and those who want it


def test_a_lost_session_clears_the_book_and_the_next_begins_afresh(synced):
    assert synced.dispatch("session_lost") == [lost("the session is lost")]
    assert (synced.where, synced.armed) == ("idle", set())
    assert synced.dispatch("session_lost") == []
    synced.dispatch("subscribed")
    assert synced.receive("snapshot", seq=1) == [SYNCED]


def test_a_book_lost_with_its_session_forgets_how_often_it_broke(synced):
    synced.receive("spoilt", reason=GAP)
    assert synced.dispatch("session_lost") == []
    synced.dispatch("subscribed")
    synced.receive("snapshot", seq=1)
    assert synced.receive("spoilt", reason=GAP) == [lost(), AGAIN]


def test_a_book_is_fetched_anew_for_another_subscriber_and_nothing_is_wrong(synced):
    renewed = BookRenewed(CHANNEL, "somebody needs it from its beginning")
    assert synced.dispatch("renew") == [renewed, AGAIN]
    assert synced.dispatch("renew") == []
    synced.receive("snapshot", seq=8)
    assert synced.receive("spoilt", reason=GAP) == [lost(), AGAIN]  # the first of its kind


# In every reachable configuration

BOOK = EXPLORED[Book]
STEPS = [cell for cell in BOOK.cells if cell.target is not None]


def test_a_book_is_told_lost_where_it_is_left_and_synced_where_it_is_entered():
    for cell in STEPS:
        was, will = (each[0].startswith("synced.") for each in (cell.configuration, cell.target))
        told = [getattr(asked.effect, "what", None) for asked in cell.asked]
        losses = sum(isinstance(what, BookLost) for what in told)
        released = cell.target == ("released",)
        assert losses == int(was and not will and not released), f"{cell}"
        assert (BookSynced in map(type, told)) is (will and not was), f"{cell}"


def test_whoever_waits_for_a_snapshot_has_asked_for_it_or_was_just_subscribed():
    for cell in STEPS:
        if cell.target == ("waiting",) and cell.configuration != ("waiting",):
            told = [type(getattr(asked.effect, "what", None)) for asked in cell.asked]
            assert Resubscribe in told or cell.stimulus.event == "subscribed", f"{cell}"


@pytest.mark.parametrize("events", [(), ("spoilt",), ("spoilt", "spoilt"), ("check",)])
def test_a_book_that_is_released_lets_go_of_what_it_waited_for(synced, events):
    for event in events:
        if event == "check":
            synced.wait(CHECK)
            synced.dispatch("counted", seq=7)
        else:
            synced.receive("spoilt", reason=GAP)
    assert synced.armed
    assert synced.dispatch("release") == []
    assert (synced.where, synced.armed) == ("released", set())
