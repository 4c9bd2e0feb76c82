"""`MarketBook`: frames of one book to Nautilus deltas. The hot path: a chart steps only when the
book's standing changes.
"""

from __future__ import annotations

from collections.abc import Callable

from nautilus_trader.model.data import OrderBookDelta, OrderBookDeltas
from nautilus_trader.model.enums import BookAction, RecordFlag
from nautilus_trader.model.instruments import Instrument

from paradex_adapter.charts.book import Book
from paradex_adapter.errors import WireError
from paradex_adapter.ladders import Ladders
from paradex_adapter.parsing.market_data import deltas_from_sbe
from paradex_adapter.wire import sbe
from statecharts import Driver


class MarketBook:
    """One book at work. `take` is what becomes of a frame: the chart's facts switch it.

    `refused` is told of frames that cannot be read.
    """

    def __init__(
        self,
        instrument: Instrument,
        driver: Driver[Book],
        publish: Callable[[OrderBookDeltas], None],
        now_ns: Callable[[], int],
        refused: Callable[[WireError], None],
    ) -> None:
        self.driver = driver
        self.seq = 0  # of the last frame taken
        self.take = self._await
        self._publish = publish
        self._now_ns = now_ns
        self._refused = refused
        self._ladders = Ladders()
        self.update(instrument)

    def update(self, instrument: Instrument) -> None:
        """Read frames at this instrument's precision from now on."""
        self._instrument_id = instrument.id
        self._precisions = instrument.price_precision, instrument.size_precision

    def show(self) -> None:
        """The book is whole: pass changes on."""
        self.take = self._follow

    def hide(self) -> None:
        """Pass nothing on, and clear what would otherwise stand as live."""
        self.take = self._await
        now = self._now_ns()
        flags = RecordFlag.F_SNAPSHOT | RecordFlag.F_LAST
        clear = OrderBookDelta(
            self._instrument_id, BookAction.CLEAR, None, flags, self.seq, now, now
        )
        self._publish(OrderBookDeltas(self._instrument_id, [clear]))

    def spoil(self, reason: str) -> None:
        """Something is wrong with the book."""
        self.driver.receive("spoilt", reason=reason)

    def _await(self, frame: sbe.Book) -> None:
        """Until there is a snapshot, changes change nothing."""
        if frame.is_snapshot:
            self._ladders.clear()
            deltas = self._read(frame)
            if deltas is not None:
                self.driver.receive("snapshot", seq=frame.seq)
                self._publish(deltas)

    def _follow(self, frame: sbe.Book) -> None:
        if (frame.seq != self.seq + 1 or frame.is_snapshot) and not self._may_follow(frame):
            return
        deltas = self._read(frame)
        if deltas is not None:
            self._publish(deltas)

    def _may_follow(self, frame: sbe.Book) -> bool:
        """Whether a frame that is not the next change can be applied. A repetition need not be."""
        if frame.is_snapshot:
            self._ladders.clear()
        elif frame.seq > self.seq:
            self.spoil(f"{frame.seq} came after {self.seq}")
        elif frame.seq < self.seq:
            self.spoil(f"{frame.seq} stepped back from {self.seq}")
        return frame.is_snapshot

    def _read(self, frame: sbe.Book) -> OrderBookDeltas | None:
        """What the frame changes, if anything and if it can be believed."""
        try:
            now = self._now_ns()
            deltas = deltas_from_sbe(frame, self._instrument_id, *self._precisions, now)
        except WireError as error:
            self._refused(error)
            self.spoil("a frame could not be read")
            return None
        if not self._ladders.change(frame.bids, frame.asks):
            self.spoil(f"its sides cross at {frame.seq}")
            return None
        self.seq = frame.seq
        return deltas
