"""Orders that are none of ours: placed in the venue's interface, by another process, by the venue.

Nautilus takes them as reports, and in one sequence only: the order as accepted, its executions
ascending, its end. An execution of an order it does not know it drops. Where the venue acted
without an order, as when it liquidates, one stands in for it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal

import msgspec
from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, Logger
from nautilus_trader.live.execution_client import LiveExecutionClient
from nautilus_trader.model.identifiers import PositionId, VenueOrderId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.position import Position

from paradex_adapter.account import TradingAccount
from paradex_adapter.constants import PARADEX_VENUE
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.order_search import fills_of, find_order_of, size_of
from paradex_adapter.parsing.enums import ORDER_SIDES
from paradex_adapter.parsing.instruments import instrument_id
from paradex_adapter.parsing.reports import fill_report, filled_size, order_status_report
from paradex_adapter.stand_in import has_no_order, stand_in
from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.rest import Fill, Order

KEPT_FILLS = 10_000
"""How many executions are remembered, so that none is reported twice."""

type Word = Order | Fill
"""What the venue said of one, first."""


class ForeignOrders:
    """Reports foreign orders and their executions to the engine, each once."""

    def __init__(
        self,
        client: LiveExecutionClient,
        cache: Cache,
        clock: LiveClock,
        log: Logger,
        start: Callable[[str, Word], None],
    ) -> None:
        """`start` has `fetch` called with that word on a subject, in a task."""
        self._client = client
        self._cache = cache
        self._clock = clock
        self._log = log
        self._start = start
        self._fetching: set[str] = set()
        self._told: OrderedDict[str, None] = OrderedDict()

    def order_told(self, order: Order) -> None:
        """The venue's word on one. Unless nothing happened to it yet, its story is fetched."""
        if order.status == "NEW":
            return  # not accepted yet; the engine would take any report of it for an acceptance
        if order.status == "CLOSED" or filled_size(order) > 0 or not Decimal(order.size):
            self._fetch_once(order.id, order)
        else:
            self._report_order(order)

    def fill_told(self, fill: Fill) -> None:
        """An execution of one."""
        if fill.trade_id in self._told:
            return
        if self._is_known(fill.order_id):
            self._report_fill(fill)
        else:
            self._fetch_once(fill.trade_id if has_no_order(fill) else fill.order_id, fill)

    async def fetch(self, account: TradingAccount, subject: str, word: Word) -> None:
        """Tell the whole story of the order that `word` is about, now or when it is to be had."""
        name = ""
        try:
            name = await self._bring(account.rest, word)
        except (OutcomeUnknown, VenueError, WireError) as error:
            self._log.warning(f"{subject}, placed elsewhere: {error}")
            account.reconcile()
        finally:
            self.forget(subject)
        # What was said of it meanwhile was not told: from now on it has charts, and they ask.
        account.follow(name)

    def forget(self, subject: str) -> None:
        """It is not fetched now."""
        self._fetching.discard(subject)

    def _fetch_once(self, subject: str, word: Word) -> None:
        if subject not in self._fetching:
            self._fetching.add(subject)
            self._start(subject, word)

    async def _bring(self, rest: Rest, word: Word) -> str:
        """Returns what the engine calls the order. Raises what asking raises."""
        if isinstance(word, Order):
            order = await rest.order(word.id) or word
        else:
            found = await find_order_of(rest, word)
            if found is None:
                return self._name(self._tell_made(word))
            order = found
        fills = await fills_of(rest, order)
        if size_of(fills) < filled_size(order):
            raise OutcomeUnknown(f"order {order.id} was executed more than the fills listed")
        self._import(order, fills, await self._position_size(rest, order))
        return self._name(order.id)

    def make_up(self, fill: Fill, position_id: PositionId | None = None) -> None:
        """An execution that no order can take any more: tell of it in that position, or in the one
        that there is."""
        if fill.trade_id not in self._told:
            self._tell_made(fill, position_id)

    def _tell_made(self, fill: Fill, position_id: PositionId | None = None) -> str:
        """What the venue did of its own accord, in the position that it was done to."""
        order, fill = stand_in(fill)
        if not self._is_known(order.id):
            self._report_order(_as_accepted(order))
            self._assign(order, position_id)
        self._import(order, [fill])
        return order.id

    def _assign(self, order: Order, position_id: PositionId | None) -> None:
        """Have the engine apply the order to a position that is there already: by itself it would
        open another one, for nobody's strategy."""
        name = self._cache.client_order_id(VenueOrderId(order.id))
        position = self._cache.position(position_id) if position_id else self._only_one(order)
        if name is not None and position is not None and position.is_open:
            self._cache.add_position_id(position.id, PARADEX_VENUE, name, position.strategy_id)

    def _only_one(self, order: Order) -> Position | None:
        """The position that `order` reduces, where one strategy has all of it."""
        account_id, instrument = self._client.account_id, instrument_id(order.market)
        held = self._cache.positions_open(instrument_id=instrument, account_id=account_id)
        if len(held) != 1 or held[0].entry == ORDER_SIDES[order.side]:
            return None
        return held[0] if held[0].quantity.as_decimal() >= Decimal(order.size) else None

    async def _position_size(self, rest: Rest, order: Order) -> Decimal | None:
        """For an order on the whole position, which the venue writes without a size."""
        if Decimal(order.size):
            return None
        sizes = (p.size for p in await rest.positions() if p.market == order.market)
        return Decimal(next(sizes, "0"))

    def _import(self, order: Order, fills: list[Fill], size: Decimal | None = None) -> None:
        """The whole story of one, told in the sequence that the engine keeps."""
        if not self._is_known(order.id):
            self._report_order(_as_accepted(order), size)
        for fill in fills:
            if fill.trade_id not in self._told:
                self._report_fill(fill)
        if order.status == "CLOSED":
            self._report_order(order, size)

    def _is_known(self, venue_order_id: str) -> bool:
        return bool(venue_order_id) and bool(self._name(venue_order_id))

    def _name(self, venue_order_id: str) -> str:
        name = self._cache.client_order_id(VenueOrderId(venue_order_id))
        return "" if name is None else str(name.value)

    def _report_order(self, order: Order, position_size: Decimal | None = None) -> None:
        instrument = self._instrument(order.market)
        if instrument is None:
            return
        account_id, now = self._client.account_id, self._clock.timestamp_ns()
        try:
            report = order_status_report(
                order, account_id, instrument, now, position_size=position_size
            )
        except WireError as error:
            self._log.error(f"Order {order.id} cannot be told: {error}")
            return
        if report is not None:
            self._client._send_order_status_report(report)

    def _report_fill(self, fill: Fill) -> None:
        instrument = self._instrument(fill.market)
        if instrument is None:
            return
        self._told[fill.trade_id] = None
        if len(self._told) > KEPT_FILLS:
            self._told.popitem(last=False)
        if has_no_order(fill) or fill.order_id == fill.trade_id:
            self._log.warning(
                f"{fill.fill_type}: the venue has the account {fill.side} {fill.size} "
                f"{fill.market} @ {fill.price}, fee {fill.fee} {fill.fee_currency}"
            )
        report = fill_report(fill, self._client.account_id, instrument, self._clock.timestamp_ns())
        self._client._send_fill_report(report)

    def _instrument(self, market: str) -> Instrument | None:
        return self._cache.instrument(instrument_id(market))


def _as_accepted(order: Order) -> Order:
    """The order as it was before anything happened to it."""
    return msgspec.structs.replace(
        order, status="OPEN", remaining_size=order.size, avg_fill_price="", cancel_reason=""
    )
