from __future__ import annotations

import random

import pytest

from paradex_adapter.errors import WireError
from paradex_adapter.wire.sbe import (
    SELL,
    VERSIONS,
    AccountEvent,
    Bbo,
    Book,
    FillEvent,
    Funding,
    Heartbeat,
    Message,
    OrderEvent,
    PositionEvent,
    Subscribed,
    Summary,
    Trade,
    decode,
    encode,
)
from paradex_adapter.wire.sbe.layout import HEADER
from tests.wire.sbe import samples

MARKET = "BTC-USD-PERP"
TS, CREATED, SEQ = 1795370000000000, 1795370000000123, 12345
BID, ASK, THOUSANDTH, TWO_AND_A_HALF = 4200050000000, 4200060000000, 100000, 250000000
LONG_ID = "1681462103821101699438490000"
ADDRESS = bytes.fromhex(samples.ACCOUNT)

GOLDEN: dict[bytes, Message] = {
    samples.TRADE_1_2: Trade(
        MARKET, TS, SEQ, LONG_ID, SELL, BID, THOUSANDTH, CREATED, trade_type=5
    ),
    samples.BBO_1_2: Bbo(MARKET, TS, SEQ, BID, THOUSANDTH, None, None),
    samples.BOOK_1_2: Book(
        MARKET,
        TS,
        SEQ,
        is_snapshot=False,
        bids=[(BID, THOUSANDTH), (ASK, 0)],
        asks=[],
        best_bid_price=BID,
        best_ask_api_price=ASK,
    ),
    samples.SUMMARY_1_3: Summary(
        MARKET,
        TS,
        SEQ,
        mark_price=BID,
        index_price=ASK,
        last_price=TWO_AND_A_HALF,
        volume_usd_24h=0,
        open_interest=THOUSANDTH,
        funding_rate=-700000,
        bid=BID,
        ask=ASK,
        total_volume=2**63 - 1,
        price_change_rate_24h=0,
        external_fair_price=BID,
        bid_size=THOUSANDTH,
        ask_size=TWO_AND_A_HALF,
        funding_rate_precise=100000012,
        settlement_twap_estimate=ASK,
    ),
    samples.FUNDING_1_1: Funding(
        MARKET, TS, SEQ, THOUSANDTH, BID, CREATED, -700000, THOUSANDTH, funding_period_hours=8
    ),
    samples.HEARTBEAT_1_2: Heartbeat(TS, SEQ),
    samples.SUBSCRIBED_1_2: Subscribed("bbo.X", TS, SEQ, status=1),
    samples.ORDER_1_2: OrderEvent(
        order_id=LONG_ID,
        client_order_id="C-1",
        market=MARKET,
        cancel_reason="USER_CANCELED",
        request_id="R1",
        request_message="no",
        timestamp=TS,
        seq=SEQ,
        status=4,
        side=2,
        order_type=2,
        time_in_force=2,
        price=None,
        trigger_price=None,
        size=TWO_AND_A_HALF,
        size_open=THOUSANDTH,
        avg_fill_price=BID,
        created_at=CREATED,
        updated_at=TS,
        account=ADDRESS,
        received_at=CREATED,
        published_at=TS,
        stp=2,
        flags=0b100001,
        request_status=3,
        request_type=1,
    ),
    samples.FILL_1_2: FillEvent(
        fill_id="F1",
        order_id=LONG_ID,
        client_order_id="C-1",
        trade_id="9",
        market=MARKET,
        fee_currency="DIME",
        timestamp=TS,
        seq=None,
        fill_type=1,
        side=1,
        liquidity=1,
        price=BID,
        size=THOUSANDTH,
        fee=-700000,
        realized_pnl=None,
        created_at=CREATED,
        account=ADDRESS,
        underlying_price=ASK,
        realized_funding=0,
        flags=0b101,
        orderbook_seq_no=SEQ,
    ),
    samples.POSITION_1_2: PositionEvent(
        market=MARKET,
        last_fill_id="F1",
        timestamp=TS,
        seq=SEQ,
        side=2,
        size=TWO_AND_A_HALF,
        avg_entry_price=BID,
        unrealized_pnl=-700000,
        realized_pnl=0,
        mark_price=None,
        liquidation_price=None,
        leverage=THOUSANDTH,
        updated_at=CREATED,
        account=ADDRESS,
        avg_entry_price_usd=BID,
        cost=ASK,
        cost_usd=ASK,
        cached_funding_index=THOUSANDTH,
        unrealized_funding_pnl=0,
        status=1,
    ),
    samples.ACCOUNT_1_2: AccountEvent(
        settlement_asset="USDC",
        timestamp=TS,
        seq=SEQ,
        total_collateral=BID,
        free_collateral=ASK,
        initial_margin_req=THOUSANDTH,
        maintenance_margin_req=0,
        account_value=BID,
        unrealized_pnl=None,
        updated_at=CREATED,
        account=ADDRESS,
        margin_cushion=TWO_AND_A_HALF,
        status=1,
        last_seen_notification=1713400000000000,
    ),
}
_FRAMES = pytest.mark.parametrize(
    "frame", GOLDEN, ids=[type(message).__name__ for message in GOLDEN.values()]
)
_EVERY_TEMPLATE_AND_VERSION = pytest.mark.parametrize(
    ("name", "version"), [(name, version) for name in samples.BY_NAME for version in VERSIONS]
)


