from __future__ import annotations

import base64
import json

import pytest

from paradex_venue.clock import ManualClock
from paradex_venue.refusal import Refused
from paradex_venue.tokens import Tokens, is_token_shaped


def part(token: str, number: int) -> dict[str, object]:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_a_token_has_the_venues_claims() -> None:
    clock = ManualClock(1_700_000_000_000_000_000)
    token = Tokens(clock, 300).issue("0xabc")
    assert part(token, 0) == {"alg": "ES384", "typ": "JWT"}
    claims = part(token, 1)
    assert (claims["typ"], claims["sub"]) == ("at+JWT", "0xabc")
    assert (claims["iat"], claims["exp"]) == (1_700_000_000, 1_700_000_300)
    assert is_token_shaped(token)


def test_a_token_is_good_until_it_expires_and_then_refused() -> None:
    clock = ManualClock(1_700_000_000_000_000_000)
    tokens = Tokens(clock, 300)
    token = tokens.issue("0xabc")
    clock.advance(299.999)
    assert tokens.account_of(token) == "0xabc"
    clock.advance(0.001)
    with pytest.raises(Refused, match="expired") as refused:
        tokens.account_of(token)
    assert (refused.value.code, refused.value.status) == ("INVALID_TOKEN", 401)


def test_a_token_of_another_venue_is_refused() -> None:
    clock = ManualClock()
    with pytest.raises(Refused, match="not one of this venue"):
        Tokens(clock, 300).account_of(Tokens(clock, 300).issue("0xabc"))


def test_a_token_that_was_tampered_with_is_refused() -> None:
    tokens = Tokens(ManualClock(), 300)
    header, _, signature = tokens.issue("0xabc").split(".")
    claims = base64.urlsafe_b64encode(b'{"sub":"0xdef","exp":9999999999}').decode()
    with pytest.raises(Refused, match="not one of this venue"):
        tokens.account_of(f"{header}.{claims}.{signature}")


@pytest.mark.parametrize("text", ["", "abc", "a.b", "a.b.c", "!!.!!.!!", "e30.W10.x", "é.é.é"])
def test_what_is_no_token_is_told_apart_from_a_wrong_one(text: str) -> None:
    assert not is_token_shaped(text)
    with pytest.raises(Refused):
        Tokens(ManualClock(), 300).account_of(text)
