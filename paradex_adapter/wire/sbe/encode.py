"""Messages to frames, for a venue or a test that speaks the venue's side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Any

from paradex_adapter.wire.sbe.account import AccountMessage, OrderEvent
from paradex_adapter.wire.sbe.layout import (
    GROUP,
    HEADER,
    LEVEL,
    NULL,
    SCHEMA_ID,
    VERSIONS,
    Field,
)
from paradex_adapter.wire.sbe.messages import Book, MarketMessage, Trade
from paradex_adapter.wire.sbe.templates import LAYOUTS

_LAYOUT_OF = {layout.message: layout for layout in LAYOUTS}
_MMP_FLAG = 1 << 5  # an order flag since version 2


def encode(message: MarketMessage | AccountMessage, *, version: int = 2) -> bytes:
    """The frame that carries `message` to a client that negotiated `version` (0 to 3).

    What is newer than `version` is left out. Raises `ValueError` for an unknown version, a trade
    id that is no decimal number or a text beyond 255 bytes, `struct.error` for a number out of
    its field's range.
    """
    form = _form(type(message), version)
    block = form.struct.pack(*[_value(message, field, version) for field in form.block])
    groups = _levels(message.bids) + _levels(message.asks) if isinstance(message, Book) else b""
    texts = [_text(getattr(message, name)) for name in form.texts]
    return b"".join((form.header, block, groups, *texts))


@dataclass(frozen=True, slots=True)
class _Form:
    """What one version has of one template."""

    header: bytes
    struct: Struct
    block: tuple[Field, ...]
    texts: tuple[str, ...]


@cache
def _form(message: type, version: int) -> _Form:
    if version not in VERSIONS:
        raise ValueError(f"version {version} cannot be written: use one of {VERSIONS}")
    layout = _LAYOUT_OF[message]
    struct = layout.struct(version)
    return _Form(
        HEADER.pack(struct.size, layout.template, SCHEMA_ID, version),
        struct,
        tuple(field for field in layout.block if field.since <= version),
        tuple(text.name for text in layout.texts if text.since <= version),
    )


def _value(message: MarketMessage | AccountMessage, field: Field, version: int) -> Any:
    value = _raw(message, field, version)
    if value is not None:
        return value
    if field.null_since is None:
        raise ValueError(f"{field.name} cannot be null")
    return NULL if version >= field.null_since else 0


def _raw(message: MarketMessage | AccountMessage, field: Field, version: int) -> Any:
    """The message's own value, but for the three that the wire has otherwise."""
    match message, field.name:
        case Trade(), "truncated_trade_id":
            return _low_64_bits(int(message.trade_id))
        case Book(), "package_type":
            return 0 if message.is_snapshot else 1
        case OrderEvent(), "flags" if version < 2:
            return message.flags & ~_MMP_FLAG
        case _:
            return getattr(message, field.name)


def _low_64_bits(trade_id: int) -> int:
    """Read as signed: wrong for a real id but stable, as the schema says of this field."""
    low = trade_id & (2**64 - 1)
    return low - 2**64 if low >= 2**63 else low


def _levels(levels: list[tuple[int, int]]) -> bytes:
    packed = b"".join(LEVEL.pack(price, size) for price, size in levels)
    return GROUP.pack(LEVEL.size, len(levels)) + packed


def _text(value: str) -> bytes:
    data = value.encode()
    if len(data) > 255:
        raise ValueError(f"{value[:32]!r}... takes {len(data)} bytes: a text holds at most 255")
    return bytes((len(data),)) + data
