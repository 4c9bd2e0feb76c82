"""The scenarios: the few that the tests explore, and all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.interleavings.scenario import Scenario
from tests.interleavings.words import OTHER_PRICE, PRICE, QUANTITY, Request

LARGER = Request("modify", QUANTITY + 1, PRICE)
SMALLER = Request("modify", QUANTITY - 1, PRICE)
DEARER = Request("modify", QUANTITY, OTHER_PRICE)
CHANGES = {"made larger": LARGER, "made smaller": SMALLER, "priced anew": DEARER}
FAULTS: dict[str, dict[str, int]] = {
    "one loss": {"losses": 1},
    "one repeat": {"repeats": 1},
    "one timer early": {"firings": 1},
    "one inquiry": {"doubts": 1},
    "one cut": {"cuts": 1},
}
LEAN = Scenario("", takes=False, tells_new=False)
"""What may happen to an order as it comes in is explored without a change."""

PLAIN = (
    Scenario("plain"),
    Scenario("IOC", instruction="IOC", rests=False),
    Scenario("market", type="MARKET", rests=False, refusals=("EMPTY_MARKET",)),
    Scenario("post-only", instruction="POST_ONLY", refusals=("POST_ONLY_WOULD_CROSS",)),
    Scenario("refused for margin", refusals=("NOT_ENOUGH_MARGIN",)),
    Scenario("expires", ends=("EXPIRED",)),
    Scenario("executed in sweeps", sweeps=True),
    Scenario("waits its turn", queues=True),
    Scenario("over REST", over_session=False),
)
CHANGED = (
    *(replace(LEAN, name=name, change=change) for name, change in CHANGES.items()),
    replace(
        LEAN, name="refused or crossing", change=LARGER, changes_refused=True, changes_cross=True
    ),
    replace(LEAN, name="larger in sweeps", change=LARGER, sweeps=True, executions=3),
    replace(LEAN, name="changed within one millisecond", change=LARGER, same_time=True),
    replace(LEAN, name="larger, then smaller", change=LARGER, second_change=SMALLER),
    replace(LEAN, name="smaller, then larger", change=SMALLER, second_change=LARGER),
)


def everything() -> Iterator[Scenario]:
    """All scenarios, the small ones first."""
    for is_binary in (False, True):
        for plain in PLAIN:
            yield from _each_fault(replace(plain, is_binary=is_binary))
        for changed in CHANGED:
            yield from _each_fault(replace(changed, is_binary=is_binary, cancels=0))
    yield from _pairs(Scenario("plain"))
    for is_binary in (False, True):
        for changed in CHANGED[:3]:
            named = replace(changed, name=f"{changed.name}, and canceled", is_binary=is_binary)
            yield from _each_fault(named)


def brief() -> Iterator[Scenario]:
    """What the tests have the time for."""
    yield from _each_fault(replace(LEAN, name="lean"), "one loss", "one repeat")
    for change in ("made larger", "made smaller"):
        name = f"{change}, binary"
        yield replace(LEAN, name=name, change=CHANGES[change], is_binary=True, cancels=0)


def _each_fault(scenario: Scenario, *names: str) -> Iterator[Scenario]:
    title = f"{scenario.name}{', binary' * scenario.is_binary}"
    if not names:
        yield replace(scenario, name=title)
    for name in names or FAULTS:
        yield replace(scenario, name=f"{title}, {name}", **FAULTS[name])


def _pairs(scenario: Scenario) -> Iterator[Scenario]:
    """What lies between faults: a loss with another fault, and time that passes."""
    for name in ("one repeat", "one timer early"):
        faults = FAULTS["one loss"] | FAULTS[name]
        title = f"{scenario.name}, one loss and {name}"
        yield replace(scenario, name=title, **faults)
    yield replace(scenario, name=f"{scenario.name}, one loss and a lapse", losses=1, lapses=True)
