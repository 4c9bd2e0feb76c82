"""Tries charts at random, as many as there is time for: python -m tests.statecharts.engine.prove

Prints what was compared. A difference is told with the seed of its chart, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time

from statemachine import registry
from statemachine.signature import SignatureAdapter

from statecharts.engine import circles
from tests.statecharts.engine.generator import generate
from tests.statecharts.engine.tandem import SHORT_CIRCLE, Mismatch, Tally, Tandem


def prove(seeds: range, budget: int) -> Tally:
    """Compare everything on the charts of these seeds, or on each about `budget` trials."""
    total, begin = Tally(), time.monotonic()
    for at, seed in enumerate(seeds, start=1):
        try:
            total += Tandem(generate(seed)).compare_everything(budget)
        except Mismatch as mismatch:
            print(f"seed {seed}: {mismatch}", file=sys.stderr)
            raise SystemExit(1) from None
        if at % 100 == 0 or at == len(seeds):
            _forget()
            print(f"{time.monotonic() - begin:7.0f} s  {total}", flush=True)
    return total


def _forget() -> None:
    """python-statemachine remembers every class and signature there ever was."""
    registry._REGISTRY.clear()
    SignatureAdapter.from_callable.__func__.clear_cache()  # type: ignore[attr-defined]
    gc.collect()


def main() -> None:
    parser = argparse.ArgumentParser(description="Compiled charts and the reference, compared.")
    parser.add_argument("--charts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first chart")
    parser.add_argument("--budget", type=int, default=400, help="trials of one chart, about")
    options = parser.parse_args()
    circles.MICROSTEPS = SHORT_CIRCLE
    total = prove(range(options.seed, options.seed + options.charts), options.budget)
    print(f"no difference in {total.steps:,} steps and {total.faults:,} faults")


if __name__ == "__main__":
    main()
