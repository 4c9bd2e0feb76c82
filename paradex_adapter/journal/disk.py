"""`Disk`: has every step written to files, by a thread of its own.

Rules
1. `put` only queues. A full queue or a full disk costs lines and nothing else: what is missing is
   counted, and said in the file as soon as it can be.
2. A line is one write, made at once: it stands when the process is killed. Nothing is synced: what
   the system had not written when the machine went down is lost.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from paradex_adapter.errors import ConfigError
from paradex_adapter.journal.files import FILE_BYTES, KEPT_FILES, Files
from paradex_adapter.journal.lines import Gap, step_line
from statecharts import Record

WAITING = 10_000
"""How many steps may wait for the disk."""
CLOSING_SECS = 2.0

type Waiting = tuple[int, Record] | Gap


class Disk:
    """A journal's files in one folder, those of one execution client."""

    def __init__(
        self,
        folder: Path,
        client: str,
        alert: Callable[[str, Exception], None],
        *,
        file_bytes: int = FILE_BYTES,
        kept_files: int = KEPT_FILES,
        waiting: int = WAITING,
    ) -> None:
        """`alert` is called from another thread, once when writing begins to fail and once when it
        does so again later; it must not raise. `ConfigError` when the folder cannot be used."""
        _make(folder)
        self._client = client
        self._alert = alert
        self._most = waiting
        self._files = Files(folder, client, file_bytes, kept_files)
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._unqueued = 0
        self._unwritten = 0
        self._is_failing = False

    def put(self, ts: int, record: Record) -> None:
        """Have a step written, soon. Never waits, never raises."""
        if self._queue.qsize() >= self._most:
            self._unqueued += 1
            return
        if self._unqueued:
            self._own_up()
        self._queue.put((ts, record))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Write what waits, in at most `CLOSING_SECS`. Putting more opens the files again."""
        thread = self._thread
        if thread is None:
            return
        if self._unqueued:
            self._own_up()
        self._queue.put(None)
        thread.join(CLOSING_SECS)

    def _own_up(self) -> None:
        """Have the file say, here, how many steps the queue did not take."""
        self._queue.put(Gap(steps=self._unqueued, reason="too fast for the disk"))
        self._unqueued = 0

    # The thread

    def _run(self) -> None:
        while (waiting := self._queue.get()) is not None:
            self._attempt(lambda: self._write(waiting), _steps(waiting))
        self._attempt(self._write_gap, 0)
        self._files.close()
        self._thread = None

    def _attempt(self, work: Callable[[], None], steps: int) -> None:
        try:
            work()
        except Exception as error:  # the task boundary: no order waits for this
            self._fail(steps, error)

    def _write(self, waiting: Waiting) -> None:
        self._write_gap()
        self._files.append(waiting if isinstance(waiting, Gap) else step_line(*waiting))
        self._is_failing = False

    def _write_gap(self) -> None:
        if self._unwritten:
            self._files.append(Gap(steps=self._unwritten, reason="the disk failed"))
            self._unwritten = 0

    def _fail(self, steps: int, error: Exception) -> None:
        self._unwritten += steps
        if not self._is_failing:
            self._is_failing = True
            self._alert(f"the journal of {self._client} is losing steps", error)


def _steps(waiting: Waiting) -> int:
    return waiting.steps if isinstance(waiting, Gap) else 1


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError("this user may not write to it")
    except OSError as error:
        raise ConfigError(
            f"journal_dir {str(folder)!r} cannot be used ({error}): name a folder to write to"
        ) from None
