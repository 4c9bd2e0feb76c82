"""`python -m tests.simulation --seeds 100 [--first 1] [--steps 40] [--trace]`"""

from __future__ import annotations

import argparse
import sys

import anyio

from tests.simulation.run import STEPS, Report, run


def main() -> int:
    """Run the seeds one after the other; 1 where one disagrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first one")
    parser.add_argument("--steps", type=int, default=STEPS, help="actions in each")
    parser.add_argument("--no-drops", action="store_true", help="no private message is lost")
    parser.add_argument("--trace", action="store_true", help="show the steps of what is wrong")
    chosen = parser.parse_args()
    bad = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        report = anyio.run(_run, seed, chosen.steps, not chosen.no_drops)
        print(_line(report), flush=True)
        if chosen.trace:
            _trace(report)
        if report.wrong:
            bad.append(seed)
    print(f"{chosen.seeds} seeds, {len(bad)} disagree: {bad}")
    return 1 if bad else 0


async def _run(seed: int, steps: int, may_drop: bool) -> Report:
    return await run(seed, steps=steps, may_drop=may_drop)


def _line(report: Report) -> str:
    faults = ", ".join(f"{name} ×{count}" for name, count in sorted(report.injected.items()))
    head = (
        f"seed {report.seed}: {report.orders} orders, {report.fills} fills, "
        f"{report.changes} changes, {report.alerts} alerts, unexpected {dict(report.unexpected)}, "
        f"{report.seconds:.1f} s ({report.settle_secs:.1f} s to settle)"
    )
    return "\n  ".join([head, faults or "no faults", *(f"WRONG {text}" for text in report.wrong)])


def _trace(report: Report) -> None:
    for name in {text.split()[0].rstrip(":") for text in report.wrong}:
        print(f"  {name}")
        for record in report.records:
            if name in record.chart.split():
                print(f"    {record}")


if __name__ == "__main__":
    sys.exit(main())
