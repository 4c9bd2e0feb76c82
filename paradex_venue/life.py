"""The life around orders, put together: funding, health, settlement, busts, algos, money."""

from __future__ import annotations

from paradex_venue.algos import Algos
from paradex_venue.busts import Busts
from paradex_venue.exchange import Exchange
from paradex_venue.funding import Funding
from paradex_venue.keys import Keys
from paradex_venue.life_rules import LifeRules
from paradex_venue.liquidation import Liquidator
from paradex_venue.market_maker import HOUSE_CREDIT
from paradex_venue.moves import Moves
from paradex_venue.settlement import Settlement
from paradex_venue.wallet import Wallet

# The insurance fund.
FUND = "0x1f1f"


class Life:
    def __init__(self, exchange: Exchange, rules: LifeRules) -> None:
        emit = exchange.announce
        self.fund = exchange.open_account(FUND, "", HOUSE_CREDIT, house=True)
        interval = rules.funding_interval
        self.funding = Funding(exchange.clock, exchange.engine, emit, interval)
        self.moves = Moves(exchange.engine, self.fund)
        self.liquidator = Liquidator(exchange, self.moves, rules)
        self.settlement = Settlement(exchange, self.moves, emit)
        self.busts = Busts(exchange, rules, emit)
        self.algos = Algos(exchange)
        self.keys = Keys(exchange.clock.now_ns)
        self.wallet = Wallet(exchange, rules, emit)

    def start(self) -> None:
        """Funding and health are looked at by the clock from now on."""
        self.funding.start()
        self.liquidator.start()
