"""What charts tell our own side. Order facts are named and shaped like the Nautilus events they
become; `events.py` alone turns one into the other. Times are the venue's, in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from paradex_adapter.wire.rest import Fill


@dataclass(frozen=True, slots=True)
class SessionReady:
    """The session can carry subscriptions; a private one is authenticated."""


@dataclass(frozen=True, slots=True)
class SessionDegraded:
    """The session lives, but something promised is missing."""

    reason: str


@dataclass(frozen=True, slots=True)
class SessionRestored:
    """Nothing promised is missing any more."""


@dataclass(frozen=True, slots=True)
class SessionLost:
    """What the venue says no longer reaches us."""


@dataclass(frozen=True, slots=True)
class SessionRefused:
    """The venue will not sign us in. An alert; trying goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class SubscriptionActive:
    """The channel's frames flow."""

    channel: str


@dataclass(frozen=True, slots=True)
class SubscriptionFailed:
    """The channel is silent for now; a retry is armed."""

    channel: str


@dataclass(frozen=True, slots=True)
class SubscriptionRejected:
    """The channel was refused for good, or answered none of the bounded attempts."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """A token to sign in with. Never shown."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """The venue will not issue a token to this key and account."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Our view has been held against the venue's, and completed."""


@dataclass(frozen=True, slots=True)
class OrderFact:
    """The root of all order facts."""

    client_order_id: str


@dataclass(frozen=True, slots=True)
class OrderDenied(OrderFact):
    """Refused here, before anything was sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderSubmitted(OrderFact):
    """The create request is on its way."""


@dataclass(frozen=True, slots=True)
class OrderKnown(OrderFact):
    """The venue has the order (NEW); it is not on the book yet. No Nautilus event."""

    venue_order_id: str


@dataclass(frozen=True, slots=True)
class OrderRejected(OrderFact):
    """The venue refused the order; `reason` is its evidence."""

    reason: str
    due_post_only: bool
    ts_event: int


@dataclass(frozen=True, slots=True)
class OrderAccepted(OrderFact):
    """The order is, or was, on the book."""

    venue_order_id: str
    ts_event: int


@dataclass(frozen=True, slots=True)
class OrderFilled(OrderFact):
    """One execution, reported once."""

    venue_order_id: str
    fill: Fill


@dataclass(frozen=True, slots=True)
class OrderUpdated(OrderFact):
    """The order's terms changed; `quantity` counts what is filled already."""

    venue_order_id: str
    quantity: Decimal
    price: Decimal
    ts_event: int


@dataclass(frozen=True, slots=True)
class OrderCanceled(OrderFact):
    """Closed by cancellation, with every fill reported before."""

    venue_order_id: str
    reason: str
    ts_event: int


@dataclass(frozen=True, slots=True)
class OrderExpired(OrderFact):
    """Closed by expiry, with every fill reported before."""

    venue_order_id: str
    ts_event: int


@dataclass(frozen=True, slots=True)
class OrderCancelRejected(OrderFact):
    """The venue refused to cancel; the order stays what it is."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderModifyRejected(OrderFact):
    """The order was not modified."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderUnresolved(OrderFact):
    """Asked for many times and still unanswered. An alert; asking goes on."""

    attempts: int


@dataclass(frozen=True, slots=True)
class OrderDisputed(OrderFact):
    """The venue reports an execution of an order that is over. An alert; reconcile."""

    fill: Fill
