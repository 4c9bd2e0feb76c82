from __future__ import annotations

import pytest

from paradex_adapter.charts import Token
from paradex_adapter.charts.facts import TokenIssued, TokenRefused
from paradex_adapter.charts.requests import IssueToken
from paradex_adapter.errors import VenueError
from tests.charts.bench import Bench

ISSUE = IssueToken()
REFUSAL = VenueError("NOT_ONBOARDED", "no such account", 401)
LIFETIME = 300.0


@pytest.fixture
def token() -> Bench[Token]:
    return Bench(Token())


def held(token: Bench[Token]) -> Bench[Token]:
    token.dispatch("need")
    token.receive("issued", token="first", lifetime=LIFETIME)
    return token


def test_a_token_is_asked_for_when_it_is_first_needed_and_only_once(token):
    assert token.dispatch("need") == [ISSUE]
    assert token.dispatch("need") == []
    assert token.receive("issued", token="first", lifetime=LIFETIME) == [TokenIssued("first")]
    assert token.where == "held.valid"


def test_a_token_at_hand_is_handed_out_without_asking(token):
    held(token)
    assert token.dispatch("need") == [TokenIssued("first")]
    assert token.dispatch("need") == [TokenIssued("first")]


def test_a_token_is_replaced_well_before_it_expires(token):
    held(token)
    assert token.wait(0.6 * LIFETIME - 1) == []
    assert token.wait(2) == [ISSUE]
    assert token.where == "held.refreshing"
    assert token.dispatch("need") == [TokenIssued("first")]
    assert token.receive("issued", token="second", lifetime=LIFETIME) == [TokenIssued("second")]
    assert token.where == "held.valid"


def test_the_successor_lives_its_own_full_life(token):
    held(token)
    token.wait(0.6 * LIFETIME)
    token.receive("issued", token="second", lifetime=LIFETIME)
    assert token.wait(0.6 * LIFETIME - 1) == []
    assert token.wait(2) == [ISSUE]
    token.wait(0.4 * LIFETIME - 2)
    assert token.dispatch("need") == [TokenIssued("second")]


@pytest.mark.parametrize("failure", ["issue_failed", "timeout"])
def test_a_failed_refresh_keeps_the_token_and_is_tried_again_until_it_expires(token, failure):
    held(token)
    asked = token.wait(0.6 * LIFETIME)
    while token.timers.now < LIFETIME - 1:
        if failure == "issue_failed":
            token.receive("issue_failed")
        assert token.dispatch("need") == [TokenIssued("first")]
        asked += token.wait(min(15.0, LIFETIME - 1 - token.timers.now))
    assert asked.count(ISSUE) > 3
    assert token.where.startswith("held.")
    assert token.wait(2)[-1:] == [ISSUE]
    assert token.where == "requesting"
    assert token.dispatch("need") == []


def test_a_token_the_venue_refuses_is_dropped_at_once(token):
    held(token)
    assert token.receive("unauthorized", token="first") == [ISSUE]
    assert token.where == "requesting"
    assert token.dispatch("need") == []
    assert token.receive("issued", token="second", lifetime=LIFETIME) == [TokenIssued("second")]


def test_a_refusal_of_an_older_token_does_not_drop_the_present_one(token):
    held(token)
    token.receive("unauthorized", token="first")
    token.receive("issued", token="second", lifetime=LIFETIME)
    assert token.receive("unauthorized", token="first") == [TokenIssued("second")]
    assert token.where == "held.valid"


def test_a_refusal_while_a_token_is_being_issued_changes_nothing(token):
    token.dispatch("need")
    assert token.receive("unauthorized", token="old") == []
    assert token.where == "requesting"
    token.receive("issue_failed")
    assert token.receive("unauthorized", token="old") == []
    assert token.where == "waiting"


def test_an_issue_that_fails_is_tried_again_ever_more_slowly(token):
    token.dispatch("need")
    for delay in (0.25, 0.5, 1.0, 2.0):
        assert token.receive("issue_failed") == []
        assert token.where == "waiting"
        assert token.dispatch("need") == []
        assert token.wait(delay - 0.05) == []
        assert token.wait(0.1) == [ISSUE]


def test_an_issue_without_an_answer_is_tried_again(token):
    token.dispatch("need")
    assert token.wait(14.9) == []
    assert token.wait(0.2) == []
    assert token.where == "waiting"
    assert token.wait(0.25) == [ISSUE]


def test_a_key_the_venue_will_not_have_is_tried_again_once_a_minute(token):
    token.dispatch("need")
    refused = TokenRefused("NOT_ONBOARDED: no such account")
    assert token.receive("issue_refused", error=REFUSAL) == [refused]
    assert token.dispatch("need") == [refused]
    assert token.wait(59) == []
    assert token.wait(2) == [IssueToken()]


def test_a_refused_refresh_keeps_the_present_token_and_is_tried_again(token):
    held(token).wait(0.6 * LIFETIME)
    assert token.receive("issue_refused", error=REFUSAL) == []
    assert (token.where, token.armed) == ("held.valid", {"expired", "refresh_due"})
    assert token.wait(0.05 * LIFETIME + 1) == [IssueToken()]


def test_an_answer_nobody_waits_for_changes_nothing(token):
    held(token)
    assert token.stray("issued", token="stray", lifetime=LIFETIME)
    assert token.dispatch("need") == [TokenIssued("first")]


def test_a_token_that_was_dropped_is_not_remembered(token):
    held(token).receive("unauthorized", token="first")
    assert token.chart.jwt == ""


def test_a_token_is_not_shown():
    assert "secret" not in repr(TokenIssued("secret"))
