"""`Snapshot`: where a chart is and what it remembers, put down as data; and taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from statecharts.engine.compiled import Compiled, context
from statecharts.engine.configuration import Place
from statecharts.errors import ChartError

_MUTABLE = frozenset({set, list, dict})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A chart as it was. `taken` is how many events its driver had brought it before: 0 says that
    it was new. What the fields hold is not shown: a chart may remember a secret."""

    place: Place
    fields: Mapping[str, object] = field(repr=False)
    taken: int = 0


def snapshot(chart: Any, taken: int = 0) -> Snapshot:
    """`chart` as it is now. A set, list or dict it remembers is copied; what is in it is not."""
    return Snapshot(chart._at.place, _apart(context(chart)), taken)


def restored[C: Compiled](kind: type[C], taken: Snapshot) -> C:
    """A chart of this kind, where and as it was. `ChartError` when the kind has no such states."""
    program = cast(Any, kind)._start.program
    if strange := _named(taken.place) - program.planner.states.keys():
        raise ChartError(f"{kind.__name__} has no state {', '.join(sorted(strange))}")
    chart = kind.__new__(kind)
    Compiled.__init__(chart)
    chart._at = program.configuration(taken.place)
    for name, value in _apart(dict(taken.fields)).items():
        setattr(chart, name, value)
    return chart


def _apart(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with copies of those that a hook may change in place."""
    for name, value in fields.items():
        if type(value) in _MUTABLE:
            fields[name] = value.copy()
    return fields


def _named(place: Place) -> set[str]:
    return {*place.states, *(state for _, recorded in place.history for state in recorded)}
