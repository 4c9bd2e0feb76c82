"""`python -m paradex_adapter.journal PATH [ORDER] [--mermaid | --svg | --check]`.

PATH is a journal file or a folder of them. Without ORDER, a client order id, the orders are listed;
with it, its story is told. `--check` replays each journal, or that of ORDER, through the charts.
The exit status is 1 when a step differs, 2 when the journal cannot be read or has no such order.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from paradex_adapter.errors import JournalError
from paradex_adapter.journal import table
from paradex_adapter.journal.conformity import Checked, Verdict, check
from paradex_adapter.journal.mermaid import mermaid
from paradex_adapter.journal.reading import Library, Story, read
from paradex_adapter.journal.svg import svg

PROGRAM = "paradex_adapter.journal"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is its exit status."""
    chosen = _parser().parse_args(arguments)
    try:
        library = read(chosen.path)
        stories = library.named(chosen.order) if chosen.order else [*library.stories.values()]
    except JournalError as error:
        return _fail(str(error))
    for remark in library.remarks:
        print(f"{PROGRAM}: {remark}", file=sys.stderr)
    if chosen.check:
        return _check(stories, is_detailed=bool(chosen.order))
    draw = mermaid if chosen.mermaid else svg if chosen.svg else None
    if draw and not chosen.order:
        return _fail("name the order that is to be drawn")
    _print(map(draw, stories) if draw else _texts(library, stories if chosen.order else []))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Read the journals of orders.")
    parser.add_argument("path", metavar="PATH", type=Path, help="a journal file, or a folder")
    parser.add_argument("order", metavar="ORDER", nargs="?", help="tell this order's story")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--mermaid", action="store_true", help="as a Mermaid sequence diagram")
    form.add_argument("--svg", action="store_true", help="as a picture of the sequence")
    form.add_argument("--check", action="store_true", help="replay it through the charts")
    return parser


def _texts(library: Library, stories: Sequence[Story]) -> Iterator[str]:
    for story in stories:
        yield from table.told(story)
    if not stories:
        yield from table.listed(library)


def _check(stories: Sequence[Story], is_detailed: bool) -> int:
    faults = []
    for story in stories:
        found = list(check(story))
        faults += [f"{story.order}: {_said(one)}" for one in found if one.verdict == "differs"]
        _print(map(_said, found) if is_detailed else [_summary(story, found)])
    for fault in faults[:1]:
        print(f"{PROGRAM}: the first step that differs: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _said(one: Checked) -> str:
    step = f"step {one.number}, {one.line.event} of the {one.line.chart} chart"
    return f"{step}, {one.verdict}{f': {one.fault}' if one.fault else ''}"


def _summary(story: Story, found: Sequence[Checked]) -> str:
    counts = {verdict: sum(one.verdict is verdict for one in found) for verdict in Verdict}
    told = [f"{count} {verdict.rstrip('s')}" for verdict, count in counts.items() if count]
    return f"{story.order}: {', '.join(told) or 'no steps'}"


def _print(lines: Iterable[str]) -> None:
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(reason: str) -> int:
    print(f"{PROGRAM}: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
