from __future__ import annotations

import random
import struct

import msgspec
import pytest

from paradex_adapter.wire.sbe import (
    VERSIONS,
    Book,
    FillEvent,
    Funding,
    Heartbeat,
    OrderEvent,
    PositionEvent,
    Summary,
    Trade,
    decode,
    encode,
)
from paradex_adapter.wire.sbe.layout import HEADER, NULL
from tests.wire.sbe import samples
from tests.wire.sbe.test_decode import GOLDEN

_GOLDEN_FRAMES = pytest.mark.parametrize(
    "frame", GOLDEN, ids=[type(message).__name__ for message in GOLDEN.values()]
)


@_GOLDEN_FRAMES
def test_a_message_is_written_as_by_hand(frame: bytes) -> None:
    version = HEADER.unpack_from(frame)[3]
    assert encode(GOLDEN[frame], version=version) == frame


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", samples.BY_NAME)
def test_what_is_written_is_read_again(name: str, version: int) -> None:
    rng = random.Random(f"{name} {version}")
    for _ in range(50):
        message = samples.random_message(samples.BY_NAME[name], version, rng)
        frame = encode(message, version=version)
        assert HEADER.unpack_from(frame)[3] == version
        assert decode(frame) == message
        assert decode(memoryview(frame)) == message


def test_version_2_is_written_unless_another_is_asked_for() -> None:
    message = GOLDEN[samples.TRADE_1_2]
    assert encode(message) == encode(message, version=2)


@_GOLDEN_FRAMES
def test_every_version_of_a_message_is_read_with_what_it_carries(frame: bytes) -> None:
    for version in VERSIONS:
        read = decode(encode(GOLDEN[frame], version=version))
        assert type(read) is type(GOLDEN[frame])


def test_an_older_version_leaves_out_what_is_newer() -> None:
    summary = GOLDEN[samples.SUMMARY_1_3]
    assert isinstance(summary, Summary)
    read = decode(encode(summary, version=2))
    assert read == msgspec.structs.replace(summary, settlement_twap_estimate=None)
    read = decode(encode(summary, version=0))
    assert read == msgspec.structs.replace(
        summary, settlement_twap_estimate=None, funding_rate_precise=None
    )


@pytest.mark.parametrize(
    ("trade_id", "truncated"),
    [("7", "7"), (str(2**63), str(-(2**63))), (str(2**64 + 5), "5"), (str(2**64 - 1), "-1")],
)
def test_below_version_2_a_trade_id_is_its_low_64_bits(trade_id: str, truncated: str) -> None:
    trade = Trade("X", 1, 2, trade_id, 1, 3, 4, 5)
    read = decode(encode(trade, version=1))
    assert read == msgspec.structs.replace(trade, trade_id=truncated)


def test_below_version_2_no_mark_price_is_zero_and_not_null() -> None:
    position = GOLDEN[samples.POSITION_1_2]
    assert isinstance(position, PositionEvent)
    assert decode(encode(position, version=1)) == msgspec.structs.replace(position, mark_price=0)


def test_below_version_2_a_fill_has_no_null_sequence() -> None:
    fill = GOLDEN[samples.FILL_1_2]
    assert isinstance(fill, FillEvent)
    read = decode(encode(fill, version=1))
    assert isinstance(read, FillEvent)
    assert read.seq == 0


def test_below_version_2_an_order_hides_the_flag_that_version_2_brought() -> None:
    order = GOLDEN[samples.ORDER_1_2]
    assert isinstance(order, OrderEvent)
    read = decode(encode(order, version=1))
    assert isinstance(read, OrderEvent)
    assert (order.flags, read.flags) == (0b100001, 0b000001)


def test_an_empty_side_of_a_book_is_an_empty_group() -> None:
    book = Book("X", 1, 2, True, [], [])
    assert decode(encode(book)) == book


def test_a_missing_number_that_must_be_there_is_refused_by_name() -> None:
    funding = Funding("X", 1, 2, 3, None, 5, 6, 7, 8)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="funding_index cannot be null"):
        encode(funding)


def test_a_text_beyond_255_bytes_is_refused() -> None:
    assert decode(encode(Book("é" * 127, 1, 2, True, [], [])))
    with pytest.raises(ValueError, match="256 bytes"):
        encode(Book("é" * 128, 1, 2, True, [], []))


def test_a_number_beyond_64_bits_is_refused() -> None:
    assert encode(Heartbeat(2**63 - 1, NULL + 1))
    with pytest.raises(struct.error):
        encode(Heartbeat(2**63, 0))


@pytest.mark.parametrize("version", [-1, 4])
def test_an_unknown_version_is_refused(version: int) -> None:
    with pytest.raises(ValueError, match="version"):
        encode(Heartbeat(1, 2), version=version)
