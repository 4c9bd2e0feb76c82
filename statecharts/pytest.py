"""A pytest plugin: which transitions the passing tests have taken (`-p statecharts.pytest`).

    pytest -p statecharts.pytest --chart-cov package.charts:CHARTS \
        --chart-cov-report build/transitions.md --chart-cov-excuses excuses.toml

The run fails when a transition was neither taken nor excused, and when nothing was recorded.
"""

from __future__ import annotations

import importlib
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from statecharts.chart import Chart
from statecharts.coverage.recording import Recorder
from statecharts.coverage.report import Excuses, missing, read_excuses, report
from statecharts.errors import DefinitionError


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options; all of them do nothing without `--chart-cov`."""
    group = parser.getgroup("chart coverage")
    group.addoption("--chart-cov", metavar="MODULE:NAME", help="the charts: a sequence of classes")
    group.addoption("--chart-cov-report", metavar="PATH", help="write the Markdown there")
    group.addoption(
        "--chart-cov-excuses", metavar="PATH", help="TOML: what may be missing, and why"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to record."""
    where = config.getoption("--chart-cov")
    if where:
        config.pluginmanager.register(_Coverage(config, where), "statecharts-coverage")


class _Coverage:
    def __init__(self, config: pytest.Config, where: str) -> None:
        self._charts = _charts(where)
        self._excuses = _excuses(config.getoption("--chart-cov-excuses"), self._charts)
        self._path = config.getoption("--chart-cov-report")
        self._recorder = Recorder()
        self._stack = ExitStack()
        self._absent: list[str] = []

    def pytest_sessionstart(self) -> None:
        self._stack.enter_context(self._recorder.recording())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._recorder.drop()
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self._recorder.keep(report.nodeid)
        elif report.failed:
            self._recorder.drop()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._stack.close()
        absent = missing(self._charts, self._recorder.kept, self._excuses)
        self._absent = [str(each) for each in absent if not each.excuse]
        if not self._recorder.kept:
            self._absent.append("no chart was seen at work")
        if self._path:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
            Path(self._path).write_text(self._text())
        if self._absent and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.section("transitions taken")
        terminalreporter.write_line(self._text())

    def _text(self) -> str:
        return report(self._charts, self._recorder.kept, self._excuses)


def _charts(where: str) -> tuple[type[Chart], ...]:
    module, _, name = where.partition(":")
    try:
        return tuple(getattr(importlib.import_module(module), name))
    except (ImportError, AttributeError, TypeError) as error:
        raise pytest.UsageError(f"--chart-cov {where}: {error}") from error


def _excuses(path: str | None, charts: tuple[type[Chart], ...]) -> Excuses:
    if path is None:
        return {}
    try:
        return read_excuses(Path(path), charts)
    except (OSError, ValueError, DefinitionError) as error:
        raise pytest.UsageError(f"--chart-cov-excuses {path}: {error}") from error
