"""What a chart costs: compiled, run by python-statemachine, and as a table written by hand.

The times of a shared machine mean little. The ratios are measured side by side, a batch of each in
turn, and mean something. The library is python-statemachine. Prints Markdown for `RESULTS.md`:

    python -m benchmarks.chart_engine                    # under a minute
    python -m benchmarks.chart_engine --orders 1000000   # the live orders in earnest
"""

from __future__ import annotations

import argparse
import gc
import platform
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from statistics import median, quantiles
from time import perf_counter
from types import new_class
from typing import Any

from msgspec.structs import replace
from statemachine import State, StateChart

from paradex_adapter.charts import EXAMPLES, Order
from statecharts import Chart, Compound
from statecharts.engine import context

type Work = Callable[[int], object]
"""Does something this many times."""

ROUNDS = 25
BATCH_SECS = 0.004
"""How long one batch takes: all contenders of a round meet the same machine."""

# The same three machines as charts and as tables


class Lamp(Chart):
    """Two states and nothing else."""

    __slots__ = ()

    off = State(initial=True)
    on = State()

    press = off.to(on) | on.to(off)


class Bell(Chart):
    """Two states, and two hooks at every step."""

    __slots__ = ()

    still = State(initial=True)
    ringing = State()

    press = still.to(ringing) | ringing.to(still)

    def on_exit_still(self) -> None:
        pass

    def on_exit_ringing(self) -> None:
        pass

    def on_press(self) -> None:
        pass


class Stereo(Chart):
    """Two regions, and every event is for both."""

    __slots__ = ()

    class playing(State.Parallel):
        class left(Compound):
            left_low = State(initial=True)
            left_high = State()

        class right(Compound):
            right_low = State(initial=True)
            right_high = State()

    press = (
        playing.left.left_low.to(playing.left.left_high)
        | playing.left.left_high.to(playing.left.left_low)
        | playing.right.right_low.to(playing.right.right_high)
        | playing.right.right_high.to(playing.right.right_low)
    )


class LampTable:
    """`Lamp` by hand."""

    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state = "off"

    def step(self, event: str) -> None:
        try:
            self.state = LAMP[self.state, event]
        except KeyError:
            raise ValueError(f"{event} is not expected in {self.state}") from None


class BellTable:
    """`Bell` by hand: hooks, and nothing changes when one of them raises."""

    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state = "still"

    def step(self, event: str) -> None:
        try:
            state, leave, react = BELL[self.state, event]
        except KeyError:
            raise ValueError(f"{event} is not expected in {self.state}") from None
        leave(self)
        react(self)
        self.state = state

    def leave(self) -> None:
        pass

    def react(self) -> None:
        pass


LAMP = {("off", "press"): "on", ("on", "press"): "off"}
BELL = {
    ("still", "press"): ("ringing", BellTable.leave, BellTable.react),
    ("ringing", "press"): ("still", BellTable.leave, BellTable.react),
}

# Time


def pressing(step: Callable[[str], object]) -> Work:
    def work(times: int) -> None:
        for _ in repeat(None, times // 10):  # ten at once, or the loop would count
            step("press")
            step("press")
            step("press")
            step("press")
            step("press")
            step("press")
            step("press")
            step("press")
            step("press")
            step("press")

    return work


def making(make: Callable[[], object]) -> Work:
    def work(times: int) -> None:
        for _ in repeat(None, times):
            make()

    return work


def seconds(work: Work, times: int) -> float:
    """What one of `times` takes."""
    begin = perf_counter()
    work(times)
    return (perf_counter() - begin) / times


def batch(work: Work) -> int:
    """How many fill `BATCH_SECS`, once everything is compiled and warm."""
    work(20)
    times = 10
    while (taken := seconds(work, times) * times) < BATCH_SECS / 4:
        times *= 2
    return max(10, round(times * BATCH_SECS / taken / 10) * 10)


def compare(contenders: Sequence[Work]) -> list[list[float]]:
    """For each contender the seconds that one takes, round by round."""
    sizes = [batch(work) for work in contenders]
    taken: list[list[float]] = [[] for _ in contenders]
    for turn in range(ROUNDS):
        gc.collect()
        gc.disable()
        for at in range(len(contenders)):
            who = (at + turn) % len(contenders)
            taken[who].append(seconds(contenders[who], sizes[who]))
        gc.enable()
    return taken


def ratio(over: Iterable[float], under: Iterable[float]) -> str:
    """The median of the ratios round by round, and where the middle half of them is."""
    ratios = [one / other for one, other in zip(over, under, strict=True)]
    low, _, high = quantiles(ratios, n=4)
    digits = 2 if high < 10 else 0
    return f"{median(ratios):,.{digits}f}× [{low:,.{digits}f}-{high:,.{digits}f}]"


def micros(taken: Iterable[float]) -> str:
    return f"{median(taken) * 1e6:,.2f} µs"


def time_rows() -> Iterable[str]:
    yield "| | by hand | compiled | library | compiled ÷ by hand | library ÷ compiled |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, chart, table in (
        ("an event, no hook", Lamp, LampTable),
        ("an event, two hooks", Bell, BellTable),
    ):
        steps = [table().step, chart().step, by_library(chart)().send]
        hand, ours, theirs = compare([pressing(step) for step in steps])
        yield (
            f"| {name} | {micros(hand)} | {micros(ours)} | {micros(theirs)} "
            f"| {ratio(ours, hand)} | {ratio(theirs, ours)} |"
        )
    for name, our_work, their_work in (
        ("an event for two regions", pressing(Stereo().step), pressing(by_library(Stereo)().send)),
        ("making a chart of no fields", making(Lamp), making(by_library(Lamp))),
        ("making an order", making(new_order), making(their_order)),
        ("an order's life: made, 5 events", making(our_life), making(their_life)),
    ):
        ours, theirs = compare([our_work, their_work])
        yield f"| {name} | | {micros(ours)} | {micros(theirs)} | | {ratio(theirs, ours)} |"


