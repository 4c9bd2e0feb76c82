from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from paradex_adapter.errors import ConfigError
from paradex_adapter.journal import Disk, disk, open_journal
from paradex_adapter.journal.conformity import Verdict, check
from paradex_adapter.journal.lines import Gap
from paradex_adapter.journal.reading import Library, read
from tests.journal.orders import OneOrder, journal

PATIENCE = 10.0
FULL = OSError(errno.ENOSPC, "No space left on device")
ROOT = Path(__file__).resolve().parents[2]


class Alerts(list[str]):
    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()

    def __call__(self, what: str, error: Exception) -> None:
        self.append(f"{what}: {error}")
        self.told.set()


@pytest.fixture
def alerts() -> Iterator[Alerts]:
    """What the user is told: nothing, unless a test takes it out."""
    alerts = Alerts()
    yield alerts
    assert alerts == []


class Valve:
    """Stands before `os.write`: shut it waits, full it raises."""

    def __init__(self) -> None:
        self.may_pass = threading.Event()
        self.may_pass.set()
        self.reached = threading.Event()
        self.is_full = False
        self._write = os.write

    def __call__(self, file: int, text: bytes) -> int:
        self.reached.set()
        assert self.may_pass.wait(PATIENCE)
        if self.is_full:
            raise FULL
        return self._write(file, text)


@pytest.fixture
def valve(monkeypatch: pytest.MonkeyPatch) -> Valve:
    valve = Valve()
    monkeypatch.setattr(os, "write", valve)
    return valve


def conforms(library: Library) -> bool:
    """Whether nothing differs, and the last step of every order was checked."""
    found = [[one.verdict for one in check(story)] for story in library.stories.values()]
    return all(Verdict.DIFFERS not in each and each[-1] is Verdict.CONFORMS for each in found)


def test_what_is_put_is_read_back_whole_and_conforms(tmp_path, alerts):
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    for name in ("O-1", "O-2"):
        OneOrder(kept.observe, name).live()
    kept.close()
    library = read(tmp_path)
    assert library.remarks == []
    for name in ("O-1", "O-2"):
        assert library.stories["PARADEX", name].chapters == kept.lines(name)
    assert conforms(library)


def test_nothing_is_made_before_the_first_step(tmp_path, alerts):
    kept = journal(Disk(tmp_path / "deep" / "down", "PARADEX", alerts))
    kept.close()
    assert list((tmp_path / "deep" / "down").iterdir()) == []


def test_a_journal_that_was_closed_goes_on_when_something_happens(tmp_path, alerts):
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    one = OneOrder(kept.observe)
    one.rest()
    kept.close()
    one.fill()
    kept.close()
    assert read(tmp_path).stories["PARADEX", "O-1"].chapters == kept.lines("O-1")


def test_who_reports_a_step_never_waits_for_the_disk(tmp_path, alerts, valve):
    valve.may_pass.clear()
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    OneOrder(kept.observe).live()
    assert valve.reached.wait(PATIENCE)  # and now it waits; the order has ended long since
    valve.may_pass.set()
    kept.close()
    assert read(tmp_path).stories["PARADEX", "O-1"].chapters == kept.lines("O-1")


def test_steps_beyond_the_bound_are_not_kept_but_counted_where_they_are_missing(
    tmp_path, alerts, valve
):
    valve.may_pass.clear()
    kept = journal(Disk(tmp_path, "PARADEX", alerts, waiting=100))
    one = OneOrder(kept.observe)
    one.order.dispatch("submit")
    assert valve.reached.wait(PATIENCE)  # the first one is being written: a hundred may wait
    one.repeat(130)
    valve.may_pass.set()
    kept.close()
    one.repeat(70)
    kept.close()
    library = read(tmp_path)
    (story,) = library.stories.values()
    (gap,) = story.gaps
    assert gap == Gap(steps=30, reason="too fast for the disk")
    assert story.chapters.index(gap) == 101
    assert len(story.steps) == 101 + 70
    assert library.remarks == ["PARADEX.000001.jsonl: 30 steps are lost (too fast for the disk)"]
    assert conforms(library)


