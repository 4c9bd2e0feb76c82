from __future__ import annotations

from collections.abc import Callable

import anyio
import anyio.lowlevel
import pytest

from paradex_adapter.transport.limiter import Figures, Limiter, Rate, Saturation
from paradex_adapter.transport.quota import Quota

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


def _limiter(
    time: VirtualTime, *rates: Rate, saturated: Callable[[Saturation], None] = lambda what: None
) -> Limiter:
    return Limiter(*rates, name="orders", saturated=saturated, clock=time.clock, sleep=time.sleep)


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


# Limits that others have too


async def test_a_request_that_counts_twice_passes_when_both_let_it(time: VirtualTime) -> None:
    orders, address = _limiter(time, Rate(2, 1.0)), _limiter(time, Rate(3, 30.0))
    passed = []
    for _ in range(4):
        await orders.acquire(address)
        passed.append(round(time.now - 100.0, 6))
    assert passed == [0.0, 0.0, 0.5, 10.0]
    assert (orders.figures.passed, address.figures.passed) == (4, 4)


async def test_who_waits_for_a_common_limit_is_served_in_turns(time: VirtualTime) -> None:
    address, left = _limiter(time, Rate(1, 1.0)), []

    async def ask(limiter: Limiter, name: str) -> None:
        await limiter.acquire(address)
        left.append(name)

    orders, queries = _limiter(time, Rate(9, 1.0)), _limiter(time, Rate(9, 1.0))
    async with anyio.create_task_group() as tasks:
        for number in range(3):
            tasks.start_soon(ask, orders, f"order {number}")
        for number in range(3):
            tasks.start_soon(ask, queries, f"query {number}")
    assert left == ["order 0", "order 1", "query 0", "order 2", "query 1", "query 2"]


async def test_a_canceled_request_leaves_nothing_waiting_in_either(time: VirtualTime) -> None:
    async def sleep(seconds: float) -> None:
        await anyio.sleep_forever()

    address = Limiter(Rate(1, 1.0), clock=time.clock, sleep=sleep)
    orders = _limiter(time, Rate(9, 1.0))
    await orders.acquire(address)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(orders.acquire, address)
        await anyio.wait_all_tasks_blocked()
        assert (orders.waiting, address.waiting) == (1, 1)
        tasks.cancel_scope.cancel()
    assert (orders.waiting, address.waiting) == (0, 0)
    assert (orders.figures.passed, address.figures.passed) == (1, 1)


# What the venue says


async def test_the_venues_count_rules_where_it_is_the_lower_one(time: VirtualTime) -> None:
    limiter = _limiter(time, Rate(10, 60))
    limiter.told(Quota(limit=10, remaining=2, window_secs=60))
    assert await _times(limiter, time, 3) == [0.0, 0.0, 6.0]
    limiter.told(Quota(limit=10, remaining=9, window_secs=60))
    assert await _times(limiter, time, 1) == [6.0]


async def test_a_count_of_another_limit_changes_nothing(time: VirtualTime) -> None:
    limiter, quota = _limiter(time, Rate(10, 60)), Quota(limit=11, remaining=0, window_secs=60)
    assert not limiter.counts(quota)
    limiter.told(quota)
    assert await _times(limiter, time, 1) == [0.0]


async def test_after_a_refusal_nothing_passes_for_as_long_as_told_and_then_no_burst(
    time: VirtualTime,
) -> None:
    limiter = _limiter(time, Rate(4, 1.0))
    limiter.hold(5.0)
    assert await _times(limiter, time, 3) == [5.25, 5.5, 5.75]
    assert limiter.figures.refusals == 1


async def test_after_a_refusal_that_says_how_much_is_left_no_more_passes_at_once(
    time: VirtualTime,
) -> None:
    limiter = _limiter(time, Rate(4, 1.0))
    limiter.hold(5.0, remaining=2)
    assert await _times(limiter, time, 4) == [5.0, 5.0, 5.25, 5.5]


async def test_those_who_wait_already_are_held_back_too(time: VirtualTime) -> None:
    async def sleep(seconds: float) -> None:
        if not limiter.figures.refusals:
            limiter.hold(5.0)
        await time.sleep(seconds)

    limiter = Limiter(Rate(1, 1.0), clock=time.clock, sleep=sleep)
    assert await _times(limiter, time, 2) == [0.0, 6.0]


@pytest.mark.parametrize(("told", "held"), [(1e9, 60.0), (-3.0, 0.0)])
async def test_the_venue_cannot_hold_requests_back_for_ever(
    time: VirtualTime, told: float, held: float
) -> None:
    limiter = _limiter(time, Rate(1, 1.0))
    limiter.hold(told)
    assert await _times(limiter, time, 1) == [held + 1.0]


# Saturation


async def test_saturation_is_told_once_until_nobody_waits_any_more(time: VirtualTime) -> None:
    told: list[Saturation] = []
    limiter = _limiter(time, Rate(2, 1.0), saturated=told.append)
    for _ in range(2):
        async with anyio.create_task_group() as tasks:
            for _ in range(9):
                tasks.start_soon(limiter.acquire)
        time.now += 1.0
    first, second = told
    assert first == Saturation("orders", (Rate(2, 1.0),), 2, 1.0)
    assert str(first) == "orders: 2 wait, the last one 1.0 s (limits: 2 in 1 s)"
    assert second.waiting == 2
    assert limiter.figures == Figures(
        passed=18, delayed=14, longest_wait_secs=3.5, saturations=2, refusals=0
    )


async def test_short_waits_are_not_told_of(time: VirtualTime) -> None:
    told: list[Saturation] = []
    limiter = _limiter(time, Rate(100, 1.0), saturated=told.append)
    async with anyio.create_task_group() as tasks:
        for _ in range(150):
            tasks.start_soon(limiter.acquire)
    assert told == []
    assert limiter.figures.delayed == 50


async def test_a_wait_for_a_common_limit_is_told_of_with_that_limit(time: VirtualTime) -> None:
    told: list[Saturation] = []
    orders = _limiter(time, Rate(800, 1.0), saturated=told.append)
    address = _limiter(time, Rate(1, 10.0))
    await address.acquire()
    await orders.acquire(address)
    assert told == [Saturation("orders", (Rate(1, 10.0),), 1, 10.0)]
