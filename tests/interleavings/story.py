"""A finding as a story to read, and as a test to run."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from paradex_adapter.charts.facts import OrderFact
from tests.interleavings.explore import Finding
from tests.interleavings.judge import LATE, Illegal, Judge, Seen
from tests.interleavings.program import (
    Call,
    Happening,
    Program,
    UnexpectedEventError,
    without_a_loop,
)
from tests.interleavings.scenario import Scenario
from tests.interleavings.verdict import differences
from tests.interleavings.venue import Truth
from tests.interleavings.words import FillWord, OrderWord, Request, half
from tests.interleavings.world import Move, World

PLAIN = Scenario("")


def story(world: World, finding: Finding) -> str:
    """What happened, one line each, with where the program then is."""
    lines = [f"{finding.wrong}  ({finding.times} ways; scenario {world.rules.name})"]
    state = ""
    for number, move in enumerate(finding.moves, 1):
        local = world.behaviour.locals[move.joint.local]
        seen = world.judge.seen[move.joint.view]
        now = f"{local.order}, {local.command}, told {_brief(seen)}"
        lines.append(f"{number:3} {' '.join(map(_words, move.text))}")
        if now != state:
            lines[-1] = f"{lines[-1]:72} → {now}"
        state = now
    return "\n".join(lines)


def as_test(world: World, finding: Finding, name: str) -> str:
    """A test that fails while the finding stands."""
    truth = world.truth(finding.moves[-1].joint)
    happenings = "".join(f"        {each!r},\n" for each in _brought(world, finding.moves))
    return (
        f"def test_{name}():\n"
        f"    happenings = [\n{happenings}    ]\n"
        f"    truth = {truth!r}\n"
        f"    assert retell({_told(world.rules)}, happenings, truth) == []\n"
        f"    # {finding.wrong}\n"
    )


def _brought(world: World, moves: list[Move]) -> Iterator[Happening]:
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
    given = (("type", rules.type), ("instruction", rules.instruction))
    shown = [f", {name}={value!r}" for name, value in given if value != getattr(PLAIN, name)]
    return f"Scenario('told'{''.join(shown)}{', is_binary=True' * rules.is_binary}{', queues=True' * rules.queues})"


def retell(rules: Scenario, happenings: Iterable[Happening], truth: Truth) -> list[str]:
    """What is wrong with the program after `happenings`, where `truth` is how things stand."""
    judge = Judge(is_market=rules.type == "MARKET")
    try:
        with without_a_loop(rules):
            view = _retold(judge, Program(rules), happenings)
    except (Illegal, UnexpectedEventError) as error:
        return [str(error)]
    return differences(judge.seen[view], truth)


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


def _words(thing: Hashable) -> str:  # noqa: C901 - a table: one arm each
    match thing:
        case OrderWord(status, size, remaining, price, reason, at, info):
            request = f", change {info.number} {info.status}" if info else ""
            why = f" ({reason})" if reason else ""
            return f"{status}{why} {size} @ {half(price)}, {remaining} left, at {at}{request}"
        case FillWord(number, size, remaining, at, is_maker):
            return f"fill {number} of {size}, {remaining} left, at {at}"
        case Request("modify", size, price):
            return f"{size} @ {half(price)}"
        case Request(kind):
            return kind
        case ("order", None):
            return "none"
        case ("order" | "refused", word):
            return _words(word)
        case ("list", words):
            return f"[{'; '.join(map(_words, words))}]"
        case (str(word),):
            return word
        case _:
            return str(thing)


def _brief(seen: Seen) -> str:
    return f"{seen.status} {seen.quantity:f} @ {seen.price:f}, {seen.filled:f} filled"
