"""The venue's binary frames (SBE schema 1): `decode` a frame, `encode` a message.

`as_rest` gives what a frame says of an account the shape that REST and JSON channels share.
"""

from paradex_adapter.wire.sbe.account import (
    AccountEvent,
    AccountMessage,
    FillEvent,
    OrderEvent,
    PositionEvent,
)
from paradex_adapter.wire.sbe.decode import Message, decode
from paradex_adapter.wire.sbe.encode import encode
from paradex_adapter.wire.sbe.layout import SCHEMA_ID, VERSIONS
from paradex_adapter.wire.sbe.messages import (
    BUY,
    SELL,
    Bbo,
    Book,
    Funding,
    Heartbeat,
    MarketMessage,
    Subscribed,
    Summary,
    Trade,
)
from paradex_adapter.wire.sbe.rest_shape import as_rest

__all__ = [
    "BUY",
    "SCHEMA_ID",
    "SELL",
    "VERSIONS",
    "AccountEvent",
    "AccountMessage",
    "Bbo",
    "Book",
    "FillEvent",
    "Funding",
    "Heartbeat",
    "MarketMessage",
    "Message",
    "OrderEvent",
    "PositionEvent",
    "Subscribed",
    "Summary",
    "Trade",
    "as_rest",
    "decode",
    "encode",
]
