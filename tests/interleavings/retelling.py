"""A finding as a test to run: what reached the program, brought to it once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from paradex_adapter.charts.facts import OrderFact
from tests.interleavings.explore import Finding
from tests.interleavings.judge import LATE, Illegal, Judge
from tests.interleavings.program import (
    Call,
    Happening,
    Program,
    UnexpectedEventError,
    without_a_loop,
)
from tests.interleavings.scenario import Scenario
from tests.interleavings.venue import Truth
from tests.interleavings.verdict import differences
from tests.interleavings.words import Request
from tests.interleavings.world import Move, World

IMPORTS = """\
from tests.interleavings.retelling import retell
from tests.interleavings.scenario import Scenario
from tests.interleavings.venue import Truth
from tests.interleavings.words import FillWord, Info, OrderWord, Request
"""
"""What a test needs that `as_test` writes."""

PLAIN = Scenario("")


def retell(
    rules: Scenario, happenings: Iterable[Happening], truth: Truth | None = None
) -> list[str]:
    """What is wrong with what the program tells of `happenings`; and, where `truth` is how things
    stand when all of it has been said, with what it then knows."""
    judge = Judge(is_market=rules.type == "MARKET")
    try:
        with without_a_loop(rules):
            view = _retold(judge, Program(rules), happenings)
    except (Illegal, UnexpectedEventError) as error:
        return [str(error)]
    return [] if truth is None else differences(judge.seen[view], truth)


def _retold(judge: Judge, program: Program, happenings: Iterable[Happening]) -> int:
    view = _after(judge, 0, program.told)
    for happening in happenings:
        match happening:
            case ("modify" | "cancel" | "misfit" as command, *_):
                kind = "cancel" if command == "cancel" else "modify"
                view = judge.apply(view, LATE if judge.seen[view].is_over else kind)
        program.bring(happening)
        view = _after(judge, view, program.told)
    return view


def _after(judge: Judge, view: int, told: Iterable[OrderFact]) -> int:
    for fact in told:
        view = judge.apply(view, fact)
    return view


def as_test(world: World, finding: Finding, name: str) -> str:
    """A test that fails while the finding stands."""
    last = finding.moves[-1]
    truth = None if last.wrong else world.truth(last.joint)
    happenings = "".join(f"        {each!r},\n" for each in brought(world, finding.moves))
    return (
        f"def test_{name}():\n"
        f"    happenings = [\n{happenings}    ]\n"
        f"    truth = {truth!r}\n"
        f"    assert retell({_told(world.rules)}, happenings, truth) == []\n"
        f"    # {finding.wrong}\n"
    )


def brought(world: World, moves: list[Move]) -> Iterator[Happening]:
    """What the program was brought, its calls named by what they ask."""
    local = world.first().local
    for happening in (move.brought for move in moves if move.brought is not None):
        match happening:
            case ("answer", int(index), answer):
                yield "answer", _kind(world.behaviour.locals[local].calls[index]), answer
            case _:
                yield happening
        local = world.behaviour.bring(local, happening).state


def _kind(call: Call) -> str:
    return call.kind if isinstance(call, Request) else call


def _told(rules: Scenario) -> str:
    """The scenario, as far as it matters to the program."""
    names = ("type", "instruction", "is_binary", "queues")
    given = [(name, getattr(rules, name)) for name in names]
    shown = [f", {name}={value!r}" for name, value in given if value != getattr(PLAIN, name)]
    return f"Scenario('told'{''.join(shown)})"
