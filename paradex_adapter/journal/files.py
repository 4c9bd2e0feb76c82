"""`Files`: the journal files of one client in one folder, written one after the other."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

from paradex_adapter.journal.lines import VERSION, Header, Line, written

SUFFIX = ".jsonl"
FILE_BYTES = 16 * 1024 * 1024
KEPT_FILES = 8
"""Of one client: 128 MiB in all, or some ten thousand orders."""

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
_OWNER_ONLY = 0o600


def name_of(client: str, number: int) -> str:
    """`PARADEX.000001.jsonl`; whatever of a client's name no file may be called is escaped."""
    return f"{quote(client, safe='')}.{number:06}{SUFFIX}"


def client_and_number(path: Path) -> tuple[str, int] | None:
    """What `name_of` was given; None for a file of another name."""
    client, _, number = path.name.removesuffix(SUFFIX).rpartition(".")
    is_ours = path.suffix == SUFFIX and bool(client) and number.isdecimal()
    return (unquote(client), int(number)) if is_ours else None


class Files:
    """Appends lines to the file with the highest number; at `file_bytes` begins the next one and
    removes the oldest, so that `kept_files` remain. Whatever it raises is an `OSError`."""

    def __init__(
        self,
        folder: Path,
        client: str,
        file_bytes: int = FILE_BYTES,
        kept_files: int = KEPT_FILES,
    ) -> None:
        self._folder = folder
        self._client = client
        self._file_bytes = file_bytes
        self._kept_files = kept_files
        self._number = 0
        self._file: int | None = None
        self._is_torn = False  # whether the file ends within a line

    def append(self, line: Line) -> None:
        """Write one line, in one piece. If it is not, what follows begins on a line of its own."""
        self._write(self._open_file(), written(line))

    def close(self) -> None:
        """Close the file. Appending opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open_file(self) -> int:
        if self._file is not None:
            status = os.fstat(self._file)
            if status.st_nlink and status.st_size < self._file_bytes:
                return self._file
            self.close()  # it is full, or somebody has removed it
        return self._open_next()

    def _open_next(self) -> int:
        number = max(self._number, 1, *self._numbers())
        path = self._folder / name_of(self._client, number)
        if path.exists() and path.stat().st_size >= self._file_bytes:
            number, path = number + 1, self._folder / name_of(self._client, number + 1)
        file = self._file = os.open(path, _FLAGS, _OWNER_ONLY)
        self._number, self._is_torn = number, _ends_within_a_line(file)
        self._prune()
        self._begin(file)
        return file

    def _begin(self, file: int) -> None:
        header = Header(version=VERSION, client=self._client, ts=time.time_ns())
        try:
            self._write(file, written(header))
        except OSError:
            self.close()  # whoever opens it next tries again
            raise

    def _write(self, file: int, text: bytes) -> None:
        if self._is_torn:
            text = b"\n" + text
        self._is_torn = True
        taken = os.write(file, text)
        if taken < len(text):
            raise OSError(f"the disk took {taken} of {len(text)} bytes of a line")
        self._is_torn = False

    def _numbers(self) -> list[int]:
        found = map(client_and_number, self._folder.glob(f"*{SUFFIX}"))
        return [each[1] for each in found if each is not None and each[0] == self._client]

    def _prune(self) -> None:
        for number in self._numbers():
            if number <= self._number - self._kept_files:
                with suppress(OSError):  # an old file that stays is no reason to write no new one
                    (self._folder / name_of(self._client, number)).unlink()


def _ends_within_a_line(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"
