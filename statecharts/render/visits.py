"""What a run visited: its steps, found again in the exhaustive walk of the same chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from statecharts.explore import Cell, Exploration
from statecharts.step import Step


@dataclass(frozen=True, slots=True)
class Visits:
    """The states a run was in, compound ones included, and how often it took each transition.

    `transitions` counts by the index of the transition's row in the table.
    """

    states: frozenset[str]
    transitions: Mapping[int, int]

    def of(self, rows: Iterable[int]) -> int:
        """How often any of `rows` was taken."""
        return sum(self.transitions.get(row, 0) for row in rows)


def visits(exploration: Exploration, steps: Iterable[Step]) -> Visits:
    """What `steps`, all of the explored chart, visited.

    A step does not say how its guards were answered: of transitions with the same source, event
    and target, the one with the same effects is counted, or the first of these.
    """
    states: set[str] = set()
    taken: Counter[int] = Counter()
    for step in steps:
        for leaf in (*step.source, *step.target):
            states.update(exploration.table.around(leaf))
        taken.update(_rows(exploration, step))
    return Visits(frozenset(states), taken)


def _rows(exploration: Exploration, step: Step) -> tuple[int, ...]:
    cells = [cell for cell in exploration.cells if _may_be(cell, step)]
    same = [cell for cell in cells if _effects(cell) == [str(effect) for effect in step.effects]]
    return next((cell.taken for cell in same or cells), ())


def _may_be(cell: Cell, step: Step) -> bool:
    return (cell.configuration, cell.stimulus.event, cell.target) == (
        step.source,
        step.event,
        step.target,
    )


def _effects(cell: Cell) -> list[str]:
    return [str(asked.effect) for asked in cell.asked]
