"""What tests and demonstrations make happen around orders: the venue's hand in an account.

`life_http` offers the same over HTTP, beside the other controls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import msgspec

from paradex_venue.algos import Algo
from paradex_venue.amounts import parse, text
from paradex_venue.exchange import Exchange
from paradex_venue.fees import Token
from paradex_venue.life import Life
from paradex_venue.market_maker import HOUSE_CREDIT
from paradex_venue.orders import OrderRequest, read_price, read_size
from paradex_venue.postings import MoneyTransfer, TradeBust, TransferKind
from paradex_venue.records import Account, Fill, Order, Side
from paradex_venue.refusal import Refused
from paradex_venue.settlement import Settled

# A hidden counterparty who trades by hand: the only one who meets RPI orders.
RETAIL = "0x4e7a11"


class LifeControl:
    """Accounts are named by address, amounts are plain decimals; `find` knows the accounts."""

    def __init__(self, exchange: Exchange, life: Life, find: Callable[[str], Account]) -> None:
        self._exchange = exchange
        self._life = life
        self._find = find
        self._retail = exchange.open_account(RETAIL, "", HOUSE_CREDIT, house=True)
        self._retail.retail = True

    # ---- health ----

    def check_health(self, account: str) -> None:
        """Look at an account now, without waiting for the next look at everybody."""
        self._life.liquidator.check(self._find(account))

    def liquidate(self, account: str, share: str = "1") -> list[Fill]:
        """Liquidate `share` of every position, however healthy; returns the fills."""
        owner, part = self._find(account), _amount("share", share)
        if not 0 < part <= 1:
            raise Refused("VALIDATION_ERROR", f"share {share} is not above 0 and at most 1")
        known = len(owner.fills)
        self._life.liquidator.liquidate(owner, part)
        return owner.fills[known:]

    def deleverage(self, account: str) -> None:
        """Cancel what could enlarge a position, as if the account were below initial margin."""
        self._life.liquidator.deleverage(self._find(account))

    def unwind(self, account: str, market: str, size: str = "", price: str = "") -> Fill:
        """Take `size`, or all, of a position away by an UNWIND_TRANSFER, at the mark or `price`."""
        owner, rules = self._find(account), self._exchange.market(market)
        held = owner.position_size(market)
        taken = read_size(size, rules) if size else abs(held)
        if not held or taken > abs(held):
            raise Refused("INVALID_ORDER_SIZE", f"{account} holds {held} in {market}")
        at = read_price(price, rules) if price else self._exchange.engine.marks[market]
        away = -taken if held > 0 else taken
        return self._life.moves.move(owner, market, away, at, "UNWIND_TRANSFER")

    def settle(self, market: str, price: str = "") -> Settled:
        """Settle a market at `price`, or its mark; it does not open again."""
        at = read_price(price, self._exchange.market(market)) if price else None
        return self._life.settlement.settle(market, at)

    def bust(self, account: str, fill_id: str = "") -> list[TradeBust]:
        """Bust the trade of a fill, the account's latest if none is named: both sides of it."""
        owner = self._find(account)
        standing = [fill.id for fill in owner.fills if fill.id not in owner.busted]
        if not fill_id and not standing:
            raise Refused("NOT_FOUND", f"{account} has no fill")
        return self._life.busts.bust(owner, fill_id or standing[-1])

    # ---- money ----

    def set_funding(self, market: str, rate: str) -> None:
        """A market's funding rate per period (8 hours); it may be negative."""
        self._life.funding.set_rate(self._exchange.market(market).symbol, _signed("rate", rate))

    def move_funding(self, market: str, step: str) -> None:
        """Move a market's funding index by `step` USD at once, as hours would."""
        self._life.funding.jump(self._exchange.market(market).symbol, _signed("step", step))

    def transfer(
        self,
        account: str,
        amount: str,
        kind: TransferKind = "DEPOSIT",
        token: Token = "USDC",
        failure: str = "",
    ) -> MoneyTransfer:
        """A deposit, withdrawal and the like; PENDING now, and done when the chain says so."""
        owner = self._find(account)
        return self._life.wallet.transfer(owner, kind, token, _amount("amount", amount), failure)

    def set_fees(
        self,
        account: str,
        maker: str | None = None,
        taker: str | None = None,
        in_dime: bool | None = None,
        dime: str | None = None,
    ) -> None:
        """An account's fee rates, whether it pays in DIME, and how much DIME it has."""
        owner = self._find(account)
        terms = owner.terms
        owner.terms = replace(
            terms,
            maker=terms.maker if maker is None else _signed("maker", maker),
            taker=terms.taker if taker is None else _signed("taker", taker),
            in_dime=terms.in_dime if in_dime is None else in_dime,
        )
        if dime is not None:
            owner.dime = _amount("dime", dime)
        self._exchange.engine.tell(owner)

    # ---- orders by other hands ----

    def place(self, account: str, **terms: object) -> Order:
        """An order of the account that its API client knows nothing of: placed by hand.

        `terms` are those of an order request without signature; a MARKET order needs no price.
        """
        owner, now = self._find(account), self._exchange.now_ms()
        unsigned = {"signature": "", "signature_timestamp": now}
        order = self._exchange.prepare(owner, msgspec.convert(terms | unsigned, OrderRequest))
        order.interactive = True
        self._exchange.submit(order)
        return order

    def twap(
        self, account: str, market: str, side: Side, size: str, count: int, frequency: float
    ) -> Algo:
        """A TWAP of `count` children, one every `frequency` seconds, the first at once."""
        request = OrderRequest(
            market=market,
            side=side,
            type="MARKET",
            size=size,
            signature="",
            signature_timestamp=self._exchange.now_ms(),
        )
        return self._life.algos.start(self._find(account), request, count, frequency)

    def retail_trade(self, account: str, reference: str, size: str = "") -> Order:
        """A retail trader takes `size`, or all, of a resting order, RPI or not."""
        owner = self._find(account)
        known = owner.live.get(reference)
        order = known or self._exchange.live_by_client_id(owner, reference)
        wanted = read_size(size, self._exchange.market(order.market)) if size else order.remaining
        if order.status != "OPEN" or wanted > order.remaining:
            raise Refused("ORDER_IS_NOT_OPEN", f"{order.id} has no {text(wanted)} to take")
        self._exchange.engine.take(order, wanted, self._retail)
        return order


def _amount(name: str, plain: str) -> Decimal:
    value = parse(plain)
    if value is None:
        raise Refused("VALIDATION_ERROR", f"{name} {plain!r} is no plain decimal")
    return value


def _signed(name: str, plain: str) -> Decimal:
    value = _amount(name, plain.removeprefix("-"))
    return -value if plain.startswith("-") else value
