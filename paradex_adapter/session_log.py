"""What a private session goes through, as log lines."""

from __future__ import annotations

from nautilus_trader.common.component import Logger
from nautilus_trader.common.enums import LogColor

from paradex_adapter.charts.facts import (
    SessionClosed,
    SessionDegraded,
    SessionLost,
    SessionReady,
    SessionRefused,
    SessionRestored,
    SessionUnprotected,
    SubscriptionLapsed,
    SubscriptionRejected,
)


def write(log: Logger, fact: object) -> None:  # noqa: C901 - a table: one arm each
    """The line for `fact`, if it is worth one."""
    match fact:
        case SessionReady():
            log.info("Private session ready", LogColor.GREEN)
        case SessionLost():
            log.warning("Private session lost")
        case SessionDegraded(reason):
            log.warning(f"Private session degraded: {reason}")
        case SessionRestored():
            log.info("Private session whole again", LogColor.GREEN)
        case SessionUnprotected(reason):
            log.error(f"Cancel-on-disconnect is not armed: {reason}")
        case SessionClosed(is_disarmed=False):
            log.error(
                "Closed before the venue confirmed that it would let orders be: those entered "
                "over this session may be canceled"
            )
        case SubscriptionLapsed(channel):
            log.warning(f"The venue had dropped channel {channel}; it stands again")
        case SessionRefused(reason):
            log.error(f"Private session refused: {reason}")
        case SubscriptionRejected(channel, reason):
            log.error(f"Channel {channel} refused: {reason}")
