from __future__ import annotations

import os
from pathlib import Path

import pytest

from paradex_adapter.errors import JournalError
from paradex_adapter.journal.conformity import Verdict, check
from paradex_adapter.journal.files import Files
from paradex_adapter.journal.lines import Gap, Header, written
from paradex_adapter.journal.reading import read
from tests.journal.orders import NOW, OneOrder, journal, lived, write


def header(version: int = 1, client: str = "PARADEX") -> bytes:
    return written(Header(version=version, client=client, ts=NOW))


def whole() -> list[bytes]:
    """A journal of one order, line by line."""
    return [header(), *map(written, lived().lines("O-1"))]


def in_pieces(folder: Path, *pieces: list[bytes]) -> None:
    """A file for each piece, each with its own header."""
    for number, piece in enumerate(pieces, start=1):
        text = b"".join([header(), *piece])
        (folder / f"PARADEX.{number:06}.jsonl").write_bytes(text)


def test_an_order_is_read_as_it_was_kept(tmp_path):
    kept = lived()
    (story,) = read(write(tmp_path / "j.jsonl", kept.lines("O-1"))).stories.values()
    assert (story.client, story.order, story.gaps) == ("PARADEX", "O-1", [])
    assert story.steps == kept.lines("O-1")


def test_files_of_a_folder_are_read_one_after_the_other(tmp_path):
    lines = whole()[1:]
    in_pieces(tmp_path, lines[:4], lines[4:9], lines[9:])
    (tmp_path / "notes.jsonl").write_text("of nobody")
    library = read(tmp_path)
    assert library.remarks == []
    assert library.stories["PARADEX", "O-1"].steps == lived().lines("O-1")


def test_clients_that_share_a_folder_may_have_orders_of_the_same_name(tmp_path):
    for client in ("PARADEX", "PARADEX-2"):
        files = Files(tmp_path, client)
        for line in lived().lines("O-1"):
            files.append(line)
    library = read(tmp_path)
    assert [story.client for story in library.named("O-1")] == ["PARADEX", "PARADEX-2"]
    assert all(len(story.steps) == len(lived().lines("O-1")) for story in library.named("O-1"))


@pytest.mark.parametrize("cut", range(1, 30, 4))
def test_a_last_line_torn_anywhere_is_told_and_passed_over(tmp_path, cut):
    lines = whole()
    path = tmp_path / "j.jsonl"
    path.write_bytes(b"".join(lines)[:-cut])
    library = read(path)
    torn = cut > 1  # with its end alone missing, a line is whole
    assert library.remarks == [f"j.jsonl: line {len(lines)} is torn"] * torn
    assert len(library.stories["PARADEX", "O-1"].steps) == len(lines) - 1 - torn


@pytest.mark.parametrize("following", [header(), written(Gap(steps=1, reason="the disk failed"))])
def test_a_line_torn_before_what_explains_it_is_told_and_passed_over(tmp_path, following):
    lines = whole()
    path = tmp_path / "j.jsonl"
    path.write_bytes(b"".join([*lines[:5], lines[5][:-9] + b"\n", following, *lines[6:]]))
    library = read(path)
    assert library.remarks[0] == "j.jsonl: line 6 is torn"
    assert len(library.stories["PARADEX", "O-1"].steps) == len(lines) - 2


@pytest.mark.parametrize(
    "broken", [b"{}\n", b"rubbish\n", b'{"line":"step"}\n', b'{"line":"wish","ts":1}\n', b"\xff\n"]
)
def test_a_line_broken_elsewhere_is_an_error_that_says_where(tmp_path, broken):
    lines = whole()
    path = tmp_path / "j.jsonl"
    path.write_bytes(b"".join([*lines[:5], broken, *lines[5:]]))
    with pytest.raises(JournalError, match=r"j\.jsonl: line 6 cannot be read"):
        read(path)


def test_a_whole_last_line_that_is_none_is_an_error(tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_bytes(b"".join([*whole(), b"rubbish\n"]))
    with pytest.raises(JournalError, match="cannot be read"):
        read(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "nothing is in it"),
        (b'{"line":"jour', "nothing is in it"),
        (b"hello\n", "this is no journal"),
        (b'{"line":"step"}\n', "this is no journal"),
        (b"\x00\xff" * 40, "this is no journal"),
        (header(2), "it is of version 2, and this reads version 1"),
        (b'{"line":"journal","colour":"red"}\n', "it is of version None"),
        (b'{"line":"journal","version":1}\n', "line 1 cannot be read"),
    ],
)
def test_a_file_that_is_no_journal_of_ours_is_refused_with_the_reason(tmp_path, text, reason):
    path = tmp_path / "j.jsonl"
    path.write_bytes(text)
    with pytest.raises(JournalError, match=rf"j\.jsonl: {reason}"):
        read(path)


def test_an_empty_file_among_others_is_passed_over(tmp_path):
    in_pieces(tmp_path, whole()[1:])
    (tmp_path / "PARADEX.000002.jsonl").write_bytes(b"")
    assert len(read(tmp_path).stories) == 1


def test_a_folder_without_journals_is_refused(tmp_path):
    with pytest.raises(JournalError, match="no journal is in this folder"):
        read(tmp_path)


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(JournalError, match="nowhere: No such file"):
        read(tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused(tmp_path):
    path = write(tmp_path / "j.jsonl", [])
    path.chmod(0)
    with pytest.raises(JournalError, match="Permission denied"):
        read(path)


def test_an_order_that_is_not_there_is_refused_by_name(tmp_path):
    library = read(write(tmp_path / "j.jsonl", lived().lines("O-1")))
    with pytest.raises(JournalError, match="there is no order 'O-9'"):
        library.named("O-9")


def test_a_missing_file_is_told_and_nothing_is_held_against_what_follows(tmp_path):
    kept = journal()
    one = OneOrder(kept.observe)
    one.rest()
    one.repeat(90)
    lines = [written(line) for line in kept.lines("O-1")]
    in_pieces(tmp_path, lines[:10], lines[10:20], lines[20:])
    (tmp_path / "PARADEX.000002.jsonl").unlink()
    library = read(tmp_path)
    assert library.remarks == ["PARADEX.000003.jsonl: the file before it is missing"]
    verdicts = [one.verdict for one in check(library.stories["PARADEX", "O-1"])]
    assert Verdict.DIFFERS not in verdicts
    assert (verdicts[0], verdicts[-1]) == (Verdict.CONFORMS, Verdict.CONFORMS)
    assert Verdict.UNCHECKED in verdicts


def test_the_beginning_that_rotation_removed_is_not_checked(tmp_path):
    lines = whole()[1:]
    in_pieces(tmp_path, lines[:4], lines[4:])
    (tmp_path / "PARADEX.000001.jsonl").unlink()
    (story,) = read(tmp_path).stories.values()
    assert {one.verdict for one in check(story) if one.line.chart == "order"} == {Verdict.UNCHECKED}
