"""Every error this package raises on purpose.

ParadexError
├── ConfigError        a setting that cannot work; the message names the value and the remedy
├── WireError          bytes from the venue that cannot be read
│   └── HistoryTooLong more of it than is read at once: ask for a shorter window
├── JournalError       a journal that cannot be read; the message names the place and the reason
├── VenueError         the venue's definite answer: positive evidence that it refused
│   └── Unauthorized   the token is missing, expired or wrong: renew it and ask once more
└── OutcomeUnknown     sent, or perhaps sent, and unanswered: neither a yes nor a no
    └── RateLimited    the venue's limit was exceeded, which does not say whether it acted

A rejection may be built from a `VenueError` only. `OutcomeUnknown` never becomes one: whoever
receives it asks the venue until there is evidence.
"""

from __future__ import annotations


class ParadexError(Exception):
    """The root: catch this to catch whatever this package raises on purpose."""


class ConfigError(ParadexError):
    """A setting that cannot work."""


class WireError(ParadexError):
    """Bytes from the venue that cannot be read."""


class HistoryTooLong(WireError):
    """More than is read at once: half a history would pass for a whole one."""


class JournalError(ParadexError):
    """A journal that cannot be read, or does not have what is asked for."""


class VenueError(ParadexError):
    """The venue's definite answer: it refused.

    `code` is the venue's own (`"ORDER_IS_CLOSED"`, or a JSON-RPC number as text); `status` is the
    HTTP status, or 0 when the answer came over the WebSocket.
    """

    def __init__(self, code: str, message: str, status: int = 0) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.status = status


class Unauthorized(VenueError):
    """The token is missing, expired or wrong."""


class OutcomeUnknown(ParadexError):
    """Sent, or perhaps sent, and unanswered."""


class RateLimited(OutcomeUnknown):
    """The venue's limit was exceeded: wait before asking for anything more."""
