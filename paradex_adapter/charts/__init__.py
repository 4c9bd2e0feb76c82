"""Behaviour, pure: one lifecycle per file. `CHARTS` names them all; everything generated
(diagrams, tables, exhaustive tests) starts from `EXAMPLES`.
"""

from paradex_adapter.charts.command import Command
from paradex_adapter.charts.connection import Connection
from paradex_adapter.charts.examples import EXAMPLES
from paradex_adapter.charts.order import Order
from paradex_adapter.charts.reconciliation import Reconciliation
from paradex_adapter.charts.subscription import Subscription
from paradex_adapter.charts.token import Token

CHARTS = (Connection, Subscription, Order, Command, Token, Reconciliation)

__all__ = [
    "CHARTS",
    "EXAMPLES",
    "Command",
    "Connection",
    "Order",
    "Reconciliation",
    "Subscription",
    "Token",
]
