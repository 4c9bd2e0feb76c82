"""What the engine asks about the account, answered from the venue.

Every function raises what asking raises: an empty answer would be taken for "there is nothing",
and the engine would act on it. Neither is an answer given that the engine would apply before events
that are under way: what an order of ours did reaches it as events, with their true fees, and a
report of such an order is held back until they have.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, Logger
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
from nautilus_trader.model.identifiers import (
    AccountId,
    ClientId,
    InstrumentId,
    VenueOrderId,
)
from nautilus_trader.model.instruments import Instrument

from paradex_adapter.account import TradingAccount
from paradex_adapter.constants import PARADEX_VENUE
from paradex_adapter.engine_view import EngineView
from paradex_adapter.errors import OutcomeUnknown, WireError
from paradex_adapter.history import MOST_FILLS, MOST_ORDERS, latest, longest, take_history
from paradex_adapter.order_search import fills_of, find_order
from paradex_adapter.parsing.instruments import instrument_id
from paradex_adapter.parsing.reports import (
    fill_report,
    order_status_report,
    position_report,
)
from paradex_adapter.position_truth import unexplained
from paradex_adapter.stand_in import stand_in
from paradex_adapter.wire.rest import Fill, Order, Position


class Reports:
    """Asks the venue and translates its answers."""

    def __init__(self, account_id: AccountId, cache: Cache, clock: LiveClock, log: Logger) -> None:
        self._account_id = account_id
        self._cache = cache
        self._clock = clock
        self._log = log
        self._engine = EngineView(cache)
        self._unloaded: set[str] = set()

    async def order(
        self, account: TradingAccount, command: GenerateOrderStatusReport
    ) -> OrderStatusReport | None:
        """One order, by the venue's id or ours; None where the venue does not have it and never
        will. `OutcomeUnknown` while that is open: it may be on its way, or be decided on."""
        ours = command.client_order_id or self._engine.name_of(command.venue_order_id)
        name = ours.value if ours else ""
        order = await _find(account, command.venue_order_id, name, command.instrument_id)
        if order is None and account.orders.is_undecided(name):
            raise OutcomeUnknown(f"{name} may still be on its way to the venue")
        if order is None:
            return None
        if order.status == "NEW":
            raise OutcomeUnknown(f"{name or order.id} is not decided on by the venue yet")
        return self._order_report(order, await self._position_sizes(account, [order]))

    async def orders(
        self, account: TradingAccount, command: GenerateOrderStatusReports
    ) -> list[OrderStatusReport]:
        """Open orders, untriggered ones among them, and unless `open_only` those created in the
        window, or as far back as they are not too many. Ascending in time."""
        market = _market(command.instrument_id)
        found = await account.rest.open_orders(market)
        if not command.open_only:
            found = [*await self._created(account, command), *found]
        known = []
        for order in latest(found):
            if self._engine.agrees(order):
                known.append(order)
            else:  # it comes as events, or as reports in their one sequence
                account.order_heard(order)
        return await self._order_reports(account, known)

    async def fills(
        self, account: TradingAccount, command: GenerateFillReports
    ) -> list[FillReport]:
        """Executions in the window, or as far back as they are not too many, or all of the one
        order that is named. Ascending: the engine drops what is older than the last."""
        if command.venue_order_id is not None:
            found = await self._fills_of(account, command)
        else:
            found = await self._executed(account, command)
        return self._fill_reports(found)

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
        """Orders, their executions, and the positions that do not follow from them, as of one
        time: an execution without its order would be dropped, one that the position does not have
        yet would be made up for and then come again."""
        await self._engine.catch_up(account.orders)
        start = None if since is None else _ms(since)
        history = await take_history(account.rest, start, _now_ms())
        if start is None and history.is_cut:
            self._log.warning(
                f"Orders that ended before {_iso(history.since)} are left out, they are many: set "
                "reconciliation_lookback_mins of the execution engine to say how far to go back"
            )
        now = self._clock.timestamp_ns()
        status = ExecutionMassStatus(client_id, self._account_id, PARADEX_VENUE, UUID4(), now)
        told = [order for order in history.orders if self._is_to_be_told(order)]
        orders = await self._order_reports(account, told)
        fills = self._fill_reports(history.fills)
        positions = self.position_reports(history.positions)
        status.add_order_reports(_in_time(orders, fills))
        status.add_fill_reports(fills)
        status.add_position_reports(unexplained(positions, orders, fills, self._cache))
        return status

    def _is_to_be_told(self, order: Order) -> bool:
        if self._engine.contradicts(order):
            self._log.error(
                f"Order {order.id} ({order.client_id}) is {order.status} at the venue with "
                f"{order.remaining_size} of {order.size} left, which is less than happened to it "
                "here, as when a trade is busted: cancel it there if it is open"
            )
            return False
        return order.status != "NEW"  # any report would be taken for an acceptance

    # Asking

    async def _created(
        self, account: TradingAccount, command: GenerateOrderStatusReports
    ) -> list[Order]:
        market, start, end = _window(command)
        ask = account.rest.orders_history
        if start is not None:
            return await ask(market=market, start_at=start, end_at=end)
        found = await longest(
            lambda since: ask(market=market, start_at=since, end_at=end, at_most=MOST_ORDERS),
            end or _now_ms(),
        )
        return found or []

    async def _executed(self, account: TradingAccount, command: GenerateFillReports) -> list[Fill]:
        market, start, end = _window(command)
        ask = account.rest.fills
        if start is not None:
            return await ask(market, start, end)
        found = await longest(
            lambda since: ask(market, since, end, at_most=MOST_FILLS), end or _now_ms()
        )
        return found or []

    async def _fills_of(self, account: TradingAccount, command: GenerateFillReports) -> list[Fill]:
        wanted = command.venue_order_id.value
        order = await account.rest.order(wanted)
        if order is not None:
            start, end = _window(command)[1:]
            fills = await fills_of(account.rest, order)
            return [f for f in fills if (start or 0) <= f.created_at <= (end or f.created_at)]
        found = [self._explained(fill) for fill in await self._executed(account, command)]
        return [fill for fill in found if fill.order_id == wanted]

    async def _position_sizes(
        self, account: TradingAccount, orders: Iterable[Order]
    ) -> dict[str, Decimal]:
        """Sizes by market, asked for only when some order is on the whole position."""
        if all(Decimal(order.size) for order in orders):
            return {}
        return {p.market: Decimal(p.size) for p in await account.rest.positions()}

    # Translating

    async def _order_reports(
        self, account: TradingAccount, orders: list[Order]
    ) -> list[OrderStatusReport]:
        sizes = await self._position_sizes(account, orders)
        reports = [self._readable(order, sizes) for order in orders]
        return [report for report in reports if report is not None]

    def _readable(
        self, order: Order, position_sizes: Mapping[str, Decimal]
    ) -> OrderStatusReport | None:
        """One that cannot be told does not keep the others from being told."""
        try:
            return self._order_report(order, position_sizes)
        except WireError as error:
            self._log.error(f"Order {order.id} cannot be told: {error}")
            return None

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

    def position_reports(self, positions: Iterable[Position]) -> list[PositionStatusReport]:
        """Those of the venue, and FLAT for those that only the cache has."""
        told = {instrument_id(p.market): p for p in positions if p.status == "OPEN"}
        cached = self._cache.positions_open(PARADEX_VENUE)
        ours = {each.instrument_id for each in cached if each.account_id == self._account_id}
        now = self._clock.timestamp_ns()
        return [
            position_report(told.get(each), self._account_id, instrument, now)
            for each in sorted(ours | told.keys())
            if (instrument := self._instrument(each.symbol.value)) is not None
        ]

    def _fill_reports(self, fills: Iterable[Fill]) -> list[FillReport]:
        return [
            fill_report(
                self._explained(fill), self._account_id, instrument, self._clock.timestamp_ns()
            )
            for fill in fills
            if (instrument := self._instrument(fill.market)) is not None
        ]

    def _explained(self, fill: Fill) -> Fill:
        """As one of the order that stands in for it, where there is one."""
        stands_in = self._engine.name_of(VenueOrderId(fill.trade_id)) is not None
        return stand_in(fill)[1] if stands_in else fill

    def _instrument(self, market: str) -> Instrument | None:
        """None for a market that the provider did not load: the engine could not use a report."""
        instrument = self._cache.instrument(instrument_id(market))
        if instrument is None and market not in self._unloaded:
            self._unloaded.add(market)
            self._log.warning(
                f"The account has orders or a position in {market}, which are not reported: name "
                f"{instrument_id(market)} in the instrument provider's load_ids, or set load_all"
            )
        return instrument


async def _find(
    account: TradingAccount,
    venue_order_id: VenueOrderId | None,
    name: str,
    instrument: InstrumentId,
) -> Order | None:
    theirs = venue_order_id.value if venue_order_id is not None else ""
    if name:
        return await find_order(account.rest, name, instrument.symbol.value, theirs)
    return await account.rest.order(theirs) if theirs else None


def _in_time(
    orders: Sequence[OrderStatusReport], fills: Sequence[FillReport]
) -> list[OrderStatusReport]:
    """By their first execution: the engine applies one order after the other, and from another
    sequence it would compute another average price of the position."""
    first: dict[VenueOrderId, int] = {}
    for fill in fills:
        first.setdefault(fill.venue_order_id, fill.ts_event)
    return sorted(orders, key=lambda order: first.get(order.venue_order_id, order.ts_accepted))


def _market(instrument: InstrumentId | None) -> str | None:
    return None if instrument is None else instrument.symbol.value


def _window(
    command: GenerateOrderStatusReports | GenerateFillReports,
) -> tuple[str | None, int | None, int | None]:
    """Which market, from when and until when, in milliseconds."""
    start = None if command.start is None else _ms(command.start)
    return _market(command.instrument_id), start, None if command.end is None else _ms(command.end)


def _now_ms() -> int:
    return int(time.time() * 1000)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")
