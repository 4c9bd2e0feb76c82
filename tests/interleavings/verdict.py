"""Whether, when all is said and done, the strategy knows the truth."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from decimal import Decimal

from tests.interleavings.judge import Execution, Seen
from tests.interleavings.venue import Truth
from tests.interleavings.words import fee_of, half, price_of
from tests.interleavings.world import Joint, Move, World

ROUNDS = 5
"""How often each timer fires before what is not known counts as never known."""


def wait(world: World, joint: Joint) -> Iterator[Move]:
    """Every timer fires, and what comes of it arrives, again and again."""
    for _ in range(ROUNDS):
        for timer in world.behaviour.locals[joint.local].timers:
            if timer in world.behaviour.locals[joint.local].timers:
                yield (move := world.bring(joint, ("timer", timer), "a timer fires:", timer))
                joint = yield from _settled(world, move)


def reconcile(world: World, joint: Joint) -> Iterator[Move]:
    """Our view is held against the venue's, after the time in which a lost request is valid."""
    if not joint.lapsed:
        yield (move := world.lapse(joint))
        joint = move.joint
    yield (move := world.bring(joint, ("reconcile",), "reconciliation begins"))
    joint = yield from _settled(world, move)
    yield from wait(world, joint)


def _settled(world: World, move: Move) -> Generator[Move, None, Joint]:
    """Everything that is on its way arrives, in a fair order, unless something is wrong."""
    while not move.wrong:
        joint = move.joint
        following = next(world.duties(joint), None)
        if following is None:
            break
        yield (move := following)
    return move.joint


def disagreement(world: World, joint: Joint) -> str:
    """What is wrong when nothing is on its way any more, if anything."""
    local = world.behaviour.locals[joint.local]
    found = differences(world.judge.seen[joint.view], world.truth(joint))
    if local.timers or local.calls:
        found.append(f"still at work: {', '.join(local.timers)} in {local.order}, {local.command}")
    return "; ".join(found)


def differences(seen: Seen, truth: Truth) -> list[str]:
    """How the strategy's view differs from the truth."""
    return [*_ended(seen, truth), *_told(seen, truth)]


def _ended(seen: Seen, truth: Truth) -> Iterator[str]:
    expected = truth.end or ("PARTIALLY_FILLED" if truth.filled else "ACCEPTED")
    if not truth.status:
        expected = "REJECTED"
    if seen.status != expected:
        yield f"status {seen.status}, not {expected}"


def _told(seen: Seen, truth: Truth) -> Iterator[str]:
    if seen.status == "REJECTED":
        return
    # A last execution may overtake the word of a new price, which then matters to nobody.
    price = seen.price if truth.end == "FILLED" else half(truth.price)
    if (seen.quantity, seen.price) != (Decimal(truth.size), price):
        yield f"terms {seen.quantity} @ {seen.price}, not {truth.size} @ {half(truth.price)}"
    if seen.filled != truth.filled or seen.executions != _executions(truth):
        yield f"filled {seen.filled}, not {truth.filled}"
    if truth.filled and seen.average != _average(truth):
        yield f"average {seen.average}, not {_average(truth)}"
    if seen.commission != sum(map(fee_of, truth.fills), Decimal(0)):
        yield f"commission {seen.commission}"
    if seen.changes_rejected + len(truth.made) > seen.changes_asked:
        yield "a change was told to be rejected, and it was made"
    if seen.cancels_rejected and truth.reason == "USER_CANCELED":
        yield "a cancel was told to be rejected, and it was done"


def _executions(truth: Truth) -> frozenset[Execution]:
    return frozenset(
        Execution(str(fill.number), Decimal(fill.size), price_of(fill), fee_of(fill), fill.is_maker)
        for fill in truth.fills
    )


def _average(truth: Truth) -> Decimal:
    value = sum((price_of(fill) * fill.size for fill in truth.fills), Decimal(0))
    return round(value / truth.filled, 6).normalize()
