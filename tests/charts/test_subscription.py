from __future__ import annotations

import pytest

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts import Subscription
from paradex_adapter.charts.facts import (
    SubscriptionActive,
    SubscriptionFailed,
    SubscriptionLapsed,
    SubscriptionMute,
    SubscriptionRejected,
)
from paradex_adapter.charts.requests import Subscribe, Unsubscribe
from paradex_adapter.charts.subscription import MAX_ATTEMPTS
from paradex_adapter.errors import Unauthorized, VenueError
from tests.charts.bench import Bench

BBO = "bbo.ETH-USD-PERP"
SUBSCRIBE, UNSUBSCRIBE = Subscribe(BBO), Unsubscribe(BBO)
ACTIVE, FAILED = SubscriptionActive(BBO), SubscriptionFailed(BBO)


@pytest.fixture
def channel() -> Bench[Subscription]:
    return Bench(Subscription(BBO, check_secs=None))


@pytest.fixture
def quiet() -> Bench[Subscription]:
    """A channel that is checked after 30 seconds."""
    return flowing(Bench(Subscription(BBO)))


def flowing(channel: Bench[Subscription]) -> Bench[Subscription]:
    channel.dispatch("session_ready")
    channel.receive("acked")
    return channel


def test_a_channel_is_subscribed_when_its_session_is_ready(channel):
    assert channel.dispatch("session_ready") == [SUBSCRIBE]
    assert channel.where == "pending"
    assert channel.receive("acked") == [ACTIVE]
    assert channel.where == "active"
    assert channel.wait(3600) == []


def test_a_lost_acknowledgement_is_asked_for_again_and_already_subscribed_is_one(channel):
    channel.dispatch("session_ready")
    assert channel.wait(5.0) == [FAILED]
    assert channel.wait(0.25) == [SUBSCRIBE]
    already = VenueError("-32600", "Already subscribed to channel")
    assert channel.receive("refused", error=already) == [ACTIVE]
    assert channel.where == "active"


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("already subscribed", True),
        ("duplicate subscription", True),
        ("channel already closed", False),
        ("cannot subscribe to this channel", False),
        ("", False),
    ],
)
def test_only_being_subscribed_already_counts_as_an_acknowledgement(channel, words, is_one):
    channel.dispatch("session_ready")
    channel.receive("refused", error=VenueError("-32600", words))
    assert channel.where == ("active" if is_one else "rejected")


def test_the_first_data_frame_counts_as_an_acknowledgement(channel):
    channel.dispatch("session_ready")
    assert channel.receive("data_seen") == [ACTIVE]
    assert channel.armed == set()


def test_a_channel_refused_for_good_is_not_tried_again(channel):
    channel.dispatch("session_ready")
    refusal = VenueError("-32601", "no such channel")
    assert channel.receive("refused", error=refusal) == [
        SubscriptionRejected(BBO, "-32601: no such channel")
    ]
    assert channel.wait(3600) == []


def test_an_undecided_answer_is_tried_again(channel):
    channel.dispatch("session_ready")
    assert channel.receive("unanswered") == [FAILED]
    assert channel.wait(0.25) == [SUBSCRIBE]


def test_attempts_are_bounded_and_ever_further_apart():
    channel = Bench(Subscription(BBO, Backoff(first=1.0, factor=2.0, cap=8.0)))
    channel.dispatch("session_ready")
    for delay in (1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0):
        assert channel.receive("unanswered") == [FAILED]
        assert channel.wait(delay - 0.1) == []
        assert channel.wait(0.2) == [SUBSCRIBE]
    channel.receive("unanswered")
    assert channel.wait(8.0) == [SubscriptionMute(BBO, "8 attempts went unanswered")]
    assert MAX_ATTEMPTS == 8
    assert channel.where == "rejected"


def test_an_acknowledged_channel_has_all_its_attempts_before_it_again():
    channel = Bench(Subscription(BBO, Backoff(first=1.0, factor=1.0)))
    channel.dispatch("session_ready")
    for _ in range(2):
        for _ in range(MAX_ATTEMPTS - 1):
            assert channel.receive("unanswered") == [FAILED]
            assert channel.wait(1.0) == [SUBSCRIBE]
        channel.receive("acked")
        channel.receive("gapped")


def test_a_channel_that_was_refused_is_let_go_without_a_word(channel):
    channel.dispatch("session_ready")
    channel.receive("refused", error=VenueError("-32601", "no such channel"))
    assert channel.dispatch("unsubscribe") == []
    assert channel.where == "released"


