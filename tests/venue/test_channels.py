from __future__ import annotations

import pytest

from paradex_venue.channels import parse
from paradex_venue.refusal import Refused

MARKETS = ("BTC-USD-PERP",)


@pytest.mark.parametrize(
    ("name", "topic", "is_private"),
    [
        ("bbo.BTC-USD-PERP", "bbo", False),
        ("bbo.ALL", "bbo", False),
        ("trades.BTC-USD-PERP", "trades", False),
        ("trades.ALL", "trades", False),
        ("markets_summary", "markets_summary", False),
        ("markets_summary.ALL", "markets_summary", False),
        ("markets_summary.BTC-USD-PERP", "markets_summary", False),
        ("order_book.BTC-USD-PERP.deltas", "order_book", False),
        ("order_book.BTC-USD-PERP.snapshot@15@100ms", "order_book", False),
        ("order_book.BTC-USD-PERP.snapshot@15@50ms", "order_book", False),
        ("orders.ALL", "orders", True),
        ("orders.BTC-USD-PERP", "orders", True),
        ("fills.ALL", "fills", True),
        ("positions", "positions", True),
        ("account", "account", True),
        ("balance_events", "balance_events", True),
    ],
)
def test_a_channel_is_what_its_name_says(name: str, topic: str, is_private: bool) -> None:
    channel = parse(name, MARKETS)
    assert (channel.name, channel.topic, channel.is_private) == (name, topic, is_private)


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("", "unknown channel"),
        ("weather", "unknown channel"),
        ("positions.ALL", "unknown channel"),
        ("bbo", "unknown market"),
        ("bbo.FOO", "unknown market"),
        ("orders", "unknown market"),
        ("order_book.FOO.deltas", "unknown market"),
        ("order_book.BTC-USD-PERP.deltas@15@50ms", "no parameters expected for deltas topic"),
        ("order_book.BTC-USD-PERP", "expected order_book"),
        ("order_book.BTC-USD-PERP.snapshot@15", "expected order_book"),
        ("order_book.BTC-USD-PERP.snapshot@20@100ms", "expected order_book"),
        ("order_book.BTC-USD-PERP.snapshot@15@10ms", "expected order_book"),
    ],
)
def test_what_is_no_channel_is_refused_and_told_why(name: str, detail: str) -> None:
    with pytest.raises(Refused, match=detail) as refused:
        parse(name, MARKETS)
    assert refused.value.code == "-32600"
