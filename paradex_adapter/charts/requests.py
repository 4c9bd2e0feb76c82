"""What charts ask the venue for. How it ended comes back to the chart as an event."""

from __future__ import annotations

from dataclasses import dataclass, field

from paradex_adapter.wire.rest import Change


@dataclass(frozen=True, slots=True)
class Dial:
    """Open the socket → `opened` | `dial_failed`, later `lost`."""


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Close the socket; nothing of it is delivered any more."""


@dataclass(frozen=True, slots=True)
class ObtainToken:
    """Get a token → `token_ready` | `token_refused`. `fresh`: the present one was refused."""

    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Sign the socket in → `auth_accepted` | `auth_refused`."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArmSwitch:
    """Have the venue cancel, should this session end, what enters over it → `armed` |
    `arm_refused`."""


@dataclass(frozen=True, slots=True)
class DisarmSwitch:
    """Have the venue let our orders be when this session ends → `disarmed` | `disarm_refused`."""


@dataclass(frozen=True, slots=True)
class IssueToken:
    """Have the venue issue a token → `issued` | `issue_refused` | `issue_failed`."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe to a channel → `acked` | `refused`."""

    channel: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Leave a channel. Its answer changes nothing."""

    channel: str


@dataclass(frozen=True, slots=True)
class Resubscribe:
    """Leave a channel and subscribe to it anew → `subscribed`."""

    channel: str


@dataclass(frozen=True, slots=True)
class CountBook:
    """Say how far our book has come → `counted`."""

    channel: str


@dataclass(frozen=True, slots=True)
class AskBook:
    """Ask the venue over REST how far its book is → `answered` | `unanswered`, or nothing."""

    channel: str


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Ask the venue for its status → `told`, or nothing."""


@dataclass(frozen=True, slots=True)
class CreateOrder:
    """Create the order → `acked` | `opened` | `closed` | `refused` | `unanswered`."""

    client_order_id: str


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel the order → `cancel_queued` | `cancel_refused` | `cancel_unanswered`."""

    client_order_id: str


@dataclass(frozen=True, slots=True)
class ModifyOrder:
    """Change the order → `modify_signed`, then `modify_queued` | `modify_refused` |
    `modify_unanswered`, each with the `number` of the change; the outcome is in the venue's words
    on the order."""

    client_order_id: str
    change: Change
    number: int = 1


@dataclass(frozen=True, slots=True)
class QueryOrder:
    """Ask for the order and its fills, fills first
    → `executed`* then `acked` | `opened` | `closed` | `not_found`, or nothing.
    """

    client_order_id: str


@dataclass(frozen=True, slots=True)
class ReviewOrder:
    """As `QueryOrder`; what is being asked already is too old to count
    → ..., then `inquired`, or nothing.
    """

    client_order_id: str


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Hold our orders, fills, positions and account against the venue's
    → `completed` | `failed`.
    """
