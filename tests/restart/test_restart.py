"""A node killed in the middle of its orders' lives loses none of them, and doubles none."""

from __future__ import annotations

import pytest

from tests.restart.redis import is_installed, redis_server
from tests.restart.run import run

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


async def test_a_node_with_an_empty_cache_takes_over_from_a_killed_one() -> None:
    report = await run(20, None)
    assert report.wrong == []
    assert {"OPEN", "CLOSED"} <= set(report.states)
    assert not report.remembered


async def test_a_node_with_a_redis_cache_takes_over_from_a_killed_one() -> None:
    if not is_installed():
        pytest.skip("redis-server is not installed: a cache that survives cannot be tried")
    async with redis_server() as port:
        report = await run(21, port)
    assert report.wrong == []
    assert {"OPEN", "CLOSED"} <= set(report.states)
    assert report.remembered
