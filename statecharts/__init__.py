"""Lifecycles as statecharts: one class is the program, the picture and the tests.

A `Chart` declares states, events and hooks; its hooks record effects. A `Driver` feeds it events
and performs the effects through `Ports`. `statecharts.explore` walks a chart exhaustively,
`statecharts.render` draws it, `statecharts.testing` has a virtual clock and recording ports.
"""

from statecharts.chart import HERE, Chart, Compound
from statecharts.driver import Driver
from statecharts.effects import CancelTimer, Effect, Emit, Request, StartTimer
from statecharts.engine import Place, Snapshot, restored, snapshot
from statecharts.errors import (
    ChartError,
    DefinitionError,
    ExplorationError,
    InboxFull,
    UnexpectedEvent,
)
from statecharts.ports import Ports, Timer, Timers
from statecharts.step import Origin, Record, Step, Unexpected

__all__ = [
    "HERE",
    "CancelTimer",
    "Chart",
    "ChartError",
    "Compound",
    "DefinitionError",
    "Driver",
    "Effect",
    "Emit",
    "ExplorationError",
    "InboxFull",
    "Origin",
    "Place",
    "Ports",
    "Record",
    "Request",
    "Snapshot",
    "StartTimer",
    "Step",
    "Timer",
    "Timers",
    "Unexpected",
    "UnexpectedEvent",
    "restored",
    "snapshot",
]
