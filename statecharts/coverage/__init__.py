"""Which transitions of which charts have been taken: recorded, counted, told.

The denominator is the chart's own table, so a transition that nobody knows of cannot be missed.
What is recorded costs nothing where nobody records: the engine has no part in it.
"""

from statecharts.coverage.recording import Recorder, Taken
from statecharts.coverage.report import Excuses, Missing, read_excuses, report

__all__ = ["Excuses", "Missing", "Recorder", "Taken", "read_excuses", "report"]
