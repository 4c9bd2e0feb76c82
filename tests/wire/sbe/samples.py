"""Random messages, and frames written by hand from the schema."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from paradex_adapter.wire.sbe import Book, Message, Trade
from paradex_adapter.wire.sbe.layout import Field, Layout
from paradex_adapter.wire.sbe.templates import BOOK, LAYOUTS, ORDER, TRADE

BY_NAME = {layout.message.__name__: layout for layout in LAYOUTS}
MMP = 1 << 5  # the flag that version 2 brought
_LARGEST = 2**63 - 1
_ALPHABET = "ABCxyz019-_é€"


def random_message(layout: Layout, version: int, rng: random.Random) -> Message:
    """A message that survives `version` unchanged: what is newer keeps its default."""
    if layout is TRADE:
        return _trade(version, rng)
    texts = {f.name: _text(rng) for f in layout.texts if f.since <= version}
    absent = {f.name: "" for f in layout.texts if f.since > version}
    fields = {f.name: _value(f, version, rng) for f in layout.block if f.since <= version}
    if layout is BOOK:
        return _book(fields, texts, rng)
    if layout is ORDER and version < 2:
        fields["flags"] &= ~MMP
    message: Message = layout.message(**texts, **absent, **fields)
    return message


def _trade(version: int, rng: random.Random) -> Trade:
    values = {f.name: _value(f, version, rng) for f in TRADE.block}
    truncated = values.pop("truncated_trade_id") or 0
    trade_id = str(rng.randrange(10**27, 10**28)) if version >= 2 else str(truncated)
    return Trade(market=_text(rng), trade_id=trade_id, **values)


def _book(fields: dict[str, Any], texts: dict[str, Any], rng: random.Random) -> Book:
    package = fields.pop("package_type")
    bids, asks = _levels(rng), _levels(rng)
    return Book(is_snapshot=package % 2 == 0, bids=bids, asks=asks, **fields, **texts)


def _levels(rng: random.Random) -> list[tuple[int, int]]:
    return [(_integer(rng), _integer(rng)) for _ in range(rng.choice((0, 1, 15)))]


def _value(field: Field, version: int, rng: random.Random) -> Any:
    can_be_null = field.null_since is not None and version >= field.null_since
    if can_be_null and rng.random() < 0.4:
        return None
    return _OF_CODE[field.code](rng)


def _integer(rng: random.Random) -> int:
    return rng.choice((0, 1, -1, _LARGEST, -_LARGEST, rng.randrange(-_LARGEST, _LARGEST)))


_OF_CODE: dict[str, Callable[[random.Random], Any]] = {
    "q": _integer,
    "Q": lambda rng: rng.randrange(2**64),
    "B": lambda rng: rng.randrange(256),
    "h": lambda rng: rng.randrange(-(2**15), 2**15),
    "32s": lambda rng: rng.randbytes(32),
}


def _text(rng: random.Random) -> str:
    return "".join(rng.choices(_ALPHABET, k=rng.choice((0, 1, 12, 28, 80))))


def frame(*parts: str) -> bytes:
    """Hex written by hand, field by field."""
    return bytes.fromhex("".join(parts))


TS = "00241727e1600600"  # 1_795_370_000_000_000 us
CREATED = "7b241727e1600600"  # 1_795_370_000_000_123 us
SEQ = "3930000000000000"  # 12345
NULL = "0000000000000080"
BID = "80007de6d1030000"  # 42000.50
ASK = "009715e7d1030000"  # 42000.60
THOUSANDTH = "a086010000000000"  # 0.001
TWO_AND_A_HALF = "80b2e60e00000000"
ZERO = "0000000000000000"
BTC_USD_PERP = "0c4254432d5553442d50455250"
TRADE_ID = "1c31363831343632313033383231313031363939343338343930303030"
ACCOUNT = "000129c135ed63df9353885e292be4426b8ed6122b13c6c0e1bb787288a1f5ad"  # 32 bytes


TRADE_1_2 = frame(
    *("3200", "0100", "0100", "0200"),
    *(TS, SEQ, "90317c7e63e5b54b", "02", BID, THOUSANDTH, CREATED, "05"),
    *(BTC_USD_PERP, TRADE_ID),
)

BBO_1_2 = frame(
    *("3000", "0200", "0100", "0200"),
    *(TS, SEQ, BID, THOUSANDTH, NULL, NULL),
    BTC_USD_PERP,
)

BOOK_1_2 = frame(
    *("5900", "0300", "0100", "0200"),
    *(TS, SEQ, "01", BID, NULL, NULL, NULL, NULL, NULL, NULL, ASK, NULL),
    *("1000", "0200", BID, THOUSANDTH, ASK, ZERO),
    *("1000", "0000"),
    BTC_USD_PERP,
)

SUMMARY_1_3 = frame(
    *("f800", "0400", "0100", "0300"),
    *(TS, SEQ, BID, ASK, TWO_AND_A_HALF, ZERO, THOUSANDTH, "a051f5ffffffffff"),
    *(BID, ASK, "ffffffffffffff7f", ZERO, NULL, NULL, NULL, NULL),
    *(NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    *(NULL, BID, THOUSANDTH, TWO_AND_A_HALF),
    *(NULL, NULL, "0ce1f50500000000", ASK),
    BTC_USD_PERP,
)

FUNDING_1_1 = frame(
    *("4200", "0500", "0100", "0100"),
    *(TS, SEQ, THOUSANDTH, BID, CREATED, "a051f5ffffffffff", THOUSANDTH, "0800", NULL),
    BTC_USD_PERP,
)

HEARTBEAT_1_2 = frame(*("1000", "2800", "0100", "0200"), *(TS, SEQ))

SUBSCRIBED_1_2 = frame(*("1100", "2900", "0100", "0200"), *(TS, SEQ, "01"), "05" + b"bbo.X".hex())

ORDER_1_2 = frame(
    *("8000", "1400", "0100", "0200"),
    *(TS, SEQ, "04", "02", "02", "02", NULL, NULL, TWO_AND_A_HALF, THOUSANDTH, BID),
    *(CREATED, TS, ACCOUNT, CREATED, TS, "02", "21", "03", "01"),
    *(TRADE_ID, "03" + b"C-1".hex(), BTC_USD_PERP, "0d" + b"USER_CANCELED".hex()),
    *("02" + b"R1".hex(), "02" + b"no".hex()),
)

FILL_1_2 = frame(
    *("7400", "1500", "0100", "0200"),
    *(TS, NULL, "01", "01", "01", BID, THOUSANDTH, "a051f5ffffffffff", NULL, CREATED),
    *(ACCOUNT, ASK, ZERO, "05", SEQ),
    *("02" + b"F1".hex(), TRADE_ID, "03" + b"C-1".hex(), "01" + b"9".hex(), BTC_USD_PERP),
    "04" + b"DIME".hex(),
)

POSITION_1_2 = frame(
    *("9a00", "1600", "0100", "0200"),
    *(TS, SEQ, "02", TWO_AND_A_HALF, BID, "a051f5ffffffffff", ZERO, NULL, NULL),
    *(THOUSANDTH, CREATED, ACCOUNT, BID, ASK, ASK, THOUSANDTH, ZERO, "01"),
    *(BTC_USD_PERP, "02" + b"F1".hex()),
)

ACCOUNT_1_2 = frame(
    *("7900", "1700", "0100", "0200"),
    *(TS, SEQ, BID, ASK, THOUSANDTH, ZERO, BID, NULL, CREATED, ACCOUNT, TWO_AND_A_HALF),
    *("01", "00b05b0654160600"),
    "04" + b"USDC".hex(),
)
