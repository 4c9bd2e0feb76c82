"""TWAP: one instruction, many market orders over time.

A child is a MARKET order of the account like any other, treated as retail: it has no client id and
names no algo, so that whoever listens to the account's orders meets it as a stranger's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from paradex_venue.amounts import AVERAGE, ZERO, text
from paradex_venue.exchange import Exchange
from paradex_venue.orders import OrderRequest, read_size
from paradex_venue.records import Account, Order, Side
from paradex_venue.refusal import Refused

FREQUENCY_S = 30
SHORTEST_S, LONGEST_S = 30, 86_400


class AlgoRequest(msgspec.Struct, kw_only=True):
    """OpenAPI `requests.AlgoOrderRequest`; signed like a MARKET order of the whole size."""

    algo_type: str
    market: str
    side: Side
    type: str
    size: str
    duration_seconds: int
    signature: str
    signature_timestamp: int
    frequency: int | None = None
    recv_window: int | None = None
    dime_discount: bool | None = None
    on_behalf_of_account: str | None = None

    def order(self, size: str) -> OrderRequest:
        """The market order that a part of it, or all, is."""
        return OrderRequest(
            market=self.market,
            side=self.side,
            type="MARKET",
            size=size,
            signature=self.signature,
            signature_timestamp=self.signature_timestamp,
            recv_window=self.recv_window,
            dime_discount=self.dime_discount,
        )


@dataclass(slots=True, kw_only=True)
class Algo:
    """`frequency` and the time from start to end are in seconds."""

    id: str
    account: str
    market: str
    side: Side
    size: Decimal
    frequency: float
    count: int
    in_dime: bool
    created_at: int
    end_at: int
    updated_at: int
    status: str = "OPEN"
    cancel_reason: str = ""
    children: list[Order] = field(default_factory=list)
    # Of `count`, so many had their turn.
    turns: int = 0

    @property
    def filled(self) -> Decimal:
        return sum((child.filled for child in self.children), ZERO)

    @property
    def remaining(self) -> Decimal:
        return self.size - self.filled

    @property
    def average(self) -> Decimal | None:
        if not self.filled:
            return None
        value = sum((child.filled_value for child in self.children), ZERO)
        return (value / self.filled).quantize(AVERAGE)


class Algos:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        # By account, oldest first.
        self._algos: dict[str, list[Algo]] = {}

    def create(self, account: Account, request: AlgoRequest) -> Algo:
        """A TWAP that meets the published rules, or `Refused`; the signature is checked already."""
        frequency = FREQUENCY_S if request.frequency is None else request.frequency
        duration = request.duration_seconds
        if (request.algo_type, request.type) != ("TWAP", "MARKET"):
            raise Refused("VALIDATION_ERROR", "algo_type TWAP of type MARKET is all there is")
        if not SHORTEST_S <= duration <= LONGEST_S or duration % FREQUENCY_S:
            message = f"duration_seconds {duration} is no multiple of 30 from 30 to 86400"
            raise Refused("VALIDATION_ERROR", message)
        if frequency < FREQUENCY_S or duration % frequency:
            raise Refused("VALIDATION_ERROR", f"frequency {frequency} does not divide {duration}")
        # Whatever is wrong with the whole as a market order is wrong with it as an algo.
        self._exchange.prepare(account, request.order(request.size))
        count = duration // frequency
        return self.start(account, request.order(request.size), count, frequency)

    def start(self, account: Account, request: OrderRequest, count: int, frequency: float) -> Algo:
        """Trade `request` in `count` parts, the first at once."""
        now = self._exchange.now_ms()
        algo = Algo(
            id=self._exchange.engine.ids.order(),
            account=account.address,
            market=request.market,
            side=request.side,
            size=read_size(request.size, self._exchange.market(request.market)),
            frequency=frequency,
            count=count,
            in_dime=bool(request.dime_discount),
            created_at=now,
            updated_at=now,
            end_at=now + round(count * frequency * 1000),
        )
        self._algos.setdefault(account.address, []).append(algo)
        self._turn(account, algo)
        return algo

    def cancel(self, account: Account, algo_id: str) -> None:
        """No child comes any more; those that are out stay what they are."""
        self._end(self.open(account, algo_id), "USER_CANCELED")

    def open(self, account: Account, algo_id: str) -> Algo:
        """An open algo of the account, or `Refused` with status 404: ALGO_ID_NOT_FOUND."""
        for algo in self.of(account):
            if algo.id == algo_id and algo.status == "OPEN":
                return algo
        raise Refused("ALGO_ID_NOT_FOUND", f"no open algo has id {algo_id}", 404)

    def of(self, account: Account) -> list[Algo]:
        return self._algos.get(account.address, [])

    def _turn(self, account: Account, algo: Algo) -> None:
        if algo.status != "OPEN":
            return
        if algo.turns == algo.count:
            self._end(algo, "")
            return
        self._place(account, algo)
        algo.turns += 1
        self._exchange.clock.call_later(algo.frequency, lambda: self._turn(account, algo))

    def _place(self, account: Account, algo: Algo) -> None:
        """The next child; where it is refused, what it was for is left to the children to come."""
        increment = self._exchange.market(algo.market).increment
        size = algo.remaining / (algo.count - algo.turns) // increment * increment
        if algo.turns == algo.count - 1:
            size = algo.remaining
        request = OrderRequest(
            market=algo.market,
            side=algo.side,
            type="MARKET",
            size=text(size),
            signature="",
            signature_timestamp=self._exchange.now_ms(),
            dime_discount=algo.in_dime,
        )
        try:
            child = self._exchange.prepare(account, request)
        except Refused:
            return
        child.interactive = True
        algo.children.append(child)
        algo.updated_at = self._exchange.now_ms()
        self._exchange.submit(child)

    def _end(self, algo: Algo, reason: str) -> None:
        algo.status, algo.cancel_reason = "CLOSED", reason
        algo.updated_at = self._exchange.now_ms()
