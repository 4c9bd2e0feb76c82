"""A local Paradex: REST and WebSocket on loopback, a real matching engine, faults on demand.

For tests, demonstrations and development. It is not the exchange: it reproduces the published
contracts, keeps its own exact books, and is the truth an adapter is judged against.

    async with Venue(VenueConfig(seed=7)) as venue:
        print(venue.rest_url, venue.ws_url)

or, as a process of its own: `python -m paradex_venue --help`.
"""

from __future__ import annotations

from paradex_venue.config import AccountConfig, VenueConfig
from paradex_venue.server import Venue

__all__ = ["AccountConfig", "Venue", "VenueConfig"]
