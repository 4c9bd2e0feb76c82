"""The table of cases in docs/paradex.md: what the markers say, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "paradex.md"
BEGIN, END = "<!-- acceptance: begin -->", "<!-- acceptance: end -->"
HEAD = ["| Case | What | Here |", "| --- | --- | --- |"]


@dataclass(frozen=True, order=True, slots=True)
class Row:
    """One case: its number in the specification, what it is, and how it ends here."""

    case: str
    what: str
    outcome: str

    def __str__(self) -> str:
        return f"| {self.case} | {self.what} | {self.outcome} |"


def rows(items: Iterable[pytest.Item]) -> list[Row]:
    """Those of the tests that were collected."""
    found = {_row(marker) for item in items for marker in item.iter_markers("acceptance")}
    return sorted(found)


def _row(marker: pytest.Mark) -> Row:
    case, what = marker.args
    denied = marker.kwargs.get("denied")
    return Row(case, what, f"not applicable: `{denied}`" if denied else "passed")


def written(text: str, found: Iterable[Row]) -> str:
    """The document `text` with these rows in its table."""
    table = "\n".join([BEGIN, *HEAD, *map(str, found), END])
    return re.sub(f"{BEGIN}.*{END}", lambda _: table, text, flags=re.DOTALL)
