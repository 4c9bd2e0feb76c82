"""Every interleaving of what the venue says of one order ends in the truth, and none is illegal.

What is explored here is what there is time for; `python -m tests.interleavings` explores the rest.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from paradex_adapter import orders
from paradex_adapter.charts import Command, Order
from paradex_adapter.wire.rest import Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from tests.interleavings import catalog
from tests.interleavings.catalog import LARGER
from tests.interleavings.explore import Finding, explore
from tests.interleavings.program import Program, without_a_loop
from tests.interleavings.retelling import IMPORTS, as_test
from tests.interleavings.scenario import Scenario
from tests.interleavings.story import story
from tests.interleavings.world import Move, World

BRIEF = list(catalog.brief())


@pytest.mark.parametrize("rules", BRIEF, ids=lambda rules: rules.name)
def test_every_interleaving_ends_in_the_truth(rules):
    world = World(rules)
    exploration = explore(world)
    stories = [story(world, finding) for finding in exploration.findings.values()]
    assert not stories, "\n\n".join(stories)
    assert exploration.is_whole
    assert exploration.ends > 0


# The explorer finds what is wrong


class Forgetful(Order):
    def is_repeated(self, fill: Fill) -> bool:
        return False


class Hasty(Order):
    def is_settled(self, order: VenueOrder) -> bool:
        return True


class Credulous(Order):
    def is_refusal(self, order: VenueOrder) -> bool:
        return False


class Stubborn(Command):
    def is_known(self) -> bool:
        return False


REPEATS = Scenario("", takes=False, tells_new=False, cancels=0, repeats=1)
BROKEN = [
    (Forgetful, REPEATS, "already contained in '_trade_ids'"),
    (Hasty, Scenario("", takes=False, tells_new=False, cancels=0), "after the end"),
    (Credulous, Scenario("", refusals=("NOT_ENOUGH_MARGIN",), cancels=0), "not REJECTED"),
    (Stubborn, Scenario("", takes=False, tells_new=False), "PENDING_CANCEL"),
]


@pytest.mark.parametrize(
    ("chart", "rules", "wrong"), BROKEN, ids=[chart.__name__ for chart, _, _ in BROKEN]
)
def test_what_a_chart_does_without_one_of_its_guards_is_found(monkeypatch, chart, rules, wrong):
    monkeypatch.setattr(orders, chart.__mro__[1].__name__, chart)
    found = explore(World(rules)).findings
    assert any(wrong in each for each in found), list(found)


TWICE = "'event.trade_id' 1 already contained in '_trade_ids'"


@pytest.fixture(scope="module")
def finding() -> tuple[World, Finding]:
    """What a forgetful order does: it tells an execution twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "Order", Forgetful)
        world = World(REPEATS)
        findings = explore(world).findings
        return world, next(findings[each] for each in findings if TWICE in each)


def test_a_finding_is_told_step_by_step(finding):
    told = story(*finding)
    assert "the venue puts it on the book" in told
    assert told.splitlines()[-1].split(maxsplit=1)[1] == "hears again fill 1 of 1, 1 left, at 3"


def test_a_finding_is_a_test_that_fails_until_it_is_mended(finding, monkeypatch):
    written: dict[str, Callable[[], None]] = {}
    exec(IMPORTS + as_test(*finding, "it"), written)
    written["test_it"]()
    monkeypatch.setattr(orders, "Order", Forgetful)
    with pytest.raises(AssertionError):
        written["test_it"]()


# What is remembered of the program is what it does


@pytest.mark.parametrize("seed", range(3))
def test_a_long_way_through_remembered_steps_is_what_the_program_does(seed):
    rules = Scenario("", change=LARGER, losses=1, repeats=1, cuts=1, firings=2, doubts=1)
    world, rng = World(rules), random.Random(seed)
    for _ in range(15):
        moves = list(_walk(world, rng))
        with without_a_loop(rules):
            program = Program(rules)
            for move in moves:
                if move.brought is not None:
                    program.bring(move.brought)
                assert world.behaviour.state_of(program) == move.joint.local


def _walk(world: World, rng: random.Random) -> list[Move]:
    joint, moves = world.first(), []
    while open_ := [move for move in world.moves(joint) if not move.wrong]:
        moves.append(rng.choice(open_))
        joint = moves[-1].joint
    return moves
