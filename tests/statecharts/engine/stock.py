"""A chart run by python-statemachine as it comes, with nothing mended."""

from __future__ import annotations

import types
from typing import Any

from statemachine import StateChart
from statemachine.exceptions import TransitionNotAllowed
from statemachine.factory import StateMachineMetaclass

from statecharts import Chart, UnexpectedEvent
from statecharts.engine import qualified
from statecharts.engine.outbox import NOWHERE


class _AsItComes:
    _start = None

    def _start_otherwise(self: Any) -> None:
        StateMachineMetaclass._initials_by_document_order(type(self), list(self.states))
        self._outbox = ()
        StateChart.__init__(self)
        self._outbox = NOWHERE

    def step(self: Any, event: str, **data: object) -> object:
        self._outbox = ()
        try:
            self.send(event, **data)
            return self._outbox
        except TransitionNotAllowed as error:
            raise UnexpectedEvent(type(self).__name__, event, self.active_leaves) from error
        finally:
            self._outbox = NOWHERE

    @property
    def active_leaves(self: Any) -> tuple[str, ...]:
        states = sorted(self.configuration, key=lambda state: int(state.document_order))
        return tuple(qualified(state) for state in states if not state.states)


def stock(chart: type[Chart]) -> Any:
    """`chart` on python-statemachine 3.2.2, stepped by `send`."""
    return types.new_class(chart.__name__, (_AsItComes, chart, StateChart))
