"""What the names in a chart's body mean: methods to call, and fields and properties to read."""

from __future__ import annotations

import dis
import inspect
from dataclasses import dataclass
from inspect import Parameter
from types import FunctionType
from typing import Any

from statemachine import Event, State
from statemachine.callbacks import SpecReference

from statecharts.engine.views import StateView
from statecharts.errors import DefinitionError

MISSING = object()
"""What a name means that nobody gave a meaning."""
_UNAVAILABLE = frozenset({"event_data", "model", "previous_configuration", "new_configuration"})
"""Parameters that python-statemachine gives a value of its own, and a compiled chart has none."""


@dataclass(frozen=True, slots=True)
class Method:
    """Something to call, as `self.<name>`, or `function` itself when it has no such name.

    `key` is what python-statemachine tells it from others by. `parameters` are without `self`.
    """

    key: str
    name: str
    function: Any
    takes_self: bool
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """Something to read, as `self.<name>`."""

    key: str
    name: str


class Members:
    """What hooks and guards mean in one chart class, each worked out once."""

    def __init__(self, chart: Any) -> None:
        self._chart = chart
        self._named: dict[str, Method | Value] = {}

    def resolve(self, spec: Any) -> Method | Value | None:
        """What `spec` of a hook or a guard means. None: a conventional name not in use."""
        if spec.reference is SpecReference.PROPERTY:
            return self.named(spec.attr_name)
        if spec.reference is SpecReference.CALLABLE:
            return _given(self._chart, spec)
        if spec.is_convention and member(self._chart, spec.func) is MISSING:
            return None
        return self.named(spec.func)

    def named(self, name: str) -> Method | Value:
        """What `name` means in the body of the chart and in those that it inherits from."""
        if name not in self._named:
            self._named[name] = _named(self._chart, name)
        return self._named[name]


def _named(chart: Any, name: str) -> Method | Value:
    found = member(chart, name)
    if isinstance(found, Event | State | StateView):
        raise DefinitionError(
            f"{chart.__name__}.{name} is a state or an event and named as a hook or guard; "
            "name a method"
        )
    if found is MISSING:
        if is_assigned(chart, name):
            return Value(name, name)
        raise DefinitionError(
            f"{chart.__name__}.{name} is named as a hook or guard, and there is no method, "
            "property or field of that name; correct the spelling"
        )
    if not callable(_bound(chart, found)):
        return Value(name, name)
    return Method(name, name, None, False, _parameters(chart, name, _bound(chart, found)))


def _given(chart: Any, spec: Any) -> Method:
    """A hook given as an object: a method when the chart has it under its name."""
    name, function = spec.attr_name, spec.func
    if spec.is_bounded or member(chart, spec.lookup_name) is not function:
        key = f"{name}-{id(function)}@None"
        return Method(key, "", function, False, _parameters(chart, name, function))
    parameters = _parameters(chart, name, function.__get__(chart, type(chart)))
    return Method(spec.lookup_name, "", function, True, parameters)


def member(chart: Any, name: str) -> Any:
    """The attribute as the class body has it, unbound; never one of the metaclass."""
    return next((vars(c)[name] for c in chart.__mro__ if name in vars(c)), MISSING)


def _bound(chart: Any, found: Any) -> Any:
    """`found` as an instance would have it, as far as its signature is concerned."""
    if isinstance(found, FunctionType | classmethod | staticmethod):
        return found.__get__(chart, chart if isinstance(found, classmethod) else type(chart))
    return None if inspect.isdatadescriptor(found) else found


def _parameters(chart: Any, name: str, bound: Any) -> tuple[Parameter, ...]:
    where = f"{chart.__name__}.{name}"
    if inspect.iscoroutinefunction(bound) or inspect.isasyncgenfunction(bound):
        raise DefinitionError(
            f"{where} is async: a hook asks for what takes time, and how it ended comes back as "
            "an event"
        )
    try:
        parameters = inspect.signature(bound).parameters.values()
    except ValueError as error:
        raise DefinitionError(f"{where} cannot be called as a method: {error}") from error
    for parameter in parameters:
        if parameter.kind in (Parameter.VAR_KEYWORD, Parameter.POSITIONAL_ONLY):
            raise DefinitionError(
                f"{where} has the parameter {str(parameter)!r}: hooks are given what they name, "
                "so name what it needs"
            )
        if parameter.name in _UNAVAILABLE:
            raise DefinitionError(
                f"{where} has the parameter {parameter.name!r}: python-statemachine's own "
                "objects are not there in a compiled chart; self has what it needs"
            )
    return tuple(each for each in parameters if each.kind is not Parameter.VAR_POSITIONAL)


def is_assigned(chart: Any, name: str) -> bool:
    """Whether a function of the chart assigns a field of this name."""
    return any(
        instruction.opname == "STORE_ATTR" and instruction.argval == name
        for cls in chart.__mro__
        for function in vars(cls).values()
        if isinstance(function, FunctionType) and name in function.__code__.co_names
        for instruction in dis.get_instructions(function)
    )
