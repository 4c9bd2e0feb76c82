"""What the account pays for an execution, where the venue has not said it."""

from __future__ import annotations

from decimal import Decimal

from nautilus_trader.common.component import Logger
from nautilus_trader.model.enums import LiquiditySide
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Money, Price, Quantity

from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.parsing.numbers import money
from paradex_adapter.providers import rates_of
from paradex_adapter.transport.rest import Rest


class Fees:
    """The account's own rates, as fractions of the notional."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self.maker: Decimal | None = None
        self.taker: Decimal | None = None

    async def learn(self, rest: Rest, account: str) -> None:
        """Ask the venue. Trading does not depend on it, so a failure is a warning."""
        try:
            self.maker, self.taker = rates_of(account, await rest.account_info())
        except (VenueError, OutcomeUnknown, WireError) as error:
            self._log.warning(f"The account's fee rates are unknown: {error}")
        else:
            self._log.info(f"The account's fee rates: maker {self.maker}, taker {self.taker}")

    def commission(
        self, instrument: Instrument, quantity: Quantity, price: Price, side: LiquiditySide
    ) -> Money | None:
        """In the settlement asset; None while the rates are not known. An execution of unknown
        liquidity is reckoned as a taker's."""
        rate = self.maker if side == LiquiditySide.MAKER else self.taker
        if rate is None:
            return None
        return money(
            quantity.as_decimal() * price.as_decimal() * rate, instrument.settlement_currency
        )
