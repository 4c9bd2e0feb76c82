from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paradex_adapter.journal.__main__ import main
from paradex_adapter.journal.lines import Header, written
from tests.journal.orders import NOW, OneOrder, changed, lived, write


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A journal of two orders."""
    kept = lived("O-1")
    OneOrder(kept.observe, "O-2").rest()
    kept.save(tmp_path / "j.jsonl")
    return str(tmp_path / "j.jsonl")


@pytest.fixture
def altered(tmp_path: Path) -> str:
    lines = lived().lines("O-1")
    return str(write(tmp_path / "altered.jsonl", changed(lines, 1, target=["live.stale"])))


def test_without_an_order_the_orders_are_listed(path, capsys):
    assert main([path]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == ["PARADEX:", "order", "O-1", "O-2"]


def test_with_an_order_its_story_is_told(path, capsys):
    assert main([path, "O-2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("O-2 of PARADEX: live.accepted, 4 steps")
    assert "O-1" not in out


@pytest.mark.parametrize(
    ("form", "start"), [("--mermaid", "sequenceDiagram\n"), ("--svg", "<svg xmlns=")]
)
def test_a_story_can_be_drawn(path, capsys, form, start):
    assert main([path, "O-1", form]) == 0
    assert capsys.readouterr().out.startswith(start)
    assert main([path, form]) == 2
    assert "name the order that is to be drawn" in capsys.readouterr().err


def test_a_journal_that_conforms_is_said_to(path, capsys):
    assert main([path, "--check"]) == 0
    out, err = capsys.readouterr()
    assert [line.split(", ") for line in out.splitlines()] == [
        [f"O-1: {len(lived().lines('O-1'))} conform"],
        ["O-2: 4 conform"],
    ]
    assert err == ""


def test_one_order_is_checked_step_by_step(path, capsys):
    assert main([path, "O-2", "--check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "step 1, submit of the order chart, conforms",
        "step 2, opened of the order chart, conforms",
        "step 3, informed of the command chart, conforms",
        "step 4, known of the command chart, conforms",
    ]


@pytest.mark.parametrize("order", [[], ["O-1"]])
def test_the_first_step_that_differs_is_named_and_the_status_is_one(altered, capsys, order):
    assert main([altered, *order, "--check"]) == 1
    assert capsys.readouterr().err == (
        "paradex_adapter.journal: the first step that differs: O-1: "
        "step 2, opened of the order chart, differs: it leads to ['live.stale'] by the journal, "
        "['live.accepted'] by the chart\n"
    )


def test_a_torn_line_is_told_beside_what_can_be_read(path, capsys):
    file = Path(path)
    file.write_bytes(file.read_bytes()[:-9])
    assert main([path]) == 0
    out, err = capsys.readouterr()
    assert "O-2" in out
    assert err.endswith("is torn\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "No such file or directory"),
        (b"hello\n", "this is no journal"),
        (written(Header(version=7, client="PARADEX", ts=NOW)), "it is of version 7"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_status_two(tmp_path, capsys, text, reason):
    path = tmp_path / "j.jsonl"
    if text is not None:
        path.write_bytes(text)
    assert main([str(path)]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert reason in err


def test_an_order_that_is_not_there_is_one_line_and_status_two(path, capsys):
    assert main([path, "O-3"]) == 2
    assert "there is no order 'O-3'" in capsys.readouterr().err


def test_it_runs_without_a_trading_platform(path):
    code = (
        "import sys; from paradex_adapter.journal.__main__ import main; "
        "status = main(sys.argv[1:]); print(*sys.modules, file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert done.returncode == 0
    loaded = {module.partition(".")[0] for module in done.stderr.split()}
    assert "paradex_adapter" in loaded
    assert not loaded & {"nautilus_trader", "httpx", "websockets", "anyio"}


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    path = write(tmp_path / "long.jsonl", lived().lines("O-1") * 100)
    command = [sys.executable, "-m", "paradex_adapter.journal", str(path), "O-1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"O-1 of PARADEX")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 0
