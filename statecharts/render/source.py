"""What the author wrote in the chart's source: its docstring and the half-line after each state."""

from __future__ import annotations

import ast
import inspect
import io
import textwrap
import tokenize
from collections.abc import Iterator

from statecharts.chart import Chart


def about(chart: type[Chart]) -> str:
    """The chart's docstring; empty when it has none of its own."""
    return inspect.cleandoc(chart.__doc__) if "__doc__" in vars(chart) and chart.__doc__ else ""


def notes(chart: type[Chart]) -> dict[str, str]:
    """From a state's qualified id to the comment after its declaration: what is true there.

    Empty for a chart whose source is not at hand.
    """
    found: dict[str, str] = {}
    for ancestor in reversed(chart.__mro__[: chart.__mro__.index(Chart)]):
        try:
            source = textwrap.dedent(inspect.getsource(ancestor))
        except (OSError, TypeError):
            continue
        declaration = ast.parse(source).body[0]
        if isinstance(declaration, ast.ClassDef):
            found.update(_notes_in(declaration, "", _comments(source)))
    return found


def _comments(source: str) -> dict[int, str]:
    """The comments by line number."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ")
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _notes_in(
    body: ast.ClassDef, around: str, comments: dict[int, str]
) -> Iterator[tuple[str, str]]:
    for node in body.body:
        if isinstance(node, ast.ClassDef):
            yield around + node.name, _comment_on(comments, node.lineno, node.body[0].lineno - 1)
            yield from _notes_in(node, f"{around}{node.name}.", comments)
        elif isinstance(node, ast.Assign) and _declares_state(node):
            comment = _comment_on(comments, node.lineno, node.end_lineno or node.lineno)
            for target in node.targets:
                yield around + ast.unparse(target), comment


def _declares_state(node: ast.Assign) -> bool:
    return isinstance(node.value, ast.Call) and ast.unparse(node.value.func).endswith("State")


def _comment_on(comments: dict[int, str], first: int, last: int) -> str:
    return " ".join(comments[line] for line in range(first, last + 1) if line in comments)
