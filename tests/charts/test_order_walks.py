"""Seeded random walks of the order chart under its own guards.

Anything may be said at any time, contradictions included: whatever the chart tells of it must be
legal for Nautilus, by an oracle of our own and by Nautilus's own order.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from paradex_adapter.charts import Order
from paradex_adapter.charts import facts as told
from paradex_adapter.charts.facts import OrderFact
from statecharts.table import guards
from tests.charts.bench import Bench
from tests.charts.legality import LAST, refuse_illegal
from tests.charts.nautilus_order import nautilus_event, nautilus_order, nautilus_stop_order
from tests.charts.words import (
    O1,
    PRICE,
    QUANTITY,
    REFUSAL,
    TRIGGER,
    VALID_UNTIL,
    VENUE_ID,
    events,
    execution,
    word,
)

SEEDS = range(210)
STEPS = 30
REASONS = ("", "USER_CANCELED", "EXPIRED", "POST_ONLY_WOULD_CROSS", "MOON_PHASE")
LARGER = QUANTITY + 1

RUMOURS = [
    *("acked", "parked", "triggered", "opened", "amended", "closed", "executed", "not_found"),
    *("unanswered", "refused", "session_lost", "session_ready", "doubted", "change_sent"),
]


def rumour(  # noqa: C901 - a table: one arm each
    rng: random.Random, weights: list[int]
) -> tuple[str, dict[str, object]]:
    """Any word whatsoever, with plausible data."""
    (event,) = rng.choices(RUMOURS, weights)
    match event:
        case "acked":
            return "acked", {"order": word("NEW")}
        case "parked":
            return "parked", {"order": word("UNTRIGGERED", trigger=TRIGGER)}
        case "triggered":
            return "triggered", {"venue_order_id": VENUE_ID, "ts_event": 0}
        case "opened":
            return "opened", {"order": word("OPEN", filled=rng.randrange(QUANTITY))}
        case "amended":
            size = rng.choice([QUANTITY, QUANTITY, LARGER])
            terms = {"price": rng.choice([PRICE, "3100"]), "trigger": TRIGGER, "size": size}
            return "amended", {"order": word("OPEN", filled=rng.randint(0, size), **terms)}
        case "closed":
            filled = rng.randrange(QUANTITY + 1)
            reason = rng.choice(REASONS) if filled < QUANTITY else ""
            return "closed", {"order": word("CLOSED", filled=filled, reason=reason)}
        case "executed":
            return "executed", {"fill": execution(rng.randint(1, LARGER), of=rng.choice([0, 2, 3]))}
        case "change_sent":
            return "change_sent", {"size": Decimal(rng.choice([1, LARGER]))}
        case "not_found":
            return "not_found", {"venue_time": rng.choice([0, VALID_UNTIL + 1])}
        case "refused":
            return "refused", {"error": REFUSAL}
        case _:
            return event, {}


def listening(chart: type[Order], heard: set[tuple[str, bool]]) -> type[Order]:
    """The chart, with every answer of a guard noted."""

    def noting(name: str) -> Callable[..., bool]:
        original = getattr(chart, name)

        @functools.wraps(original)
        def guard(self: Order, *args: object, **kwargs: object) -> bool:
            answer = original(self, *args, **kwargs)
            heard.add((name, answer))
            return answer

        return guard

    return type(chart)(chart.__name__, (chart,), {name: noting(name) for name in guards(chart)})


@pytest.fixture(scope="module")
def heard() -> set[tuple[str, bool]]:
    """Which guard answered what on the walks."""
    return set()


@pytest.fixture(scope="module")
def walks(heard: set[tuple[str, bool]]) -> list[list[OrderFact]]:
    """The Nautilus events of each walk; every third is one of a stop order."""
    listener = listening(Order, heard)
    return [walk(listener, random.Random(seed), is_stop=not seed % 3) for seed in SEEDS]


def walk(chart: type[Order], rng: random.Random, is_stop: bool) -> list[OrderFact]:
    described = O1, Decimal(QUANTITY), Decimal(PRICE), VALID_UNTIL, rng.random() < 0.8
    bench = Bench(chart(*described, trigger_price=Decimal(TRIGGER) if is_stop else None))
    weights = [rng.choice([0, 1, 4]) for _ in RUMOURS]  # each walk likes other words
    if not is_stop:
        weights[RUMOURS.index("triggered")] = 0
    bench.driver.dispatch("submit")
    if rng.random() < 0.8:
        bench.driver.dispatch("sent", valid_until=VALID_UNTIL)
    for _ in range(STEPS):
        if rng.random() < 0.3:
            bench.timers.advance(rng.choice([1.0, 5.0, 40.0]))
        else:
            event, data = rumour(rng, weights)
            bench.driver.receive(event, **data)
    return events(bench.recorder.facts)


def test_whatever_is_rumoured_what_is_told_is_legal(walks):
    for story in walks:
        refuse_illegal(story)


def test_the_walks_see_every_end_and_every_guard_both_ways(walks, heard):
    assert {type(story[-1]) for story in walks} >= {*LAST, told.OrderFilled}
    late = (told.OrderCanceled, told.OrderFilled, told.OrderCanceled)
    assert any(tuple(map(type, story[-3:])) == late for story in walks)
    everything = {(name, answer) for name in guards(Order) for answer in (True, False)}
    rare = {("is_behind", False)}  # see test_order, as what an adopted order was
    rare |= {
        (name, answer) for name in ("was_accepted", "was_submitted") for answer in (True, False)
    }
    assert everything - heard <= rare


# Nautilus's own order


def test_nautilus_applies_every_event_of_every_walk(walks):
    for seed, story in zip(SEEDS, walks, strict=True):
        order = nautilus_order() if seed % 3 else nautilus_stop_order()
        for fact in story:
            order.apply(nautilus_event(fact, order))  # raises InvalidStateTrigger when illegal
        assert order.filled_qty == sum(isinstance(fact, told.OrderFilled) for fact in story)
        is_over = isinstance(story[-1], LAST) or order.filled_qty == order.quantity
        assert order.is_closed is is_over
