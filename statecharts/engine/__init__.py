"""A chart class, compiled: what production runs. python-statemachine defines what is right.

`compile_chart` is called when a chart class is made; from then on its instances are compiled ones.
`reference` gives the same chart run by python-statemachine. That both do the same is tried in the
tests, for every cell of every chart; where they are meant to differ from python-statemachine as it
comes is listed in `divergences`.
"""

from __future__ import annotations

from typing import Any

from statecharts.engine.compiled import Compiled, context
from statecharts.engine.configuration import Place, qualified
from statecharts.engine.members import Members
from statecharts.engine.program import Program
from statecharts.engine.reference import reference
from statecharts.engine.refusals import refuse_unsupported
from statecharts.engine.snapshot import Snapshot, restored, snapshot
from statecharts.engine.views import StateView

__all__ = [
    "Compiled",
    "Place",
    "Snapshot",
    "compile_chart",
    "context",
    "qualified",
    "reference",
    "restored",
    "snapshot",
]


def compile_chart(chart: Any) -> None:
    """Make the instances of `chart` compiled ones. `DefinitionError` names what cannot be."""
    members = Members(chart)
    refuse_unsupported(chart, members)
    chart._start = Program(chart, members).start
    for state in chart.states_map.values():
        if state.id not in chart._events:
            setattr(chart, state.id, StateView(state))
