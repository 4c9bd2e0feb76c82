"""What the charts did, and waiting for it."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from examples.demo import watch as watch_module
from examples.demo.errors import DemoError
from examples.demo.watch import Watch
from statecharts import Origin, Step

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "GLANCE_SECS", 0.0)


def at(chart: str, place: str, event: str = "moved") -> Step:
    return Step(chart, event, Origin.REMOTE, ("somewhere",), (place,), ())


def connected() -> Watch:
    watch = Watch()
    watch.record(at("connection public", "session.connected"))
    watch.record(at("connection private", "session.authenticated"))
    watch.record(at("subscription orders.ALL", "active"))
    watch.record(at("subscription bbo.ETH-USD-PERP", "released"))
    return watch


def test_connected_means_both_sessions_up_and_every_wanted_channel_flowing() -> None:
    watch = connected()
    assert watch.is_connected

    watch.record(at("subscription orders.ALL", "failed"))
    assert not watch.is_connected


@pytest.mark.parametrize("name", ["connection public", "connection private"])
def test_one_lost_session_is_neither_connected_nor_cut_off(name: str) -> None:
    watch = connected()

    watch.record(at(name, "reconnecting"))

    assert not watch.is_connected
    assert not watch.is_cut_off


def test_cut_off_means_neither_session_is_up() -> None:
    watch = connected()

    watch.record(at("connection public", "connecting"))
    watch.record(at("connection private", "reconnecting"))

    assert watch.is_cut_off


def test_settled_means_that_nothing_is_asked_for() -> None:
    watch = Watch()
    assert not watch.is_settled

    watch.record(at("reconciliation", "idle"))
    watch.record(at("account", "idle"))
    assert watch.is_settled

    watch.record(at("account", "busy.running"))
    assert not watch.is_settled


async def test_waiting_ends_when_the_condition_holds() -> None:
    watch = Watch()
    waiting = asyncio.create_task(watch.until(lambda: watch.is_settled, 30.0, "settled"))

    watch.record(at("reconciliation", "idle"))
    watch.record(at("account", "idle"))

    async with asyncio.timeout(5.0):
        await waiting


async def test_waiting_past_the_deadline_says_for_what() -> None:
    watch = Watch(itertools.count(0.0, 10.0).__next__)

    with pytest.raises(DemoError, match=r"the node is connected: still not so after 25 s"):
        await watch.until(lambda: False, 25.0, "the node is connected")


async def test_a_glance_may_end_the_waiting() -> None:
    watch = Watch()

    def glance() -> None:
        raise DemoError("the venue is gone")

    watch.glance = glance

    with pytest.raises(DemoError, match="gone"):
        await watch.until(lambda: False, 30.0, "never")
    with pytest.raises(DemoError, match="gone"):
        await watch.lull(30.0)
