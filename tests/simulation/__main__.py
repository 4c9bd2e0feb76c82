"""`python -m tests.simulation --seeds 100 [--first 1] [--jobs 2] [--steps 80] [--traces FOLDER]`"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.simulation.many import Order, Totals, play
from tests.simulation.run import STEPS, Report


def main() -> int:
    """Run the seeds; 1 where one disagrees."""
    chosen = _parser().parse_args()
    totals = Totals()
    order = Order(chosen.steps, not chosen.no_drops, chosen.traces)
    for report in play(range(chosen.first, chosen.first + chosen.seeds), order, chosen.jobs):
        totals.add(report)
        for line in _lines(report, chosen.verbose):
            print(line, flush=True)
    print(totals)
    return 1 if totals.bad else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first one")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--steps", type=int, default=STEPS, help="actions in each")
    parser.add_argument("--no-drops", action="store_true", help="no private message is lost")
    parser.add_argument("--traces", type=Path, help="a folder for the steps of what is wrong")
    parser.add_argument("--verbose", action="store_true", help="a line for each seed")
    return parser


def _lines(report: Report, is_verbose: bool) -> list[str]:
    lines = [f"seed {report.seed} DISAGREES: {_with_story(text, report)}" for text in report.wrong]
    if is_verbose:
        lines.append(
            f"seed {report.seed}: {report.orders} orders, {report.fills} fills, "
            f"{report.changes} changes, {report.seconds:.1f} s "
            f"({report.settle_secs:.1f} s to settle), {', '.join(sorted(report.setting.families))}"
        )
    return lines


def _with_story(text: str, report: Report) -> str:
    story = report.stories.get(text.split()[0].rstrip(":"))
    return text if story is None else f"{text} | {story}"


if __name__ == "__main__":
    sys.exit(main())
