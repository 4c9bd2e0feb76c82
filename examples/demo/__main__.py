"""`python -m examples.demo`: play the story, show it, and say whether both sides agree.

Exit code 0 when venue and node agree in everything, 1 when they do not, 2 when the story could not
be played.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import sys
from pathlib import Path

from nautilus_trader.common.component import flush_logger

from examples.demo import failures
from examples.demo.comparison import agree, table
from examples.demo.director import Failure, Outcome, Theater
from examples.demo.errors import DemoError
from examples.demo.node import log_of
from examples.demo.pictures import draw
from examples.demo.progress import Progress
from examples.demo.timeline import HEADING, LEGEND, left_out, timeline
from examples.demo.watch import Watch
from statecharts.render import RenderError

EQUAL, UNEQUAL, FAILED = 0, 1, 2
OUT = Path("build/demo")
MAX_FAILURE_SECS = 120.0


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code."""
    options = _parser().parse_args(arguments)
    watch = Watch()
    progress = Progress(sys.stdout, lambda: watch.elapsed)
    try:
        _prepare(options.out)
        outcome = _perform(options, watch, progress)
        progress.say("the charts are drawn")
        pictures = draw(watch.chronicle, options.out)
    except (DemoError, RenderError) as error:
        return _failed(progress, str(error))
    except KeyboardInterrupt:
        return _failed(progress, "interrupted")
    seconds = watch.elapsed
    progress.clear()
    _show_timeline(watch, outcome, options.verbose)
    _show_table(outcome)
    _show_files(options.out, pictures)
    return verdict(outcome, options.seed, seconds)


def _perform(options: argparse.Namespace, watch: Watch, progress: Progress) -> Outcome:
    theater = Theater(options.seed, options.out, _failure(options), watch, progress)
    try:
        return asyncio.run(theater.play())
    finally:
        if theater.node is not None:
            theater.node.dispose()
            flush_logger()


def _prepare(out: Path) -> None:
    """Make the folder, and remove the log of an earlier run."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        log_of(out).unlink(missing_ok=True)
    except OSError as error:
        raise DemoError(
            f"{out} cannot be written to ({error.strerror}): choose another --out"
        ) from None


def _failure(options: argparse.Namespace) -> Failure:
    if options.outage is not None:
        return functools.partial(failures.outage, seconds=options.outage)
    if options.freeze is not None:
        return functools.partial(failures.freeze, seconds=options.freeze)
    return failures.cut


def _show_timeline(watch: Watch, outcome: Outcome, everything: bool) -> None:
    print(f"\nWhat the charts did ({LEGEND})\n\n{HEADING}")
    for line in timeline(watch.chronicle, outcome.labels, everything):
        print(line)
    if not everything:
        print(f"\n{left_out(watch.chronicle)} steps that tell nothing new are left out: --verbose")


def _show_table(outcome: Outcome) -> None:
    print("\nWhat both sides say\n")
    for line in table(outcome.rows):
        print(line)
    seen = outcome.seen
    print(
        "\n  Quantities in ETH, money in USDC, rounded to the decimals that Nautilus keeps of it."
    )
    print(f"  Streamed: {seen.quotes} quotes, {seen.trades} trades, {seen.deltas} book deltas.")


def _show_files(out: Path, pictures: list[Path]) -> None:
    log = log_of(out)
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    errors = [line for line in lines if "[ERROR]" in line]
    print(f"\nThe node's log: {log} ({len(errors)} errors, {len(lines) - len(errors)} other lines)")
    for line in errors:
        print(f"  {line}")
    print(f"What this run visited: {out}/ {' '.join(picture.name for picture in pictures)}")


def verdict(outcome: Outcome, seed: int, seconds: float) -> int:
    told = f"seed {seed}, {seconds:.1f} s"
    if agree(outcome.rows):
        print(f"\nVenue and node agree in everything ({told}).")
        return EQUAL
    unequal = ", ".join(row.what for row in outcome.rows if not row.is_equal) or "there is nothing"
    print(f"\nVenue and node DISAGREE ({told}): {unequal}.")
    return UNEQUAL


def _failed(progress: Progress, reason: str) -> int:
    progress.clear()
    print(f"demo: {reason}", file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m examples.demo",
        description="A NautilusTrader TradingNode trades on a local Paradex that fails it.",
        epilog="Exit code: 0 both sides agree, 1 they do not, 2 the story could not be played.",
    )
    parser.add_argument("--seed", type=int, default=7, help="of the venue's market (default 7)")
    failure = parser.add_mutually_exclusive_group()
    failure.add_argument(
        "--outage", type=_seconds, metavar="SECONDS", help="the venue goes down for so long"
    )
    failure.add_argument(
        "--freeze", type=_seconds, metavar="SECONDS", help="the venue's process stands still"
    )
    parser.add_argument("--out", type=Path, default=OUT, help=f"for pictures and logs ({OUT})")
    parser.add_argument("--verbose", action="store_true", help="show every step of every chart")
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= MAX_FAILURE_SECS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds: above 0, up to {MAX_FAILURE_SECS:g}"
        )
    return seconds


if __name__ == "__main__":
    sys.exit(main())
