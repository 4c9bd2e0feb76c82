"""What the program does, learned once: its states, and where each happening leads from each.

The program is replayed from its birth along the happenings that led to a state; whatever was
brought to a state before is remembered. So an exploration of a million joint states runs the
program some ten thousand times only.
"""

from __future__ import annotations

from typing import NamedTuple

from paradex_adapter.charts.facts import OrderFact
from tests.interleavings.program import Call, Happening, Program, without_a_loop
from tests.interleavings.scenario import Scenario

KEPT_ALIVE = 5_000
"""How many programs are kept as they are, so that one step from there need not be replayed to."""


class Local(NamedTuple):
    """One state of the program, as far as the rest of the world can tell."""

    calls: tuple[Call, ...]
    timers: tuple[str, ...]
    order: str  # where the charts are
    command: str


class Effect(NamedTuple):
    """What a happening leads to. `places`: which call of before each call of now is, None where it
    is new. `wrong` says what must not be; then the rest means nothing."""

    state: int
    places: tuple[int | None, ...]
    told: tuple[OrderFact, ...] = ()
    wrong: str = ""


class Behaviour:
    """Learns on demand. States are numbers; 0 is the order as it was submitted."""

    def __init__(self, rules: Scenario) -> None:
        self._rules = rules
        self._numbers: dict[int, int] = {}  # of likenesses, by hash: 64 bits tell them apart
        self._ways: list[tuple[int, Happening]] = []
        self._known: dict[tuple[int, Happening], Effect] = {}
        self._alive: dict[int, Program] = {}
        self.locals: list[Local] = []
        with without_a_loop(self._rules):
            program = Program(rules)
            self.told_at_birth = tuple(program.told)
            self._number(program, (-1, None))

    def bring(self, state: int, happening: Happening) -> Effect:
        """Where `happening` leads from `state`."""
        key = state, happening
        effect = self._known.get(key)
        if effect is None:
            with without_a_loop(self._rules):
                effect = self._known[key] = self._learn(state, happening)
        return effect

    @property
    def learned(self) -> int:
        """How many steps of the program were taken to know."""
        return len(self._known)

    def state_of(self, program: Program) -> int | None:
        """The state that `program` is in, if any such was seen."""
        return self._numbers.get(hash(program.likeness))

    def way(self, state: int) -> list[Happening]:
        """What leads to `state`."""
        happenings = []
        while state > 0:
            state, happening = self._ways[state]
            happenings.append(happening)
        return happenings[::-1]

    def _learn(self, state: int, happening: Happening) -> Effect:
        program = self._alive.pop(state, None) or self._relive(state)
        try:
            places = program.bring(happening)
        except Exception as error:  # a bug is a finding too
            return Effect(state, (), (), f"{type(error).__name__}: {error}")
        return Effect(self._number(program, (state, happening)), places, tuple(program.told))

    def _relive(self, state: int) -> Program:
        program = Program(self._rules)
        for earlier in self.way(state):
            program.bring(earlier)
        return program

    def _number(self, program: Program, way: tuple[int, Happening]) -> int:
        number = self._numbers.setdefault(hash(program.likeness), len(self._ways))
        if number == len(self._ways):
            self._ways.append(way)
            if len(self._alive) < KEPT_ALIVE:
                self._alive[number] = program
            self.locals.append(Local(program.calls, program.timers, program.order, program.command))
        return number
