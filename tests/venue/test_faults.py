from __future__ import annotations

import pytest

from paradex_venue.clock import ManualClock
from paradex_venue.faults import Faults, MessageRule, RestRule


def test_a_rule_befalls_as_many_messages_as_it_counts() -> None:
    faults = Faults(ManualClock(), 1)
    rule = MessageRule(kind="drop", channel="orders.", count=2)
    faults.add(rule)
    befallen = [faults.for_message(name) for name in ("bbo.X", "orders.A", "orders.B", "orders.C")]
    assert befallen == [None, rule, rule, None]


def test_a_rule_without_a_count_goes_on() -> None:
    faults = Faults(ManualClock(), 1)
    faults.add(MessageRule(kind="drop", count=None))
    assert all(faults.for_message("any") for _ in range(100))
    faults.clear()
    assert faults.for_message("any") is None


def test_chance_follows_the_seed() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults(ManualClock(), seed)
        faults.add(MessageRule(kind="drop", count=None, probability=0.5))
        return [faults.for_message("any") is not None for _ in range(200)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 60 < sum(drawn(1)) < 140


@pytest.mark.parametrize(
    ("method", "path", "fits"),
    [
        ("POST", "/orders", True),
        ("POST", "/orders/batch", True),
        ("GET", "/orders", False),
        ("POST", "/auth", False),
    ],
)
def test_a_rest_rule_fits_its_method_and_path(method: str, path: str, fits: bool) -> None:
    faults = Faults(ManualClock(), 1)
    faults.add(RestRule(kind="fail", method="POST", path="/orders"))
    assert (faults.for_request(method, path) is not None) == fits


def test_a_crowd_is_refused_for_a_while() -> None:
    clock = ManualClock()
    faults = Faults(clock, 1)
    faults.refuse("private", 2.0)
    assert faults.is_refused("private")
    assert not faults.is_refused("all")
    assert not faults.is_refused("public")
    clock.advance(2.0)
    assert not faults.is_refused("private")
    faults.refuse("all", 1.0)
    assert faults.is_refused("private")
    assert faults.is_refused("public")
