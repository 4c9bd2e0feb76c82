"""The reference: the same chart run by python-statemachine. Slow, and the definition of right.

What is repaired here is listed, with the reasons, in `statecharts.engine.divergences`.
"""

from __future__ import annotations

from types import SimpleNamespace, new_class
from typing import Any, Self, cast

from statemachine import State, StateChart
from statemachine.engines.sync import SyncEngine
from statemachine.event import BoundEvent
from statemachine.event_data import TriggerData
from statemachine.exceptions import TransitionNotAllowed
from statemachine.graph import iterate_states
from statemachine.orderedset import OrderedSet
from statemachine.transition import Transition

from statecharts.effects import Effect
from statecharts.engine.circles import refuse_endless
from statecharts.engine.configuration import qualified, within_a_step
from statecharts.engine.outbox import NOWHERE
from statecharts.errors import UnexpectedEvent


class Engine(SyncEngine):
    """python-statemachine's engine with its faults mended, for the reference and for the plans."""

    microsteps = 0

    @classmethod
    def standing_in(cls, machine: Any) -> Self:
        """One that plans and never runs; `machine` has what the planners look at."""
        engine = cls.__new__(cls)
        engine.sm = machine
        engine.running = True
        engine._log_id = ""
        engine._debug = lambda *_, **__: None
        engine._invoke_manager = cast(Any, SimpleNamespace(cancel_all=lambda: None))
        return engine

    def _add_history_states_to_enter(
        self, info: Any, state: Any, to_enter: Any, by_default: Any, content: Any
    ) -> None:
        super()._add_history_states_to_enter(info, state, to_enter, by_default, content)
        around = state.parent.id
        content[around] = [default for default in content[around] if default is not info]

    def _prepare_entry_states(self, transitions: Any, left: Any, before: Any) -> Any:
        *entering, after = super()._prepare_entry_states(transitions, left, before)
        return *entering, OrderedSet(sorted(after, key=lambda state: int(state.document_order)))

    def _handle_final_state(self, target: State, on_entry_result: list[object]) -> None:
        super()._handle_final_state(target, [])

    def _conditions_match(self, transition: Transition, trigger_data: Any) -> Any:
        chart: Any = self.sm
        outbox, chart._outbox = chart._outbox, NOWHERE
        try:
            return super()._conditions_match(transition, trigger_data)
        finally:
            chart._outbox = outbox

    def microstep(self, transitions: list[Transition], trigger_data: Any) -> Any:
        self.microsteps += 1
        refuse_endless(type(self.sm).__name__, self.microsteps)
        return super().microstep(transitions, trigger_data)


def number_in_document_order(chart: Any) -> None:
    """Give the states of a chart class their places in the text, outer before inner before next.

    python-statemachine sorts by these, and numbers nested levels each on its own: whenever a class
    is made, also a subclass, which has the same states. So it is done before they are sorted.
    """
    for order, state in enumerate(iterate_states(chart.states), start=1):
        state.document_order = order


class _OnPythonStatemachine:
    """What a chart on the reference does differently from a compiled one, to the same effect."""

    __slots__ = ()
    _start = None

    def _start_otherwise(self: Any) -> None:
        number_in_document_order(type(self))
        StateChart.__init__(self)

    def step(self: Any, event: str, **data: object) -> tuple[Effect, ...]:
        if self._engine._processing.locked():
            raise within_a_step(type(self).__name__, event)
        before = self.current_state_value, dict(self.history_values), self._engine.running
        self._outbox = ()
        try:
            _run(self, event, data)
            return cast(tuple[Effect, ...], self._outbox)
        except TransitionNotAllowed as error:
            _restore(self, *before)
            raise UnexpectedEvent(type(self).__name__, event, self.active_leaves) from error
        except BaseException:
            _restore(self, *before)
            raise
        finally:
            self._outbox = NOWHERE

    @property
    def active_leaves(self: Any) -> tuple[str, ...]:
        active = {state.id for state in self.configuration}
        states = iterate_states(type(self).states)  # in document order
        return tuple(qualified(s) for s in states if s.id in active and not s.states)

    def _get_engine(self: Any) -> Engine:
        return Engine(self)


def _run(chart: Any, event: str, data: dict[str, object]) -> None:
    """`StateChart.send`, but it keeps no names of the data for itself."""
    number_in_document_order(type(chart))
    chart._engine.microsteps = 0
    chart._put_nonblocking(TriggerData(chart, BoundEvent(event, _sm=chart), kwargs=data))
    chart._processing_loop()


def _restore(chart: Any, state: Any, history: dict[str, list[State]], is_running: bool) -> None:
    chart.current_state_value = state
    chart.history_values = history
    chart._engine.running = is_running
    chart._engine._root_parallel_final_pending = None
    chart._engine.clear()


def reference[C](chart: type[C]) -> type[C]:
    """`chart` run by python-statemachine: made, stepped and asked in the same way."""
    made = vars(chart).get("_reference")
    if made is None:
        names = {name: getattr(chart, name) for name in ("__module__", "__qualname__", "__doc__")}
        bases = (_OnPythonStatemachine, chart, StateChart)
        made = new_class(chart.__name__, bases, exec_body=lambda body: body.update(names))
        cast(Any, chart)._reference = made
    return cast(type[C], made)
