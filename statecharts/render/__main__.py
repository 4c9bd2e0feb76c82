"""`python -m statecharts.render MODULE:NAME DIR [--check]`.

NAME is a sequence of `statecharts.explore.Example`. Without --check the files in DIR are written,
and those of charts that are no more removed. With it nothing is written: each file that is missing,
stale or left over is named, and the exit status is 1. It is 2 when nothing can be drawn.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from statecharts.errors import ChartError
from statecharts.explore import Example
from statecharts.render import draw
from statecharts.render.errors import RenderError
from statecharts.render.model import MARK

_SUFFIXES = (".md", ".mmd", ".dot", ".svg")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is its exit status."""
    parser = argparse.ArgumentParser(prog="statecharts.render", description="Draw statecharts.")
    parser.add_argument("examples", metavar="MODULE:NAME", help="a sequence of Example")
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the files are")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    chosen = parser.parse_args(arguments)
    try:
        files = draw(_examples(chosen.examples))
        return _check(files, chosen.folder) if chosen.check else _write(files, chosen.folder)
    except (ChartError, OSError) as error:
        print(f"statecharts.render: {error}", file=sys.stderr)
        return 2


def _examples(name: str) -> Sequence[Example]:
    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute):
        raise RenderError(f"{name!r} is not MODULE:NAME, as in package.charts:EXAMPLES")
    try:
        found = getattr(importlib.import_module(module_name), attribute)
    except ImportError as error:
        raise RenderError(f"{module_name!r} cannot be imported: {error}") from error
    except AttributeError as error:
        raise RenderError(f"{module_name!r} has no {attribute!r}") from error
    if not isinstance(found, Sequence) or not all(isinstance(each, Example) for each in found):
        raise RenderError(f"{name} is not a sequence of statecharts.explore.Example")
    return found


def _check(files: dict[str, str], folder: Path) -> int:
    faults = [*_differing(files, folder), *(("left over", path) for path in _left(files, folder))]
    for fault, path in faults:
        print(f"{fault}: {path}", file=sys.stderr)
    if faults:
        print("draw the charts anew, without --check, and look at what changed", file=sys.stderr)
        return 1
    print(f"{folder}: {len(files)} files are what the charts say")
    return 0


def _write(files: dict[str, str], folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    differing = list(_differing(files, folder))
    for _, path in differing:
        path.write_text(files[path.name], encoding="utf-8", newline="\n")
        print(f"drawn: {path}")
    for path in _left(files, folder):
        path.unlink()
        print(f"removed: {path}")
    print(f"{folder}: {len(files)} files, {len(differing)} of them changed")
    return 0


def _differing(files: dict[str, str], folder: Path) -> Iterator[tuple[str, Path]]:
    for name, text in files.items():
        path = folder / name
        if not path.is_file():
            yield "missing", path
        elif path.read_bytes() != text.encode():
            yield "stale", path


def _left(files: dict[str, str], folder: Path) -> Iterator[Path]:
    """Files that were drawn, by their mark, but are no chart's any more."""
    for path in sorted(folder.glob("*")):
        if (
            path.suffix in _SUFFIXES
            and path.name not in files
            and MARK.encode() in path.read_bytes()
        ):
            yield path


if __name__ == "__main__":
    sys.exit(main())
