"""A journal's steps in few words, for tables and pictures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from paradex_adapter.journal.lines import StepLine
from paradex_adapter.journal.reading import Story

NANOS = 1_000_000_000

TROUBLE_STATES = {"unconfirmed.unknown": "unknown", "live.stale": "stale"}
TROUBLE_FACTS = {
    "OrderUnresolved": "unresolved",
    "OrderDisputed": "disputed",
    "OrderCancelRejected": "cancel rejected",
    "OrderModifyRejected": "change rejected",
}

SAID = {
    "Order": "{status} {cancel_reason} {remaining_size} of {size} @ {price} {request_info}",
    "RequestInfo": "({status} {message})",
    "Fill": "{size} @ {price} {liquidity} {id}",
    "Change": "{size} @ {price}",
    "VenueError": "{code}: {message}",
    "Unauthorized": "{code}: {message}",
}
"""What is told of a shape."""
NAMED = frozenset({"venue_time", "ts_event", "attempts"})
"""Numbers that say nothing without their names."""


def clock(ts: int) -> str:
    """`21:05:01.123456`, UTC."""
    return f"{_when(ts):%H:%M:%S}.{ts % NANOS // 1_000:06}"


def date(ts: int) -> str:
    """`2025-11-22`, UTC."""
    return f"{_when(ts):%Y-%m-%d}"


def _when(ts: int) -> datetime:
    """A venue may say any number: what no calendar has is its first day."""
    try:
        return datetime.fromtimestamp(ts // NANOS, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.min


def elapsed(since: int, ts: int) -> str:
    """`+12.345 ms`"""
    return f"{(ts - since) / 1e6:+,.3f} ms"


def move(line: StepLine) -> str:
    """`live.accepted → ended.filled`"""
    if not line.is_expected:
        return f"{leaf(line.source)}: not expected"
    before, after = leaf(line.source), leaf(line.target)
    return before if before == after else f"{before} → {after}"


def leaf(states: list[str]) -> str:
    """One leaf state, or several of them."""
    return "+".join(states)


def state(story: Story, chart: str = "order") -> str:
    """Where a chart was last known to be; "" when nothing is known of it."""
    lines = [line for line in story.steps if line.chart == chart]
    return leaf(lines[-1].target or lines[-1].source) if lines else ""


def carried(line: StepLine) -> str:
    """What the event brought."""
    return ", ".join(filter(None, (_value(name, value) for name, value in line.data.items())))


def effect(written: list[object]) -> str:
    """`CreateOrder`, `OrderFilled(1 @ 3120.55 MAKER F-1)`, `start ask_again 0.25 s`"""
    match written:
        case ["request" | "emit", dict(what)]:
            inside = _inside(what)
            return f"{what.get('$')}({inside})" if inside else str(what.get("$"))
        case ["start", timer, seconds]:
            return f"start {timer} {seconds} s"
    return " ".join(map(str, written))


def troubles(story: Story) -> list[str]:
    """What one may have to look at: `["unknown ×2", "steps missing"]`."""
    found = Counter(mark for line in story.steps for mark in _marks(line))
    if story.gaps:
        found["steps missing"] = 1
    return [f"{mark} ×{count}" if count > 1 else mark for mark, count in found.items()]


def _marks(line: StepLine) -> Iterator[str]:
    if not line.is_expected:
        yield "unexpected"
    elif line.source != line.target:
        yield from (TROUBLE_STATES[each] for each in line.target if each in TROUBLE_STATES)
    for written in line.effects:
        match written:
            case ["emit", {"$": str(fact)}] if fact in TROUBLE_FACTS:
                yield TROUBLE_FACTS[fact]


def _inside(what: dict[str, object]) -> str:
    """What a request or a fact says besides its own name and its order's."""
    told = {name: value for name, value in what.items() if name not in ("$", "client_order_id")}
    return ", ".join(filter(None, (_value(name, value) for name, value in told.items())))


def _value(name: str, value: object) -> str:
    match value:
        case {"$": str(kind), **fields} if kind in SAID:
            told: dict[str, str] = {str(field): _value("", each) for field, each in fields.items()}
            return " ".join(SAID[kind].format_map(defaultdict(str, told)).split()).rstrip(" @:")
        case {"is": list(those)}:
            return f"{len(those)} {name}"
        case {"is": it}:
            return f"{name} {it}".strip()
        case {"$": kind}:
            return str(kind)
        case "" | False | None:
            return ""
    return f"{name} {value}" if name in NAMED else str(value)
