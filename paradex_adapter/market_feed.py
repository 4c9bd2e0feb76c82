"""Frames of the public session to Nautilus data. The hot path: no chart step for a frame.

Frames of books go to `Books`: a book is published only while it has no hole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nautilus_trader.model.data import QuoteTick, TradeTick
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import Instrument

from paradex_adapter import channels
from paradex_adapter.books import Books
from paradex_adapter.errors import WireError
from paradex_adapter.latest_quotes import LatestQuotes
from paradex_adapter.parsing.figures import Figure
from paradex_adapter.parsing.market_data import (
    book_from_json,
    quote_from_json,
    quote_from_sbe,
    trade_from_json,
    trade_from_sbe,
)
from paradex_adapter.wire import sbe
from paradex_adapter.wire.channels import PriceBookUpdate
from paradex_adapter.wire.markets import Bbo, FundingData, MarketSummary, Trade
from paradex_adapter.wire.rest import decode

type Published = QuoteTick | TradeTick | Figure
type Reading[M] = Callable[[M, InstrumentId, int, int, int], Figure | None]
"""What one of the subscriptions to a channel takes from its messages."""

_FIGURES: dict[str, type[MarketSummary | FundingData]] = {
    "markets_summary": MarketSummary,
    "funding_data": FundingData,
}


@dataclass(slots=True)
class _Market:
    """What reading one market's frames takes, and what of it is wanted."""

    instrument_id: InstrumentId
    price_precision: int
    size_precision: int


class MarketFeed:
    """Turns frames into data and hands it to `publish`.

    `refused` counts frames that could not be read, by what was wrong with them.
    """

    def __init__(
        self,
        publish: Callable[[Published], None],
        now_ns: Callable[[], int],
        books: Books,
        troubled: Callable[[str, Exception], None],
    ) -> None:
        self._publish = publish
        self._now_ns = now_ns
        self._books = books
        self._troubled = troubled
        self._markets: dict[str, _Market] = {}
        self._wanted: set[str] = set()
        self._readings: dict[str, list[Reading[Any]]] = {}
        self._quotes = LatestQuotes()
        self.refused: Counter[str] = Counter()

    def want(self, channel: str, instrument: Instrument) -> None:
        """Publish what the channel brings, at this instrument's precision."""
        self._wanted.add(channel)
        self.update(instrument)
        if channel == channels.quotes(instrument.raw_symbol.value):
            self._quotes.forget(instrument.raw_symbol.value)

    def unwant(self, channel: str) -> None:
        """Publish nothing of the channel any more, whatever is still under way."""
        self._wanted.discard(channel)
        self._readings.pop(channel, None)

    def read(self, channel: str, reading: Reading[Any], instrument: Instrument) -> None:
        """Publish what `reading` takes from the channel: several may live on one."""
        self.want(channel, instrument)
        readings = self._readings.setdefault(channel, [])
        if reading not in readings:
            readings.append(reading)

    def unread(self, channel: str, reading: Reading[Any]) -> bool:
        """Take no more of it; whether another reading still lives on the channel."""
        readings = self._readings.get(channel, [])
        if reading in readings:
            readings.remove(reading)
        if not readings:
            self.unwant(channel)
        return bool(readings)

    def quote_asked(self, bbo: Bbo) -> None:
        """The top of the book that the venue was asked for; frames may have overtaken it."""
        wanted = channels.quotes(bbo.market) in self._wanted
        if wanted and self._quotes.admits_answer(bbo.market, bbo.seq_no, bbo.last_updated_at):
            self._tell(bbo.market, quote_from_json, bbo)

    def update(self, instrument: Instrument) -> None:
        """Read the market's frames at this instrument's precision from now on."""
        market = self._markets.setdefault(instrument.raw_symbol.value, _Market(instrument.id, 0, 0))
        market.price_precision = instrument.price_precision
        market.size_precision = instrument.size_precision
        self._books.update(instrument)

    def interrupt(self) -> None:
        """The session is lost: clear what would otherwise stand as live."""
        self._quotes.forget_all()
        self._books.interrupt()

    def binary_received(self, frame: bytes) -> None:
        """One SBE frame."""
        try:
            match sbe.decode(frame):
                case sbe.Book() as book:
                    self._books.seen(book)
                case sbe.Bbo() as bbo if channels.quotes(bbo.market) in self._wanted:
                    if self._quotes.admits(bbo.market, bbo.seq, bbo.timestamp):
                        self._tell(bbo.market, quote_from_sbe, bbo)
                case sbe.Trade() as trade if channels.trades(trade.market) in self._wanted:
                    self._tell(trade.market, trade_from_sbe, trade)
                case sbe.Summary() as summary:
                    self._read(channels.summary(summary.market), summary.market, summary)
                case sbe.Funding() as funding:
                    self._read(channels.funding(funding.market), funding.market, funding)
        except WireError as error:
            self.refuse("a binary frame", error)

    def push_received(self, channel: str, data: bytes) -> None:
        """One JSON push, where the session speaks no SBE."""
        topic, _, symbol = channel.partition(".")
        if topic == "order_book":
            self._book_pushed(channel, data)
        if channel not in self._wanted:
            return
        try:
            match topic:
                case "bbo":
                    bbo = decode(data, Bbo)
                    if self._quotes.admits(bbo.market, bbo.seq_no, bbo.last_updated_at * 1_000):
                        self._tell(bbo.market, quote_from_json, bbo)
                case "trades":
                    trade = decode(data, Trade)
                    self._tell(trade.market, trade_from_json, trade)
                case _:
                    self._read(channel, symbol, decode(data, _FIGURES[topic]))
        except WireError as error:
            self.refuse(f"a frame of {channel}", error)

    def refuse(self, what: str, error: WireError) -> None:
        """Count what could not be read; tell the first of each kind."""
        kind = f"{what}: {error}"
        self.refused[what] += 1
        if self.refused[what] == 1:
            self._troubled(kind, error)

    def _book_pushed(self, channel: str, data: bytes) -> None:
        try:
            book = book_from_json(decode(data, PriceBookUpdate))
        except WireError as error:
            self.refuse(f"a frame of {channel}", error)
            self._books.unreadable(channels.market_of(channel))
        else:
            self._books.seen(book)

    def _read(self, channel: str, symbol: str, message: object) -> None:
        for reading in self._readings.get(channel, ()):
            self._tell(symbol, reading, message)

    def _tell[M, D: (QuoteTick | None, TradeTick, Figure | None)](
        self,
        symbol: str,
        convert: Callable[[M, InstrumentId, int, int, int], D],
        message: M,
    ) -> None:
        market = self._markets.get(symbol)
        data = None if market is None else self._converted(market, convert, message)
        if data is not None:
            self._publish(data)

    def _converted[M, D](
        self,
        market: _Market,
        convert: Callable[[M, InstrumentId, int, int, int], D],
        message: M,
    ) -> D:
        return convert(
            message,
            market.instrument_id,
            market.price_precision,
            market.size_precision,
            self._now_ns(),
        )
