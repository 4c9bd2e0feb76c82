"""The execution client: Nautilus's commands to the charts, the venue's word back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta

import anyio
import anyio.to_thread
from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, MessageBus
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
from nautilus_trader.model.enums import AccountType, LiquiditySide, OmsType, OrderSide
from nautilus_trader.model.identifiers import (
    AccountId,
    ClientId,
    ClientOrderId,
    InstrumentId,
    TradeId,
    Venue,
    VenueOrderId,
)
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.model.orders import Order

from paradex_adapter import session_log
from paradex_adapter.account import AccountSettings, TradingAccount, open_account
from paradex_adapter.adoption import adopted
from paradex_adapter.agreement import Agreement
from paradex_adapter.busts import Busts
from paradex_adapter.charts.facts import OrderDisputed, OrderFact, SessionLost
from paradex_adapter.config import ParadexExecClientConfig
from paradex_adapter.constants import PARADEX_VENUE
from paradex_adapter.drafting import Denial, change, draft
from paradex_adapter.environment import Credentials, Endpoints
from paradex_adapter.errors import OutcomeUnknown, ParadexError
from paradex_adapter.events import OrderEvents
from paradex_adapter.fees import Fees
from paradex_adapter.foreign import ForeignOrders, Word
from paradex_adapter.funding import Funding
from paradex_adapter.inflight import keep_waiting
from paradex_adapter.journal import open_journal
from paradex_adapter.parsing.balances import USUAL_STATUSES, account_balances, account_info
from paradex_adapter.parsing.instruments import instrument_id
from paradex_adapter.persistence import until_answered
from paradex_adapter.providers import ParadexInstrumentProvider
from paradex_adapter.reporting import Reports
from paradex_adapter.session import SessionSettings
from paradex_adapter.siblings import Siblings
from paradex_adapter.terms import Adopted, Draft
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.limiter import Saturation
from paradex_adapter.wire.news import FundingPayment, TradeBust
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
        routing_venue: Venue = PARADEX_VENUE,
    ) -> None:
        super().__init__(
            loop=loop,
            client_id=ClientId(name),
            venue=routing_venue,
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
        self._foreign = ForeignOrders(self, cache, clock, self._log, self._fetch_foreign)
        self._reports = Reports(self.account_id, cache, clock, self._log)
        self._agreement = Agreement(self._reports, self._foreign, cache, clock, self._log)
        self._siblings = Siblings(self, msgbus)
        self._fees = Fees(self._log)
        self._funding = Funding(self.account_id, cache, clock, msgbus, self._log)
        self._busts = Busts(
            self.account_id, cache, clock, msgbus, self._log, self._foreign, self._settle
        )
        msgbus.subscribe(f"reports.execution.{PARADEX_VENUE}", self._mass_status_applied)
        self.journal = open_journal(name, config.journal_dir, self._journal_troubled)

    @property
    def venue(self) -> Venue:
        """Where it trades. For routing the engine has each client under a venue of its own."""
        return PARADEX_VENUE

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
        self._http.open()
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
        await self._fees.learn(self._account.rest, self._credentials.l2_address)
        await self._await_account_registered()

    async def _disconnect(self) -> None:
        if self._account is not None:
            account, self._account = self._account, None
            await account.close()
        await self._http.aclose()
        await anyio.to_thread.run_sync(self.journal.close)

    # Commands

    async def _submit_order(self, command: SubmitOrder) -> None:
        self._submit([command.order], command.params)

    async def _submit_order_list(self, command: SubmitOrderList) -> None:
        self._submit(command.order_list.orders, command.params, is_list=True)

    def _submit(
        self, orders: Sequence[Order], params: dict[str, object], is_list: bool = False
    ) -> None:
        self.venue_account.orders.submit_all(self._drafts(orders, params, is_list))

    def _drafts(
        self, orders: Sequence[Order], params: dict[str, object], is_list: bool
    ) -> Iterator[Draft]:
        """What is to be sent; what cannot be is denied."""
        for order in orders:
            instrument = self._cache.instrument(order.instrument_id)
            wanted = draft(order, instrument, params, is_listed=is_list)
            if isinstance(wanted, Denial):
                self.venue_account.orders.deny(order.client_order_id.value, wanted.reason)
            else:
                yield wanted

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
        self._cancel([command.client_order_id])

    async def _cancel_all_orders(self, command: CancelAllOrders) -> None:
        """The strategy's orders, one by one in batches: the venue's own cancel-all would take the
        orders of other strategies, and of other nodes, along."""
        scope = (None, command.instrument_id, command.strategy_id)
        found = {*self._cache.orders_open(*scope), *self._cache.orders_inflight(*scope)}
        self._cancel(
            order.client_order_id
            for order in sorted(found, key=lambda order: order.ts_init)
            if command.order_side in (OrderSide.NO_ORDER_SIDE, order.side)
        )

    async def _batch_cancel_orders(self, command: BatchCancelOrders) -> None:
        self._cancel(cancel.client_order_id for cancel in command.cancels)

    def _cancel(self, client_order_ids: Iterable[ClientOrderId]) -> None:
        mine = [each for each in client_order_ids if not self._is_passed_on(each)]
        known = [each.value for each in mine if self._is_known(each)]
        self.venue_account.orders.cancel_all(known)

    def _is_passed_on(self, client_order_id: ClientOrderId) -> bool:
        """Whether the client of another account has been asked to cancel its order."""
        order = self._cache.order(client_order_id)
        return order is not None and self._siblings.cancel(order, self._clock.timestamp_ns())

    async def _query_account(self, command: QueryAccount) -> None:
        self.venue_account.refresh_account()

    async def _query_order(self, command: QueryOrder) -> None:
        """What became of an order of ours comes as events of its charts, which ask the venue until
        it is known: a report would be applied before the events that are queued."""
        order = self._cache.order(command.client_order_id)
        if self._siblings.pass_on(command, order):
            return
        if order is not None:
            keep_waiting(self, [order], self._clock.timestamp_ns())
        if self._is_known(command.client_order_id):
            self.venue_account.orders.doubt(command.client_order_id.value)

    # Reports

    async def generate_order_status_report(
        self, command: GenerateOrderStatusReport
    ) -> OrderStatusReport | None:
        """The venue's word on one order; None when it has none and never will. Raises when it
        cannot be asked, or has not decided, within `report_timeout_secs`."""
        return await self._answer(lambda: self._reports.order(self.venue_account, command))

    async def generate_order_status_reports(
        self, command: GenerateOrderStatusReports
    ) -> list[OrderStatusReport]:
        """Open orders and, unless `open_only`, those of the window. Raises when asking fails; the
        engine counts that against the orders it misses, hence the rest."""
        try:
            return await self._answer(lambda: self._reports.orders(self.venue_account, command))
        except ParadexError:
            keep_waiting(self, self._working(), self._clock.timestamp_ns())
            raise

    async def generate_fill_reports(self, command: GenerateFillReports) -> list[FillReport]:
        """Executions in the window, ascending in time. Raises when asking fails."""
        return await self._answer(lambda: self._reports.fills(self.venue_account, command))

    async def generate_position_status_reports(
        self, command: GeneratePositionStatusReports
    ) -> list[PositionStatusReport]:
        """Positions; FLAT for an instrument asked for and not held. Raises when asking fails:
        an empty list would have the engine close what is there."""
        return await self._answer(lambda: self._reports.positions(self.venue_account, command))

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

    def _mass_status_applied(self, report: ExecutionMassStatus | OrderStatusReport) -> None:
        """The engine may have left live orders out (`position_truth`): tell of them again."""
        if isinstance(report, ExecutionMassStatus) and report.client_id == self.id:
            self.venue_account.reconcile()

    def calculate_commission(
        self,
        instrument: Instrument,
        last_qty: Quantity,
        last_px: Price,
        liquidity_side: LiquiditySide,
    ) -> Money | None:
        """Of an execution that the engine infers: the venue has told of none."""
        return self._fees.commission(instrument, last_qty, last_px, liquidity_side)

    async def _answer[T](self, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` answers, asked again after a failure while there is time."""
        timeout = self._config.report_timeout_secs
        return await until_answered(ask, self._config.backoff(), self.troubled, timeout)

    def _settle(self, instrument: InstrumentId | None) -> None:
        """Have the engine's position, or each of them, agree with the venue's."""
        self.create_task(self._agreement.reach(self.venue_account.rest, instrument))

    # What the account tells (`AccountListener`)

    def order_told(self, fact: OrderFact) -> None:
        self._events.tell(fact)
        if isinstance(fact, OrderDisputed):
            position_id = self._cache.position_id(ClientOrderId(fact.client_order_id))
            self._foreign.make_up(fact.fill, position_id)
            self._settle(instrument_id(fact.fill.market))

    def account_told(self, account: Account, balances: list[Balance]) -> None:
        totals, margins = account_balances(account, balances)
        ts_event = account.updated_at * NANOS_PER_MILLI or self._clock.timestamp_ns()
        self.generate_account_state(totals, margins, True, ts_event, account_info(account))
        if account.status not in USUAL_STATUSES:
            self._log.error(f"The account is in {account.status}")

    def funding_paid(self, payment: FundingPayment) -> None:
        self._funding.paid(payment)
        self.venue_account.refresh_account()

    def trade_busted(self, bust: TradeBust) -> None:
        self._busts.busted(bust)
        self.venue_account.refresh_account()

    def foreign_order_told(self, order: VenueOrder) -> None:
        if not self._is_over(order.client_id or self.name_of(order.id)):
            self._foreign.order_told(order)

    def foreign_fill_told(self, fill: Fill) -> None:
        if not self._is_over(fill.client_id or self.name_of(fill.order_id), fill.trade_id):
            self._foreign.fill_told(fill)

    def name_of(self, venue_order_id: str) -> str:
        """The engine names orders that come without a client id."""
        if not venue_order_id:
            return ""  # what the venue does on its own account has no order
        name = self._cache.client_order_id(VenueOrderId(venue_order_id))
        return "" if name is None else str(name.value)

    def adoptable(self, client_order_id: str) -> Adopted | None:
        order = self._cache.order(ClientOrderId(client_order_id))
        if order is None or order.is_closed or not self._siblings.owns(order):
            return None
        return adopted(order, self._config.recv_window_ms)

    def adoptables(self) -> list[Adopted]:
        return [adopted(order, self._config.recv_window_ms) for order in self._working()]

    def _working(self) -> list[Order]:
        """The orders of this account that have not ended, as the engine sees them."""
        venue, cache = self.venue, self._cache
        found: Iterable[Order] = {*cache.orders_open(venue), *cache.orders_inflight(venue)}
        return [order for order in found if self._siblings.owns(order)]

    def session_told(self, fact: object) -> None:
        is_expected = isinstance(fact, SessionLost) and self._account is None
        if not is_expected:
            session_log.write(self._log, fact)

    def troubled(self, what: str, error: Exception) -> None:
        self._log.warning(f"{what}: {error}")

    def saturated(self, what: Saturation) -> None:
        self._log.warning(f"The venue's limits are reached: {what}")

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

    def _fetch_foreign(self, subject: str, word: Word) -> None:
        if self._account is None:
            self._foreign.forget(subject)  # not connected yet: the mass status will have it
        else:
            self.create_task(self._foreign.fetch(self._account, subject, word))

    def _journal_troubled(self, what: str, error: Exception) -> None:
        """Called from the thread that writes."""
        with suppress(RuntimeError):  # the loop is closed: nobody is there to be told
            self._loop.call_soon_threadsafe(self.troubled, what, error)

    def _observe(self, record: Record) -> None:
        """Every step of every chart is on the message bus: `charts.<client>.<kind>`."""
        self.journal.observe(record)
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
            cancel_on_disconnect=config.cancel_on_disconnect,
        ),
    )
