"""Breadth first through every joint state of a scenario: the first counterexample is a shortest."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tests.interleavings.verdict import disagreement, reconcile, wait
from tests.interleavings.world import Joint, Move, World


@dataclass(slots=True)
class Finding:
    """What must not be, and one of the shortest ways to it."""

    wrong: str
    moves: list[Move]
    times: int = 1  # how often it was found


@dataclass(slots=True)
class Exploration:
    """What was seen. `is_whole` unless the budget ran out first."""

    scenario: str
    states: int = 0
    moves: int = 0
    ends: int = 0
    learned: int = 0
    locals: int = 0
    seconds: float = 0.0
    is_whole: bool = True
    findings: dict[str, Finding] = field(default_factory=dict)


def explore(world: World, budget: int = 10_000_000) -> Exploration:
    """Explore until no state is new, or `budget` joint states have been seen."""
    return _Search(world, budget).run()


class _Search:
    def __init__(self, world: World, budget: int) -> None:
        self._world = world
        self._budget = budget
        self._seen: dict[Joint, int] = {}
        self._parents = array("q")
        self._queue: list[Joint] = []
        self._result = Exploration(world.rules.name)

    def run(self) -> Exploration:
        started = time.perf_counter()
        result = self._result
        self._add(self._world.first(), -1)
        done = 0
        while done < len(self._queue) and result.is_whole:
            self._expand(self._queue[done], done)
            done += 1
        result.states = len(self._queue)
        result.learned = self._world.behaviour.learned
        result.locals = len(self._world.behaviour.locals)
        result.seconds = time.perf_counter() - started
        return result

    def _add(self, joint: Joint, parent: int) -> None:
        if joint not in self._seen:
            self._seen[joint] = len(self._queue)
            self._queue.append(joint)
            self._parents.append(parent)
            self._result.is_whole = len(self._queue) < self._budget

    def _expand(self, joint: Joint, number: int) -> None:
        if self._world.is_quiet(joint):
            self._judge_end(joint, number)
        for move in self._world.moves(joint):
            self._result.moves += 1
            if move.wrong:
                self._found(move.wrong, number, lambda move=move: [move])
            else:
                self._add(move.joint, number)

    def _judge_end(self, joint: Joint, number: int) -> None:
        """What nothing was lost of is known without a reconciliation, the rest with one."""
        self._result.ends += 1
        has_lost = joint.left.losses < self._world.rules.losses or joint.strays
        if not has_lost:
            self._judge(joint, number, lambda: wait(self._world, joint))
        self._judge(joint, number, lambda: reconcile(self._world, joint))

    def _judge(self, joint: Joint, number: int, way: Callable[[], Iterator[Move]]) -> None:
        end, wrong = joint, ""
        for move in way():
            end, wrong = move.joint, wrong or move.wrong
        wrong = wrong or disagreement(self._world, end)
        if wrong:
            self._found(wrong, number, lambda: [*way()])

    def _found(self, wrong: str, number: int, rest: Callable[[], list[Move]]) -> None:
        known = self._result.findings.get(wrong)
        if known is None:
            moves = [*self._way(number), *rest()]
            self._result.findings[wrong] = Finding(wrong, moves)
        else:
            known.times += 1

    def _way(self, number: int) -> list[Move]:
        numbers = [number]
        while self._parents[numbers[-1]] >= 0:
            numbers.append(self._parents[numbers[-1]])
        joints = [self._queue[n] for n in reversed(numbers)]
        return [self._between(*pair) for pair in pairwise(joints)]

    def _between(self, joint: Joint, there: Joint) -> Move:
        return next(move for move in self._world.moves(joint) if move.joint == there)
