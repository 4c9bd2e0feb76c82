"""Running the drawing program."""

from __future__ import annotations

import pytest

from statecharts.render import RenderError, svg
from statecharts.render.svg import PROGRAM


def test_dot_is_drawn_as_svg() -> None:
    assert "<title>a</title>" in svg("digraph { a -> b }")


def test_what_the_program_refuses_is_an_error_with_its_reason() -> None:
    with pytest.raises(RenderError, match="syntax error"):
        svg("digraph { a -> ")


def test_a_missing_program_is_an_error_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    with pytest.raises(RenderError, match=f"pip install {PROGRAM}"):
        svg("digraph {}")
