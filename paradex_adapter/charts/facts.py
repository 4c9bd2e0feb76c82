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
class SessionUnprotected:
    """The venue has not said that it would cancel our orders when the session is lost. An alert;
    it is asked again a few times."""

    reason: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A session that had cancel-on-disconnect is closed. Unless `is_disarmed`, the venue may cancel
    what entered over it."""

    is_disarmed: bool


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
class SubscriptionMute(SubscriptionRejected):
    """The channel was asked for as often as may be, and nothing was answered."""


@dataclass(frozen=True, slots=True)
class SubscriptionLapsed:
    """The venue had dropped the subscription without a word; it stands again."""

    channel: str


@dataclass(frozen=True, slots=True)
class StreamBroken:
    """Words of the channel were missed, came out of order or could not be read: reconcile."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class StreamMended:
    """What the channel's words left open has been asked for."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class BookSynced:
    """The book is whole from here on: what changes it is passed on."""

    channel: str


@dataclass(frozen=True, slots=True)
class BookLost:
    """What was shown of the book is the venue's no longer: clear it."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class BookRenewed(BookLost):
    """Nothing is wrong with the book; it is fetched again as a whole."""


@dataclass(frozen=True, slots=True)
class BookOverdue:
    """A snapshot was asked for and has not come. An alert; asking goes on."""

    channel: str
    attempts: int


@dataclass(frozen=True, slots=True)
class VenueStatusTold:
    """The venue's status is another than `before` (`""`: not known)."""

    status: str
    before: str


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
    """Our view has been held against the venue's, as it was `at` its time (ms)."""

    at: int = 0


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
class OrderTriggered(OrderFact):
    """The mark has reached the trigger price: the order went to the book, or took what it could."""

    venue_order_id: str
    ts_event: int


@dataclass(frozen=True, slots=True)
class OrderFilled(OrderFact):
    """One execution, reported once."""

    venue_order_id: str
    fill: Fill


@dataclass(frozen=True, slots=True)
class OrderUpdated(OrderFact):
    """The order's terms changed; `quantity` counts what is filled already. The prices are None
    for an order that has none of the kind."""

    venue_order_id: str
    quantity: Decimal
    price: Decimal | None
    ts_event: int
    trigger_price: Decimal | None = None


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
    ts_event: int = 0


@dataclass(frozen=True, slots=True)
class OrderUnresolved(OrderFact):
    """Asked for many times and still unanswered. An alert; asking goes on."""

    attempts: int


@dataclass(frozen=True, slots=True)
class OrderDisputed(OrderFact):
    """The venue reports an execution of an order that is over. An alert; reconcile."""

    fill: Fill
