"""One exploration of each chart, shared by the tests: exploring takes seconds."""

from __future__ import annotations

from paradex_adapter.charts import EXAMPLES
from statecharts import Chart
from statecharts.explore import Exploration, explore

EXPLORED: dict[type[Chart], Exploration] = {example.chart: explore(example) for example in EXAMPLES}
