"""The data client: subscriptions to the session, frames to Nautilus objects."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, MessageBus
from nautilus_trader.common.data_topics import TopicCache
from nautilus_trader.common.enums import LogColor
from nautilus_trader.data.messages import (
    RequestBars,
    RequestFundingRates,
    RequestInstrument,
    RequestInstruments,
    RequestOrderBookSnapshot,
    RequestTradeTicks,
    SubscribeFundingRates,
    SubscribeIndexPrices,
    SubscribeInstrument,
    SubscribeInstruments,
    SubscribeMarkPrices,
    SubscribeOrderBook,
    SubscribeQuoteTicks,
    SubscribeTradeTicks,
    UnsubscribeFundingRates,
    UnsubscribeIndexPrices,
    UnsubscribeInstrument,
    UnsubscribeInstruments,
    UnsubscribeMarkPrices,
    UnsubscribeOrderBook,
    UnsubscribeQuoteTicks,
    UnsubscribeTradeTicks,
)
from nautilus_trader.live.data_client import LiveMarketDataClient
from nautilus_trader.model.data import DataType, OrderBookDeltas
from nautilus_trader.model.identifiers import ClientId, InstrumentId
from nautilus_trader.model.instruments import Instrument

from paradex_adapter import channels, persistence
from paradex_adapter.books import BookFact, Books
from paradex_adapter.charts.facts import (
    BookLost,
    BookOverdue,
    BookRenewed,
    BookSynced,
    SessionDegraded,
    SessionLost,
    SessionReady,
    SubscriptionActive,
    SubscriptionRejected,
)
from paradex_adapter.config import ParadexDataClientConfig
from paradex_adapter.constants import PARADEX_VENUE
from paradex_adapter.environment import Endpoints
from paradex_adapter.errors import OutcomeUnknown, ParadexError, VenueError, WireError
from paradex_adapter.market_feed import MarketFeed, Reading
from paradex_adapter.market_history import MarketHistory
from paradex_adapter.parsing.figures import funding_rate, index_price, mark_price
from paradex_adapter.parsing.market_data import deltas_from_rest
from paradex_adapter.persistence import until_answered
from paradex_adapter.providers import ParadexInstrumentProvider
from paradex_adapter.session import Session, SessionSettings
from paradex_adapter.transport.http import Http
from paradex_adapter.transport.market_records import MarketRecords
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.transport.timers import LoopTimers
from paradex_adapter.transport.websocket import dialects
from statecharts import Record

DEFAULT_DEPTH = 20


class ParadexDataClient(LiveMarketDataClient):
    """Public market data of Paradex. Every step of every chart is published on the message bus."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        msgbus: MessageBus,
        cache: Cache,
        clock: LiveClock,
        http: Http,
        instrument_provider: ParadexInstrumentProvider,
        config: ParadexDataClientConfig,
        endpoints: Endpoints,
        name: str,
    ) -> None:
        super().__init__(
            loop=loop,
            client_id=ClientId(name),
            venue=PARADEX_VENUE,
            msgbus=msgbus,
            cache=cache,
            clock=clock,
            instrument_provider=instrument_provider,
            config=config,
        )
        self._config = config
        self._endpoints = endpoints
        self._http = http
        self._rest = Rest(http)
        records = MarketRecords(self._rest)
        self._history = MarketHistory(records, clock.timestamp_ns, self.troubled)
        self._work = Tasks(self.crashed)
        self._topics = TopicCache()
        self._session = self._new_session()
        self._books = Books(
            self,
            self._handle_data,
            clock.timestamp_ns,
            self._work,
            LoopTimers(),
            backoff=config.backoff(),
            check_secs=config.book_check_interval_secs,
            patience_secs=config.ws_ack_timeout_secs,
            observe=self._observe,
        )
        self._feed = MarketFeed(self._handle_data, clock.timestamp_ns, self._books, self.troubled)

    # Connecting

    async def _connect(self) -> None:
        try:
            await self._open()
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self._disconnect()
            if isinstance(error, ParadexError):
                # The node would run on without strategies: nothing else ends it.
                self.shutdown_system(f"{self.id} cannot connect: {error}")
            raise

    async def _open(self) -> None:
        self._http.open()
        await self._work.open()
        load = self._instrument_provider.initialize
        await until_answered(load, self._config.backoff(), self.troubled)
        self._publish_instruments()
        self._session.open()
        with anyio.move_on_after(persistence.CONNECT_TIMEOUT_SECS):
            await self._session.wait_until(lambda: self._session.is_ready)
        if not self._session.is_ready:
            raise OutcomeUnknown(
                f"{self._endpoints.ws_url} does not answer: {self._session.last_failure}"
            )
        if self._config.update_instruments_interval_mins is not None:
            interval = self._config.update_instruments_interval_mins * 60
            self._work.start_soon(self._update_instruments, interval)

    async def _disconnect(self) -> None:
        self._session.close()
        await self._work.aclose()
        await self._http.aclose()

    def _new_session(self) -> Session:
        settings = SessionSettings(
            backoff=self._config.backoff(),
            dial_timeout=self._config.ws_dial_timeout_secs,
            ack_timeout=self._config.ws_ack_timeout_secs,
        )
        urls = dialects(self._endpoints.ws_url, self._config.sbe_version)
        return Session(
            "public",
            urls,
            self,
            self._work,
            LoopTimers(),
            random.random,
            settings=settings,
            observe=self._observe,
        )

    def _publish_instruments(self) -> None:
        for instrument in self._instrument_provider.list_all():
            self._handle_data(instrument)

    async def _update_instruments(self, interval_secs: float) -> None:
        """Increments change while a market trades: load them again and again."""
        while True:
            await anyio.sleep(interval_secs)
            try:
                await self._instrument_provider.initialize(reload=True)
            except (OutcomeUnknown, VenueError, WireError) as error:
                self.troubled("instruments", error)
                continue
            self._publish_instruments()
            for instrument in self._instrument_provider.list_all():
                self._feed.update(instrument)

    # Subscriptions

    async def _subscribe_instruments(self, command: SubscribeInstruments) -> None:
        self._publish_instruments()

    async def _subscribe_instrument(self, command: SubscribeInstrument) -> None:
        instrument = self._instrument(command.instrument_id)
        if instrument is not None:
            self._handle_data(instrument)

    async def _unsubscribe_instruments(self, command: UnsubscribeInstruments) -> None:
        """Instruments are published whenever they change; there is nothing to stop."""

    async def _unsubscribe_instrument(self, command: UnsubscribeInstrument) -> None:
        """As for all instruments."""

    async def _subscribe_quote_ticks(self, command: SubscribeQuoteTicks) -> None:
        self._subscribe_channel(channels.quotes, command.instrument_id)

    async def _unsubscribe_quote_ticks(self, command: UnsubscribeQuoteTicks) -> None:
        self._unsubscribe_channel(channels.quotes, command.instrument_id)

    async def _subscribe_trade_ticks(self, command: SubscribeTradeTicks) -> None:
        self._subscribe_channel(channels.trades, command.instrument_id)

    async def _unsubscribe_trade_ticks(self, command: UnsubscribeTradeTicks) -> None:
        self._unsubscribe_channel(channels.trades, command.instrument_id)

    async def _subscribe_mark_prices(self, command: SubscribeMarkPrices) -> None:
        self._read(channels.summary, mark_price, command.instrument_id)

    async def _unsubscribe_mark_prices(self, command: UnsubscribeMarkPrices) -> None:
        self._unread(channels.summary, mark_price, command.instrument_id)

    async def _subscribe_index_prices(self, command: SubscribeIndexPrices) -> None:
        self._read(channels.summary, index_price, command.instrument_id)

    async def _unsubscribe_index_prices(self, command: UnsubscribeIndexPrices) -> None:
        self._unread(channels.summary, index_price, command.instrument_id)

    async def _subscribe_funding_rates(self, command: SubscribeFundingRates) -> None:
        self._read(channels.funding, funding_rate, command.instrument_id)

    async def _unsubscribe_funding_rates(self, command: UnsubscribeFundingRates) -> None:
        self._unread(channels.funding, funding_rate, command.instrument_id)

    async def _subscribe_order_book_deltas(self, command: SubscribeOrderBook) -> None:
        # The engine has just emptied its book for this subscriber, whoever else there is:
        # wanting it again fetches it as a whole.
        instrument = self._instrument(command.instrument_id)
        if instrument is not None:
            self._books.want(instrument)
            self._session.subscribe(channels.book(instrument.raw_symbol.value))

    async def _unsubscribe_order_book_deltas(self, command: UnsubscribeOrderBook) -> None:
        market = command.instrument_id.symbol.value
        self._books.unwant(market)
        self._session.restore(_missing_book(channels.book(market)))
        self._session.unsubscribe(channels.book(market))

    def is_subscribed_order_book_deltas(self, instrument_id: InstrumentId) -> bool:
        """What the engine asks before it tells us of a subscriber who comes, or of the last one who
        left. It makes a new, empty book for everyone who comes: we must be told, so the answer is
        no while anybody listens."""
        is_wanted = self._msgbus.has_subscribers(self._topics.get_deltas_topic(instrument_id))
        return bool(super().is_subscribed_order_book_deltas(instrument_id)) and not is_wanted

    def _subscribe_channel(
        self, channel_of: Callable[[str], str], instrument_id: InstrumentId
    ) -> None:
        instrument = self._instrument(instrument_id)
        if instrument is not None:
            channel = channel_of(instrument.raw_symbol.value)
            self._feed.want(channel, instrument)
            self._session.subscribe(channel)

    def _unsubscribe_channel(
        self, channel_of: Callable[[str], str], instrument_id: InstrumentId
    ) -> None:
        channel = channel_of(instrument_id.symbol.value)
        self._feed.unwant(channel)
        self._session.unsubscribe(channel)

    def _read(
        self, channel_of: Callable[[str], str], reading: Reading[Any], instrument_id: InstrumentId
    ) -> None:
        """Several subscriptions may live on one channel, which the session wants once."""
        instrument = self._instrument(instrument_id)
        if instrument is not None:
            channel = channel_of(instrument.raw_symbol.value)
            self._feed.read(channel, reading, instrument)
            self._session.subscribe(channel)

    def _unread(
        self, channel_of: Callable[[str], str], reading: Reading[Any], instrument_id: InstrumentId
    ) -> None:
        channel = channel_of(instrument_id.symbol.value)
        if not self._feed.unread(channel, reading):
            self._session.unsubscribe(channel)

    async def _ask_quote(self, market: str) -> None:
        """The channel of quotes tells of changes alone: what stands must be asked for."""
        try:
            ask = partial(self._rest.bbo, market)
            bbo = await until_answered(ask, self._config.backoff(), self.troubled)
            self._feed.quote_asked(bbo)
        except (OutcomeUnknown, VenueError, WireError) as error:
            self.troubled(f"the quote of {market}", error)

    def _instrument(self, instrument_id: InstrumentId) -> Instrument | None:
        instrument = self._instrument_provider.find(instrument_id)
        if instrument is None:
            self._log.error(
                f"{instrument_id} is not loaded: name it in the instrument provider's load_ids, "
                "or set load_all"
            )
        return instrument

    # Requests

    async def _request_instrument(self, request: RequestInstrument) -> None:
        instrument = self._instrument(request.instrument_id)
        if instrument is not None:
            self._handle_instrument(
                instrument, request.id, request.start, request.end, request.params
            )

    async def _request_instruments(self, request: RequestInstruments) -> None:
        self._handle_instruments(
            request.venue,
            self._instrument_provider.list_all(),
            request.id,
            request.start,
            request.end,
            request.params,
        )

    async def _request_trade_ticks(self, request: RequestTradeTicks) -> None:
        ticks = await self._told(request, request.instrument_id, self._history.trades)
        self._handle_trade_ticks(
            request.instrument_id, ticks, request.id, request.start, request.end, request.params
        )

    async def _request_funding_rates(self, request: RequestFundingRates) -> None:
        rates = await self._told(request, request.instrument_id, self._history.funding_rates)
        self._handle_funding_rates(
            request.instrument_id, rates, request.id, request.start, request.end, request.params
        )

    async def _request_bars(self, request: RequestBars) -> None:
        bar_type = request.bar_type
        ask = partial(self._history.bars, bar_type)
        bars = await self._told(request, bar_type.instrument_id, ask)
        self._handle_bars(bar_type, bars, request.id, request.start, request.end, request.params)

    async def _told[D](
        self,
        request: RequestTradeTicks | RequestFundingRates | RequestBars,
        instrument_id: InstrumentId,
        ask: Callable[[Instrument, Any, Any, int], Awaitable[list[D]]],
    ) -> list[D]:
        """What the venue knows of it: nothing, where it cannot be asked or does not answer. Who
        requests is always answered."""
        instrument = self._instrument(instrument_id)
        if instrument is None:
            return []
        try:
            return await ask(instrument, request.start, request.end, request.limit)
        except (OutcomeUnknown, VenueError, WireError) as error:
            self._log.error(f"The request for {instrument_id} is answered with nothing: {error}")
            return []

    async def _request_order_book_snapshot(self, request: RequestOrderBookSnapshot) -> None:
        instrument = self._instrument(request.instrument_id)
        found: list[OrderBookDeltas] = []
        if instrument is not None:
            book = await self._rest.order_book(
                instrument.raw_symbol.value, request.limit or DEFAULT_DEPTH
            )
            precisions = (instrument.price_precision, instrument.size_precision)
            now = self._clock.timestamp_ns()
            deltas = deltas_from_rest(book, instrument.id, *precisions, now)
            found = [deltas] if deltas is not None else []
        kind = DataType(OrderBookDeltas, metadata={"instrument_id": request.instrument_id})
        self._handle_data_response(kind, found, request.id, None, None, request.params)

    # What the session brings (`SessionListener`)

    def push_received(self, channel: str, data: bytes) -> None:
        self._feed.push_received(channel, data)

    def binary_received(self, frame: bytes) -> None:
        self._feed.binary_received(frame)

    def frame_refused(self, error: WireError) -> None:
        self._feed.refuse("a text frame", error)

    def session_changed(self, fact: object) -> None:
        match fact:
            case SessionReady():
                self._log.info("Public session ready", LogColor.GREEN)
            case SessionLost():
                self._feed.interrupt()
                if not self._session.connection.chart.disconnected.is_active:  # not by ourselves
                    self._log.warning(f"Public session lost: {self._session.last_failure}")
            case SessionDegraded(reason):
                self._log.warning(f"Public session degraded: {reason}")
            case SubscriptionActive(channel) if channel.startswith("bbo."):
                self._work.start_soon(self._ask_quote, channel.removeprefix("bbo."))
            case SubscriptionActive(channel) if channels.is_book(channel):
                self._books.subscribed(channels.market_of(channel))
            case SubscriptionRejected(channel, reason):
                self._log.error(f"Channel {channel} refused: {reason}")

    # What the books ask and tell (`BooksListener`)

    def resubscribe(self, channel: str) -> None:
        self._session.gapped(channel)

    async def book_number(self, market: str) -> int:
        return (await self._rest.order_book(market, 1)).seq_no

    def book_changed(self, fact: BookFact) -> None:
        missing = _missing_book(fact.channel)
        match fact:
            case BookSynced():
                self._session.restore(missing)
            case BookRenewed():
                pass  # nothing is wrong with it
            case BookLost(channel, reason):
                self._log.warning(f"The book of {channels.market_of(channel)} is lost: {reason}")
                self._session.impair(missing)
            case BookOverdue(channel, attempts):
                market = channels.market_of(channel)
                self._log.error(f"The book of {market} does not come, asked for {attempts} times")
                self._session.impair(missing)

    def book_unreadable(self, error: WireError) -> None:
        self._feed.refuse("a book", error)

    def troubled(self, what: str, error: Exception) -> None:
        self._log.warning(f"{what}: {error}")

    def crashed(self, error: BaseException) -> None:
        self._log.exception("A task of the data client failed", error)

    def _observe(self, record: Record) -> None:
        """Every step of every chart is on the message bus: `charts.<client>.<kind>`."""
        kind = record.chart.partition(" ")[0]
        self._msgbus.publish(f"charts.{self.id}.{kind}", record, external_pub=False)


def _missing_book(channel: str) -> str:
    """As what the book is missed in its session, apart from the channel itself."""
    return f"the book of {channels.market_of(channel)}"
