from __future__ import annotations

import pytest

from statecharts.engine import circles
from tests.statecharts.engine.tandem import SHORT_CIRCLE


@pytest.fixture
def circles_are_short(monkeypatch):
    """Charts that go in a circle cost a lot of time and teach little."""
    monkeypatch.setattr(circles, "MICROSTEPS", SHORT_CIRCLE)
