"""`python -m tests.restart --seeds 10 [--first 1] [--cache empty|redis|both]`"""

from __future__ import annotations

import argparse
import sys

import anyio

from tests.restart.redis import redis_server
from tests.restart.run import Report, run


def main() -> int:
    """Run the seeds one after the other; 1 where one disagrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.restart", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first one")
    parser.add_argument("--trace", metavar="O-…", help="show what the killed node did with it")
    parser.add_argument("--cache", choices=["empty", "redis", "both"], default="both")
    chosen = parser.parse_args()
    caches = ["empty", "redis"] if chosen.cache == "both" else [chosen.cache]
    bad = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        for cache in caches:
            report = anyio.run(_run, seed, cache)
            print(_line(report, cache), flush=True)
            if chosen.trace:
                print(*(f"    {text}" for text in report.words if chosen.trace in text), sep="\n")
            if report.wrong:
                bad.append((seed, cache))
    print(f"{chosen.seeds * len(caches)} kills, {len(bad)} disagree: {bad}")
    return 1 if bad else 0


async def _run(seed: int, cache: str) -> Report:
    if cache == "empty":
        return await run(seed, None)
    async with redis_server() as port:
        return await run(seed, port)


def _line(report: Report, cache: str) -> str:
    states = ", ".join(f"{count} {state}" for state, count in sorted(report.states.items()))
    head = (
        f"seed {report.seed}, {cache} cache: killed at event {report.events} with {states}; "
        f"{report.remembered} remembered, {report.resolved} never arrived"
    )
    return "\n  ".join([head, *(f"WRONG {text}" for text in report.wrong)])


if __name__ == "__main__":
    sys.exit(main())
