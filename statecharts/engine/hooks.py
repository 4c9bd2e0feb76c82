"""The hooks and guards of a chart as source text, python-statemachine's rules of calling worked in.

In which order hooks run, which are one and the same named twice, and what each parameter is given
are settled here once, not at each call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import Parameter
from typing import Any

from statemachine.callbacks import SpecReference
from statemachine.transition import Transition

from statecharts.engine import conditions
from statecharts.engine.members import Members, Method, Value
from statecharts.engine.planner import Group

type Constants = dict[str, object]
"""What generated code refers to by name."""

type Told = Mapping[str, object]
"""What a hook may be told of the transition, by the name of its parameter."""


class Hooks:
    """Writes the calls of one chart class."""

    def __init__(self, members: Members) -> None:
        self._members = members

    def calls(self, group: Group, event: str | None, constants: Constants) -> list[str]:
        """The statements that call the hooks of `group` when `event` is taken, in order."""
        found = [(spec, self._members.resolve(spec)) for spec in group.specs]
        distinct = _distinct((hook.key, spec, hook) for spec, hook in found if hook is not None)
        told = {**group.told, "event": event}
        return [
            _write(hook, told, constants)
            for spec, hook in distinct
            if spec.cond is None or spec.cond(event=event)
        ]

    def guard(self, transition: Transition, event: str | None, constants: Constants) -> str:
        """The expression that says whether `transition` is enabled; `""`: it always is."""
        told = {
            "event": event,
            "transition": transition,
            "source": transition.source,
            "target": transition.target,
            "state": transition.source,
        }

        def atom(name: str) -> str:
            return _write(self._members.named(name), told, constants)

        answers = _distinct(self._answer(spec, atom, told, constants) for spec in transition.cond)
        return " and ".join(
            answer if spec.expected_value else f"not {answer}" for spec, answer in answers
        )

    def _answer(
        self, spec: Any, atom: conditions.Atom, told: Told, constants: Constants
    ) -> tuple[str, Any, str]:
        if spec.reference is SpecReference.NAME:
            return conditions.key(spec.func), spec, conditions.as_python(spec.func, atom)
        hook = self._members.resolve(spec)
        assert hook is not None
        return hook.key, spec, _write(hook, told, constants)


def _distinct[T](found: Iterable[tuple[str, Any, T]]) -> list[tuple[Any, T]]:
    """Each once, as first named, in the order in which python-statemachine runs them."""
    first: dict[str, tuple[Any, T]] = {}
    for key, spec, what in found:
        first.setdefault(key, (spec, what))
    return sorted(first.values(), key=lambda entry: int(entry[0].priority))


def _write(hook: Method | Value, told: Told, constants: Constants) -> str:
    """The expression that calls or reads `hook`."""
    if isinstance(hook, Value):
        return f"self.{hook.name}"
    target = f"self.{hook.name}" if hook.name else _constant(hook.function, constants)
    first = ["self"] if hook.takes_self else []

    def value(parameter: Parameter) -> str:
        if parameter.name == "machine":
            return "self"
        if parameter.name in told:
            return _constant(told[parameter.name], constants)
        return f"data[{parameter.name!r}]"

    written = [
        f"{each.name}={value(each)}" if each.kind is Parameter.KEYWORD_ONLY else value(each)
        for each in hook.parameters
    ]
    call = f"{target}({', '.join(first + written)})"
    wanted = [p.name for p in hook.parameters if p.name not in told and p.name != "machine"]
    if not wanted:
        return call
    rest = [f"{p.name}={value(p)}" for p in hook.parameters if p.name not in wanted]
    if len(wanted) > 1:
        rest.append(f"**{_constant(given, constants)}(data, {tuple(wanted)!r})")
    present = " and ".join(f"{name!r} in data" for name in wanted)
    return f"({call} if {present} else {target}({', '.join(first + rest)}))"


def given(data: Mapping[str, object], names: tuple[str, ...]) -> dict[str, object]:
    """What there is of `names`: Python itself names the rest when the hook is called."""
    return {name: data[name] for name in names if name in data}


def _constant(value: object, constants: Constants) -> str:
    if value is None or isinstance(value, str):
        return repr(value)
    name = f"c{len(constants)}"
    constants[name] = value
    return name
