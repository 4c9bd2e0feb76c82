"""What a chart may not have, told when its class is made, by name and with the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statemachine import Event, HistoryState, State
from statemachine.graph import iterate_states
from statemachine.transition import Transition

from statecharts.engine import conditions
from statecharts.engine.members import MISSING, Members, Value, is_assigned, member
from statecharts.engine.views import StateView
from statecharts.errors import DefinitionError

_FLAGS = {
    "catch_errors_as_events": False,
    "allow_event_without_transition": False,
    "atomic_configuration_update": True,
}


def refuse_unsupported(chart: Any, known: Members) -> None:
    """Raise `DefinitionError` if `chart` has something that is not compiled."""
    states = list(iterate_states(chart.states))
    for trouble in (*_of_class(chart), *_of_names(chart, states), *_of_states(chart, states)):
        raise DefinitionError(f"{chart.__name__}{trouble}")
    for state in states:
        _check_hooks(chart, known, state)


def _of_class(chart: Any) -> Iterator[str]:
    for name, value in _FLAGS.items():
        if getattr(chart, name) is not value:
            yield f".{name} is {value} in every chart; leave it so"
    if hasattr(chart, "prepare_event"):
        yield ".prepare_event is not supported; a hook is given what step() was given"
    if chart._class_listeners:
        yield ".listeners are not supported; a driver's observer is told of every step"
    if getattr(chart, "start_configuration_values", ()):
        yield ".start_configuration_values are not supported; mark one state as initial"
    for event in chart._events:
        if event.delay:
            yield f".{event} has a delay; a hook starts a timer of that name instead"


def _of_names(chart: Any, states: list[State]) -> Iterator[str]:
    events = {str(event) for event in chart._events}
    for state in states:
        meaning = member(chart, state.id)
        if is_assigned(chart, state.id) or not (
            meaning is MISSING
            or isinstance(meaning, State | StateView)
            or (isinstance(meaning, Event) and state.id in events)
        ):
            yield f".{state.id} is a state and an attribute; call one of them something else"


def _of_states(chart: Any, states: list[State]) -> Iterator[str]:
    for state in states:
        if isinstance(state, HistoryState):
            yield from _of_history(state)
        hooks = ("on_invoke_state", f"on_invoke_{state.id}")
        if any(not spec.is_convention for spec in state.invoke) or any(
            hasattr(chart, hook) for hook in hooks
        ):
            yield f".{state.id} invokes something; request it, and let its end be an event"
        for transition in state.transitions:
            if any(transition.validators):
                yield f".{state.id} has a transition with validators; write a guard instead"


def _of_history(state: HistoryState) -> Iterator[str]:
    if state.parent is None:
        yield f".{state.id} is a history state outside of any state; put it into the one it is of"
    if not state.transitions:
        yield f".{state.id} is a history state without a default; add {state.id}.to(<state>)"


def _check_hooks(chart: Any, known: Members, state: State) -> None:
    """Resolve everything once: what cannot be is refused by what resolves it."""
    groups = [state.enter, state.exit]
    for transition in state.transitions:
        groups += [transition.before, transition.on, transition.after]
        _check_guards(known, transition)
    for group in groups:
        for spec in group:
            if isinstance(known.resolve(spec), Value):
                raise DefinitionError(
                    f"{chart.__name__}.{spec.func} is named as a hook and is no method"
                )


def _check_guards(known: Members, transition: Transition) -> None:
    for spec in transition.cond:
        if isinstance(spec.func, str):
            conditions.as_python(spec.func, lambda name: str(known.named(name)))
        else:
            known.resolve(spec)
