"""What the journal costs each step of an order.

The same steps are taken by a driver that nobody observes, by one with a journal in memory, and by
one with a journal on disk too, a short batch of each in turn. Times are those of the thread that
steps. On a shared machine the least of many batches is the one that nobody disturbed; the ratios,
round by round, say what a busy one makes of it. Prints Markdown for `RESULTS.md`:

    python -m benchmarks.journal
"""

from __future__ import annotations

import gc
import platform
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import thread_time

from benchmarks.chart_engine import FILL, LAST_FILL, ORDER, TAKEN, ratio
from paradex_adapter.charts import EXAMPLES, Command
from paradex_adapter.journal import Disk, Journal
from paradex_adapter.journal.lines import step_line, written
from statecharts import Chart, Driver, Ports, Record

type Observe = Callable[[Record], None] | None

ROUNDS = 600
LIVES = 12
STEPS = 9
"""Of one life, on both charts."""
REPEATS = 40


class NoTimer:
    def cancel(self) -> None:
        pass


class NoTimers:
    def start(self, delay: float, callback: Callable[[], None]) -> NoTimer:
        return NoTimer()


COMMAND = next(example for example in EXAMPLES if example.chart is Command)
INFORMED = COMMAND.of("informed")
PORTS = Ports(lambda what: None, lambda what: None, NoTimers())


def new_order(name: str, observe: Observe) -> tuple[Driver[Chart], Driver[Chart]]:
    order, command = (each.chart(name, *each.arguments[1:]) for each in (ORDER, COMMAND))
    return (
        Driver(f"order {name}", order, PORTS, observe),
        Driver(f"command {name}", command, PORTS, observe),
    )


def live(name: str, observe: Observe) -> None:
    """One order is acknowledged, opened, filled twice and over."""
    order, command = new_order(name, observe)
    order.dispatch("submit")
    order.receive("acked", order=TAKEN)
    command.receive("known")
    command.receive("informed", **INFORMED)
    order.receive("opened", order=TAKEN)
    command.receive("informed", **INFORMED)
    order.receive("executed", fill=FILL)
    order.receive("executed", fill=LAST_FILL)
    command.dispatch("order_ended")


def lives(observe: Observe) -> float:
    """Seconds of one step of orders that live."""
    begin = thread_time()
    for number in range(LIVES):
        live(f"O-{number}", observe)
    return (thread_time() - begin) / (LIVES * STEPS)


def repeats(observe: Observe) -> float:
    """Seconds of one further step of an order that is on the book, and whose journal is full."""
    order, _ = new_order("O-1", observe)
    order.dispatch("submit")
    order.receive("opened", order=TAKEN)
    begin = thread_time()
    for _ in range(REPEATS):
        order.receive("opened", order=TAKEN)
    return (thread_time() - begin) / REPEATS


def compare(work: Callable[[Observe], float], folder: Path) -> list[list[float]]:
    """For each contender the seconds of one step, round by round. Between two of them the disk
    finishes, so that its thread is at work during its own steps only."""
    memory = Journal("PARADEX")
    disk = Disk(folder, "PARADEX", refuse, waiting=10**6)
    on_disk = Journal("PARADEX", disk)
    contenders: list[Observe] = [None, memory.observe, on_disk.observe]
    taken: list[list[float]] = [[] for _ in contenders]
    gc.disable()
    for turn in range(-2, ROUNDS):
        if turn % 50 == 0:
            gc.collect()
        for at in range(len(contenders)):
            who = (at + turn) % len(contenders)
            seconds = work(contenders[who])
            disk.close()
            if turn >= 0:
                taken[who].append(seconds)
    gc.enable()
    return taken


def refuse(what: str, error: Exception) -> None:
    raise AssertionError(f"{what}: {error}")


def rows(folder: Path) -> Iterable[str]:
    yield "| a step of | not observed | in memory | on disk too | memory costs | disk costs more |"
    yield "|---|--:|--:|--:|---|---|"
    for name, work in (("an order's life", lives), ("a full journal", repeats)):
        bare, memory, disk = compare(work, folder)
        yield (
            f"| {name} | {least(bare)} | {least(memory)} | {least(disk)} "
            f"| {cost(memory, bare)} | {cost(disk, memory)} |"
        )


def least(taken: Iterable[float]) -> str:
    return f"{min(taken) * 1e6:.2f} µs"


def cost(more: Sequence[float], less: Sequence[float]) -> str:
    """The difference of the least, and the ratio round by round."""
    return f"{(min(more) - min(less)) * 1e6:.2f} µs, {ratio(more, less)}"


def writing() -> str:
    records: list[Record] = []
    live("O-1", records.append)
    times: list[float] = []
    for _ in range(50):
        begin = thread_time()
        for _ in range(10):
            for record in records:
                written(step_line(0, record))
        times.append((thread_time() - begin) / (10 * len(records)))
    size = sum(len(written(step_line(10**18, record))) for record in records) / len(records)
    return f"The thread that writes takes {least(times)} a step to put it into {size:,.0f} bytes."


def remembering() -> str:
    """What a kept step takes, of orders that live as in `lives`."""
    journal = Journal("PARADEX")
    lives(journal.observe)
    gc.collect()
    tracemalloc.start()
    journal = Journal("PARADEX")
    lives(journal.observe)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"A step that is kept takes {taken / (LIVES * STEPS):,.0f} bytes besides its payload."


def main() -> None:
    print(f"Python {platform.python_version()}; of {ROUNDS} rounds the least, and the ratios.\n")
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(rows(Path(folder))), flush=True)
    print(f"\n{writing()} {remembering()}")


if __name__ == "__main__":
    main()
