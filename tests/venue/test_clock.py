from __future__ import annotations

import asyncio

import anyio
import pytest

from paradex_venue.clock import LoopClock, ManualClock


def test_manual_time_stands_still_until_it_is_advanced() -> None:
    clock = ManualClock(5)
    assert clock.now_ns() == 5
    clock.advance(1.5)
    assert clock.now_ns() == 1_500_000_005


def test_calls_run_at_their_own_moment_and_equal_moments_in_order() -> None:
    clock = ManualClock(0)
    seen: list[tuple[str, int]] = []
    for name, delay in (("late", 2.0), ("first", 1.0), ("second", 1.0)):
        clock.call_later(delay, lambda name=name: seen.append((name, clock.now_ns())))
    clock.advance(1.0)
    assert seen == [("first", 10**9), ("second", 10**9)]
    clock.advance(5.0)
    assert seen[-1] == ("late", 2 * 10**9)


def test_a_call_may_ask_for_another_within_the_same_advance() -> None:
    clock = ManualClock(0)
    seen: list[int] = []
    clock.call_later(1.0, lambda: clock.call_later(1.0, lambda: seen.append(clock.now_ns())))
    clock.advance(2.0)
    assert seen == [2 * 10**9]


@pytest.mark.anyio
async def test_a_closed_loop_clock_calls_nothing_more() -> None:
    clock = LoopClock(asyncio.get_running_loop())
    seen: list[str] = []
    clock.call_later(0.0, lambda: seen.append("before"))
    await anyio.lowlevel.checkpoint()
    with anyio.fail_after(1):
        while not seen:
            await anyio.lowlevel.checkpoint()
    clock.call_later(0.0, lambda: seen.append("after"))
    clock.close()
    for _ in range(5):
        await anyio.lowlevel.checkpoint()
    assert seen == ["before"]
