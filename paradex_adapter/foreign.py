"""Orders that are none of ours: placed in the venue's interface, by another process, by the venue.

Nautilus takes them as reports, and in one sequence only: the order as accepted, its executions
ascending, its end. An execution of an order it does not know it drops.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec
from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock
from nautilus_trader.live.execution_client import LiveExecutionClient
from nautilus_trader.model.identifiers import VenueOrderId
from nautilus_trader.model.instruments import Instrument

from paradex_adapter.parsing.instruments import instrument_id
from paradex_adapter.parsing.reports import fill_report, filled_size, order_status_report
from paradex_adapter.wire.rest import Fill, Order

KEPT_FILLS = 10_000
"""How many executions are remembered, so that none is reported twice."""


class ForeignOrders:
    """Reports foreign orders and their executions to the engine, each once."""

    def __init__(
        self,
        client: LiveExecutionClient,
        cache: Cache,
        clock: LiveClock,
        fetch: Callable[[str], None],
    ) -> None:
        """`fetch` has the order of that venue id brought to `import_order`, with its fills."""
        self._client = client
        self._cache = cache
        self._clock = clock
        self._fetch = fetch
        self._told: OrderedDict[str, None] = OrderedDict()

    def order_told(self, order: Order) -> None:
        """The venue's word on one. Unless nothing happened to it yet, its story is fetched."""
        if order.status == "NEW":
            return  # not accepted yet; the engine would take any report of it for an acceptance
        if order.status == "CLOSED" or filled_size(order) > 0:
            self._fetch(order.id)
        else:
            self._report_order(order)

    def fill_told(self, fill: Fill) -> None:
        """An execution of one."""
        if fill.trade_id in self._told:
            return
        if self._cache.client_order_id(VenueOrderId(fill.order_id)) is None:
            self._fetch(fill.order_id)
        else:
            self._report_fill(fill)

    def import_order(self, order: Order, fills: list[Fill]) -> None:
        """The whole story of one, told in the sequence that the engine keeps."""
        if self._cache.client_order_id(VenueOrderId(order.id)) is None:
            self._report_order(_as_accepted(order))
        for fill in fills:
            if fill.trade_id not in self._told:
                self._report_fill(fill)
        if order.status == "CLOSED":
            self._report_order(order)

    def _report_order(self, order: Order) -> None:
        instrument = self._instrument(order.market)
        if instrument is None:
            return
        report = order_status_report(
            order, self._client.account_id, instrument, self._clock.timestamp_ns()
        )
        if report is not None:
            self._client._send_order_status_report(report)

    def _report_fill(self, fill: Fill) -> None:
        instrument = self._instrument(fill.market)
        if instrument is None:
            return
        self._told[fill.trade_id] = None
        if len(self._told) > KEPT_FILLS:
            self._told.popitem(last=False)
        report = fill_report(fill, self._client.account_id, instrument, self._clock.timestamp_ns())
        self._client._send_fill_report(report)

    def _instrument(self, market: str) -> Instrument | None:
        return self._cache.instrument(instrument_id(market))


def _as_accepted(order: Order) -> Order:
    """The order as it was before anything happened to it."""
    return msgspec.structs.replace(
        order, status="OPEN", remaining_size=order.size, avg_fill_price="", cancel_reason=""
    )
