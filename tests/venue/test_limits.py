from __future__ import annotations

from paradex_venue.clock import ManualClock
from paradex_venue.limits import Limits


def test_requests_are_counted_per_meter_and_caller() -> None:
    limits = Limits(ManualClock(0))
    assert limits.spend("private", "0xa").remaining == 599
    assert limits.spend("private", "0xa").remaining == 598
    assert limits.spend("private", "0xb").remaining == 599
    assert limits.spend("orders", "0xa").remaining == 17_249


def test_beyond_the_limit_a_caller_has_exceeded_it_until_the_window_ends() -> None:
    clock = ManualClock(0)
    limits = Limits(clock)
    allowances = [limits.spend("auth", "host") for _ in range(601)]
    assert [a.is_exceeded for a in allowances[-2:]] == [False, True]
    assert allowances[-1].headers() == {
        "X-RateLimit-Limit": "600",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "60",
        "X-RateLimit-Window": "60",
    }
    clock.advance(60)
    assert not limits.spend("auth", "host").is_exceeded
