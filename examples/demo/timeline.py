"""What the charts did, to be read: steps that say nothing are left out, equal ones share a line.

    time  chart             event         from → to                  effects
   0.412  connection public opened        connecting → connected     • SessionReady

`→` is asked of the venue, `•` is told to Nautilus; timers are left out. Told everything, each step
has its own line, with its timers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from examples.demo.watch import Entry
from statecharts import CancelTimer, Emit, Record, Request, StartTimer, Unexpected

LEGEND = "→ asked of the venue   • told to Nautilus"
HEADING = f"{'time':>8}  {'chart':<24}{'event':<18}{'from → to':<34}effects"
NOT_TOLD = "TokenIssued"
"""A token handed out to whoever needs it: a hundred times a run."""

type Key = tuple[str, str, str, str, tuple[str, ...]]


@dataclass(slots=True)
class Line:
    """One kind of step. `names` are those of the charts that took it."""

    at: float
    kind: str
    event: str
    move: str
    effects: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    count: int = 0

    def __str__(self) -> str:
        names = list(dict.fromkeys(self.names))
        chart = f"{len(names)} {self.kind}s" if len(names) > 1 else f"{self.kind} {names[0]}"
        event = self.event + (f" ×{self.count}" if self.count > len(names) else "")
        said = " ".join(self.effects) + (f"  {', '.join(names)}" if len(names) > 1 else "")
        return f"{self.at:8.3f}  {chart:<24}{event:<18}{self.move:<34}{said}".rstrip()


def timeline(
    chronicle: Iterable[Entry], labels: Mapping[str, str], everything: bool = False
) -> Iterator[str]:
    """The lines to print. `labels` name orders by client order id."""
    taken: dict[Key, Line] = {}
    for entry in chronicle:
        if isinstance(entry.what, str):
            yield from _drain(taken)
            yield f"{entry.at:8.3f}  ── {entry.what}"
        elif everything or _says_something(entry.what):
            _take(taken, entry.at, entry.what, labels, everything)
        if everything:
            yield from _drain(taken)
    yield from _drain(taken)


def left_out(chronicle: Iterable[Entry]) -> int:
    """How many steps `timeline` does not show unless told to show everything."""
    steps = (entry.what for entry in chronicle if not isinstance(entry.what, str))
    return sum(not _says_something(step) for step in steps)


def _says_something(record: Record) -> bool:
    if isinstance(record, Unexpected):
        return True
    if record.chart == "account" or record.event == "order_ended":
        return False  # balances are refreshed all the time; an order's own chart tells its end
    told = [str(effect) for effect in record.effects if isinstance(effect, Request | Emit)]
    return record.source != record.target or any(effect != NOT_TOLD for effect in told)


def _drain(taken: dict[Key, Line]) -> Iterator[str]:
    yield from [str(line) for line in taken.values()]
    taken.clear()


def _take(
    taken: dict[Key, Line], at: float, record: Record, labels: Mapping[str, str], timers: bool
) -> None:
    """Put the record on a line of its own, or on that of an equal one."""
    kind, _, name = record.chart.partition(" ")
    move, effects = _move(record), _effects(record, timers)
    # Channels act in unison, and share lines; of other charts each is worth its own.
    whose = kind if kind in ("subscription", "stream") else record.chart
    key = (whose, kind, record.event, move, effects)
    line = taken.setdefault(key, Line(at, kind, record.event, move, effects))
    line.names.append(labels.get(name) or name.partition(".")[0])
    line.count += 1


def _move(record: Record) -> str:
    if isinstance(record, Unexpected):
        return f"not expected in {_leaves(record.configuration)}"
    source, target = _leaves(record.source), _leaves(record.target)
    return f"in {source}" if source == target else f"{source} → {target}"


def _leaves(configuration: tuple[str, ...]) -> str:
    return "+".join(leaf.rpartition(".")[2] for leaf in configuration)


def _effects(record: Record, timers: bool) -> tuple[str, ...]:
    if isinstance(record, Unexpected):
        return ("ignored",)
    marks = {Request: "→ ", Emit: "• "} | ({StartTimer: "", CancelTimer: ""} if timers else {})
    return tuple(
        f"{marks[type(effect)]}{effect}" for effect in record.effects if type(effect) in marks
    )
