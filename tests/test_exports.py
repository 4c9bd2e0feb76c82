"""What a package says it exports is there, and nothing else is offered."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = [
    "paradex_adapter",
    "paradex_adapter.charts",
    "paradex_adapter.journal",
    "paradex_adapter.parsing",
    "paradex_adapter.wire.sbe",
    "paradex_venue",
    "statecharts",
    "statecharts.render",
]


def offered(module: object) -> set[str]:
    """The public names that a package's `__init__` takes in from its own rooms, or makes."""
    source = ast.parse(Path(module.__file__).read_text())
    found: set[str] = set()
    for node in ast.walk(source):
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"{module.__name__}."):
            found |= {alias.asname or alias.name for alias in node.names}
    for node in source.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in found if not name.startswith("_")}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_exported_name_resolves(package):
    module = importlib.import_module(package)
    for name in module.__all__:
        assert hasattr(module, name), name


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_exports_each_of_its_names_once(package):
    module = importlib.import_module(package)
    assert len(set(module.__all__)) == len(module.__all__)
    internal = {"visits"} if package == "statecharts.render" else set()
    assert set(module.__all__) == offered(module) - internal


def test_a_name_that_is_not_exported_is_refused_by_name():
    adapter = importlib.import_module("paradex_adapter")
    with pytest.raises(AttributeError, match="'paradex_adapter' has no attribute 'ParadexBroker'"):
        _ = adapter.ParadexBroker


def test_the_adapters_names_come_only_when_asked_for():
    code = (
        "import sys, paradex_adapter as p; before = 'nautilus_trader' in sys.modules; "
        "p.PARADEX_VENUE; print(before, 'nautilus_trader' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_distributed_package_is_typed(package):
    top = importlib.import_module(package.partition(".")[0])
    assert (Path(top.__file__).parent / "py.typed").is_file()
