"""Behaviour, pure: one lifecycle per file. `CHARTS` names them all; everything generated
(diagrams, tables, exhaustive tests) starts from `EXAMPLES`.
"""

from paradex_adapter.charts.book import Book
from paradex_adapter.charts.command import Command
from paradex_adapter.charts.connection import Connection
from paradex_adapter.charts.examples import EXAMPLES
from paradex_adapter.charts.order import Order
from paradex_adapter.charts.reconciliation import Reconciliation
from paradex_adapter.charts.stream import Stream
from paradex_adapter.charts.subscription import Subscription
from paradex_adapter.charts.token import Token
from paradex_adapter.charts.venue_status import VenueStatus

CHARTS = (
    Connection,
    Subscription,
    Stream,
    Book,
    Order,
    Command,
    Token,
    Reconciliation,
    VenueStatus,
)

__all__ = [
    "CHARTS",
    "EXAMPLES",
    "Book",
    "Command",
    "Connection",
    "Order",
    "Reconciliation",
    "Stream",
    "Subscription",
    "Token",
    "VenueStatus",
]
