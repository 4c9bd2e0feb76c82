from __future__ import annotations

import anyio
import pytest

from paradex_adapter.transport.timers import LoopTimers

pytestmark = pytest.mark.anyio


async def test_timers_call_back_once_each_in_the_order_they_are_due() -> None:
    called: list[str] = []
    done = anyio.Event()
    timers = LoopTimers()
    timers.start(0.02, lambda: (called.append("later"), done.set()))
    timers.start(0.01, lambda: called.append("sooner"))
    assert called == []
    with anyio.fail_after(2):
        await done.wait()
    assert called == ["sooner", "later"]


async def test_a_timer_that_was_canceled_does_not_call_back() -> None:
    called: list[str] = []
    done = anyio.Event()
    timers = LoopTimers()
    timers.start(0.0, lambda: called.append("canceled")).cancel()
    timers.start(0.01, done.set)
    with anyio.fail_after(2):
        await done.wait()
    assert called == []


def test_a_timer_needs_a_running_loop() -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        LoopTimers().start(0.0, lambda: None)
