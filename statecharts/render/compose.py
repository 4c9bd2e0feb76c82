"""From an explored chart to a picture of it.

Effects are those observed by exploring: what `on_enter_…` and `on_exit_…` asked for belongs to
the state's box, everything else to the transition that was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from statecharts.effects import StartTimer
from statecharts.explore import Asked, Cell, Exploration
from statecharts.render.model import Arrow, Box, Edge, Label, Picture
from statecharts.render.source import about, notes
from statecharts.table import StateRow, TransitionRow


def picture(exploration: Exploration) -> Picture:
    """What there is to draw of an explored chart."""
    arrows = tuple(_arrows(exploration))
    chart = exploration.example.chart
    words = notes(chart)
    return Picture(
        name=exploration.table.name,
        about=about(chart),
        boxes=tuple(
            _box(exploration, state, arrows, words.get(state.id, ""))
            for state in exploration.table.states
        ),
        arrows=arrows,
        edges=tuple(_edges(arrows)),
    )


def _arrows(exploration: Exploration) -> Iterator[Arrow]:
    guarded: set[tuple[str, str]] = set()
    for row in exploration.table.transitions:
        asked_before = (row.source, row.event) in guarded
        if row.guard:
            guarded.add((row.source, row.event))
        yield Arrow(
            index=row.index,
            source=row.source,
            event=row.event,
            guard=row.guard or ("else" if asked_before else ""),
            target=row.target,
            effects=_effects_of(exploration, row),
            is_internal=row.is_internal and row.source == row.target,
        )


def _effects_of(exploration: Exploration, row: TransitionRow) -> str:
    """What the transition's own hooks asked for, from cells that took it and no other."""
    of_states = {
        f"on_{way}_{state.id.rpartition('.')[2]}"
        for state in exploration.table.states
        for way in ("enter", "exit")
    }
    taken = [cell for cell in exploration.cells if row.index in cell.taken]
    alone = [cell for cell in taken if len(cell.taken) == 1] or taken
    return _alternatives(_asked(cell, lambda hook: hook not in of_states) for cell in alone)


def _asked(cell: Cell, counts: Callable[[str], bool]) -> tuple[Asked, ...]:
    return tuple(asked for asked in cell.asked if counts(asked.hook))


def _alternatives(found: Iterable[tuple[Asked, ...]]) -> str:
    """`A, B or C`; a hook that asks for nothing in some cells reads `A or nothing`."""
    texts = dict.fromkeys(", ".join(str(asked.effect) for asked in each) for each in found)
    if texts.keys() == {""}:
        return ""
    return " or ".join(sorted((text or "nothing" for text in texts), key="nothing".__eq__))


def _box(exploration: Exploration, state: StateRow, arrows: tuple[Arrow, ...], note: str) -> Box:
    local = state.id.rpartition(".")[2]
    inside = [arrow for arrow in arrows if arrow.is_internal and arrow.source == state.id]
    return Box(
        row=state,
        note=note,
        entry=_of_hook(exploration, f"on_enter_{local}"),
        exit=_of_hook(exploration, f"on_exit_{local}"),
        timers=tuple(_timers(exploration, state)),
        inside=tuple(_labels(inside)),
    )


def _of_hook(exploration: Exploration, hook: str) -> str:
    found = (_asked(cell, hook.__eq__) for cell in exploration.cells)
    return _alternatives(asked for asked in found if asked)


def _timers(exploration: Exploration, state: StateRow) -> Iterator[str]:
    """`ack_timeout after 5 s`, for each timer whose event the state itself handles."""
    delays: dict[str, set[float]] = {}
    for cell in exploration.cells:
        for asked in cell.asked:
            if isinstance(asked.effect, StartTimer):
                delays.setdefault(asked.effect.event, set()).add(asked.effect.delay)
    handled = [row.event for row in exploration.table.transitions if row.source == state.id]
    for event in dict.fromkeys(handled):
        if event in delays:
            yield f"{event} after {_span(delays[event])} s"


def _span(delays: set[float]) -> str:
    low, high = f"{min(delays):g}", f"{max(delays):g}"
    return low if low == high else f"{low} to {high}"


def _edges(arrows: tuple[Arrow, ...]) -> Iterator[Edge]:
    drawn = [arrow for arrow in arrows if not arrow.is_internal]
    for source, target in dict.fromkeys((arrow.source, arrow.target) for arrow in drawn):
        along = [arrow for arrow in drawn if (arrow.source, arrow.target) == (source, target)]
        yield Edge(source, target, tuple(_labels(along)))


def _labels(arrows: list[Arrow]) -> Iterator[Label]:
    """Arrows that differ in their event only share a label."""
    for guard, effects in dict.fromkeys((arrow.guard, arrow.effects) for arrow in arrows):
        same = [arrow for arrow in arrows if (arrow.guard, arrow.effects) == (guard, effects)]
        events = tuple(dict.fromkeys(arrow.event for arrow in same))
        yield Label(events, guard, effects, tuple(arrow.index for arrow in same))
