"""The table of cases in docs/paradex.md: what the tests' markers say, and nothing else."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tests.acceptance

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


def case(number: str, what: str, *values: Any, denied: str | None = None) -> Any:
    """Values of a parametrized test, with the case that they show."""
    return pytest.param(*values, marks=pytest.mark.acceptance(number, what, denied=denied))


def modules() -> list[ModuleType]:
    """Those with the cases."""
    names = [found.name for found in pkgutil.iter_modules(tests.acceptance.__path__)]
    tested = [name for name in names if name.startswith("test_")]
    return [importlib.import_module(f"tests.acceptance.{name}") for name in tested]


def functions() -> Iterator[tuple[str, Any]]:
    """Every test of this folder, as `test_file.py::test_name`."""
    for module in modules():
        for name, value in vars(module).items():
            if name.startswith("test_"):
                yield f"{module.__name__.rpartition('.')[2]}.py::{name}", value


def rows() -> list[Row]:
    """What all tests of this folder show, in the order of the specification."""
    marks = [mark for _, function in functions() for mark in _marks(function)]
    return sorted({_row(mark) for mark in marks if mark.name == "acceptance"})


def _marks(function: Any) -> Iterator[pytest.Mark]:
    for mark in getattr(function, "pytestmark", []):
        yield mark
        if mark.name == "parametrize":
            for values in mark.args[1]:
                yield from (each.mark for each in getattr(values, "marks", ()))


def _row(mark: pytest.Mark) -> Row:
    number, what = mark.args
    denied = mark.kwargs.get("denied")
    return Row(number, what, f"not applicable: `{denied}`" if denied else "passed")


def table(text: str) -> list[str]:
    """The rows that a document has."""
    found = re.search(f"{BEGIN}\n(.*){END}", text, flags=re.DOTALL)
    return found.group(1).splitlines()[len(HEAD) :] if found else []


def written(text: str, found: Iterable[Row]) -> str:
    """The document `text` with these rows in its table."""
    lines = "\n".join([BEGIN, *HEAD, *map(str, found), END])
    return re.sub(f"{BEGIN}.*{END}", lambda _: lines, text, flags=re.DOTALL)
