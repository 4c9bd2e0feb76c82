from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from paradex_adapter.journal.files import Files, client_and_number, name_of
from paradex_adapter.journal.lines import VERSION, Gap, Header, parsed

LINE = Gap(steps=1, reason="a line of some length, or it would take many to fill a file")


def files(folder: Path, **bounds: int) -> Files:
    return Files(folder, "PARADEX", **bounds)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def test_a_file_begins_by_saying_what_it_is(tmp_path):
    files(tmp_path).append(LINE)
    header, line = map(parsed, lines(tmp_path / "PARADEX.000001.jsonl"))
    assert (type(header), header.version, header.client) == (Header, VERSION, "PARADEX")
    assert line == LINE


def test_only_its_owner_may_read_a_journal(tmp_path):
    files(tmp_path).append(LINE)
    mode = (tmp_path / "PARADEX.000001.jsonl").stat().st_mode
    assert stat.S_IMODE(mode) & 0o077 == 0


def test_a_file_at_its_bound_is_followed_by_the_next_and_the_oldest_goes(tmp_path):
    some = files(tmp_path, file_bytes=1_000, kept_files=3)
    for _ in range(60):
        some.append(LINE)
    kept = names(tmp_path)
    assert len(kept) == 3
    assert kept[0] > "PARADEX.000002.jsonl"
    for name in kept:
        assert (tmp_path / name).stat().st_size < 1_200
        assert isinstance(parsed(lines(tmp_path / name)[0]), Header)


def test_another_process_goes_on_with_the_last_file_and_says_so(tmp_path):
    for _ in range(2):
        some = files(tmp_path)
        some.append(LINE)
        some.close()
    kinds = [type(parsed(line)) for line in lines(tmp_path / "PARADEX.000001.jsonl")]
    assert kinds == [Header, Gap, Header, Gap]


def test_another_process_begins_a_file_where_the_last_one_is_full(tmp_path):
    for _ in range(2):
        files(tmp_path, file_bytes=100).append(LINE)
    assert names(tmp_path) == ["PARADEX.000001.jsonl", "PARADEX.000002.jsonl"]


def test_after_a_torn_line_the_next_stands_on_a_line_of_its_own(tmp_path):
    files(tmp_path).append(LINE)
    path = tmp_path / "PARADEX.000001.jsonl"
    path.write_bytes(path.read_bytes()[:-7])
    files(tmp_path).append(LINE)
    _, torn, header, line = lines(path)
    assert torn.endswith(b"to fill a ")
    assert (type(parsed(header)), parsed(line)) == (Header, LINE)


def test_what_a_disk_takes_in_part_is_an_error_and_spoils_no_other_line(tmp_path, monkeypatch):
    some = files(tmp_path)
    some.append(LINE)
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, text, write=os.write: write(file, text[:10]))
        with pytest.raises(OSError, match="the disk took 10 of"):
            some.append(LINE)
    some.append(LINE)
    _, first, torn, last = lines(tmp_path / "PARADEX.000001.jsonl")
    assert (parsed(first), len(torn), parsed(last)) == (LINE, 10, LINE)


def test_a_file_that_could_not_begin_begins_later(tmp_path, monkeypatch):
    def full(file: int, text: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    some = files(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left"):
            some.append(LINE)
    some.append(LINE)
    header, line = map(parsed, filter(None, lines(tmp_path / "PARADEX.000001.jsonl")))
    assert (type(header), line) == (Header, LINE)


def test_a_file_that_somebody_removed_is_made_anew(tmp_path):
    some = files(tmp_path)
    some.append(LINE)
    (tmp_path / "PARADEX.000001.jsonl").unlink()
    some.append(LINE)
    header, line = map(parsed, lines(tmp_path / "PARADEX.000001.jsonl"))
    assert (type(header), line) == (Header, LINE)


def test_an_old_file_that_cannot_be_removed_is_no_reason_to_stop(tmp_path, monkeypatch):
    def refuse(self: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refuse)
    some = files(tmp_path, file_bytes=300, kept_files=1)
    for _ in range(9):
        some.append(LINE)
    assert len(names(tmp_path)) > 1


def test_files_of_other_clients_are_left_alone(tmp_path):
    (tmp_path / "PARADEX-2.000007.jsonl").write_text("of another")
    (tmp_path / "notes.txt").write_text("of nobody")
    some = files(tmp_path, file_bytes=300, kept_files=1)
    for _ in range(9):
        some.append(LINE)
    assert names(tmp_path)[0] == "PARADEX-2.000007.jsonl"
    assert names(tmp_path)[-1] == "notes.txt"
    assert len(names(tmp_path)) == 3


@pytest.mark.parametrize("client", ["PARADEX", "PARADEX-2", "a.b", "../x", "a/b", "ü 1"])
def test_a_client_of_whatever_name_has_files_of_its_own(tmp_path, client):
    name = name_of(client, 12)
    assert client_and_number(Path(name)) == (client, 12)
    assert (tmp_path / name).parent == tmp_path
    assert "/" not in name


@pytest.mark.parametrize("name", ["notes.txt", "x.jsonl", ".000001.jsonl", "PARADEX.one.jsonl"])
def test_a_file_of_another_name_is_nobodys(name):
    assert client_and_number(Path(name)) is None
