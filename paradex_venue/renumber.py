"""A message under another sequence number, for faults: JSON or SBE, on the wire already."""

from __future__ import annotations

import struct

import msgspec

from paradex_venue.frames import Frame

# In every template a frame's header (8 bytes) is followed by its timestamp and its number.
_NUMBER = struct.Struct("<q")
_OFFSET = 16


def renumber(frame: Frame, by: int) -> Frame:
    """`frame` with its `seq_no` moved by `by`; one that carries none is as it was."""
    if isinstance(frame, bytes):
        return _renumber_binary(frame, by)
    message = msgspec.json.decode(frame)
    data = message.get("params", {}).get("data", {})
    if "seq_no" not in data:
        return frame
    data["seq_no"] += by
    return msgspec.json.encode(message).decode()


def _renumber_binary(frame: bytes, by: int) -> bytes:
    changed = bytearray(frame)
    (number,) = _NUMBER.unpack_from(changed, _OFFSET)
    if number < 0:
        return frame
    _NUMBER.pack_into(changed, _OFFSET, number + by)
    return bytes(changed)
