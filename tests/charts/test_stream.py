from __future__ import annotations

import pytest

from paradex_adapter.charts import Stream
from paradex_adapter.charts.facts import StreamBroken, StreamMended
from paradex_adapter.charts.requests import Resubscribe
from paradex_adapter.charts.stream import KEPT_WORDS
from tests.charts.bench import Bench

ORDERS = "orders.ALL"
LATE = 5_000
STEP_BACK = StreamBroken(ORDERS, "a number stepped back")


@pytest.fixture
def stream() -> Bench[Stream]:
    """Subscribed, and in step since 100,000 ms of the venue's clock."""
    bench = Bench(Stream(ORDERS, LATE))
    bench.dispatch("subscribed")
    assert bench.where == "listening.catching_up"
    assert bench.dispatch("reconciled", at=100_000) == []
    assert bench.where == "listening.in_step"
    return bench


def hear(stream: Bench[Stream], seq: int, subject: str = "O-1", at: int = 0) -> list[object]:
    return stream.receive("heard", subject=subject, seq=seq, at=at)


def test_words_whose_numbers_grow_by_whatever_steps_are_in_order(stream):
    for seq in (1, 2, 7, 1_795_370_000_456_201_709):
        assert hear(stream, seq) == []
    assert stream.where == "listening.in_step"


def test_a_number_that_steps_back_breaks_the_stream_until_a_reconciliation(stream):
    hear(stream, 7)
    assert hear(stream, 6) == [STEP_BACK]
    assert stream.where == "broken"
    assert hear(stream, 8) == []
    assert stream.dispatch("reconciled", at=101_000) == [StreamMended(ORDERS, STEP_BACK.reason)]
    assert stream.where == "listening.in_step"


def test_a_word_that_comes_twice_does_not_break_it(stream):
    hear(stream, 7)
    assert hear(stream, 7) == []
    assert stream.where == "listening.in_step"


def test_numbers_are_compared_only_within_what_they_are_about(stream):
    """The contract numbers the updates of one order; nothing is promised across orders."""
    hear(stream, 7, "O-1")
    assert hear(stream, 3, "O-2") == []


def test_words_without_a_number_never_step_back(stream):
    hear(stream, 7)
    assert hear(stream, 0) == []


def test_the_highest_number_counts_even_after_a_step_back(stream):
    for seq in (7, 5):
        hear(stream, seq)
    assert hear(stream, 6) == [STEP_BACK]  # told again: what is missing may be younger
    assert stream.where == "broken"


def test_a_word_known_to_be_missing_breaks_it(stream):
    assert stream.receive("missed", reason="a frame could not be read") == [
        StreamBroken(ORDERS, "a frame could not be read")
    ]
    assert stream.dispatch("reconciled", at=101_000) == [
        StreamMended(ORDERS, "a frame could not be read")
    ]


def test_a_stream_found_deaf_is_subscribed_anew(stream):
    assert stream.receive("deaf", subject="O-1") == [
        StreamBroken(ORDERS, "the word on O-1 never came"),
        Resubscribe(ORDERS),
    ]
    assert stream.dispatch("subscribed") == []
    assert stream.where == "broken"


def test_nothing_is_owed_or_wrong_while_it_is_not_subscribed():
    stream = Bench(Stream(ORDERS, LATE))
    for event in ("lost", "reconciled"):
        assert stream.dispatch(event, **({"at": 1} if event == "reconciled" else {})) == []
    assert hear(stream, 7) == []
    assert hear(stream, 6) == []
    assert stream.receive("missed", reason="x") == []
    assert stream.where == "off"


@pytest.mark.parametrize("state", ["listening.in_step", "broken"])
def test_a_new_session_numbers_its_words_anew(stream, state):
    hear(stream, 7)
    if state == "broken":
        hear(stream, 6)
    assert stream.where == state
    assert stream.dispatch("lost") == []
    assert stream.where == "off"
    stream.dispatch("subscribed")
    assert hear(stream, 1) == []
    assert stream.where == "listening.catching_up"


# What it owes


def owes(stream: Bench[Stream], at: int, asked_at: int, subject: str = "O-1") -> bool:
    return stream.chart.owes(subject, at, asked_at)


def test_what_the_venue_has_known_for_a_while_and_never_said_is_owed(stream):
    assert owes(stream, at=110_000, asked_at=115_000)
    hear(stream, 1, at=110_000)
    assert not owes(stream, at=110_000, asked_at=200_000)


def test_a_word_that_may_still_come_is_not_owed(stream):
    assert not owes(stream, at=110_000, asked_at=114_999)


def test_what_was_before_the_stream_began_is_not_owed(stream):
    assert not owes(stream, at=100_000, asked_at=200_000)
    assert owes(stream, at=100_001, asked_at=200_000)


def test_two_clocks_of_the_venue_may_differ_by_less_than_a_word_may_be_late(stream):
    hear(stream, 1, at=110_000)
    assert not owes(stream, at=110_000 + LATE, asked_at=200_000)
    assert owes(stream, at=110_001 + LATE, asked_at=200_000)


def test_nothing_is_owed_while_it_catches_up_or_is_broken(stream):
    stream.dispatch("subscribed")
    assert stream.where == "listening.catching_up"
    assert not owes(stream, at=110_000, asked_at=200_000)
    stream.dispatch("reconciled", at=100_000)
    stream.receive("missed", reason="x")
    assert not owes(stream, at=110_000, asked_at=200_000)


def test_what_was_held_against_it_once_is_not_owed_again(stream):
    """But for what was too young to be owed then."""
    stream.dispatch("reconciled", at=120_000)
    assert not owes(stream, at=115_000, asked_at=200_000)
    assert owes(stream, at=115_001, asked_at=200_000)


def test_what_was_heard_and_forgotten_is_not_owed(stream):
    for number in range(KEPT_WORDS + 1):
        hear(stream, 1, f"O-{number}", at=110_000 + number)
    assert len(stream.chart.last) == KEPT_WORDS
    assert not owes(stream, 110_000, 200_000, "O-0")
    assert owes(stream, 110_001, 200_000, "O-never-heard-of")
