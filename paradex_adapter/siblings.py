"""Several accounts of the venue on one node, each with a client of its own name.

The engine routes by venue to one client: the first that is made has the venue's name there, each
other one its own. Whatever names neither a client nor an account (a question after an order, the
cancel of several) reaches the first client, whosever order it is about, and is passed on.
"""

from __future__ import annotations

from nautilus_trader.common.component import MessageBus
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import CancelOrder, QueryOrder
from nautilus_trader.live.execution_client import LiveExecutionClient
from nautilus_trader.model.identifiers import AccountId, Venue
from nautilus_trader.model.orders import Order

from paradex_adapter.constants import PARADEX_VENUE

_ENDPOINT = "ParadexExecutionClient."
_NAMES = {QueryOrder: "query_order", CancelOrder: "cancel_order"}


def routing_venue(msgbus: MessageBus, name: str) -> Venue:
    """Which venue the engine is to route to the client of this name."""
    is_first = not any(endpoint.startswith(_ENDPOINT) for endpoint in msgbus.endpoints())
    return PARADEX_VENUE if is_first else Venue(name)


def account_of(order: Order) -> AccountId | None:
    """Of an order that was not submitted here only the events know the account."""
    accounts = (event.account_id for event in reversed(order.events))
    return order.account_id or next((each for each in accounts if each is not None), None)


class Siblings:
    """One client's way to those of the node's other accounts."""

    def __init__(self, client: LiveExecutionClient, msgbus: MessageBus) -> None:
        self._client = client
        self._msgbus = msgbus
        for name in _NAMES.values():
            msgbus.register(f"{_ENDPOINT}{client.id}.{name}", getattr(client, name))

    def owns(self, order: Order) -> bool:
        """Whether the order is of this client's account, or of none yet."""
        return account_of(order) in (None, self._client.account_id)

    def pass_on(self, command: QueryOrder | CancelOrder, order: Order | None) -> bool:
        """Hand a command about another account's order to its client; whether there is one."""
        account_id = None if order is None else account_of(order)
        if account_id in (None, self._client.account_id):
            return False
        endpoint = f"{_ENDPOINT}{account_id.get_issuer()}.{_NAMES[type(command)]}"
        if endpoint not in self._msgbus.endpoints():
            return False
        self._msgbus.send(endpoint, command)
        return True

    def cancel(self, order: Order, ts_init: int) -> bool:
        """Have another account's client cancel its order; whether there is one."""
        command = CancelOrder(
            trader_id=order.trader_id,
            strategy_id=order.strategy_id,
            instrument_id=order.instrument_id,
            client_order_id=order.client_order_id,
            venue_order_id=order.venue_order_id,
            command_id=UUID4(),
            ts_init=ts_init,
        )
        return self.pass_on(command, order)
