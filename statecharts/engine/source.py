"""The text of the functions that a chart is compiled to, and making functions of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from statecharts.engine.hooks import Constants

type Lane = Sequence[tuple[int, str]]
"""One active leaf's transitions, innermost first: the index and the guard (`""`: none) of each."""

NONE = -1
"""Stands in a choice for a leaf that selects no transition."""


def choosing(lanes: Sequence[Lane]) -> list[str]:
    """Statements that put into `chosen` the index of what each leaf selects."""
    lines = []
    for at, lane in enumerate(lanes):
        word = "if"
        for index, guard in lane:
            lines += [f"{word} {guard or True}:", f"    leaf{at} = {index}"]
            word = "elif"
        lines += ["else:", f"    leaf{at} = {NONE}"] if lane else [f"leaf{at} = {NONE}"]
    return [*lines, f"chosen = ({''.join(f'leaf{at}, ' for at in range(len(lanes)))})"]


def choice(lanes: Sequence[Lane]) -> list[str]:
    """A function that asks the guards and returns what each leaf selects."""
    return ["def choose(self, data):", *_indented([*choosing(lanes), "return chosen"])]


def guarded(lanes: Sequence[Lane]) -> list[str]:
    """A move that asks the guards and makes the move they choose.

    Meanwhile the chart is `busy`, and `here` again afterwards.
    """
    return [
        "def move(self, data):",
        "    self._at = busy",
        "    try:",
        *_indented(choosing(lanes), 2),
        "    finally:",
        "        self._at = here",
        "    return moves[chosen](self, data)",
    ]


def microstep(leaving: Sequence[str], arriving: Sequence[str]) -> list[str]:
    """A function that calls the hooks of one microstep, the chart looking as if it were there."""
    body = [*leaving, "self._at = there_busy", *arriving]
    return ["def microstep(self, data):", *_indented(body)]


def move(leaving: Sequence[str], arriving: Sequence[str]) -> list[str]:
    """A move of one microstep: all of it, or none of it if a hook raises."""
    hooks = [*leaving, *(["self._at = there_busy", *arriving] if arriving else [])]
    return [
        "def move(self, data):",
        "    self._outbox = ()",
        "    self._at = here_busy",
        "    try:",
        *_indented(hooks, 2),
        "    except BaseException:",
        "        self._at = here",
        "        self._outbox = NOWHERE",
        "        raise",
        "    self._at = there",
        "    effects = self._outbox",
        "    self._outbox = NOWHERE",
        "    return effects",
    ]


def silent() -> list[str]:
    """A move that calls no hook."""
    return ["def move(self, data):", "    self._at = there", "    return ()"]


def function(lines: Sequence[str], constants: Constants, where: str) -> Any:
    """The function that `lines` define. `where` stands in tracebacks for its file."""
    namespace = dict(constants)
    exec(compile("\n".join(lines), f"<{where}>", "exec"), namespace)
    name = lines[0].removeprefix("def ").partition("(")[0]
    return namespace[name]


def _indented(lines: Sequence[str], levels: int = 1) -> list[str]:
    return ["    " * levels + line for line in lines]
