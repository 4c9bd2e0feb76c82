"""The names under which a node knows this venue."""

from __future__ import annotations

from typing import Final

from nautilus_trader.model.identifiers import ClientId, Venue

PARADEX: Final = "PARADEX"
PARADEX_VENUE: Final = Venue(PARADEX)
PARADEX_CLIENT_ID: Final = ClientId(PARADEX)
