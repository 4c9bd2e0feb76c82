"""Making the journal of an execution client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from paradex_adapter.journal.disk import Disk
from paradex_adapter.journal.memory import Journal


def open_journal(
    client: str, folder: str | None, alert: Callable[[str, Exception], None]
) -> Journal:
    """A journal in memory and, where a folder is named, in files there. `alert` is as in `Disk`.
    `ConfigError` when the folder cannot be used."""
    if folder is None:
        return Journal(client)
    return Journal(client, Disk(Path(folder).expanduser(), client, alert))
