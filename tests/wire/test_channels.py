from __future__ import annotations

import json

import pytest

from paradex_adapter.errors import WireError
from paradex_adapter.wire.channels import Level, PriceBookUpdate, shape_of
from paradex_adapter.wire.markets import Bbo, MarketSummary, Trade
from paradex_adapter.wire.rest import Account, Fill, Order, Position, convert, decode


@pytest.mark.parametrize(
    ("channel", "shape"),
    [
        ("order_book.BTC-USD-PERP.deltas", PriceBookUpdate),
        ("order_book.BTC-USD-PERP.snapshot@15@50ms", PriceBookUpdate),
        ("bbo.BTC-USD-PERP", Bbo),
        ("bbo", Bbo),
        ("trades.ALL", Trade),
        ("markets_summary", MarketSummary),
        ("markets_summary.ALL", MarketSummary),
        ("orders.ALL", Order),
        ("fills.ALL", Fill),
        ("positions", Position),
        ("account", Account),
        ("markets", None),
        ("transfers", None),
        ("", None),
    ],
)
def test_a_channel_tells_the_shape_of_what_it_pushes(channel: str, shape: type | None) -> None:
    assert shape_of(channel) is shape


def test_a_book_update_names_side_price_and_size_of_each_level() -> None:
    body = {
        "seq_no": 8,
        "market": "M",
        "last_updated_at": 5,
        "update_type": "d",
        "inserts": [],
        "updates": [{"side": "BUY", "price": "10.5", "size": "1"}],
        "deletes": [{"side": "SELL", "price": "11", "size": "0"}],
        "best_bid_api": {"side": "BUY", "price": "1", "size": "1"},
    }
    update = decode(json.dumps(body).encode(), PriceBookUpdate)
    assert (update.updates, update.deletes) == (
        [Level("BUY", "10.5", "1")],
        [Level("SELL", "11", "0")],
    )


@pytest.mark.parametrize("change", [{"update_type": "x"}, {"seq_no": "8"}, {"inserts": [{}]}])
def test_a_book_update_that_does_not_fit_is_a_wire_error(change: dict[str, object]) -> None:
    body = {"seq_no": 8, "market": "M", "last_updated_at": 5, "update_type": "s"}
    assert convert(body, PriceBookUpdate)
    with pytest.raises(WireError, match="PriceBookUpdate expected"):
        convert(body | change, PriceBookUpdate)
