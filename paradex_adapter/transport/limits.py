"""One limiter for each scope the venue meters (API documentation, "Rate limits")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from paradex_adapter.transport.limiter import Limiter, Rate, Saturation
from paradex_adapter.transport.quota import Quota


def _address() -> Limiter:
    return Limiter(Rate(1500, 60), name="requests of this address")


def _auth() -> Limiter:
    return Limiter(Rate(600, 60), name="sign-ins of this address")


def _private(saturated: Callable[[Saturation], None] = lambda what: None) -> Limiter:
    return Limiter(Rate(120, 1), Rate(600, 60), name="queries", saturated=saturated)


def _orders(saturated: Callable[[Saturation], None] = lambda what: None) -> Limiter:
    return Limiter(Rate(800, 1), Rate(17_250, 60), name="orders", saturated=saturated)


@dataclass(frozen=True, slots=True)
class Limits:
    """Whatever acts for one account shares one of these. What goes over REST counts against the
    address as well, what goes over a WebSocket does not."""

    address: Limiter = field(default_factory=_address)  # per address: every REST request
    auth: Limiter = field(default_factory=_auth)  # per address: sign-in and onboarding
    private: Limiter = field(default_factory=_private)  # per account: queries
    orders: Limiter = field(default_factory=_orders)  # per account: create, change, cancel; batch=1

    @staticmethod
    def at(base_url: str, saturated: Callable[[Saturation], None] = lambda what: None) -> Limits:
        """Those of one account at this venue; `saturated` is told of long waits."""
        address, auth = _of_this_machine(base_url)
        return Limits(address, auth, _private(saturated), _orders(saturated))

    @staticmethod
    def heard(quota: Quota | None, charged: Sequence[Limiter]) -> None:
        """What the venue said in an answer to a request that was `charged` to these."""
        if quota is None:
            return
        meant = [limiter for limiter in charged if limiter.counts(quota)]
        for limiter in meant:
            limiter.told(quota)
        if quota.wait_secs is not None:
            for limiter in meant or charged:
                limiter.hold(quota.wait_secs, quota.remaining)


@cache
def _of_this_machine(base_url: str) -> tuple[Limiter, Limiter]:
    """The venue counts these for the whole machine, so every client of the process shares them."""
    return _address(), _auth()
