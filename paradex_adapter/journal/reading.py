"""Journals as they were written, order by order.

A line is torn when a process was killed, or a disk full, in the middle of it. So one may stand at
the end of a file or before the line that says what happened: a new process, or a gap. It is told,
and passed over. Anything else that is no line is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import msgspec

from paradex_adapter.errors import JournalError
from paradex_adapter.journal.files import SUFFIX, client_and_number
from paradex_adapter.journal.lines import VERSION, Gap, Header, Line, StepLine, parsed

type Chapter = StepLine | Gap


@dataclass(slots=True)
class Story:
    """One order: its steps in their order, with the gaps among them."""

    client: str
    order: str
    chapters: list[Chapter] = field(default_factory=list)

    @property
    def steps(self) -> list[StepLine]:
        return [chapter for chapter in self.chapters if isinstance(chapter, StepLine)]

    @property
    def gaps(self) -> list[Gap]:
        return [chapter for chapter in self.chapters if isinstance(chapter, Gap)]


@dataclass(slots=True)
class Library:
    """Every order that was found, and in `remarks` what is not whole."""

    clients: set[str] = field(default_factory=set)
    stories: dict[tuple[str, str], Story] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def named(self, order: str) -> list[Story]:
        """The order of that client id, of each client that has one. `JournalError` if none has."""
        found = [story for story in self.stories.values() if story.order == order]
        if not found:
            raise JournalError(f"there is no order {order!r}: without one, the orders are listed")
        return found


def read(path: Path) -> Library:
    """All that is in a file, or in the journal files of a folder. `JournalError` names what cannot
    be read, and where."""
    library = Library()
    client, number = "", 0
    for file in _files(path):
        name = client_and_number(file)
        if name is not None:
            if name[0] == client and name[1] != number + 1:
                _miss(library, client, Gap(steps=0, reason="a file is missing"))
                library.remarks.append(f"{file.name}: the file before it is missing")
            client, number = name
        _read_file(file, library)
    if not library.clients:
        raise JournalError(f"{path}: nothing is in it")
    return library


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    named = {file: client_and_number(file) for file in path.glob(f"*{SUFFIX}")}
    found = [file for file, name in named.items() if name is not None]
    if not found:
        raise JournalError(f"{path}: no journal is in this folder")
    return sorted(found, key=lambda file: named[file] or ("", 0))


def _read_file(file: Path, library: Library) -> None:
    try:
        text = file.read_bytes()
    except OSError as error:
        raise JournalError(f"{file}: {error.strerror or error}") from None
    client = ""
    for line in _lines(file, text, library.remarks):
        match line:
            case Header():
                _check_version(file, line.version)
                client = line.client
                library.clients.add(client)
            case StepLine():
                _story(library, client, line.order).chapters.append(line)
            case Gap(order=""):
                _miss(library, client, line)
                library.remarks.append(f"{file.name}: {line.steps} steps are lost ({line.reason})")
            case Gap():
                _story(library, client, line.order).chapters.append(line)


def _lines(file: Path, text: bytes, remarks: list[str]) -> Iterator[Line]:
    """The lines of a file, without torn ones."""
    numbered = [(at, line) for at, line in enumerate(text.split(b"\n"), start=1) if line.strip()]
    _check_first(file, numbered[0][1] if numbered else b"")
    found = [(at, _parsed(line)) for at, line in numbered]
    may_end_torn = not text.endswith(b"\n")
    for (at, line), (following_at, following) in pairwise([*found, (0, None)]):
        if line is not None:
            yield line
        elif isinstance(following, Header | Gap) or (may_end_torn and not following_at):
            remarks.append(f"{file.name}: line {at} is torn")
        else:
            raise JournalError(f"{file}: line {at} cannot be read")


def _parsed(line: bytes) -> Line | None:
    try:
        return parsed(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _check_first(file: Path, line: bytes) -> None:
    """Whether a file is a journal shows in its first line, of whatever version, torn or not."""
    if not line.startswith(b'{"line":"journal"'[: len(line)]):
        raise JournalError(f"{file}: this is no journal")
    try:
        header = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return
    _check_version(file, header.get("version"))


def _check_version(file: Path, version: object) -> None:
    if version != VERSION:
        raise JournalError(f"{file}: it is of version {version}, and this reads version {VERSION}")


def _story(library: Library, client: str, order: str) -> Story:
    return library.stories.setdefault((client, order), Story(client, order))


def _miss(library: Library, client: str, gap: Gap) -> None:
    """Steps of whatever orders are missing: perhaps of any that we know."""
    for story in library.stories.values():
        if story.client == client:
            story.chapters.append(gap)