@_FRAMES
def test_a_frame_written_by_hand_is_read_field_by_field(frame: bytes) -> None:
    assert decode(frame) == GOLDEN[frame]
    assert decode(memoryview(frame)) == GOLDEN[frame]


def _with_header(frame: bytes, *, block: int | None = None, version: int | None = None) -> bytes:
    length, template, schema, was = HEADER.unpack_from(frame)
    header = HEADER.pack(block or length, template, schema, was if version is None else version)
    return header + frame[HEADER.size :]


@_FRAMES
def test_what_a_later_version_appends_is_skipped(frame: bytes) -> None:
    block = HEADER.unpack_from(frame)[0]
    longer = frame[: HEADER.size + block] + b"\xaa" * 24 + frame[HEADER.size + block :]
    assert decode(_with_header(longer + b"\x02zz", block=block + 24, version=9)) == GOLDEN[frame]


def test_a_block_between_two_known_lengths_is_read_as_the_shorter() -> None:
    block = 232  # of version 1's three appended fields the first two
    cut = samples.SUMMARY_1_3[: HEADER.size + block] + samples.SUMMARY_1_3[HEADER.size + 248 :]
    summary = decode(_with_header(cut, block=block))
    assert isinstance(summary, Summary)
    assert (summary.market, summary.ask_size) == (MARKET, TWO_AND_A_HALF)
    assert summary.funding_rate_precise is None


def test_a_level_with_appended_fields_keeps_its_price_and_size() -> None:
    group = samples.frame(
        "1000", "0200", samples.BID, samples.THOUSANDTH, samples.ASK, samples.ZERO
    )
    padded = samples.frame(
        *("1800", "0200"),
        *(samples.BID, samples.THOUSANDTH, samples.SEQ, samples.ASK, samples.ZERO, samples.SEQ),
    )  # fmt: skip
    assert decode(samples.BOOK_1_2.replace(group, padded)) == GOLDEN[samples.BOOK_1_2]


def test_a_level_too_short_for_a_price_and_a_size_is_a_wire_error() -> None:
    short = samples.BOOK_1_2.replace(samples.frame("1000", "0200"), samples.frame("0800", "0400"))
    with pytest.raises(WireError, match="book level of 8 bytes"):
        decode(short)


