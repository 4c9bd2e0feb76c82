"""Guard expressions as Python: `"is_last and !is_late"` → `(self.is_last() and (not …))`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from statemachine.spec_parser import operator_mapping, parse_boolean_expr, replace_operators

from statecharts.errors import DefinitionError

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}

type Atom = Callable[[str], str]
"""How generated code asks for what a name in an expression means."""


def as_python(text: str, atom: Atom) -> str:
    """The expression `text` of a guard, evaluated as python-statemachine evaluates it."""
    if text.isidentifier():
        return atom(text)
    try:
        return _write(ast.parse(replace_operators(text), mode="eval").body, atom)
    except SyntaxError as error:
        raise _refusal(text, error.msg) from error
    except _Unsupported as error:
        raise _refusal(text, str(error)) from error


def key(text: str) -> str:
    """What python-statemachine tells the guard `text` from others by."""

    def named(name: str) -> Callable[[], bool]:
        def guard() -> bool:
            raise AssertionError("only its name is wanted")

        guard.__name__ = name
        guard.unique_key = name  # type: ignore[attr-defined]
        return guard

    parse: Callable[..., Any] = parse_boolean_expr
    return str(parse(text, named, operator_mapping).unique_key)


def _refusal(text: str, why: str) -> DefinitionError:
    return DefinitionError(
        f"the guard {text!r} cannot be compiled: {why}; write names joined with and, or, not and "
        "comparisons"
    )


class _Unsupported(Exception):
    """The expression has something in it that is no boolean expression."""


def _write(node: ast.expr, atom: Atom) -> str:
    match node:
        case ast.Name(id=name):
            return atom(name)
        case ast.Constant(value=value):
            return repr(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"(not {_write(operand, atom)})"
        case ast.BoolOp(op=op, values=values):
            word = " and " if isinstance(op, ast.And) else " or "
            return f"({word.join(_write(value, atom) for value in values)})"
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return _write_comparisons(left, ops, rights, atom)
        case _:
            raise _Unsupported(f"{ast.unparse(node)!r} is no such thing")


def _write_comparisons(
    left: ast.expr, ops: list[ast.cmpop], rights: list[ast.expr], atom: Atom
) -> str:
    """Pair by pair: the library asks for the middle of `a < b < c` twice."""
    written = []
    for op, right in zip(ops, rights, strict=True):
        if type(op) not in _COMPARISONS:
            raise _Unsupported(f"{type(op).__name__} is no comparison")
        sign = _COMPARISONS[type(op)]
        written.append(f"({_write(left, atom)} {sign} {_write(right, atom)})")
        left = right
    return f"({' and '.join(written)})"
