"""What the tests of the charts may ask for."""

from __future__ import annotations

import pytest

from paradex_adapter.charts import Order
from tests.charts.bench import Bench
from tests.charts.words import an_order


@pytest.fixture
def order() -> Bench[Order]:
    """An order of two, described and not sent, in a session that is up."""
    return Bench(an_order())
