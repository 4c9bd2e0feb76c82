from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from paradex_adapter.transport.limiter import Limiter, Limits, Rate

pytestmark = pytest.mark.anyio


class VirtualTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        self.now += seconds


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


def _limiter(time: VirtualTime, *rates: Rate) -> Limiter:
    return Limiter(*rates, clock=time.clock, sleep=time.sleep)


async def _times(limiter: Limiter, time: VirtualTime, count: int) -> list[float]:
    """When each of `count` requests, asked for at once, was let through."""
    start, passed = time.now, []
    for _ in range(count):
        await limiter.acquire()
        passed.append(round(time.now - start, 6))
    return passed


async def test_a_burst_up_to_the_count_passes_at_once(time: VirtualTime) -> None:
    assert await _times(_limiter(time, Rate(5, 1.0)), time, 5) == [0.0] * 5


async def test_what_exceeds_the_burst_passes_at_the_rate(time: VirtualTime) -> None:
    passed = await _times(_limiter(time, Rate(4, 1.0)), time, 8)
    assert passed == [0.0, 0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0]


async def test_all_rates_hold_at_once(time: VirtualTime) -> None:
    passed = await _times(_limiter(time, Rate(2, 1.0), Rate(3, 30.0)), time, 5)
    assert passed == [0.0, 0.0, 0.5, 10.0, 20.0]


async def test_an_idle_limiter_never_saves_up_more_than_one_burst(time: VirtualTime) -> None:
    limiter = _limiter(time, Rate(2, 1.0))
    time.now += 3600
    assert await _times(limiter, time, 4) == [0.0, 0.0, 0.5, 1.0]


async def test_requests_leave_in_the_order_they_came_and_none_is_dropped(
    time: VirtualTime,
) -> None:
    limiter, left = _limiter(time, Rate(1, 1.0)), []

    async def ask(number: int) -> None:
        await limiter.acquire()
        left.append(number)

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(ask, number)
    assert left == list(range(20))


async def test_a_canceled_request_gives_its_place_to_the_next(time: VirtualTime) -> None:
    never = anyio.Event()

    async def sleep(seconds: float) -> None:
        if scope.cancel_called:
            await time.sleep(seconds)
        else:
            await never.wait()

    limiter = Limiter(Rate(1, 1.0), clock=time.clock, sleep=sleep)
    await limiter.acquire()
    async with anyio.create_task_group() as tasks:
        scope = tasks.cancel_scope
        tasks.start_soon(limiter.acquire)
        await anyio.wait_all_tasks_blocked()
        scope.cancel()
    with anyio.fail_after(5):
        await limiter.acquire()
    assert time.now == pytest.approx(101.0)


async def test_without_rates_nothing_waits(time: VirtualTime) -> None:
    assert await _times(_limiter(time), time, 1000) == [0.0] * 1000


def test_each_set_of_limits_has_limiters_of_its_own() -> None:
    assert Limits().orders is not Limits().orders
