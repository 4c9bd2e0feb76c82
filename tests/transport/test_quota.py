from __future__ import annotations

import pytest

from paradex_adapter.transport.quota import Quota, quota_of

TOLD = {"x-ratelimit-limit": "600", "x-ratelimit-remaining": "12", "x-ratelimit-window": "60"}


def test_every_answer_tells_how_much_is_left() -> None:
    assert quota_of(200, TOLD) == Quota(limit=600, remaining=12, window_secs=60)


def test_a_429_tells_how_long_to_wait() -> None:
    assert quota_of(429, TOLD | {"retry-after": "7"}) == Quota(600, 12, 60, wait_secs=7.0)
    assert quota_of(429, {"retry-after": "7"}) == Quota(0, 0, 0, wait_secs=7.0)


def test_an_answer_that_refused_nothing_asks_for_no_wait() -> None:
    assert quota_of(503, TOLD | {"retry-after": "7"}) == Quota(600, 12, 60)


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "\u0667", "9" * 10, "Fri, 31 Dec 1999"])
def test_what_cannot_be_read_counts_as_unsaid(text: str) -> None:
    assert quota_of(200, TOLD | {"x-ratelimit-remaining": text}) is None
    assert quota_of(429, {"retry-after": text}) == Quota(0, 0, 0, wait_secs=1.0)
