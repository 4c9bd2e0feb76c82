from __future__ import annotations

import pytest

from paradex_adapter.transport.limiter import Limiter, Rate
from paradex_adapter.transport.limits import Limits
from paradex_adapter.transport.quota import Quota


def test_accounts_have_limits_of_their_own_and_share_those_of_the_machine() -> None:
    one, other = Limits.at("http://one/v1"), Limits.at("http://one/v1")
    assert one.orders is not other.orders
    assert one.private is not other.private
    assert (one.address, one.auth) == (other.address, other.auth)


def test_each_venue_counts_for_itself() -> None:
    assert Limits.at("http://one/v1").address is not Limits.at("http://two/v1").address


@pytest.mark.parametrize(
    ("scope", "limit", "window"),
    [
        ("address", 1500, 60),
        ("auth", 600, 60),
        ("private", 120, 1),
        ("private", 600, 60),
        ("orders", 800, 1),
        ("orders", 17_250, 60),
    ],
)
def test_the_venues_published_limits_are_kept(scope: str, limit: int, window: int) -> None:
    assert getattr(Limits(), scope).counts(Quota(limit, 0, window))


def test_a_refusal_holds_back_those_whose_limit_the_venue_names() -> None:
    orders, address = Limiter(Rate(10, 60)), Limiter(Rate(20, 60))
    Limits.heard(Quota(20, 0, 60, wait_secs=5.0), (orders, address))
    assert (orders.figures.refusals, address.figures.refusals) == (0, 1)


def test_a_refusal_that_names_no_limit_we_know_holds_back_all_that_were_charged() -> None:
    orders, address = Limiter(Rate(10, 60)), Limiter(Rate(20, 60))
    Limits.heard(Quota(0, 0, 0, wait_secs=5.0), (orders, address))
    assert (orders.figures.refusals, address.figures.refusals) == (1, 1)


def test_an_answer_that_says_nothing_changes_nothing() -> None:
    orders = Limiter(Rate(10, 60))
    Limits.heard(None, (orders,))
    assert orders.is_free