def test_a_gap_resubscribes_for_a_fresh_snapshot(channel):
    flowing(channel)
    assert channel.receive("gapped") == [UNSUBSCRIBE, SUBSCRIBE]
    assert channel.where == "pending"
    assert channel.receive("gapped") == []
    assert channel.receive("acked") == [ACTIVE]


@pytest.mark.parametrize("state", ["pending", "active", "failed", "rejected"])
def test_a_channel_is_subscribed_anew_after_a_reconnect_with_all_its_attempts(channel, state):
    channel.dispatch("session_ready")
    match state:
        case "active":
            channel.receive("acked")
        case "failed":
            channel.receive("unanswered")
        case "rejected":
            channel.receive("refused", error=VenueError("-32601", "no such channel"))
    assert channel.where == state
    assert channel.dispatch("session_lost") == []
    assert (channel.where, channel.armed) == ("idle", set())
    assert channel.dispatch("session_ready") == [SUBSCRIBE]
    channel.receive("unanswered")
    assert channel.wait(0.25) == [SUBSCRIBE]


def test_losing_a_session_that_was_never_ready_changes_nothing(channel):
    assert channel.dispatch("session_lost") == []
    assert channel.where == "idle"


@pytest.mark.parametrize(
    ("events", "asked"),
    [
        ([], []),
        (["session_ready"], [UNSUBSCRIBE]),
        (["session_ready", "acked"], [UNSUBSCRIBE]),
        (["session_ready", "unanswered"], [UNSUBSCRIBE]),
    ],
)
def test_a_channel_that_may_flow_is_left_when_it_is_no_longer_wanted(channel, events, asked):
    for event in events:
        channel.receive(event)
    assert channel.dispatch("unsubscribe") == asked
    assert (channel.where, channel.armed) == ("released", set())


def test_an_acknowledgement_of_a_session_that_is_gone_is_counted(channel):
    channel.dispatch("session_ready")
    channel.dispatch("session_lost")
    assert channel.stray("acked")


def test_a_channel_that_stands_is_refused_when_it_is_checked_and_nothing_is_told(quiet):
    already = VenueError("100", "already subscribed")
    for _ in range(3):
        assert quiet.wait(30.0) == [SUBSCRIBE]
        assert quiet.where == "checking"
        assert quiet.receive("refused", error=already) == []
        assert (quiet.where, quiet.armed) == ("active", {"check_due"})


def test_whatever_words_the_venue_refuses_a_check_with_the_channel_stands(quiet):
    quiet.wait(30.0)
    assert quiet.receive("refused", error=VenueError("-32602", "Invalid parameters")) == []
    assert quiet.where == "active"


def test_a_channel_that_had_lapsed_is_told_and_stands_again(quiet):
    quiet.wait(30.0)
    assert quiet.receive("acked") == [SubscriptionLapsed(BBO)]
    assert quiet.where == "active"


@pytest.mark.parametrize("silence", ["ack_timeout", "unanswered"])
def test_a_check_without_an_answer_fails_the_channel_until_the_venue_answers_again(quiet, silence):
    quiet.wait(30.0)
    told = quiet.wait(5.0) if silence == "ack_timeout" else quiet.receive(silence)
    assert told == [FAILED]
    assert quiet.wait(0.25) == [SUBSCRIBE]
    assert quiet.receive("refused", error=VenueError("100", "already subscribed")) == [ACTIVE]


@pytest.mark.parametrize("error", [Unauthorized("40111", "x"), VenueError("40300", "auth first")])
@pytest.mark.parametrize("state", ["pending", "checking"])
def test_a_session_that_is_signed_out_is_no_reason_to_give_the_channel_up(error, state):
    channel = Bench(Subscription(BBO))
    channel.dispatch("session_ready")
    if state == "checking":
        channel.receive("acked")
        channel.wait(30.0)
    assert channel.where == state
    assert channel.receive("refused", error=error) == [FAILED]


def test_a_channel_may_lapse_be_left_or_lose_its_session_while_it_is_checked(quiet):
    quiet.wait(30.0)
    assert quiet.receive("gapped") == [UNSUBSCRIBE, SUBSCRIBE]
    quiet.receive("acked")
    quiet.wait(30.0)
    assert quiet.dispatch("session_lost") == []
    assert (quiet.where, quiet.armed) == ("idle", set())
    flowing(quiet).wait(30.0)
    assert quiet.dispatch("unsubscribe") == [UNSUBSCRIBE]
    assert (quiet.where, quiet.armed) == ("released", set())
