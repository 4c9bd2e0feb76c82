from __future__ import annotations

import itertools

import pytest
from statemachine.spec_parser import operator_mapping, parse_boolean_expr

from statecharts import DefinitionError
from statecharts.engine.conditions import as_python, key

EXPRESSIONS = [
    "a",
    "not a",
    "a and b or c",
    "a or b and not c",
    "!(a ^ b) v c",
    "(a or b) and (b or c)",
    "a == b",
    "a != b and c",
    "a < b < c",
    "a >= b or not c > 1",
    "a and 1 or 0",
    "a == True",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_says_what_the_library_says_and_asks_in_the_same_order(text):
    written = as_python(text, lambda name: f"ask({name!r})")
    for values in itertools.product((False, True, 2), repeat=3):
        valuation = dict(zip("abc", values, strict=True))
        ours: list[str] = []
        theirs: list[str] = []

        def ask(name, valuation=valuation, asked=ours):
            asked.append(name)
            return valuation[name]

        def hook(name, valuation=valuation, asked=theirs):
            def guard(*args, **kwargs):
                asked.append(name)
                return valuation[name]

            guard.__name__ = name
            return guard

        said = bool(eval(written, {"ask": ask}))
        assert said == bool(parse_boolean_expr(text, hook, operator_mapping)())
        assert ours == theirs


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a +", "invalid syntax"),
        ("", "invalid syntax"),
        ("a + b", "'a \\+ b' is no such thing"),
        ("a()", "'a\\(\\)' is no such thing"),
        ("In('here')", "is no such thing"),
        ("a.b", "'a.b' is no such thing"),
        ("a is b", "Is is no comparison"),
        ("a in b", "In is no comparison"),
    ],
)
def test_what_is_no_boolean_expression_is_refused_with_the_remedy(text, why):
    with pytest.raises(DefinitionError, match=rf"{why}; write names joined with"):
        as_python(text, str)


def test_the_same_guard_twice_is_one_and_the_same():
    assert key("a") == key("(a)")
    assert key("a and b") != key("b and a")
