"""`python -m tests.interleavings [--only TEXT] [--budget 1000000] [--tests] [--list]`

Explores every scenario whole, or until its budget of joint states is spent, and prints a shortest
story for each kind of thing that must not be.
"""

from __future__ import annotations

import argparse
import sys

from tests.interleavings import catalog
from tests.interleavings.behaviour import Behaviour
from tests.interleavings.explore import Exploration, explore
from tests.interleavings.retelling import IMPORTS, as_test
from tests.interleavings.story import story
from tests.interleavings.world import World


def main() -> int:
    """1 where something was found."""
    chosen = _arguments()
    scenarios = [each for each in catalog.everything() if chosen.only in each.name]
    explorations = []
    behaviours: dict[tuple[object, ...], Behaviour] = {}
    for scenario in scenarios:
        if chosen.list:
            print(scenario.name)
            continue
        key = scenario.type, scenario.instruction, scenario.is_binary, scenario.queues
        behaviour = behaviours.setdefault(key, Behaviour(scenario))
        world = World(scenario, behaviour)
        exploration = explore(world, chosen.budget)
        explorations.append(exploration)
        print(line(exploration), flush=True)
        for number, finding in enumerate(exploration.findings.values()):
            print(story(world, finding), "\n", flush=True)
            if chosen.tests:
                print(IMPORTS, as_test(world, finding, f"finding_{number}"), sep="\n\n", flush=True)
    print(_sum(explorations))
    return 1 if any(exploration.findings for exploration in explorations) else 0


def line(exploration: Exploration) -> str:
    """One exploration in one line."""
    how = "whole" if exploration.is_whole else "NOT whole"
    return (
        f"{exploration.scenario}: {exploration.states:,} joint states, {exploration.moves:,} "
        f"moves, {exploration.ends:,} ends, {exploration.seconds:.1f} s, {how}, "
        f"{len(exploration.findings)} findings"
    )


def _sum(explorations: list[Exploration]) -> str:
    states = sum(exploration.states for exploration in explorations)
    seconds = sum(exploration.seconds for exploration in explorations)
    findings = sum(len(exploration.findings) for exploration in explorations)
    cut = sum(not exploration.is_whole for exploration in explorations)
    return (
        f"{len(explorations)} scenarios, {states:,} joint states in {seconds:.0f} s, "
        f"{cut} not whole, {findings} findings"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.interleavings", description=__doc__)
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    parser.add_argument("--budget", type=int, default=1_000_000, help="joint states of each")
    parser.add_argument("--tests", action="store_true", help="print each finding as a test too")
    parser.add_argument("--list", action="store_true", help="print the names of the scenarios")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
