"""Every order's journal: what its charts did and when, to be read after an incident.

`Journal` keeps the last steps of every order in memory; given a `Disk`, it has them written to
files too. `python -m paradex_adapter.journal` reads those, and replays them through the charts.
"""

from paradex_adapter.journal.disk import Disk
from paradex_adapter.journal.memory import Journal
from paradex_adapter.journal.opening import open_journal

__all__ = ["Disk", "Journal", "open_journal"]
