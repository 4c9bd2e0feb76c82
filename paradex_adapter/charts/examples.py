"""One example of each chart: how to make it, and what each of its events carries.

Diagrams, tables and exhaustive tests are generated from these; none of it runs in production.
"""

from __future__ import annotations

from decimal import Decimal

from paradex_adapter.charts.book import Book
from paradex_adapter.charts.command import Command
from paradex_adapter.charts.connection import Connection
from paradex_adapter.charts.order import Order
from paradex_adapter.charts.reconciliation import Reconciliation
from paradex_adapter.charts.stream import Stream
from paradex_adapter.charts.subscription import Subscription
from paradex_adapter.charts.token import Token
from paradex_adapter.charts.venue_status import VenueStatus
from paradex_adapter.errors import VenueError
from paradex_adapter.wire.rest import Change, Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts.explore import Example

_ERROR = VenueError("SOME_CODE", "the venue's words", 400)
_ORDER = VenueOrder(
    id="1795370000456201709233240000",
    market="ETH-USD-PERP",
    side="BUY",
    type="LIMIT",
    size="2",
    remaining_size="1",
    status="OPEN",
    price="3120.55",
    cancel_reason="USER_CANCELED",
    client_id="O-1",
)
_FILL = Fill(
    id="1795370000456201709233240001",
    market="ETH-USD-PERP",
    order_id=_ORDER.id,
    side="BUY",
    liquidity="MAKER",
    price="3120.55",
    size="1",
    fee="0.09",
    client_id="O-1",
)

EXAMPLES = (
    Example(
        Connection,
        (True,),
        {
            "token_ready": {"token": "a-token"},
            "token_refused": {"error": _ERROR},
            "auth_refused": {"error": _ERROR},
            "arm_refused": {"error": _ERROR},
            "disarm_refused": {"error": _ERROR},
            "impaired": {"reason": "orders.ALL"},
            "restored": {"reason": "orders.ALL"},
        },
    ),
    Example(Subscription, ("bbo.ETH-USD-PERP",), {"refused": {"error": _ERROR}}),
    Example(
        Stream,
        ("orders.ALL",),
        {
            "heard": {"subject": _ORDER.id, "seq": 1, "at": 1},
            "missed": {"reason": "a frame could not be read"},
            "deaf": {"subject": _ORDER.id},
            "reconciled": {"at": 1},
        },
    ),
    Example(
        Book,
        ("order_book.ETH-USD-PERP.deltas",),
        {
            "snapshot": {"seq": 1},
            "spoilt": {"reason": "a number was left out"},
            "counted": {"seq": 2},
            "answered": {"seq": 2, "venue_seq": 2},
        },
    ),
    Example(
        Order,
        ("O-1", Decimal(2), Decimal("3120.55"), 0),
        {
            "deny": {"reason": "size below the minimum"},
            "adopt": {
                "venue_order_id": _ORDER.id,
                "filled_qty": Decimal(0),
                "fills": set(),
                "has_triggered": False,
                "was_submitted": True,
            },
            "sent": {"valid_until": 1},
            "refused": {"error": _ERROR},
            "acked": {"order": _ORDER},
            "parked": {"order": _ORDER},
            "triggered": {"venue_order_id": _ORDER.id, "ts_event": 1},
            "opened": {"order": _ORDER},
            "amended": {"order": _ORDER, "is_fresh": False},
            "change_sent": {"size": Decimal(3)},
            "closed": {"order": _ORDER},
            "executed": {"fill": _FILL},
            "not_found": {"venue_time": 1},
        },
    ),
    Example(
        Command,
        ("O-1",),
        {
            "modify": {"change": Change(Decimal(2), Decimal("3120.60"))},
            "misfit": {"reason": "price off the increment"},
            "informed": {"order": _ORDER},
            "modify_signed": {"number": 1, "valid_until": 1},
            "modify_queued": {"number": 1, "request_id": "R-1"},
            "modify_refused": {"error": _ERROR, "number": 1},
            "modify_unanswered": {"number": 1},
            "inquired": {"venue_time": 1},
            "cancel_refused": {"error": _ERROR},
        },
    ),
    Example(
        Token,
        (),
        {
            "issued": {"token": "a-token", "lifetime": 300.0},
            "issue_refused": {"error": _ERROR},
            "unauthorized": {"token": "a-token"},
        },
    ),
    Example(Reconciliation, data={"completed": {"at": 1}}),
    Example(VenueStatus, data={"told": {"status": "cancel_only"}}),
)
