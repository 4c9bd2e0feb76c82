"""DOT text to SVG text, drawn by graphviz-pure.

The `graphviz` package quotes DOT for us but does not run it: it looks for an executable called
`dot` and has no public way to name another. graphviz-pure lays out alike on every system, so the
SVG can be held against the committed one, as text is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig

from statecharts.render.errors import RenderError

PROGRAM = "graphviz-pure"
TIMEOUT_SECS = 60


def svg(dot: str) -> str:
    """The drawing of `dot`. Raises `RenderError` when it cannot be drawn."""
    try:
        done = subprocess.run(
            [_program(), "-Tsvg"],
            input=dot,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise RenderError(f"{PROGRAM} refused the drawing: {error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise RenderError(f"{PROGRAM} took more than {TIMEOUT_SECS} s") from error
    return done.stdout


def _program() -> str:
    """Where it is: beside this interpreter, or on PATH."""
    places = [sysconfig.get_path("scripts"), os.environ.get("PATH", "")]
    found = shutil.which(PROGRAM, path=os.pathsep.join(places))
    if found is None:
        raise RenderError(f"{PROGRAM} is not installed; run: pip install {PROGRAM}")
    return found
