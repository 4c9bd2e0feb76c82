"""What tests and demonstrations do to the venue from outside: break it, trade, look at the truth.

`control_http` offers the same over HTTP, on loopback only.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from paradex_venue import shapes
from paradex_venue.amounts import text
from paradex_venue.auth import Registrar, canonical
from paradex_venue.config import AccountConfig
from paradex_venue.exchange import Exchange
from paradex_venue.faults import Crowd, Faults, Rule
from paradex_venue.listener import Listener
from paradex_venue.market_maker import HOUSE_CREDIT, MarketMaker
from paradex_venue.orders import read_price, read_size
from paradex_venue.publish import Publisher
from paradex_venue.records import Account, Order, Side
from paradex_venue.refusal import Refused
from paradex_venue.releases import SystemStatus
from paradex_venue.session import Session
from paradex_venue.shapes import Json

# Two hidden counterparties, so that the one who takes can meet the one who quotes.
QUOTER = "0xc0de"
TAKER = "0xc0ffee"

type Levels = Sequence[tuple[str, str]]


class Control:
    def __init__(
        self,
        exchange: Exchange,
        registrar: Registrar,
        publisher: Publisher,
        faults: Faults,
        market_maker: MarketMaker,
        listener: Listener,
    ) -> None:
        self.market_maker = market_maker
        self._exchange = exchange
        self._registrar = registrar
        self._publisher = publisher
        self._faults = faults
        self._listener = listener
        self._quoter = exchange.open_account(QUOTER, "", HOUSE_CREDIT, house=True)
        self._taker = exchange.open_account(TAKER, "", HOUSE_CREDIT, house=True)

    # ---- connections ----

    def cut(self, kind: Crowd = "all", refuse_for: float = 0.0) -> int:
        """Abort WebSockets: all, those logged in, or those that are not. Returns how many.

        For `refuse_for` seconds new ones are cut as well: `private` at log-in, `all` at once.
        """
        if refuse_for:
            self._faults.refuse(kind, refuse_for)
        struck = [s for s in self._publisher.sessions if _belongs(s, kind)]
        for session in struck:
            session.cut()
        return len(struck)

    def pause(self, seconds: float | None = None) -> None:
        """The venue is down: every connection is cut and none accepted; its state lives on.

        It stays so for `seconds`, or until `resume`.
        """
        self._listener.deafen()
        self._listener.cut_all()
        if seconds is not None:
            self._exchange.clock.call_later(seconds, self._listener.reopen)

    async def resume(self) -> None:
        """The venue is back, on the same port."""
        await self._listener.open()

    def add_fault(self, rule: Rule) -> None:
        self._faults.add(rule)

    def clear_faults(self) -> None:
        self._faults.clear()

    # ---- the market ----

    def trade(self, account: str, reference: str, size: str = "") -> Order:
        """A hidden counterparty takes `size`, or all, of a resting order, wherever it stands."""
        order = self._open_order(account, reference)
        market = self._exchange.market(order.market)
        wanted = read_size(size, market) if size else order.remaining
        if wanted > order.remaining:
            message = f"size {wanted} is more than the {order.remaining} that remain"
            raise Refused("INVALID_ORDER_SIZE", message)
        self._exchange.engine.take(order, wanted, self._taker)
        return order

    def cancel(self, account: str, reference: str, reason: str = "USER_CANCELED") -> Order:
        """The venue cancels a user's live order."""
        order = self._live_order(account, reference)
        self._exchange.engine.cancel(order, reason)
        return order

    def close_next(self, account: str, reason: str, count: int = 1) -> None:
        """The engine closes the next `count` orders of an account that it looks at, for `reason`,
        whatever they ask for; a conditional order is looked at when it is triggered."""
        doom = self._exchange.engine.doom.setdefault(self.account(account).address, [])
        doom.extend([reason] * count)

    def fill_book(self, market: str, bids: Levels = (), asks: Levels = ()) -> None:
        """Make the hidden counterparty's quotes in a market exactly these (price, size) levels."""
        rules = self._exchange.market(market)
        sides: tuple[tuple[Side, Levels], ...] = (("BUY", bids), ("SELL", asks))
        wanted = {
            (side, read_price(price, rules)): read_size(size, rules)
            for side, levels in sides
            for price, size in levels
        }
        self._exchange.engine.quote(self._quoter, market, wanted)

    def sweep(self, market: str, side: Side, size: str) -> Decimal:
        """The hidden counterparty sends a market order; returns what was filled."""
        wanted = read_size(size, self._exchange.market(market))
        return self._exchange.engine.sweep(self._taker, market, side, wanted)

    def set_mark(self, market: str, price: str) -> None:
        """Move the mark price, which triggers what waited for it."""
        rules = self._exchange.market(market)
        self._exchange.engine.set_mark(market, read_price(price, rules))

    def set_status(self, status: SystemStatus) -> None:
        """In every status but ok nothing is triggered."""
        self._exchange.set_status(status)

    # ---- accounts ----

    def register(self, config: AccountConfig) -> Account:
        """Open an account as if it had been onboarded."""
        return self._registrar.register(config)

    def truth(self, account: str) -> Json:
        """Everything the venue knows of an account, oldest first, in its own JSON shapes."""
        owner = self.account(account)
        engine, now = self._exchange.engine, self._exchange.now_ms()
        margin = engine.margin(owner)
        return {
            "account": shapes.account(owner, margin),
            "balance": shapes.balance(owner),
            "fees": text(owner.fees),
            "dime": text(owner.dime),
            "funding": text(owner.funding),
            "realized_pnl": text(owner.realized),
            "orders": [shapes.order(order, now) for order in owner.orders],
            "fills": [shapes.fill(fill) for fill in owner.fills if fill.id not in owner.busted],
            "busted_fills": [bust.busted_fill_id for bust in owner.busts],
            "positions": [
                shapes.position(position, margin, engine.markets[market], engine.marks[market])
                for market, position in owner.positions.items()
            ],
        }

    def account(self, address: str) -> Account:
        """The account of a client, or `Refused`: ACCOUNT_NOT_FOUND."""
        account = self._exchange.accounts.get(canonical("account", address))
        if account is None or account.house:
            raise Refused("ACCOUNT_NOT_FOUND", f"account {address} is not known")
        return account

    def _live_order(self, account: str, reference: str) -> Order:
        owner = self.account(account)
        known = owner.live.get(reference)
        return known or self._exchange.live_by_client_id(owner, reference)

    def _open_order(self, account: str, reference: str) -> Order:
        order = self._live_order(account, reference)
        if order.status != "OPEN":
            raise Refused("ORDER_IS_NOT_OPEN", f"order {order.id} is {order.status}")
        return order


def _belongs(session: Session, kind: Literal["all", "private", "public"]) -> bool:
    return kind == "all" or session.is_private == (kind == "private")
