"""The three ways in which the venue fails: what happens in which order."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from examples.demo import failures
from examples.demo import watch as watch_module
from examples.demo.failures import Scene
from examples.demo.watch import Watch
from statecharts import Origin, Step

pytestmark = pytest.mark.anyio

FATE = ["fill bid 0.04", "cancel ask", "fill bid"]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "GLANCE_SECS", 0.0)


class Actors:
    """A venue and a strategy that only write down what is asked of them. The sessions are lost
    as soon as the venue is cut or down."""

    def __init__(self) -> None:
        self.acts: list[str] = []
        self.watch = Watch(itertools.count(0.0, 0.5).__next__)
        self.orders = {
            name: SimpleNamespace(client_order_id=SimpleNamespace(value=name))
            for name in ("bid", "ask")
        }
        self._place("session.authenticated")

    def scene(self) -> Scene:
        actors: Any = self
        return Scene(actors, actors, self.watch, "0x1")

    async def cut(self, refuse_for: float) -> None:
        self._lose(f"cut {refuse_for:g}")

    async def pause(self) -> None:
        self._lose("pause")

    async def resume(self) -> None:
        self.acts.append("resume")

    def freeze(self) -> None:
        self.acts.append("freeze")

    def thaw(self) -> None:
        self.acts.append("thaw")

    async def fill(self, account: str, client_order_id: str, size: str = "") -> None:
        self.acts.append(f"fill {client_order_id} {size}".strip())

    async def cancel(self, account: str, client_order_id: str) -> None:
        self.acts.append(f"cancel {client_order_id}")

    def send_blindly(self) -> None:
        self.acts.append("send blindly")

    def _lose(self, act: str) -> None:
        self.acts.append(act)
        self._place("reconnecting")

    def _place(self, place: str) -> None:
        for name in ("public", "private"):
            chart = f"connection {name}"
            self.watch.record(Step(chart, "moved", Origin.REMOTE, ("x",), (place,), ()))


async def test_a_cut_hides_the_orders_fates_and_the_strategy_sends_blindly() -> None:
    actors = Actors()

    await failures.cut(actors.scene())

    assert actors.acts == ["cut 2", *FATE, "send blindly"]


async def test_an_outage_lasts_as_long_as_it_was_told_to() -> None:
    actors = Actors()

    await failures.outage(actors.scene(), 60.0)

    assert actors.acts == ["pause", *FATE, "send blindly", "resume"]
    assert actors.watch.elapsed >= 60.0


async def test_a_frozen_venue_is_told_the_orders_fates_before_it_thaws() -> None:
    actors = Actors()

    await failures.freeze(actors.scene(), 60.0)

    assert actors.acts == ["freeze", "send blindly", *FATE, "thaw"]
    assert actors.watch.elapsed >= 60.0
