"""`Chart`: a python-statemachine `StateChart` whose hooks record effects and perform none.

Rules
1. Hooks are synchronous and touch only `self` and the event's data: no clock, random, log, await.
2. `step()` is the only way in. It runs one event to completion and returns what was asked for.
3. A step that raises changes nothing and asks for nothing.
4. A timer bears the name of the event it sends; `start_timer` again replaces the running one.
5. A hook's name is checked when the class is created: a misspelt one would never be called.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from statemachine import State, StateChart
from statemachine.factory import StateMachineMetaclass
from statemachine.graph import iterate_states
from statemachine.state import NestedStateFactory
from statemachine.transition_list import TransitionList

from statecharts.engine import Compiled, compile_chart
from statecharts.engine import qualified as qualified
from statecharts.errors import DefinitionError

if TYPE_CHECKING:
    # The library types a nested state's `to` as something that cannot be joined with `|`.
    class _Nested(NestedStateFactory):
        def to(cls, *targets: object, **kwargs: object) -> TransitionList: ...  # type: ignore[override]

    class Compound(metaclass=_Nested):
        """Base of a nested class body: a state with states inside, one of them active."""

else:
    Compound = State.Compound

HERE: Final = None
"""The target of a transition that leaves the configuration alone: `live.to(HERE, on="note")`."""

_HOOK_PREFIXES = ("on_enter_", "on_exit_", "before_", "after_", "on_")
_GENERIC_HOOKS = {f"{when}_transition" for when in ("before", "on", "after")}


class _CheckedAtCreation(StateMachineMetaclass):
    """Refuses, when a chart class is created, what would otherwise fail silently at run time."""

    def __init__(cls, name: str, bases: tuple[type], attrs: dict[str, Any]) -> None:
        super().__init__(name, bases, attrs)
        if cls.states:
            cls._refuse_duplicate_ids()
            cls._refuse_taken_names()
            cls._refuse_orphan_hooks(attrs)
            cls._refuse_async_hooks(attrs)
            cls._refuse_entry_hook_of_initial_state()
            cls._refuse_internal_transitions_of_compounds()
            if not issubclass(cls, StateChart):  # the reference stays as python-statemachine has it
                compile_chart(cls)

    def _refuse_duplicate_ids(cls) -> None:
        seen: set[str] = set()
        for state in iterate_states(cls.states):
            if state.id in seen:
                raise DefinitionError(
                    f"{cls.__name__}: two states are called {state.id!r}; ids must differ on all "
                    "levels, rename one"
                )
            seen.add(state.id)

    def _refuse_taken_names(cls) -> None:
        names = [state.id for state in iterate_states(cls.states)] + [str(e) for e in cls._events]
        for name in names:
            if any(name in vars(ancestor) for ancestor in (Chart, Compiled, StateChart)):
                raise DefinitionError(
                    f"{cls.__name__}.{name}: every chart has an attribute of that name; "
                    "call the state or event something else"
                )

    def _refuse_entry_hook_of_initial_state(cls) -> None:
        entered = [state for state in cls.states if state.initial]
        for state in entered:
            if hasattr(cls, f"on_enter_{state.id}"):
                raise DefinitionError(
                    f"{cls.__name__}.on_enter_{state.id} would run while the chart is being made, "
                    "when nobody performs effects; do its work on the transitions that lead there"
                )
            entered += [inner for inner in state.states if inner.initial or state.parallel]

    def _refuse_async_hooks(cls, attrs: dict[str, Any]) -> None:
        for attribute, value in attrs.items():
            if inspect.iscoroutinefunction(value):
                raise DefinitionError(
                    f"{cls.__name__}.{attribute} is async: a hook cut short would leave the chart "
                    "between states; request what takes time, its end comes back as an event"
                )

    def _refuse_internal_transitions_of_compounds(cls) -> None:
        for state in iterate_states(cls.states):
            for transition in state.transitions:
                if transition.internal and transition.is_self and state.states:
                    raise DefinitionError(
                        f"{cls.__name__}.{state.id}: an internal transition to itself would leave "
                        "and re-enter what is inside; write .to(HERE) instead"
                    )

    def _refuse_orphan_hooks(cls, attrs: dict[str, Any]) -> None:
        known = set(_hook_names(cls))
        for attribute, value in attrs.items():
            is_hook = attribute.startswith(_HOOK_PREFIXES) and callable(value)
            if is_hook and attribute not in known:
                raise DefinitionError(
                    f"{cls.__name__}.{attribute} would never be called: no state or event of that "
                    "name; correct the spelling or give the function another name"
                )


def _hook_names(cls: StateMachineMetaclass) -> Iterator[str]:
    """Every name under which python-statemachine would call a method of this class."""
    yield from _GENERIC_HOOKS
    for state in iterate_states(cls.states):
        yield from (f"on_enter_{state.id}", f"on_exit_{state.id}")
    for event in cls._events:
        yield from (f"before_{event}", f"on_{event}", f"after_{event}")
    for spec in explicit_specs(cls):
        if isinstance(spec.func, str):
            yield spec.func


def explicit_specs(cls: StateMachineMetaclass) -> Iterator[Any]:
    """The callbacks named on transitions and states (`on=`, `cond=`, `enter=` …)."""
    for state in iterate_states(cls.states):
        groups: list[Iterable[Any]] = [state.enter, state.exit]
        for transition in state.transitions:
            groups += [transition.before, transition.on, transition.after, transition.cond]
        for group in groups:
            yield from (spec for spec in group if not spec.is_convention)


class Chart(Compiled, metaclass=_CheckedAtCreation):
    """One lifecycle. Subclass it with, in this order: states, events, context, guards, hooks."""

    __slots__ = ()

    catch_errors_as_events = False  # a bug in a hook is a bug: let it raise
    allow_event_without_transition = False  # an unlisted event is an error
    atomic_configuration_update = True  # a failed step leaves the old configuration
    enable_self_transition_entries = True  # a transition to itself leaves and enters
