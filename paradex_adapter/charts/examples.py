"""One example of each chart: how to make it, and what each of its events carries.

Diagrams, tables and exhaustive tests are generated from these; none of it runs in production.
"""

from __future__ import annotations

from decimal import Decimal

from paradex_adapter.charts.command import Command
from paradex_adapter.charts.connection import Connection
from paradex_adapter.charts.order import Order
from paradex_adapter.charts.reconciliation import Reconciliation
from paradex_adapter.charts.subscription import Subscription
from paradex_adapter.charts.token import Token
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
            "impaired": {"reason": "orders.ALL"},
            "restored": {"reason": "orders.ALL"},
        },
    ),
    Example(Subscription, ("bbo.ETH-USD-PERP",), {"refused": {"error": _ERROR}}),
    Example(
        Order,
        ("O-1", Decimal(2), Decimal("3120.55"), 0),
        {
            "deny": {"reason": "size below the minimum"},
            "adopt": {"venue_order_id": _ORDER.id, "filled_qty": Decimal(0), "fills": set()},
            "refused": {"error": _ERROR},
            "acked": {"order": _ORDER},
            "opened": {"order": _ORDER},
            "amended": {"order": _ORDER},
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
            "modify_refused": {"error": _ERROR},
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
    Example(Reconciliation),
)