class Library:
    """The chart run by python-statemachine as it comes: without an outbox even."""

    _start = None

    def _start_otherwise(self: Any) -> None:
        StateChart.__init__(self)

    def ask(self, *what: object) -> None:
        pass

    request = emit = start_timer = cancel_timer = ask


def by_library(chart: type[Chart]) -> Any:
    return new_class(chart.__name__, (Library, chart, StateChart))


def new_order() -> Order:
    return Order(*ORDER.arguments)  # type: ignore[arg-type]


def their_order() -> Any:
    return THEIR_ORDER(*ORDER.arguments)


def our_life() -> None:
    live_through(new_order().step)


def their_life() -> None:
    live_through(their_order().send)


def live_through(step: Callable[..., object]) -> None:
    step("submit")
    step("acked", order=TAKEN)
    step("opened", order=TAKEN)
    step("executed", fill=FILL)
    step("executed", fill=LAST_FILL)


ORDER = next(example for example in EXAMPLES if example.chart is Order)
THEIR_ORDER = by_library(Order)
TAKEN: Any = ORDER.of("opened")["order"]
FILL: Any = ORDER.of("executed")["fill"]
LAST_FILL = replace(FILL, id="F-2")

# Memory


def bytes_each(make: Callable[[], object], number: int) -> float:
    """What each of `number` takes that are kept, by `tracemalloc`."""
    kept = [None] * number
    gc.collect()
    tracemalloc.start()
    for at in range(number):
        kept[at] = make()  # type: ignore[call-overload]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / number


def bare_order() -> Order:
    """An order without what its fields hold: they share that of another."""
    order = Order.__new__(Order)
    order._at, order._outbox = BARE._at, BARE._outbox
    for name, value in context(BARE).items():
        setattr(order, name, value)
    return order


BARE = new_order()


def memory_rows() -> Iterable[str]:
    yield "| | compiled | library |"
    yield "|---|--:|--:|"
    ours, theirs = bytes_each(Lamp, 20_000), bytes_each(by_library(Lamp), 300)
    yield f"| a chart of no fields | {ours:,.0f} B | {theirs:,.0f} B |"
    ours = bytes_each(bare_order, 20_000)
    fields = len(context(BARE))
    yield f"| an order and its {fields} pointers, not what they point to | {ours:,.0f} B | |"
    ours = bytes_each(new_order, 20_000)
    theirs = bytes_each(their_order, 100)
    yield f"| an order as it is made | {ours:,.0f} B | {theirs:,.0f} B |"


def live(number: int) -> Iterable[str]:
    """The memory of a fresh process before and after it has this many orders."""
    before = resident()
    _, *arguments = ORDER.arguments
    orders = [Order(f"O-{at}", *arguments) for at in range(number)]  # type: ignore[arg-type]
    made = resident()
    for at, order in enumerate(orders):
        order.step("submit")
        order.step("opened", order=replace(TAKEN, id=f"{at:025}", remaining_size=TAKEN.size))
    opened = resident()
    yield f"| {number:,} orders | resident | each |"
    yield "|---|--:|--:|"
    for name, now in (("made, each with its id", made), ("on the book, with the venue's", opened)):
        yield f"| {name} | {(now - before) / 1e6:,.0f} MB | {(now - before) / number:,.0f} B |"


def resident() -> int:
    """The bytes of this process that are in memory."""
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def main() -> None:
    parser = argparse.ArgumentParser(description="What a chart costs.")
    parser.add_argument("--orders", type=int, default=100_000, help="how many are live at once")
    parser.add_argument("--live", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.live:
        print("\n".join(live(options.live)))
        return
    print(f"Python {platform.python_version()}; medians and quartiles of {ROUNDS} rounds.\n")
    print("\n".join(time_rows()), flush=True)
    print("\n" + "\n".join(memory_rows()) + "\n", flush=True)
    command = [sys.executable, "-m", "benchmarks.chart_engine", "--live", str(options.orders)]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
