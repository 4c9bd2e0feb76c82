"""How a frame of schema 1 is laid out.

A frame is a header, a block of fixed fields, then groups, then texts. A version only appends, so
the block's length, which the header carries, tells which fields are there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from struct import Struct
from typing import Any

SCHEMA_ID = 1
# Newest first: the order in which a client asks, one refusal (HTTP 400) at a time.
VERSIONS = (3, 2, 1, 0)
NULL = -(2**63)

HEADER = Struct("<4H")  # block length, template, schema, version
GROUP = Struct("<2H")  # block length, number of entries
LEVEL = Struct("<2q")  # price, size


@dataclass(frozen=True, slots=True)
class Field:
    """One fixed field, or one text after the block; `code` is the `struct` module's."""

    name: str
    code: str = "q"
    since: int = 0
    # The version from which null may stand here; None where it never may.
    null_since: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """One template. `message` takes the texts and then the block, both in wire order."""

    template: int
    message: Callable[..., Any]
    texts: tuple[Field, ...]
    block: tuple[Field, ...]
    structs: dict[int, Struct] = field(init=False)  # by block length

    def __post_init__(self) -> None:
        structs = (self.struct(version) for version in VERSIONS)
        object.__setattr__(self, "structs", {struct.size: struct for struct in structs})

    def struct(self, version: int) -> Struct:
        """The block as `version` has it."""
        return Struct("<" + "".join(f.code for f in self.block if f.since <= version))

    def fitting(self, block_length: int) -> Struct | None:
        """The longest known block that a wire block of this length begins with."""
        exact = self.structs.get(block_length)
        if exact is not None:
            return exact
        shorter = (size for size in self.structs if size < block_length)
        return self.structs.get(max(shorter, default=-1))
