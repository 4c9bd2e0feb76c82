"""When two programs are in the same state: by what they hold, not by which objects they are.

Everything reachable from an object is written down as a value: fields, containers, closures,
suspended coroutines with their locals. Left out is what never decides anything here: the numbers
that only tell one timer of a driver from the next, and `UNDECIDING`. Of `COUNTERS` only the
difference counts: they are compared with what they were, and with nothing else.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from decimal import Decimal
from enum import Enum
from types import CoroutineType, FunctionType, MethodType, NoneType
from typing import Any

import msgspec

from statecharts import Driver
from statecharts.engine import Compiled

UNDECIDING = frozenset({"attempt"})
"""How often was asked makes the next wait longer, and the tenth time an alert."""
COUNTERS = frozenset({"doubts", "number"})

type Write = Callable[[_Writer, Any], Hashable]


class Leaf:
    """What is the same for all programs, or whose state is written down elsewhere."""


def likeness(*roots: object) -> Hashable:
    """A value that two programs share when they will do the same from now on."""
    return tuple(map(_Writer().write, roots))


class _Writer:
    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._kept: list[object] = []  # so that no id is given out again meanwhile
        self._counted: dict[str, int] = {}

    def write(self, thing: object) -> Hashable:
        kind = type(thing)
        if kind in ATOMS:
            return thing
        if id(thing) in self._seen:
            return "again", self._seen[id(thing)]
        self._seen[id(thing)] = len(self._seen)
        self._kept.append(thing)
        return _way_to_write(kind)(self, thing)

    def named(self, name: str, value: object) -> Hashable:
        if name in UNDECIDING:
            return None
        if name in COUNTERS:
            assert isinstance(value, int)
            return value - self._counted.setdefault(name, value)
        return self.write(value)

    def fields(self, thing: object) -> Hashable:
        found = {name: getattr(thing, name, None) for name in _slots(type(thing))}
        found |= getattr(thing, "__dict__", {})
        return type(thing), *(self.named(name, value) for name, value in found.items())

    def sequence(self, things: Any) -> Hashable:
        return tuple(map(self.write, things))

    def set_(self, things: Any) -> Hashable:
        return frozenset(map(self.write, things))

    def mapping(self, mapping: Any) -> Hashable:
        return tuple((key, self.named(key, value)) for key, value in mapping.items())

    def driver(self, driver: Driver[Any]) -> Hashable:
        return driver.name, driver.armed, self.write(driver.chart), self.write(driver._inbox)

    def chart(self, chart: Compiled) -> Hashable:
        """A hook leaves nothing in the outbox, and the place is shared by all charts there."""
        found = {name: getattr(chart, name, None) for name in _slots(type(chart))} | vars(chart)
        values = [self.named(name, value) for name, value in found.items()]
        return chart.active_leaves, *values

    def method(self, method: Any) -> Hashable:
        return method.__func__.__qualname__, self.write(method.__self__)

    def function(self, function: Any) -> Hashable:
        cells = [self.write(cell.cell_contents) for cell in function.__closure__ or ()]
        return function.__qualname__, *cells

    def coroutine(self, coroutine: Any) -> Hashable:
        frame = coroutine.cr_frame
        if frame is None:
            return "done"
        inner = coroutine.cr_await
        awaited = self.write(inner) if type(inner) is CoroutineType else None
        return frame.f_code, frame.f_lasti, self.mapping(frame.f_locals), awaited

    def leaf(self, leaf: object) -> Hashable:
        return type(leaf)

    def struct(self, struct: msgspec.Struct) -> Hashable:
        try:
            hash(struct)
        except TypeError:  # it has a list in it
            return type(struct), *map(self.write, msgspec.structs.astuple(struct))
        return struct

    def value(self, value: Any) -> Hashable:
        """A frozen dataclass. It is what it says it is, if all it holds is atoms that decide."""
        names = _slots(type(value))
        is_plain = not (UNDECIDING | COUNTERS).intersection(names)
        if is_plain and ATOMS.issuperset(type(getattr(value, name)) for name in names):
            return value
        return self.fields(value)

    def atom(self, thing: Any) -> Hashable:
        return thing


ATOMS = frozenset({NoneType, bool, int, float, str, bytes, Decimal})
WAYS: tuple[tuple[tuple[type, ...], Write], ...] = (
    ((Enum, type), _Writer.atom),
    ((Leaf,), _Writer.leaf),
    ((msgspec.Struct,), _Writer.struct),
    ((Driver,), _Writer.driver),
    ((Compiled,), _Writer.chart),
    ((set, frozenset), _Writer.set_),
    ((Counter, OrderedDict, dict), _Writer.mapping),
    ((list, tuple, deque), _Writer.sequence),
    ((MethodType,), _Writer.method),
    ((FunctionType,), _Writer.function),
    ((CoroutineType,), _Writer.coroutine),
    ((object,), _Writer.fields),
)


@functools.cache
def _way_to_write(kind: type) -> Write:
    if dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen:
        return _Writer.value
    return next(way for kinds, way in WAYS if issubclass(kind, kinds))


@functools.cache
def _slots(kind: type) -> tuple[str, ...]:
    """The slots of a class in which it keeps what it knows."""
    kinds = [base for base in kind.__mro__ if base is not Compiled]
    return tuple(name for base in kinds for name in base.__dict__.get("__slots__", ()))
