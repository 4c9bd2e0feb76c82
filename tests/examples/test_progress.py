"""What is happening now, on a terminal and off it."""

from __future__ import annotations

import io
import itertools

from examples.demo.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_off_a_terminal_each_phase_has_one_plain_line() -> None:
    stream = io.StringIO()
    progress = Progress(stream, lambda: 1.25)

    progress.say("the node connects")
    progress.refresh()
    progress.say("a market order fills")
    progress.clear()

    assert stream.getvalue() == "  1.2 s  the node connects\n  1.2 s  a market order fills\n"


def test_on_a_terminal_one_line_rewrites_itself_and_goes_away() -> None:
    stream, seconds = Terminal(), itertools.count()
    progress = Progress(stream, lambda: float(next(seconds)))

    progress.say("the node connects")
    progress.refresh()
    progress.clear()
    progress.refresh()

    wipe = "\r\x1b[2K"
    assert stream.getvalue() == (
        f"{wipe}  0.0 s  the node connects{wipe}  1.0 s  the node connects{wipe}"
    )
