"""The truth: one order at the venue, and everything that may become of it.

A pure value with two ways to change: a request arrives (`arrive`), or the matching engine acts
(`duties`, `choices`). Each says what the venue then says. Nothing here is shared with the adapter
but the wire's shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.interleavings.scenario import Scenario
from tests.interleavings.words import FillWord, Info, OrderWord, Request

NEVER_REFUSALS = ("", "USER_CANCELED", "REMAINING_IOC_CANCEL", "EXPIRED")


class Truth(NamedTuple):
    """One order. `status` is empty while the venue does not have it; `queue` is what it took and
    has not done; `at` is the time of its last change."""

    status: str = ""
    size: int = 0
    price: int = 0
    fills: tuple[FillWord, ...] = ()
    reason: str = ""
    at: int = 0
    info: Info | None = None
    queue: tuple[Request, ...] = ()
    was_open: bool = False
    made: frozenset[tuple[int, int]] = frozenset()  # the terms it was given

    @property
    def filled(self) -> int:
        return sum(fill.size for fill in self.fills)

    @property
    def word(self) -> OrderWord:
        left = self.size - self.filled
        return OrderWord(self.status, self.size, left, self.price, self.reason, self.at, self.info)

    @property
    def end(self) -> str:
        """How it ended, as Nautilus calls it; empty while it lives."""
        if self.status != "CLOSED":
            return ""
        if self.filled == self.size:
            return "FILLED"
        if self.reason == "EXPIRED":
            return "EXPIRED"
        is_refused = not (self.was_open or self.filled) and self.reason not in NEVER_REFUSALS
        return "REJECTED" if is_refused else "CANCELED"


class Said(NamedTuple):
    """What happened, the truth from then on, and what is said of it on each channel."""

    what: str
    truth: Truth
    order_words: tuple[OrderWord, ...] = ()
    fill_words: tuple[FillWord, ...] = ()


ABSENT = Truth()
Answer = tuple[object, ...]
"""How a request is answered: `("order", word)`, `("done",)` or `("refused", code)`."""


def arrive(truth: Truth, request: Request, rules: Scenario, lapsed: bool) -> tuple[Answer, Said]:
    """The venue takes a request or refuses it; what it takes waits for its engine."""
    code = _refusal(truth, request, lapsed)
    if code:
        return ("refused", code), Said(f"refuses the {request.kind}: {code}", truth)
    what = f"takes the {request.kind}"
    queue = (*truth.queue, request)
    match request.kind:
        case "create":
            taken = Truth("NEW", request.size, request.price, at=1, queue=queue)
            pushed = (taken.word,) if rules.tells_new else ()
            return ("order", taken.word), Said(what, taken, pushed)
        case "modify":
            number = 1 + (truth.info.number if truth.info else 0)
            queue = (*truth.queue, request._replace(number=number))
            taken = truth._replace(queue=queue, info=Info(number, "PENDING"))
            return ("order", taken.word), Said(what, taken)
        case _:
            return ("done",), Said(what, truth._replace(queue=queue))


def _refusal(truth: Truth, request: Request, lapsed: bool) -> str:
    match request.kind:
        case "create" | "modify" if lapsed and not request.signed_at:
            return "INVALID_TIMESTAMP"
        case "modify" if truth.status != "OPEN":
            return "ORDER_IS_NOT_OPEN"
        case "modify" if (request.size, request.price) == (truth.size, truth.price):
            return "INVALID_REQUEST_PARAMETER"
        case "cancel" if not truth.status:
            return "CLIENT_ORDER_ID_NOT_FOUND"
        case "cancel" if truth.status == "CLOSED":
            return "ORDER_IS_CLOSED"
    return ""


def duties(truth: Truth, rules: Scenario) -> Iterator[Said]:
    """What the matching engine may make of the first request it has not done: one of these."""
    if truth.queue:
        yield from _duty(truth._replace(queue=truth.queue[1:]), truth.queue[0], rules)


def choices(truth: Truth, rules: Scenario) -> Iterator[Said]:
    """What may happen to an order on the book at any time, or never."""
    if truth.status == "OPEN":
        yield from _executions(truth, rules)
        for reason in rules.ends:
            yield _closed(_touched(truth, rules), reason, f"closes it: {reason}")


def _duty(truth: Truth, request: Request, rules: Scenario) -> Iterator[Said]:
    match request.kind:
        case "create" if truth.status == "NEW":
            yield from _entries(_touched(truth, rules), rules)
        case "modify":
            yield from _changes(truth, request, rules)
        case "cancel" if truth.status != "CLOSED":
            yield _closed(_touched(truth, rules), "USER_CANCELED", "cancels it")
        case _:
            yield Said(f"finds nothing left to {request.kind}", truth)


def _entries(truth: Truth, rules: Scenario) -> Iterator[Said]:
    """The order reaches the book: what it takes at once, and what becomes of the rest."""
    most = min(rules.executions, truth.size) if rules.takes else 0
    if rules.rests:
        opened = truth._replace(status="OPEN", was_open=True)
        yield Said("puts it on the book", opened, (opened.word,))
    for count in range(0 if not rules.rests else 1, most + 1):
        taken = _filled(truth, [1] * count, is_maker=False)
        fills = taken.fills
        if taken.filled == taken.size:
            yield _closed(taken, "", f"executes {count} at once, all of it", fills)
        elif rules.rests:
            left = taken._replace(status="OPEN", was_open=True)
            yield Said(f"executes {count} at once, the rest rests", left, (left.word,), fills)
        else:
            reason = "REMAINING_IOC_CANCEL"
            yield _closed(taken, reason, f"executes {count} at once and cancels the rest", fills)
    for reason in rules.refusals:
        yield _closed(truth, reason, f"closes it: {reason}")


def _executions(truth: Truth, rules: Scenario) -> Iterator[Said]:
    left, count = truth.size - truth.filled, rules.executions - len(truth.fills)
    plans = [[1]] if left >= 1 and count >= 1 else []
    if rules.sweeps and left >= 2:
        plans += [[left]] * (count >= 1) + [[1, 1]] * (count >= 2)
    for sizes in plans:
        done = _filled(_touched(truth, rules), sizes, is_maker=True)
        fills = done.fills[len(truth.fills) :]
        what = "executes " + " and ".join(map(str, sizes))
        if done.filled == done.size:
            yield _closed(done, "", f"{what}, the last", fills)
        else:
            yield Said(what, done, (done.word,), fills)


def _changes(truth: Truth, request: Request, rules: Scenario) -> Iterator[Said]:
    refused = truth._replace(info=Info(request.number, "REJECTED"))
    if truth.status != "OPEN" or request.size <= truth.filled:
        yield Said("refuses the change", refused, (refused.word,))
        return
    changed = _touched(truth, rules)._replace(
        size=request.size,
        price=request.price,
        info=Info(request.number, "SUCCESS"),
        made=truth.made | {(request.size, request.price)},
    )
    yield Said("makes the change", changed, (changed.word,))
    if rules.changes_refused:
        yield Said("refuses the change", refused, (refused.word,))
    if rules.changes_cross and len(truth.fills) < rules.executions:
        done = _filled(changed, [1], is_maker=False)
        fills = done.fills[-1:]
        what = "makes the change and executes 1 at once"
        if done.filled == done.size:
            yield _closed(done, "", what, fills)
        else:
            yield Said(what, done, (done.word,), fills)


def _filled(truth: Truth, sizes: list[int], is_maker: bool) -> Truth:
    fills = truth.fills
    left = truth.size - truth.filled
    for size in sizes:
        left -= size
        fills = (*fills, FillWord(len(fills) + 1, size, left, truth.at, is_maker))
    return truth._replace(fills=fills)


def _touched(truth: Truth, rules: Scenario) -> Truth:
    return truth if rules.same_time else truth._replace(at=truth.at + 1)


def _closed(truth: Truth, reason: str, what: str, fills: tuple[FillWord, ...] = ()) -> Said:
    over = truth._replace(status="CLOSED", reason=reason)
    return Said(what, over, (over.word,), fills)
