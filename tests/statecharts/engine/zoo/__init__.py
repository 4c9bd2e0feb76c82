"""Charts of every shape: for each construct that is compiled, a chart that is made of it."""

from __future__ import annotations

from statecharts.explore import Example
from tests.statecharts.engine.zoo.calling import Conditions, Generic, Given
from tests.statecharts.engine.zoo.following import Circle, Done, Eventless
from tests.statecharts.engine.zoo.history import DeepHistory, RegionsRemembered, Shallow
from tests.statecharts.engine.zoo.nesting import Deep, Flat, Nested, Selfish, Shy
from tests.statecharts.engine.zoo.regions import DoneRegions, NestedRegions, Regions

_HOUR = {"hour": 9}
_XYZ = {"x": 1, "y": 2, "z": 0}

ZOO = (
    Example(Flat, (), dict.fromkeys(("begin", "rest", "quit"), _HOUR)),
    Example(Nested),
    Example(Deep),
    Example(Regions),
    Example(NestedRegions),
    Example(Shallow),
    Example(DeepHistory),
    Example(RegionsRemembered),
    Example(Eventless, (), {"begin": _HOUR}),
    Example(Circle),
    Example(Done),
    Example(DoneRegions),
    Example(Selfish),
    Example(Shy),
    Example(Generic),
    Example(Conditions, (5,), {"plain": {"lock": "k"}, "equal": {"lock": "k"}}),
    Example(Given, (), dict.fromkeys(("none", "some", "many"), _XYZ)),
)
