"""The three ways in which the venue fails in the middle. Whichever it is, an order is filled and
another canceled while the node cannot hear of it, and the strategy sends one more blindly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from examples.demo.strategy import DemoStrategy
from examples.demo.venue_process import VenueProcess
from examples.demo.watch import Watch

REFUSED_SECS = 2.0
"""How long a short cut lasts."""
NOTICE_SECS = 60.0
"""Within which both sessions have noticed that they are cut off."""
FIRST_PART = "0.04"
"""Of the bid; the rest is filled apart, so that two fills are missed."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Who takes part. `address` is the trader's account."""

    venue: VenueProcess
    strategy: DemoStrategy
    watch: Watch
    address: str


async def cut(scene: Scene) -> None:
    """Both sockets are cut and for a while refused. REST goes on."""
    scene.watch.note(f"the venue cuts both sockets and refuses new ones for {REFUSED_SECS:g} s")
    await scene.venue.cut(REFUSED_SECS)
    await _meanwhile(scene)
    await scene.watch.until(
        lambda: scene.watch.is_cut_off, NOTICE_SECS, "both sessions are cut off"
    )
    scene.strategy.send_blindly()


async def outage(scene: Scene, seconds: float) -> None:
    """The venue is down altogether: everything cut, every connection refused."""
    scene.watch.note(f"the venue goes down for {seconds:g} s")
    await scene.venue.pause()
    await _meanwhile(scene)
    await scene.watch.until(
        lambda: scene.watch.is_cut_off, NOTICE_SECS, "both sessions are cut off"
    )
    scene.strategy.send_blindly()
    await scene.watch.lull(seconds)
    await scene.venue.resume()
    scene.watch.note("the venue is up again")


async def freeze(scene: Scene, seconds: float) -> None:
    """The venue's process stands still: every socket stands, and nobody answers."""
    scene.watch.note(f"the venue freezes for {seconds:g} s")
    scene.venue.freeze()
    scene.strategy.send_blindly()
    # What is asked of its control now is done when it thaws.
    await asyncio.gather(_meanwhile(scene), _thaw_after(scene, seconds))


async def _thaw_after(scene: Scene, seconds: float) -> None:
    await scene.watch.lull(seconds)
    scene.watch.note("the venue thaws")
    scene.venue.thaw()


async def _meanwhile(scene: Scene) -> None:
    """What the node is not told: the bid fills, in two parts, and the ask is canceled."""
    bid = scene.strategy.orders["bid"].client_order_id.value
    ask = scene.strategy.orders["ask"].client_order_id.value
    await scene.venue.fill(scene.address, bid, FIRST_PART)
    await scene.venue.cancel(scene.address, ask)
    await scene.venue.fill(scene.address, bid)
    scene.watch.note("meanwhile the venue has filled the bid and canceled the ask")
