"""What is happening now: one line that rewrites itself on a terminal, else one line a phase."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

WIPE = "\r\x1b[2K"


class Progress:
    """`elapsed` gives the seconds shown before the words."""

    def __init__(self, stream: TextIO, elapsed: Callable[[], float]) -> None:
        self._stream = stream
        self._elapsed = elapsed
        self._is_terminal = stream.isatty()
        self._words = ""

    def say(self, words: str) -> None:
        """This is happening now."""
        self._words = words
        if self._is_terminal:
            self.refresh()
        else:
            self._write(f"{self._line()}\n")

    def refresh(self) -> None:
        """Bring the seconds up to date; nothing where that would take another line."""
        if self._is_terminal and self._words:
            self._write(WIPE + self._line())

    def clear(self) -> None:
        """Nothing is happening any more: make room for what is printed next."""
        self._words = ""
        if self._is_terminal:
            self._write(WIPE)

    def _line(self) -> str:
        return f"{self._elapsed():5.1f} s  {self._words}"

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
