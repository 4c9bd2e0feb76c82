"""What the engine asks about the account, answered from the venue.

Every function raises what asking raises: an empty answer would be taken for "there is nothing",
and the engine would act on it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import (
    GenerateFillReports,
    GenerateOrderStatusReport,
    GenerateOrderStatusReports,
    GeneratePositionStatusReports,
)
from nautilus_trader.execution.reports import (
    ExecutionMassStatus,
    FillReport,
    OrderStatusReport,
    PositionStatusReport,
)
from nautilus_trader.model.identifiers import AccountId, ClientId, InstrumentId
from nautilus_trader.model.instruments import Instrument

from paradex_adapter.account import TradingAccount
from paradex_adapter.constants import PARADEX_VENUE
from paradex_adapter.order_search import find_order
from paradex_adapter.parsing.instruments import instrument_id
from paradex_adapter.parsing.reports import fill_report, order_status_report, position_report
from paradex_adapter.wire.rest import Order

DEFAULT_LOOKBACK_MS = 24 * 60 * 60 * 1000
"""How far back a request without a start reaches; positions older than that come from reports."""


class Reports:
    """Asks the venue and translates its answers."""

    def __init__(self, account_id: AccountId, cache: Cache, clock: LiveClock) -> None:
        self._account_id = account_id
        self._cache = cache
        self._clock = clock

    async def order(
        self, account: TradingAccount, command: GenerateOrderStatusReport
    ) -> OrderStatusReport | None:
        """One order, by the venue's id or ours."""
        order: Order | None = None
        if command.venue_order_id is not None:
            order = await account.rest.order(command.venue_order_id.value)
        if order is None and command.client_order_id is not None:
            market = command.instrument_id.symbol.value
            order = await find_order(account.rest, command.client_order_id.value, market)
        return None if order is None else self._order_report(order, {})

    async def orders(
        self, account: TradingAccount, command: GenerateOrderStatusReports
    ) -> list[OrderStatusReport]:
        """Open orders, and unless `open_only` those created in the window."""
        market = _market(command.instrument_id)
        found = {order.id: order for order in await account.rest.open_orders(market)}
        if not command.open_only:
            start, end = _window(command.start, command.end)
            history = await account.rest.orders_history(market=market, start_at=start, end_at=end)
            found = {order.id: order for order in history} | found
        sizes = await self._position_sizes(account, found.values())
        reports = [self._order_report(order, sizes) for order in found.values()]
        return [report for report in reports if report is not None]

    async def fills(
        self, account: TradingAccount, command: GenerateFillReports
    ) -> list[FillReport]:
        """Executions in the window, ascending: the engine drops what is older than the last."""
        start, end = _window(command.start, command.end)
        fills = await account.rest.fills(_market(command.instrument_id), start, end)
        wanted = command.venue_order_id and command.venue_order_id.value
        return [
            fill_report(fill, self._account_id, instrument, self._clock.timestamp_ns())
            for fill in fills
            if (instrument := self._instrument(fill.market)) is not None
            and wanted in (None, fill.order_id)
        ]

    async def positions(
        self, account: TradingAccount, command: GeneratePositionStatusReports
    ) -> list[PositionStatusReport]:
        """Every open position, or the one asked for, FLAT when it is not held."""
        held = {p.market: p for p in await account.rest.positions() if p.status == "OPEN"}
        market = _market(command.instrument_id)
        markets = [market] if market is not None else list(held)
        return [
            position_report(
                held.get(market), self._account_id, instrument, self._clock.timestamp_ns()
            )
            for market in markets
            if (instrument := self._instrument(market)) is not None
        ]

    async def everything(
        self, account: TradingAccount, client_id: ClientId, since: datetime | None
    ) -> ExecutionMassStatus:
        """Orders, their executions and the positions that came of them, asked for in this order:
        an execution without its order would be dropped."""
        now = self._clock.timestamp_ns()
        status = ExecutionMassStatus(client_id, self._account_id, PARADEX_VENUE, UUID4(), now)
        all_of_it = {"instrument_id": None, "start": since, "end": None}
        asked = all_of_it | {"command_id": UUID4(), "ts_init": now}
        orders = GenerateOrderStatusReports(open_only=False, **asked)
        fills = GenerateFillReports(venue_order_id=None, **asked)
        positions = GeneratePositionStatusReports(**asked)
        status.add_order_reports(await self.orders(account, orders))
        status.add_fill_reports(await self.fills(account, fills))
        status.add_position_reports(await self.positions(account, positions))
        return status

    async def _position_sizes(
        self, account: TradingAccount, orders: Iterable[Order]
    ) -> dict[str, Decimal]:
        """Sizes by market, asked for only when some order is on the whole position."""
        if all(Decimal(order.size) for order in orders):
            return {}
        return {p.market: Decimal(p.size) for p in await account.rest.positions()}

    def _order_report(
        self, order: Order, position_sizes: Mapping[str, Decimal]
    ) -> OrderStatusReport | None:
        instrument = self._instrument(order.market)
        if instrument is None:
            return None
        return order_status_report(
            order,
            self._account_id,
            instrument,
            self._clock.timestamp_ns(),
            position_size=position_sizes.get(order.market),
        )

    def _instrument(self, market: str) -> Instrument | None:
        """None for a market that the provider did not load: the engine could not use a report."""
        return self._cache.instrument(instrument_id(market))


def _market(instrument: InstrumentId | None) -> str | None:
    return None if instrument is None else instrument.symbol.value


def _window(start: datetime | None, end: datetime | None) -> tuple[int, int | None]:
    """In milliseconds."""
    since = int(time.time() * 1000) - DEFAULT_LOOKBACK_MS if start is None else _ms(start)
    return since, None if end is None else _ms(end)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
