"""What happens to an account besides its orders, as data that strategies can subscribe to.

Nautilus has no event for them. `subscribe_data(DataType(ParadexFundingPayment))` brings each to
`on_data`, with its account.
"""

from __future__ import annotations

from nautilus_trader.core.data import Data
from nautilus_trader.model.identifiers import AccountId, InstrumentId, TradeId
from nautilus_trader.model.objects import Money


class ParadexFundingPayment(Data):  # type: ignore[misc]  # Nautilus types are Any
    """Funding that an execution realized; `payment` is below zero where the account pays.
    `trade_id` is that execution, None where the venue names none."""

    def __init__(
        self,
        account_id: AccountId,
        instrument_id: InstrumentId,
        payment_id: str,
        payment: Money,
        trade_id: TradeId | None,
        ts_event: int,
        ts_init: int,
    ) -> None:
        self.account_id = account_id
        self.instrument_id = instrument_id
        self.payment_id = payment_id
        self.payment = payment
        self.trade_id = trade_id
        self._ts_event = ts_event
        self._ts_init = ts_init

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.account_id}, {self.instrument_id}, {self.payment})"

    @property
    def ts_event(self) -> int:
        """UNIX timestamp (nanoseconds) of the payment."""
        return self._ts_event

    @property
    def ts_init(self) -> int:
        """UNIX timestamp (nanoseconds) when the object was made."""
        return self._ts_init


class ParadexTradeBust(Data):  # type: ignore[misc]  # Nautilus types are Any
    """An execution that the chain rejected. `undone` is whether its effect on the position was
    undone here."""

    def __init__(
        self, account_id: AccountId, trade_id: TradeId, undone: bool, ts_event: int, ts_init: int
    ) -> None:
        self.account_id = account_id
        self.trade_id = trade_id
        self.undone = undone
        self._ts_event = ts_event
        self._ts_init = ts_init

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.account_id}, {self.trade_id})"

    @property
    def ts_event(self) -> int:
        """UNIX timestamp (nanoseconds) of the bust."""
        return self._ts_event

    @property
    def ts_init(self) -> int:
        """UNIX timestamp (nanoseconds) when the object was made."""
        return self._ts_init
