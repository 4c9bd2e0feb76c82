from __future__ import annotations

import pytest

from examples.account import main


@pytest.mark.parametrize("arguments", [[], ["https://api.prod.paradex.trade/v1"], ["a", "b"]])
def test_accounts_are_opened_at_a_local_venue_only(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: ")


def test_a_venue_that_is_not_there_is_one_line(capsys):
    assert main(["http://127.0.0.1:9/v1"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
