"""A state seen from one chart: `chart.session.is_active`."""

from __future__ import annotations

from typing import Any, overload

from statemachine import State


class StateView:
    """Stands for a state in the class body: the state itself there, `ActiveState` of a chart."""

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    @overload
    def __get__(self, chart: None, owner: type) -> State: ...
    @overload
    def __get__(self, chart: Any, owner: type) -> ActiveState: ...
    def __get__(self, chart: Any, owner: type) -> State | ActiveState:
        return self._state if chart is None else ActiveState(chart, self._state)


class ActiveState:
    """One state of one chart. It has what the state has, and knows whether it is active."""

    __slots__ = ("_chart", "_state")

    def __init__(self, chart: Any, state: State) -> None:
        self._chart = chart
        self._state = state

    @property
    def is_active(self) -> bool:
        """Whether the chart is in this state now."""
        return self._state.id in self._chart._at.active

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._state, name)
        return ActiveState(self._chart, value) if isinstance(value, State) else value

    def __eq__(self, other: object) -> bool:
        return bool(self._state == (other._state if isinstance(other, ActiveState) else other))

    def __hash__(self) -> int:
        return hash(self._state)

    def __repr__(self) -> str:
        return repr(self._state)
