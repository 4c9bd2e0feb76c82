"""The execution client: Nautilus's commands to the charts, the venue's word back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import anyio
from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, MessageBus
from nautilus_trader.common.enums import LogColor
from nautilus_trader.execution.messages import (
    BatchCancelOrders,
    CancelAllOrders,
    CancelOrder,
    GenerateFillReports,
    GenerateOrderStatusReport,
    GenerateOrderStatusReports,
    GeneratePositionStatusReports,
    ModifyOrder,
    QueryAccount,
    QueryOrder,
    SubmitOrder,
    SubmitOrderList,
)
from nautilus_trader.execution.reports import (
    ExecutionMassStatus,
    FillReport,
    OrderStatusReport,
    PositionStatusReport,
)
from nautilus_trader.live.execution_client import LiveExecutionClient
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, OrderStatus
from nautilus_trader.model.identifiers import (
    AccountId,
    ClientId,
    ClientOrderId,
    TradeId,
    VenueOrderId,
)
from nautilus_trader.model.orders import Order

from paradex_adapter.account import AccountSettings, TradingAccount, open_account
from paradex_adapter.adoption import adopted
from paradex_adapter.charts.facts import (
    OrderFact,
    SessionDegraded,
    SessionLost,
    SessionReady,
    SessionRefused,
    SubscriptionRejected,
)
from paradex_adapter.config import ParadexExecClientConfig
from paradex_adapter.constants import PARADEX_VENUE
from paradex_adapter.drafting import Denial, change, draft
from paradex_adapter.environment import Credentials, Endpoints
from paradex_adapter.errors import OutcomeUnknown, ParadexError, VenueError, WireError
from paradex_adapter.events import OrderEvents
from paradex_adapter.foreign import ForeignOrders
from paradex_adapter.order_search import fills_of
from paradex_adapter.parsing.balances import account_balances
from paradex_adapter.persistence import until_answered
from paradex_adapter.providers import ParadexInstrumentProvider
from paradex_adapter.reporting import Reports
from paradex_adapter.session import SessionSettings
from paradex_adapter.terms import Adopted
from paradex_adapter.transport.http import Http
from paradex_adapter.wire.rest import Account, Balance, Fill
from paradex_adapter.wire.rest import Order as VenueOrder
from statecharts import Record

ACCOUNT_ID_DIGITS = 10
NANOS_PER_MILLI = 1_000_000


class ParadexExecutionClient(LiveExecutionClient):
    """Trades one Paradex account.

    Whatever is submitted, canceled or told about an order goes through its charts; this class
    only translates. Every step of every chart is published on the message bus.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        msgbus: MessageBus,
        cache: Cache,
        clock: LiveClock,
        http: Http,
        instrument_provider: ParadexInstrumentProvider,
        config: ParadexExecClientConfig,
        endpoints: Endpoints,
        credentials: Credentials,
        name: str,
    ) -> None:
        super().__init__(
            loop=loop,
            client_id=ClientId(name),
            venue=PARADEX_VENUE,
            oms_type=OmsType.NETTING,
            account_type=AccountType.MARGIN,
            base_currency=None,
            instrument_provider=instrument_provider,
            msgbus=msgbus,
            cache=cache,
            clock=clock,
            config=config,
        )
        self._config = config
        self._endpoints = endpoints
        self._credentials = credentials
        self._http = http
        self._account: TradingAccount | None = None
        digits = credentials.l2_address.removeprefix("0x")[:ACCOUNT_ID_DIGITS]
        self._set_account_id(AccountId(f"{name}-{digits}"))
        self._events = OrderEvents(self, cache, clock, self._log)
        self._foreign = ForeignOrders(self, cache, clock, self._fetch_foreign)
        self._reports = Reports(self.account_id, cache, clock)
        self._fetching: set[str] = set()

    @property
    def venue_account(self) -> TradingAccount:
        """The account at work; `OutcomeUnknown` while it is not connected."""
        if self._account is None:
            raise OutcomeUnknown("the execution client is not connected")
        return self._account

    # Connecting

    async def _connect(self) -> None:
        try:
            await until_answered(self._open, self._config.backoff(), self.troubled)
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self._disconnect()
            if isinstance(error, ParadexError):
                # The node would run on without strategies: nothing else ends it.
                self.shutdown_system(f"{self.id} cannot connect: {error}")
            raise

    async def _open(self) -> None:
        await self._instrument_provider.initialize()
        for instrument in self._instrument_provider.list_all():
            # Without its instrument a report would count as reconciled and be forgotten.
            self._cache.add_instrument(instrument)
        self._account = await open_account(
            self._http,
            self._endpoints,
            self._credentials,
            self,
            _settings(self._config),
            self._observe,
        )
        await self._await_account_registered()

    async def _disconnect(self) -> None:
        if self._account is not None:
            account, self._account = self._account, None
            await account.close()
        await self._http.aclose()

    # Commands

    async def _submit_order(self, command: SubmitOrder) -> None:
        self._submit(command.order)

    async def _submit_order_list(self, command: SubmitOrderList) -> None:
        for order in command.order_list.orders:
            self._submit(order)

    def _submit(self, order: Order) -> None:
        orders = self.venue_account.orders
        wanted = draft(order, self._cache.instrument(order.instrument_id))
        if isinstance(wanted, Denial):
            orders.deny(order.client_order_id.value, wanted.reason)
        else:
            orders.submit(wanted)

    async def _modify_order(self, command: ModifyOrder) -> None:
        if not self._is_known(command.client_order_id):
            return
        orders, client_order_id = self.venue_account.orders, command.client_order_id.value
        order = self._cache.order(command.client_order_id)
        wanted = change(command, order, self._cache.instrument(command.instrument_id))
        if isinstance(wanted, Denial):
            orders.refuse_change(client_order_id, wanted.reason)
        else:
            orders.modify(client_order_id, wanted)

    async def _cancel_order(self, command: CancelOrder) -> None:
        self._cancel(command.client_order_id)

    async def _cancel_all_orders(self, command: CancelAllOrders) -> None:
        scope = (None, command.instrument_id, command.strategy_id)
        found = {*self._cache.orders_open(*scope), *self._cache.orders_inflight(*scope)}
        for order in sorted(found, key=lambda order: order.ts_init):
            if command.order_side in (OrderSide.NO_ORDER_SIDE, order.side):
                self._cancel(order.client_order_id)

    async def _batch_cancel_orders(self, command: BatchCancelOrders) -> None:
        for cancel in command.cancels:
            self._cancel(cancel.client_order_id)

    def _cancel(self, client_order_id: ClientOrderId) -> None:
        if self._is_known(client_order_id):
            self.venue_account.orders.cancel(client_order_id.value)

    async def _query_account(self, command: QueryAccount) -> None:
        self.venue_account.refresh_account()

    async def _query_order(self, command: QueryOrder) -> None:
        """What became of an order of ours comes as events of its chart: a report would be applied
        before the events that are queued. Only that it still stands is reported, since a cancel
        without an answer would otherwise count as done."""
        if self._is_known(command.client_order_id):
            self.venue_account.orders.doubt(command.client_order_id.value)
        report = await self.generate_order_status_report(command)
        order = self._cache.order(command.client_order_id)
        if report is None or order is None:
            return
        stands = report.order_status in (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)
        if stands and report.filled_qty == order.filled_qty:
            self._send_order_status_report(report)

    # Reports

    async def generate_order_status_report(
        self, command: GenerateOrderStatusReport
    ) -> OrderStatusReport | None:
        """The venue's word on one order; None when it has none. Raises when it cannot be asked."""
        return await self._reports.order(self.venue_account, command)

    async def generate_order_status_reports(
        self, command: GenerateOrderStatusReports
    ) -> list[OrderStatusReport]:
        """Open orders and, unless `open_only`, those of the window. Raises when asking fails."""
        return await self._reports.orders(self.venue_account, command)

    async def generate_fill_reports(self, command: GenerateFillReports) -> list[FillReport]:
        """Executions in the window, ascending in time. Raises when asking fails."""
        return await self._reports.fills(self.venue_account, command)

    async def generate_position_status_reports(
        self, command: GeneratePositionStatusReports
    ) -> list[PositionStatusReport]:
        """Positions; FLAT for an instrument asked for and not held. Raises when asking fails:
        an empty list would have the engine close what is there."""
        return await self._reports.positions(self.venue_account, command)

    async def generate_mass_status(
        self, lookback_mins: int | None = None
    ) -> ExecutionMassStatus | None:
        """All of it, asked for again while the venue does not answer: a node that starts without
        it starts no strategy."""
        window = None if lookback_mins is None else timedelta(minutes=lookback_mins)
        since = None if window is None else self._clock.utc_now() - window

        async def ask() -> ExecutionMassStatus:
            return await self._reports.everything(self.venue_account, self.id, since)

        try:
            return await until_answered(ask, self._config.backoff(), self.troubled)
        except ParadexError as error:
            self._log.error(f"Without the state of the account nothing can start: {error}")
            self.shutdown_system(f"{self.id} cannot learn the state of the account")
            return None

    # What the account tells (`AccountListener`)

    def order_told(self, fact: OrderFact) -> None:
        self._events.tell(fact)

    def account_told(self, account: Account, balances: list[Balance]) -> None:
        totals, margins = account_balances(account, balances)
        ts_event = account.updated_at * NANOS_PER_MILLI or self._clock.timestamp_ns()
        self.generate_account_state(totals, margins, True, ts_event)

    def foreign_order_told(self, order: VenueOrder) -> None:
        if not self._is_over(order.client_id or self.name_of(order.id)):
            self._foreign.order_told(order)

    def foreign_fill_told(self, fill: Fill) -> None:
        if not self._is_over(fill.client_id or self.name_of(fill.order_id), fill.trade_id):
            self._foreign.fill_told(fill)

    def name_of(self, venue_order_id: str) -> str:
        """The engine names orders that come without a client id."""
        name = self._cache.client_order_id(VenueOrderId(venue_order_id))
        return "" if name is None else str(name.value)

    def adoptable(self, client_order_id: str) -> Adopted | None:
        order = self._cache.order(ClientOrderId(client_order_id))
        return (
            None
            if order is None or order.is_closed
            else adopted(order, self._config.recv_window_ms)
        )

    def adoptables(self) -> list[Adopted]:
        found: Iterable[Order] = {
            *self._cache.orders_open(self.venue),
            *self._cache.orders_inflight(self.venue),
        }
        mine = [order for order in found if order.account_id in (None, self.account_id)]
        return [adopted(order, self._config.recv_window_ms) for order in mine]

    def session_told(self, fact: object) -> None:
        match fact:
            case SessionReady():
                self._log.info("Private session ready", LogColor.GREEN)
            case SessionLost() if self._account is not None:
                self._log.warning("Private session lost")
            case SessionDegraded(reason):
                self._log.warning(f"Private session degraded: {reason}")
            case SessionRefused(reason):
                self._log.error(f"Private session refused: {reason}")
            case SubscriptionRejected(channel, reason):
                self._log.error(f"Channel {channel} refused: {reason}")

    def troubled(self, what: str, error: Exception) -> None:
        self._log.warning(f"{what}: {error}")

    def crashed(self, error: BaseException) -> None:
        self._log.exception("A task of the execution client failed", error)

    # Details

    def _is_known(self, client_order_id: ClientOrderId) -> bool:
        """Whether the order has charts; one of an earlier process gets them here."""
        if self._has_charts(client_order_id.value):
            return True
        self._log.error(f"{client_order_id} is not an open order of this client")
        return False

    def _has_charts(self, client_order_id: str) -> bool:
        """Whether the order has charts now; one that has not ended is given them."""
        orders = self.venue_account.orders
        if not orders.knows(client_order_id):
            found = self.adoptable(client_order_id)
            if found is None:
                return False
            orders.adopt(found)
        return True

    def _is_over(self, client_order_id: str, trade_id: str | None = None) -> bool:
        """Whether this is a late word on an order that ended too long ago to have charts, and says
        nothing new."""
        order = self._cache.order(ClientOrderId(client_order_id)) if client_order_id else None
        if order is None or not order.is_closed:
            return False
        return trade_id is None or TradeId(trade_id) in order.trade_ids

    def _fetch_foreign(self, venue_order_id: str) -> None:
        if venue_order_id not in self._fetching:
            self._fetching.add(venue_order_id)
            self.create_task(self._import_foreign(venue_order_id))

    async def _import_foreign(self, venue_order_id: str) -> None:
        account = self.venue_account
        try:
            order = await account.rest.order(venue_order_id)
            if order is not None:
                self._foreign.import_order(order, await fills_of(account.rest, order))
        except (OutcomeUnknown, VenueError, WireError) as error:
            self.troubled(f"order {venue_order_id}, placed elsewhere", error)
            account.reconcile()
        finally:
            self._fetching.discard(venue_order_id)
        # What was said of it meanwhile was not told: from now on it has charts, and they ask.
        if name := self.name_of(venue_order_id):
            self._has_charts(name)

    def _observe(self, record: Record) -> None:
        """Every step of every chart is on the message bus: `charts.<client>.<kind>`."""
        kind = record.chart.partition(" ")[0]
        self._msgbus.publish(f"charts.{self.id}.{kind}", record, external_pub=False)


def _settings(config: ParadexExecClientConfig) -> AccountSettings:
    return AccountSettings(
        order_entry=config.order_entry,
        sbe_version=config.sbe_version,
        recv_window_ms=config.recv_window_ms,
        backoff=config.backoff(),
        session=SessionSettings(
            config.backoff(),
            config.ws_dial_timeout_secs,
            config.ws_auth_timeout_secs,
            config.ws_ack_timeout_secs,
        ),
    )
