"""The scenarios: the few that the tests explore whole, and all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.interleavings.scenario import Scenario
from tests.interleavings.words import OTHER_PRICE, PRICE, QUANTITY, Request

LARGER = Request("modify", QUANTITY + 1, PRICE)
SMALLER = Request("modify", QUANTITY - 1, PRICE)
DEARER = Request("modify", QUANTITY, OTHER_PRICE)
CHANGES = {"": None, "made larger": LARGER, "made smaller": SMALLER, "priced anew": DEARER}
FAULTS: dict[str, dict[str, int]] = {
    "": {},
    "one loss": {"losses": 1},
    "one repeat": {"repeats": 1},
    "one timer early": {"firings": 1},
    "one inquiry": {"doubts": 1},
    "one cut": {"cuts": 1},
}
KINDS = (
    Scenario("IOC", instruction="IOC", rests=False),
    Scenario("market", type="MARKET", rests=False, refusals=("EMPTY_MARKET",)),
    Scenario("post-only", instruction="POST_ONLY", refusals=("POST_ONLY_WOULD_CROSS",)),
    Scenario("refused for margin", refusals=("NOT_ENOUGH_MARGIN",)),
    Scenario("expires", ends=("EXPIRED",)),
    Scenario("executed in sweeps", sweeps=True),
    Scenario("NEW untold", tells_new=False),
    Scenario("over REST", over_session=False),
)
"""Orders without a change, each explored with each fault."""

CHANGED = (
    Scenario("change refused or crossing", change=LARGER, changes_refused=True, changes_cross=True),
    Scenario("larger, then smaller", change=LARGER, second_change=SMALLER),
    Scenario("smaller, then larger", change=SMALLER, second_change=LARGER),
    Scenario("three executions", change=LARGER, executions=3),
    Scenario("larger in sweeps", change=LARGER, sweeps=True, executions=3),
    Scenario("all in one millisecond", change=LARGER, same_time=True),
    Scenario("all in one millisecond, twice changed", change=LARGER, second_change=DEARER,
             same_time=True),
)
"""Orders with a change and no cancel, each explored with a repeat and with a loss."""

LAPSING = Scenario("create request lapses", cancels=1, losses=1, lapses=True)


def everything() -> Iterator[Scenario]:
    """All scenarios, those of the issue first: a change and a cancel under way, and one fault."""
    for is_binary in (False, True):
        for change, request in CHANGES.items():
            plain = Scenario(change or "plain", change=request, is_binary=is_binary)
            yield from _with_faults(plain, *FAULTS)
    for kind in KINDS:
        yield from _with_faults(kind, "one loss", "one repeat", "one timer early")
    for is_binary in (False, True):
        for changed in CHANGED:
            kind = replace(changed, cancels=0, is_binary=is_binary)
            yield from _with_faults(kind, "one loss", "one repeat")
    yield LAPSING
    yield Scenario("plain, one loss and one repeat", losses=1, repeats=1)
    yield Scenario("plain, one loss and one timer early", losses=1, firings=1)


def brief() -> Iterator[Scenario]:
    """What the tests have the time for."""
    yield Scenario("plain, one loss", losses=1, tells_new=False)
    yield Scenario("plain, one repeat", repeats=1, tells_new=False)


def _with_faults(scenario: Scenario, *names: str) -> Iterator[Scenario]:
    words = ", binary" if scenario.is_binary else ""
    for name in names:
        title = f"{scenario.name}{words}{', ' * bool(name)}{name}"
        yield replace(scenario, name=title, **FAULTS[name])  # type: ignore[arg-type]
