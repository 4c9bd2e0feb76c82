from __future__ import annotations

import pytest

from paradex_venue.clock import ManualClock
from paradex_venue.limits import Limits, Meter


def until_exceeded(limits: Limits, meter: Meter, who: str = "0xa") -> int:
    """How many requests are let through in one moment."""
    count = 0
    while not limits.spend(meter, who).is_exceeded:
        count += 1
    return count


@pytest.mark.parametrize(
    ("meter", "burst"),
    [("public", 1500), ("auth", 600), ("orders", 800), ("private", 120), ("host", 1500)],
)
def test_a_burst_is_as_large_as_the_smallest_bucket(meter: Meter, burst: int) -> None:
    assert until_exceeded(Limits(ManualClock(0)), meter) == burst


@pytest.mark.parametrize(("meter", "minute"), [("orders", 17_250), ("private", 600)])
def test_over_a_minute_the_larger_bucket_counts(meter: Meter, minute: int) -> None:
    clock = ManualClock(0)
    limits = Limits(clock)
    let_through = 0
    # The bucket was full and fills up meanwhile, but for the last second.
    for _ in range(36):
        let_through += until_exceeded(limits, meter)
        clock.advance(1)
    assert let_through == int(minute + minute / 60 * 35)


def test_requests_are_counted_per_meter_and_caller() -> None:
    limits = Limits(ManualClock(0))
    assert limits.spend("private", "0xa").remaining == 119
    assert limits.spend("private", "0xa").remaining == 118
    assert limits.spend("private", "0xb").remaining == 119
    assert limits.spend("orders", "0xa").remaining == 799


def test_accounts_of_one_host_share_what_the_host_has() -> None:
    clock = ManualClock(0)
    limits = Limits(clock)
    spent = [limits.spend("private", f"0x{n}", "host") for n in range(1501)]
    assert [a.is_exceeded for a in spent[-2:]] == [False, True]
    assert (spent[-1].limit, spent[-1].retry_after) == (1500, 1)
    assert not limits.spend("private", "0x1", "elsewhere").is_exceeded


def test_who_has_no_token_is_told_when_there_is_one() -> None:
    clock = ManualClock(0)
    limits = Limits(clock)
    until_exceeded(limits, "auth", "host")
    assert limits.spend("auth", "host").headers() == {
        "X-RateLimit-Limit": "600",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "60",
        "X-RateLimit-Window": "60",
        "Retry-After": "1",
    }
    clock.advance(0.1)
    assert not limits.spend("auth", "host").is_exceeded
    assert limits.spend("auth", "host").is_exceeded


def test_a_request_that_is_refused_costs_nothing() -> None:
    clock = ManualClock(0)
    limits = Limits(clock)
    until_exceeded(limits, "private")
    for _ in range(1000):
        limits.spend("private", "0xa")
    clock.advance(1)
    assert limits.spend("private", "0xa").remaining == 119


def test_limits_that_are_not_enforced_are_told_and_nobody_is_refused() -> None:
    limits = Limits(ManualClock(0), is_enforced=False)
    spent = [limits.spend("private", "0xa") for _ in range(200)]
    assert not any(allowance.is_exceeded for allowance in spent)
    assert spent[-1].headers()["X-RateLimit-Remaining"] == "0"


def test_the_headers_are_of_the_scarcest_bucket() -> None:
    clock = ManualClock(0)
    limits = Limits(clock)
    assert limits.spend("private", "0xa").window == 1
    for _ in range(5):
        until_exceeded(limits, "private")
        clock.advance(1)
    allowance = limits.spend("private", "0xa")
    assert (allowance.limit, allowance.window) == (600, 60)
    assert allowance.remaining == 600 - 5 * 120 - 1 + 5 * 10
