from __future__ import annotations

import pytest

from paradex_adapter.journal import conformity
from tests.journal import sample


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Journals are replayed through the sample's charts; where the real ones are meant, a module
    has a fixture of this name that does nothing."""
    kinds = {"order": sample.Order, "command": sample.Command}
    monkeypatch.setattr(conformity, "KINDS", kinds)