def test_a_full_disk_is_one_alert_and_costs_its_lines_only(tmp_path, alerts, valve):
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    one = OneOrder(kept.observe)
    one.rest()
    kept.close()
    valve.is_full = True
    one.repeat(10)
    kept.close()
    one.repeat(10)
    kept.close()
    told, alerts[:] = [*alerts], []
    assert told == [
        "the journal of PARADEX is losing steps: [Errno 28] No space left on device",
    ]
    assert len(kept.lines("O-1")) == 24
    valve.is_full = False
    one.repeat(70)
    kept.close()
    library = read(tmp_path)
    (story,) = library.stories.values()
    assert [gap.steps for gap in story.gaps] == [20]
    assert len(story.steps) == 4 + 70
    assert conforms(library)


def test_a_disk_that_is_full_once_more_is_one_more_alert(tmp_path, alerts, valve):
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    one = OneOrder(kept.observe)
    one.order.dispatch("submit")
    for _ in range(2):
        kept.close()
        valve.is_full = True
        one.repeat(3)
        kept.close()
        valve.is_full = False
        one.repeat(3)
    kept.close()
    assert len(alerts) == 2
    alerts.clear()


def test_what_is_missing_is_said_at_the_end_at_the_latest(tmp_path, alerts, valve):
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    one = OneOrder(kept.observe)
    one.rest()
    kept.close()
    valve.is_full = True
    one.repeat(1)
    assert alerts.told.wait(PATIENCE)
    alerts.clear()
    valve.is_full = False
    kept.close()
    (story,) = read(tmp_path).stories.values()
    assert story.chapters[-1] == Gap(steps=1, reason="the disk failed")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_really_full_is_one_alert(tmp_path, alerts):
    (tmp_path / "PARADEX.000001.jsonl").symlink_to("/dev/full")
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    OneOrder(kept.observe).live()
    kept.close()
    (told,) = alerts
    assert "No space left on device" in told
    alerts.clear()


def test_a_folder_that_is_gone_is_made_up_for_when_it_is_back(tmp_path, alerts):
    folder = tmp_path / "journals"
    kept = journal(Disk(folder, "PARADEX", alerts))
    one = OneOrder(kept.observe)
    folder.rmdir()
    one.rest()
    kept.close()
    assert len(alerts) == 1
    alerts.clear()
    folder.mkdir()
    one.repeat(70)
    kept.close()
    (story,) = read(folder).stories.values()
    assert len(story.steps) == 70
    assert conforms(read(folder))


def test_a_disk_that_hangs_does_not_hold_up_the_end(tmp_path, alerts, valve, monkeypatch):
    monkeypatch.setattr(disk, "CLOSING_SECS", 0.02)
    valve.may_pass.clear()
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    OneOrder(kept.observe).rest()
    kept.close()
    assert not valve.may_pass.is_set()
    (writer,) = (each for each in threading.enumerate() if each.name == "journal")
    assert writer.daemon
    valve.may_pass.set()
    writer.join(PATIENCE)
    assert len(read(tmp_path).stories["PARADEX", "O-1"].steps) == 4


@pytest.mark.parametrize("name", ["a file", "a file/below"])
def test_a_folder_that_cannot_be_used_is_refused_by_name_and_with_the_remedy(tmp_path, name):
    (tmp_path / "a file").write_text("")
    with pytest.raises(ConfigError, match=r"journal_dir '.*a file.*' cannot be used .*: name a"):
        open_journal("PARADEX", str(tmp_path / name), Alerts())


def test_without_a_folder_a_journal_is_in_memory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kept = open_journal("PARADEX", None, Alerts())
    OneOrder(kept.observe).live()
    kept.close()
    assert list(kept.orders) == ["O-1"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_may_be_named_from_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    kept = open_journal("PARADEX", "~/journals", Alerts())
    OneOrder(kept.observe).live()
    kept.close()
    assert len(read(tmp_path / "journals").stories) == 1


KILLED = """
import sys
from pathlib import Path
from paradex_adapter.journal import Disk
from tests.journal.orders import OneOrder, journal
folder = Path(sys.argv[1])
kept = journal(Disk(folder, "PARADEX", print))
at, is_told = 0, False
while True:
    at += 1
    OneOrder(kept.observe, f"O-{at}").live()
    if not is_told and sum(file.stat().st_size for file in folder.iterdir()) > 20_000:
        is_told = True
        print("written", flush=True)
"""


def test_what_was_written_stands_when_the_process_is_killed(tmp_path, alerts):
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
        assert process.wait(PATIENCE) == -signal.SIGKILL
    kept = journal(Disk(tmp_path, "PARADEX", alerts))
    OneOrder(kept.observe, "O-after").live()
    kept.close()
    library = read(tmp_path)
    assert len(library.stories) > 2
    assert conforms(library)