def test_texts_that_version_2_appended_in_place_may_be_absent() -> None:
    trade = decode(samples.TRADE_1_2[: -len(samples.TRADE_ID) // 2])
    assert isinstance(trade, Trade)
    assert (trade.market, trade.trade_id) == (MARKET, "5455518739115815312")

    order = decode(samples.ORDER_1_2[:-6])
    assert isinstance(order, OrderEvent)
    assert (order.cancel_reason, order.request_id) == ("USER_CANCELED", "")

    fill = decode(samples.FILL_1_2[:-5])
    assert isinstance(fill, FillEvent)
    assert (fill.market, fill.fee_currency) == (MARKET, "")


def test_the_early_version_2_of_an_order_without_request_fields_is_read() -> None:
    early = samples.ORDER_1_2[: HEADER.size + 126] + samples.ORDER_1_2[HEADER.size + 128 : -6]
    order = decode(_with_header(early, block=126))
    assert isinstance(order, OrderEvent)
    assert (order.request_status, order.request_type, order.market) == (0, 0, MARKET)


@pytest.mark.parametrize("template", [0, 6, 7, 19, 24, 42, 65535])
def test_an_unknown_template_is_skipped(template: int) -> None:
    assert decode(HEADER.pack(8, template, 1, 2) + b"anything") is None


def test_another_schema_is_a_wire_error() -> None:
    with pytest.raises(WireError, match="schema 2 cannot be read"):
        decode(HEADER.pack(16, 40, 2, 0) + bytes(16))


def test_a_book_that_is_neither_snapshot_nor_delta_is_a_wire_error() -> None:
    at = HEADER.size + 16
    with pytest.raises(WireError, match="package type 2"):
        decode(samples.BOOK_1_2[:at] + b"\x02" + samples.BOOK_1_2[at + 1 :])


@pytest.mark.parametrize(
    ("frame", "offset", "name"),
    [
        (samples.TRADE_1_2, 25, "price"),
        (samples.TRADE_1_2, 33, "size"),
        (samples.BBO_1_2, 8, "seq"),
    ],
)
def test_a_null_where_none_may_stand_is_a_wire_error(frame: bytes, offset: int, name: str) -> None:
    at = HEADER.size + offset
    with pytest.raises(WireError, match=f"{name} null"):
        decode(frame[:at] + samples.frame(samples.NULL) + frame[at + 8 :])


def test_a_truncated_trade_id_may_be_any_64_bits() -> None:
    at = HEADER.size + 16
    trade = samples.TRADE_1_2[:at] + samples.frame(samples.NULL) + samples.TRADE_1_2[at + 8 :]
    assert decode(trade) == GOLDEN[samples.TRADE_1_2]


@pytest.mark.parametrize(
    "frame", [samples.TRADE_1_2, samples.BBO_1_2, samples.BOOK_1_2, samples.SUMMARY_1_3]
)
def test_a_block_shorter_than_any_version_is_a_wire_error(frame: bytes) -> None:
    with pytest.raises(WireError, match="only 40 bytes"):
        decode(_with_header(frame, block=40))


def test_a_market_that_is_not_utf_8_is_a_wire_error() -> None:
    with pytest.raises(WireError):
        decode(samples.BBO_1_2[:-1] + b"\xff")


def _ends_before_an_optional_text(name: str, message: Message, version: int) -> set[int]:
    """Where a frame may end early: before the texts that version 2 appended in place."""
    layout = samples.BY_NAME[name]
    ends, end = set(), len(encode(message, version=version))
    for text in reversed([text for text in layout.texts if 0 < text.since <= version]):
        end -= 1 + len(getattr(message, text.name).encode())
        ends.add(end)
    return ends


@_EVERY_TEMPLATE_AND_VERSION
def test_a_frame_cut_at_any_byte_is_a_wire_error_or_lacks_an_appended_text(
    name: str, version: int
) -> None:
    rng = random.Random(f"{name} {version}")
    message = samples.random_message(samples.BY_NAME[name], version, rng)
    frame = encode(message, version=version)
    read = set()
    for end in range(len(frame)):
        try:
            assert decode(frame[:end]) is not None
            read.add(end)
        except WireError:
            pass
    assert read == _ends_before_an_optional_text(name, message, version)


@_EVERY_TEMPLATE_AND_VERSION
def test_whatever_happens_to_a_frame_only_a_wire_error_comes_out(name: str, version: int) -> None:
    rng = random.Random(f"{version} {name}")
    frame = encode(samples.random_message(samples.BY_NAME[name], version, rng), version=version)
    read = 0
    for _ in range(300):
        damaged = bytearray(frame)
        for _ in range(rng.randint(1, 6)):
            damaged[rng.randrange(len(damaged))] = rng.choice((0, 255, rng.randrange(256)))
        try:
            decode(bytes(damaged[: rng.randrange(len(frame), len(frame) + 1)]))
            read += 1
        except WireError:
            pass
    assert 0 < read < 300


def test_random_bytes_are_skipped_or_a_wire_error() -> None:
    rng = random.Random(3)
    known = [layout.template for layout in samples.BY_NAME.values()]
    for _ in range(3000):
        header = HEADER.pack(rng.randrange(260), rng.choice(known), 1, rng.randrange(4))
        data = header[: rng.choice((8, 8, 8, 5))] + rng.randbytes(rng.randrange(300))
        try:
            decode(data)
        except WireError:
            continue
