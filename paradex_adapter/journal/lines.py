"""The file: JSON Lines, UTF-8, one object a line, told apart by `line`. Version 1.

    journal  begins a file, and what each further process adds to it
    step     one event that a chart took, or did not expect
    gap      steps that are missing here

A file is only ever added to. Whatever is read from one is as the `Line`s below have it; values
inside of them are as `values` has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

import msgspec

from paradex_adapter.journal.values import plain, revived
from statecharts import (
    CancelTimer,
    Effect,
    Emit,
    Place,
    Record,
    Request,
    Snapshot,
    StartTimer,
    Step,
)

VERSION = 1

type ChartKind = Literal["order", "command"]
type Values = dict[str, object]


class Header(msgspec.Struct, frozen=True, kw_only=True, tag="journal", tag_field="line"):
    """A process begins to write. `client` is the execution client's name, `ts` as in `StepLine`."""

    version: int
    client: str
    ts: int


class Stand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a chart stood and what it remembered. `taken` counts the events of its life before:
    0 says that it was new."""

    taken: int
    states: list[str]
    fields: Values
    history: list[tuple[str, list[str]]] = []
    is_over: bool = False


class StepLine(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag="step",
    tag_field="line",
    rename={"source": "from", "target": "to"},
):
    """One event of one chart of one order.

    `ts` is our time in nanoseconds, `venue_ms` the venue's in milliseconds where its word says one.
    `from` and `to` are the leaf states active before and after; without `to` the event was not
    expected and changed nothing. `effects` are what was asked for, in order:
    `["request", what]`, `["emit", what]`, `["start", timer, seconds]`, `["cancel", timer]`.
    `stand`, in the first line of a chart and now and then, is the chart before the event.
    """

    ts: int
    order: str
    chart: ChartKind
    event: str
    source: list[str]
    target: list[str] = []
    origin: str = "remote"
    venue_ms: int = 0
    data: Values = {}
    effects: list[list[object]] = []
    stand: Stand | None = None

    @property
    def is_expected(self) -> bool:
        return bool(self.target)


class Gap(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="gap", tag_field="line"
):
    """`steps` steps are missing here (0: nobody knows how many): of one chart, or of any."""

    steps: int
    order: str = ""
    chart: str = ""
    reason: str = ""


type Line = Header | StepLine | Gap

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Header | StepLine | Gap)


def written(line: Line) -> bytes:
    """`line` as it stands in the file, with its end."""
    return _encode(line) + b"\n"


def parsed(text: bytes) -> Line:
    """One line of a file; `msgspec.DecodeError` when it is none."""
    line: Line = _decoder.decode(text)
    return line


def step_line(ts: int, record: Record) -> StepLine:
    """What happened, as it is written."""
    chart, _, order = record.chart.partition(" ")
    line = StepLine(
        ts=ts,
        order=order,
        chart=cast(ChartKind, chart),
        event=record.event,
        source=list(record.source if isinstance(record, Step) else record.configuration),
        venue_ms=_venue_ms(record.data),
        data={name: plain(value) for name, value in record.data.items()},
        stand=None if record.before is None else stand(record.before),
    )
    return _with_outcome(line, record) if isinstance(record, Step) else line


def _with_outcome(line: StepLine, step: Step) -> StepLine:
    effects = [effect_written(effect) for effect in step.effects]
    origin, target = step.origin.value, list(step.target)
    return msgspec.structs.replace(line, origin=origin, target=target, effects=effects)


def effect_written(effect: Effect) -> list[object]:
    """One effect as `StepLine.effects` has it."""
    match effect:
        case Request(what):
            return ["request", plain(what)]
        case Emit(what):
            return ["emit", plain(what)]
        case StartTimer(event, delay):
            return ["start", event, delay]
        case CancelTimer(event):
            return ["cancel", event]


def stand(taken: Snapshot) -> Stand:
    """A snapshot as it is written."""
    place = taken.place
    return Stand(
        taken=taken.taken,
        states=list(place.states),
        fields={name: plain(value) for name, value in taken.fields.items()},
        history=[(name, list(states)) for name, states in place.history],
        is_over=place.is_over,
    )


def snapshot_of(stood: Stand) -> Snapshot:
    """What `stand` was given. `JournalError` when a value cannot be read back."""
    history = tuple((name, tuple(states)) for name, states in stood.history)
    place = Place(tuple(stood.states), history, stood.is_over)
    return Snapshot(place, {name: revived(v) for name, v in stood.fields.items()}, stood.taken)


def _venue_ms(data: Mapping[str, object]) -> int:
    """When the venue says that it happened; 0 where it does not say."""
    for name, attribute in (("order", "last_updated_at"), ("fill", "created_at")):
        if name in data:
            return int(getattr(data[name], attribute, 0))
    at = data.get("venue_time", data.get("ts_event"))
    return at if isinstance(at, int) else 0
