"""One seed, from an empty account to a verdict."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

import anyio

from paradex_adapter.charts.facts import OrderUpdated
from statecharts import Record
from tests.simulation.scenario import Scenario
from tests.simulation.setting import Setting, drawn
from tests.simulation.verdict import disagreements
from tests.simulation.world import SETTINGS, VENUE, World, world

STEPS = 80
PATIENCE_SECS = 15.0
"""How long after the last fault everything must be known. Hardly any run needs three."""


@dataclass(slots=True)
class Report:
    """`wrong` is empty after a good run; `stories` are those of the orders it is about. `records`
    are the steps of every chart."""

    seed: int
    setting: Setting
    wrong: list[str] = field(default_factory=list)
    stories: dict[str, str] = field(default_factory=dict)
    injected: Counter[str] = field(default_factory=Counter)
    orders: int = 0
    fills: int = 0
    changes: int = 0
    unexpected: Counter[str] = field(default_factory=Counter)
    alerts: int = 0
    settle_secs: float = 0.0
    seconds: float = 0.0
    records: list[Record] = field(default_factory=list)


async def run(seed: int, *, steps: int = STEPS, may_drop: bool = True) -> Report:
    """Play the seed's scenario, wait until all is known, and compare."""
    started = time.monotonic()
    setting = drawn(seed, VENUE, SETTINGS)
    report = Report(seed, setting)
    async with world(seed, setting) as here:
        scenario = Scenario(seed, here, setting, may_drop=may_drop)
        await scenario.play(steps)
        await scenario.heal()
        healed = anyio.current_time()
        report.wrong = await _settle(here)
        report.settle_secs = anyio.current_time() - healed
        report.injected = scenario.injected
    report.wrong += here.ledger.violations
    _note(report, here)
    report.seconds = time.monotonic() - started
    return report


def _note(report: Report, here: World) -> None:
    report.unexpected = Counter(f"{r.event} in {r.configuration[0]}" for r in here.unexpected)
    stories = here.ledger.stories
    blamed = {text.split()[0].rstrip(":") for text in report.wrong}
    report.stories = {name: str(stories[name]) for name in blamed if name in stories}
    report.orders = len(stories)
    report.fills = len(here.ledger.fills)
    report.changes = sum(
        isinstance(fact, OrderUpdated) for s in stories.values() for fact in s.told
    )
    report.alerts = here.ledger.alerts
    report.records = here.records


async def _settle(here: World) -> list[str]:
    """Wait for agreement; then reconcile once more, which must not change it."""
    with anyio.move_on_after(PATIENCE_SECS):
        await here.ledger.changes.until(lambda: not _wrong(here))
        assert here.account is not None
        chart = here.account.reconciliation.chart
        here.account.reconcile()
        await here.ledger.changes.until(lambda: chart.idle.is_active and not _wrong(here))
    return _wrong(here)


def _wrong(here: World) -> list[str]:
    assert here.account is not None
    found = disagreements(here.ledger, here.truth, here.rested)
    orders = here.account.orders
    live = {order.client_id or here.ledger.name_of(order.id) for order in here.truth.live.values()}
    working = set(orders.working)
    adoptable = {each.client_order_id for each in here.ledger.adoptables()}
    if not working <= live <= working | adoptable:
        found.append(f"working are {sorted(working)}, live are {sorted(live)}")
    return found
