"""docs/paradex.md says what is so."""

from __future__ import annotations

import ast
import re
from typing import Any

import msgspec
import pytest

from paradex_adapter import ParadexDataClientConfig, ParadexExecClientConfig
from tests.acceptance.table import DOCUMENT, rows, table

REPOSITORY = DOCUMENT.parents[1]
RANGES = {
    *((1, 6), (10, 19), (20, 27), (30, 36), (40, 44)),
    *((50, 53), (60, 63), (70, 78), (80, 87)),
}
SPECIFICATION = {f"E{number:02}" for low, high in RANGES for number in range(low, high + 1)}
PARTS = 9


def test_every_case_of_the_specification_is_shown() -> None:
    assert {row.case for row in rows()} == SPECIFICATION


def test_the_table_of_cases_is_what_the_tests_say(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-acceptance", False):
        pytest.skip("the table is being written")
    told = table(DOCUMENT.read_text())
    assert told == [str(row) for row in rows()], (
        "write it: pytest tests/acceptance --write-acceptance"
    )


@pytest.mark.parametrize(
    ("heading", "config"),
    [
        ("### Data client configuration options", ParadexDataClientConfig),
        ("### Execution client configuration options", ParadexExecClientConfig),
    ],
)
def test_every_setting_is_told_with_its_default(heading: str, config: Any) -> None:
    told = dict(cells[:2] for cells in _table(heading))
    fields = msgspec.structs.fields(config)
    assert told == {f"`{each.name}`": f"`{_default(each)}`" for each in fields}


def _default(field: msgspec.structs.FieldInfo) -> str:
    made = field.default_factory is not msgspec.NODEFAULT
    value = field.default_factory() if made else field.default
    if isinstance(value, msgspec.Struct):
        return f"{type(value).__name__}()"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def test_each_part_is_shown_by_tests_that_exist() -> None:
    parts = _table("## What this is made of")
    assert len(parts) == PARTS
    for name, tests in parts:
        found = re.findall(r"`([^`]+)::([^`]+)`", tests)
        assert found, name
        for path, test in found:
            assert test in _functions(path), f"{path} has no {test}"


def _table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    _, _, section = DOCUMENT.read_text().partition(f"\n{heading}\n")
    lines = re.search(r"(?:^\|.*\n)+", section, flags=re.MULTILINE)
    assert lines is not None, heading
    found = lines.group().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found]


def _functions(path: str) -> set[str]:
    tree = ast.parse((REPOSITORY / path).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
