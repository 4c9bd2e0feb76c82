from __future__ import annotations

from paradex_adapter.latest_quotes import LatestQuotes

AT_MS = 1_795_000_000_000
AT = AT_MS * 1_000


def test_frames_in_order_are_news_and_one_repeated_is_not() -> None:
    quotes = LatestQuotes()
    assert [quotes.admits("M", seq, AT + seq) for seq in (5, 7, 7, 6)] == [True, True, False, False]


def test_markets_have_nothing_to_do_with_one_another() -> None:
    quotes = LatestQuotes()
    assert quotes.admits("M", 5, AT)
    assert quotes.admits("N", 4, AT - 1)


def test_an_answer_is_news_only_if_it_is_further_than_every_frame() -> None:
    quotes = LatestQuotes()
    assert quotes.admits("M", 5, AT)
    # The answer's time says when it was asked for.
    assert not quotes.admits_answer("M", 4, AT_MS + 10)
    assert not quotes.admits_answer("M", 5, AT_MS + 10)
    assert quotes.admits_answer("M", 6, AT_MS + 10)


def test_a_frame_that_an_answer_has_overtaken_is_no_news() -> None:
    quotes = LatestQuotes()
    assert quotes.admits_answer("M", 6, AT_MS)
    assert not quotes.admits("M", 5, AT + 999)  # of the same millisecond
    assert not quotes.admits("M", 6, AT + 1)
    assert quotes.admits("M", 7, AT + 2)


def test_a_venue_that_counts_anew_is_heard() -> None:
    quotes = LatestQuotes()
    assert quotes.admits("M", 5_000, AT)
    assert quotes.admits("M", 1, AT + 1)
    assert not quotes.admits_answer("M", 1, AT_MS)


def test_after_a_lost_session_or_a_new_subscription_everything_is_news() -> None:
    quotes = LatestQuotes()
    assert quotes.admits("M", 5, AT)
    quotes.forget("M")
    assert quotes.admits_answer("M", 5, AT_MS)
    quotes.forget_all()
    assert quotes.admits("M", 4, AT - 1)
    quotes.forget("unknown")
