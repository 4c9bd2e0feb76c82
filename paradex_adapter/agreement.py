"""Making the engine's positions agree with the venue's, where events cannot.

NautilusTrader 1.231 does not always act on the report of a position: where it has a filled order of
the size and price by which the position differs, it takes the difference for explained. So what is
missing is told as an execution, for which an order stands in.
"""

from __future__ import annotations

from decimal import Decimal

import anyio
from nautilus_trader.cache.cache import Cache
from nautilus_trader.common.component import LiveClock, Logger
from nautilus_trader.execution.reports import PositionStatusReport
from nautilus_trader.live.reconciliation import calculate_reconciliation_price
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.position import Position

from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.foreign import ForeignOrders
from paradex_adapter.position_truth import held
from paradex_adapter.reporting import Reports
from paradex_adapter.transport.rest import Rest
from paradex_adapter.wire.rest import Fill

LOOKS = 3
PAUSE_SECS = 1.0
"""How often, and after which pause, a position that differs is looked at again."""
NANOS_PER_MILLI = 1_000_000

type Differences = dict[InstrumentId, tuple[Decimal, PositionStatusReport]]


class Agreement:
    """Holds the positions of one account against the venue's."""

    def __init__(
        self, reports: Reports, foreign: ForeignOrders, cache: Cache, clock: LiveClock, log: Logger
    ) -> None:
        self._reports = reports
        self._foreign = foreign
        self._cache = cache
        self._clock = clock
        self._log = log

    async def reach(self, rest: Rest, instrument: InstrumentId | None) -> None:
        """In `instrument`, or everywhere. What differs by the same for a while is no execution
        under way, and is made up for."""
        try:
            lasting = await self._lasting(rest, instrument)
        except (VenueError, OutcomeUnknown, WireError) as error:
            self._log.error(f"The position cannot be held against the venue's: {error}")
            return
        for by, report in lasting.values():
            fill = self._missing(by, report)
            self._log.error(
                f"The position in {report.instrument_id} lacks {by}: made up for by an execution "
                f"at {fill.price}, without a fee"
            )
            positions = self._positions(report)
            self._foreign.make_up(fill, positions[0].id if len(positions) == 1 else None)

    async def _lasting(self, rest: Rest, instrument: InstrumentId | None) -> Differences:
        lasting = await self._differences(rest, instrument)
        for _ in range(LOOKS):
            if not lasting:
                break
            await anyio.sleep(PAUSE_SECS)
            again = await self._differences(rest, instrument)
            before, lasting = lasting, {}
            for each, (by, report) in again.items():
                if each in before and before[each][0] == by:
                    lasting[each] = by, report
        return lasting

    async def _differences(self, rest: Rest, instrument: InstrumentId | None) -> Differences:
        found: Differences = {}
        for report in self._reports.position_reports(await rest.positions()):
            ours = held(self._cache, report.account_id, report.instrument_id)
            by = report.signed_decimal_qty - ours
            if by and instrument in (None, report.instrument_id):
                found[report.instrument_id] = by, report
        return found

    def _missing(self, by: Decimal, report: PositionStatusReport) -> Fill:
        """The execution that leads to the venue's position."""
        now = self._clock.timestamp_ns()
        return Fill(
            id=str(now),
            fill_type="FIT",
            market=report.instrument_id.symbol.value,
            order_id="",
            side="BUY" if by > 0 else "SELL",
            liquidity="TAKER",
            price=str(self._price(report)),
            size=str(abs(by)),
            fee="0",
            created_at=now // NANOS_PER_MILLI,
        )

    def _price(self, report: PositionStatusReport) -> Decimal:
        """At which the average price becomes the venue's, where there is such a price."""
        instrument = self._cache.instrument(report.instrument_id)
        ours = held(self._cache, report.account_id, report.instrument_id)
        average = self._average(report)
        price = calculate_reconciliation_price(
            ours, average, report.signed_decimal_qty, report.avg_px_open, instrument
        )
        if price is not None:
            return Decimal(price.as_decimal())
        return report.avg_px_open or average or Decimal(0)

    def _positions(self, report: PositionStatusReport) -> list[Position]:
        whose = {"instrument_id": report.instrument_id, "account_id": report.account_id}
        return list(self._cache.positions_open(**whose))

    def _average(self, report: PositionStatusReport) -> Decimal | None:
        positions = self._positions(report)
        sizes = sum((each.quantity.as_decimal() for each in positions), Decimal(0))
        value = sum(
            (each.quantity.as_decimal() * Decimal(str(each.avg_px_open)) for each in positions),
            Decimal(0),
        )
        return value / sizes if sizes else None
