"""Pages of a list that only grows, newest first, with cursors that nobody can forge or transplant.

A cursor carries the place where the next page begins, bound by a signature to the query it came
from: changed filters or another account's cursor are refused, as the venue does.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from paradex_venue.refusal import Refused

DEFAULT_SIZE = 100
LARGEST_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Page[T]:
    results: list[T]
    next: str | None
    prev: str | None


class Cursors:
    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def page[T](
        self,
        items: Sequence[T],
        accept: Callable[[T], bool],
        query: Mapping[str, str],
        scope: str,
        *,
        dropped: int = 0,
    ) -> Page[T]:
        """The page of `items` (oldest first) that `query` asks for.

        `scope` names the list (endpoint and account); `dropped` is how many older items are gone.
        """
        bound = scope + repr(sorted((k, v) for k, v in query.items() if k != "cursor"))
        size = _size(query.get("page_size"))
        cursor = query.get("cursor")
        end = self._read(cursor, bound) if cursor else dropped + len(items)
        taken: list[T] = []
        index = min(end, dropped + len(items))
        while index > dropped and len(taken) < size:
            index -= 1
            if accept(items[index - dropped]):
                taken.append(items[index - dropped])
        has_more = any(accept(item) for item in items[: max(index - dropped, 0)])
        previous = self._write(min(end + size, dropped + len(items)), bound) if cursor else None
        return Page(taken, self._write(index, bound) if has_more else None, previous)

    def _write(self, index: int, bound: str) -> str:
        raw = index.to_bytes(8) + self._sign(index, bound)
        return base64.urlsafe_b64encode(raw).decode()

    def _read(self, cursor: str, bound: str) -> int:
        try:
            raw = base64.urlsafe_b64decode(cursor)
        except (binascii.Error, ValueError):
            raw = b""
        index = int.from_bytes(raw[:8])
        if len(raw) != 24 or not hmac.compare_digest(raw[8:], self._sign(index, bound)):
            raise Refused("INVALID_REQUEST_PARAMETER", "the cursor is not of this query")
        return index

    def _sign(self, index: int, bound: str) -> bytes:
        return hmac.digest(self._key, f"{index}:{bound}".encode(), "sha256")[:16]


def _size(text: str | None) -> int:
    if text is None:
        return DEFAULT_SIZE
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= LARGEST_SIZE:
        message = f"page_size {text!r} is not from 1 to {LARGEST_SIZE}"
        raise Refused("INVALID_REQUEST_PARAMETER", message)
    return int(text)
