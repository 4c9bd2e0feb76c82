"""A finding as a story to read: what happened, one thing a line."""

from __future__ import annotations

from collections.abc import Hashable

from tests.interleavings.explore import Finding
from tests.interleavings.judge import Seen
from tests.interleavings.words import FillWord, OrderWord, Request, half
from tests.interleavings.world import World


def story(world: World, finding: Finding) -> str:
    """What happened, one line each, with where the program then is."""
    lines = [f"{finding.wrong}  ({finding.times} ways; scenario {world.rules.name})"]
    state = ""
    for number, move in enumerate(finding.moves, 1):
        local = world.behaviour.locals[move.joint.local]
        seen = world.judge.seen[move.joint.view]
        now = f"{local.order}, {local.command}, told {_brief(seen)}"
        lines.append(f"{number:3} {' '.join(map(_words, move.text))}")
        if now != state:
            lines[-1] = f"{lines[-1]:72} → {now}"
        state = now
    return "\n".join(lines)


def _words(thing: Hashable) -> str:  # noqa: C901 - a table: one arm each
    match thing:
        case OrderWord(status, size, remaining, price, reason, at, info):
            request = f", change {info.number} {info.status}" if info else ""
            why = f" ({reason})" if reason else ""
            return f"{status}{why} {size} @ {half(price)}, {remaining} left, at {at}{request}"
        case FillWord(number, size, remaining, at):
            return f"fill {number} of {size}, {remaining} left, at {at}"
        case Request("modify", size, price):
            return f"{size} @ {half(price)}"
        case Request(kind):
            return kind
        case ("order", None):
            return "none"
        case ("order" | "refused", word):
            return _words(word)
        case ("list", words):
            return f"[{'; '.join(map(_words, words))}]"
        case (str(word),):
            return word
        case _:
            return str(thing)


def _brief(seen: Seen) -> str:
    return f"{seen.status} {seen.quantity:f} @ {seen.price:f}, {seen.filled:f} filled"
