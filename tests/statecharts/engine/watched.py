"""A chart whose hooks and guards are watched, whose guards answer as told, and which fails at will.

The same subclass is made compiled and by `reference`, so that both can be asked the same.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from statemachine import State
from statemachine.graph import iterate_states
from statemachine.spec_parser import names_in_boolean_expr
from statemachine.transition import Transition

from statecharts import Chart
from statecharts.engine.views import ActiveState


class Fault(Exception):
    """A bug in a hook or a guard, put there by the test."""


@dataclass(frozen=True, slots=True)
class Call:
    """A hook or guard that was called: what it was given, and where the chart seemed to be."""

    name: str
    given: tuple[tuple[str, object], ...]
    where: tuple[str, ...]


@dataclass(slots=True)
class Watch:
    """What one chart was seen to do, and how its guards are to answer."""

    answers: dict[str, bool] = field(default_factory=dict)
    fault: int | None = None
    calls: list[Call] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def begin(self, answers: dict[str, bool], fault: int | None) -> None:
        self.answers, self.fault = answers, fault
        self.calls, self.asked = [], []

    def note(self, chart: Any, name: str, given: dict[str, object]) -> None:
        told = tuple((key, _plain(chart, value)) for key, value in sorted(given.items()))
        self.calls.append(Call(name, told, chart.active_leaves))
        if self.fault == len(self.calls) - 1:
            raise Fault(f"call {self.fault} is {name}")

    def answer(self, guard: str) -> bool:
        """As told. A guard that nobody thought of says yes, and is remembered."""
        if guard not in self.answers:
            self.asked.append(guard)
            self.answers = {**self.answers, guard: True}
        return self.answers[guard]


def watched(chart: type[Chart]) -> type[Chart]:
    """A subclass of `chart` under watch: `chart._watch` tells."""
    asked = guards(chart)

    def __init__(self: Any, *arguments: object) -> None:
        self._watch = Watch()
        chart.__init__(self, *arguments)

    body: dict[str, object] = {"__init__": __init__, "__module__": f"{chart.__module__}.watched"}
    for name in asked:
        body[name] = _guard(name, getattr(chart, name, None))
    for name in set(_hooks(chart)).difference(asked):
        body[name] = _hook(name, getattr(chart, name))
    return types.new_class(chart.__name__, (chart,), exec_body=lambda ns: ns.update(body))


def _hooks(chart: type[Chart]) -> Iterator[str]:
    """The names of the methods of `chart` that python-statemachine calls as hooks."""
    for state in iterate_states(chart.states):
        groups = [state.enter, state.exit]
        for transition in state.transitions:
            groups += [transition.before, transition.on, transition.after]
        names = {spec.func for group in groups for spec in group if isinstance(spec.func, str)}
        methods = (name for name in sorted(names) if hasattr(chart, name))
        yield from (m for m in methods if inspect.isfunction(inspect.getattr_static(chart, m)))


def guards(chart: type[Chart]) -> tuple[str, ...]:
    """The names in the guards of `chart`."""
    return tuple(dict.fromkeys(_guards(chart)))


def _guards(chart: type[Chart]) -> Iterator[str]:
    for state in iterate_states(chart.states):
        for transition in state.transitions:
            for spec in transition.cond:
                if isinstance(spec.func, str):
                    yield from sorted(names_in_boolean_expr(spec.func))


def _hook(name: str, original: Callable[..., object]) -> Callable[..., object]:
    names = _names(original)

    @functools.wraps(original)
    def hook(self: Any, *args: object, **kwargs: object) -> object:
        self._watch.note(self, name, dict(zip(names, args, strict=False)) | kwargs)
        return original(self, *args, **kwargs)

    return hook


def _guard(name: str, original: Any) -> object:
    """A guard of the same kind. One that is a field or property stays something to read."""
    if not inspect.isfunction(original):

        def read(self: Any) -> bool:
            self._watch.note(self, name, {})
            return bool(self._watch.answer(name))

        return property(read, lambda self, value: None)
    signature = inspect.signature(original)
    names = list(signature.parameters)[1:]

    @functools.wraps(original)
    def guard(self: Any, *args: object, **kwargs: object) -> object:
        given = dict(zip(names, args, strict=False)) | kwargs
        self._watch.note(self, name, given)
        signature.bind(self, **given)
        return self._watch.answer(name)

    return guard


def _names(function: Callable[..., object]) -> list[str]:
    return list(inspect.signature(function).parameters)[1:]


def _plain(chart: Any, value: object) -> object:
    """What can be compared of what the engines hand to hooks."""
    if value is chart:
        return "the chart"
    if isinstance(value, State | ActiveState):
        return ("state", value.id)
    if isinstance(value, Transition):
        return ("transition", id(value))
    return str(value) if isinstance(value, str) else value
