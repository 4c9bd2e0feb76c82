"""Every error this package raises on purpose.

ChartError
├── DefinitionError    the class is not a chart we can run: a misspelt hook, a guard without example
├── UnexpectedEvent    an event the chart does not list in its present configuration
├── InboxFull          events arrive faster than they are handled, past the bound
├── ExplorationError   a chart cannot be walked exhaustively: no example, or beyond the bound
└── RenderError        charts cannot be drawn (`statecharts.render`)
"""

from __future__ import annotations


class ChartError(Exception):
    """The root: catch this to catch whatever this package raises on purpose."""


class DefinitionError(ChartError):
    """The class is not a chart we can run."""


class UnexpectedEvent(ChartError):
    """An event the chart does not list in its present configuration.

    From our own code (`Driver.dispatch`) this is a bug and raises. From the other side
    (`Driver.receive`) it is counted and reported, never raised.
    """

    def __init__(self, chart: str, event: str, configuration: tuple[str, ...]) -> None:
        super().__init__(f"{chart}: {event!r} is not expected in {'+'.join(configuration)}")
        self.chart = chart
        self.event = event
        self.configuration = configuration


class InboxFull(ChartError):
    """Events arrive faster than they are handled, past the bound."""


class ExplorationError(ChartError):
    """A chart cannot be walked exhaustively."""
