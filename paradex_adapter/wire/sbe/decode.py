"""Frames to messages. This is the hottest path of the adapter: no Decimal, no float, no copy.

The three templates that arrive for every change of a market have a function each; the rest share
one that follows the template's layout.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import Any

from paradex_adapter.errors import WireError
from paradex_adapter.wire.sbe.account import AccountMessage
from paradex_adapter.wire.sbe.layout import GROUP, HEADER, LEVEL, NULL, SCHEMA_ID, Layout
from paradex_adapter.wire.sbe.messages import Bbo, Book, MarketMessage, Trade
from paradex_adapter.wire.sbe.templates import BBO, BOOK, LAYOUTS, TRADE

type Message = MarketMessage | AccountMessage
type Frame = bytes | memoryview
type Levels = list[tuple[int, int]]

_SNAPSHOT, _DELTA = 0, 1
_NO_BEST = [NULL] * 9
# No version has appended to the blocks of these three.
_TRADE, _BBO, _BOOK = (layout.struct(0) for layout in (TRADE, BBO, BOOK))


def decode(frame: Frame) -> Message | None:
    """The message in `frame`, or None for a template this package does not know.

    Raises `WireError`, and nothing else, for whatever cannot be read. Bytes that later versions
    append are skipped; texts that version 2 appended in place may be absent.
    """
    try:
        block_length, template, schema, _version = HEADER.unpack_from(frame)
        if schema != SCHEMA_ID:
            raise WireError(f"schema {schema} cannot be read: negotiate sbeSchemaId={SCHEMA_ID}")
        read = _READERS.get(template)
        return None if read is None else read(frame, block_length)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise WireError(f"a binary frame of {len(frame)} bytes is cut or malformed") from error


def _trade(frame: Frame, block_length: int) -> Trade:
    if block_length < _TRADE.size:
        raise _too_short(TRADE, block_length)
    values = _TRADE.unpack_from(frame, HEADER.size)
    if NULL in values:
        _nulls(TRADE, values)
    timestamp, seq, truncated, side, price, size, created_at, kind = values
    at = HEADER.size + block_length
    market = _text(frame, at)
    at += 1 + frame[at]
    trade_id = (_text(frame, at) if at < len(frame) else "") or str(truncated)
    return Trade(market, timestamp, seq, trade_id, side, price, size, created_at, kind)


def _bbo(frame: Frame, block_length: int) -> Bbo:
    if block_length < _BBO.size:
        raise _too_short(BBO, block_length)
    values = _BBO.unpack_from(frame, HEADER.size)
    if NULL in values:
        values = _nulls(BBO, values)
    return Bbo(_text(frame, HEADER.size + block_length), *values)


def _book(frame: Frame, block_length: int) -> Book:
    if block_length < _BOOK.size:
        raise _too_short(BOOK, block_length)
    timestamp, seq, package, *best = _BOOK.unpack_from(frame, HEADER.size)
    if package not in (_SNAPSHOT, _DELTA):
        raise WireError(f"book package type {package} is neither a snapshot nor a delta")
    bids, at = _levels(frame, HEADER.size + block_length)
    asks, at = _levels(frame, at)
    known = () if best == _NO_BEST else (None if value == NULL else value for value in best)
    return Book(_text(frame, at), timestamp, seq, package == _SNAPSHOT, bids, asks, *known)


def _levels(frame: Frame, at: int) -> tuple[Levels, int]:
    entry_length, count = GROUP.unpack_from(frame, at)
    start = at + GROUP.size
    end = start + entry_length * count
    if entry_length == LEVEL.size:
        # A cut frame shortens the slice, and what must follow the levels is then out of reach.
        return list(LEVEL.iter_unpack(frame[start:end])), end
    if entry_length < LEVEL.size:
        raise WireError(f"a book level of {entry_length} bytes: a price and a size take 16")
    return [LEVEL.unpack_from(frame, start + i * entry_length) for i in range(count)], end


def _plain(layout: Layout, frame: Frame, block_length: int) -> Any:
    block = layout.fitting(block_length)
    if block is None:
        raise _too_short(layout, block_length)
    values = block.unpack_from(frame, HEADER.size)
    if NULL in values:
        values = _nulls(layout, values)
    return layout.message(*_texts(layout, frame, HEADER.size + block_length), *values)


def _texts(layout: Layout, frame: Frame, at: int) -> list[str]:
    found = []
    for text in layout.texts:
        if at == len(frame) and text.since:
            break
        found.append(_text(frame, at))
        at += 1 + frame[at]
    return found + [""] * (len(layout.texts) - len(found))


def _text(frame: Frame, at: int) -> str:
    """The text whose length stands at `at`; the next begins after it."""
    start = at + 1
    end = start + frame[at]
    if end > len(frame):
        raise WireError("a text is longer than its frame")
    return str(frame[start:end], "utf-8")


def _nulls(layout: Layout, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """`values` with None for null, where null may stand."""
    for field, value in zip(layout.block, values, strict=False):
        if value == NULL and field.null_since is None:
            raise WireError(f"template {layout.template} with {field.name} null")
    return tuple(None if value == NULL else value for value in values)


def _too_short(layout: Layout, block_length: int) -> WireError:
    return WireError(f"template {layout.template} with a block of only {block_length} bytes")


_READERS: dict[int, Callable[[Frame, int], Message]] = {
    **{layout.template: partial(_plain, layout) for layout in LAYOUTS},
    TRADE.template: _trade,
    BBO.template: _bbo,
    BOOK.template: _book,
}
