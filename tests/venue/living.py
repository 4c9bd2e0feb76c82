"""An exchange with the life around orders, on a clock of one's own."""

from __future__ import annotations

from typing import Any

from paradex_venue.config import VenueConfig
from paradex_venue.life import Life
from paradex_venue.life_control import LifeControl
from paradex_venue.life_rules import LifeRules
from paradex_venue.records import Account, Fill
from tests.venue.world import BTC, World


class Living(World):
    """Funding and health go by the clock from the start. Rules are those of `LifeRules`."""

    def __init__(self, **rules: Any) -> None:
        config = VenueConfig(life=LifeRules(**rules))
        super().__init__(life=config.life)
        self.life = Life(self.exchange, config.life)
        self.life.start()
        self.control = LifeControl(self.exchange, self.life, self.exchange.accounts.__getitem__)

    def hold(self, account: Account, size: str, price: str = "95000", market: str = BTC) -> Fill:
        """Have an account buy (or, with a minus, sell) from the house at a price."""
        side, amount = ("SELL", size[1:]) if size.startswith("-") else ("BUY", size)
        asks, bids = ({price: amount}, {}) if side == "BUY" else ({}, {price: amount})
        self.quote(bids, asks, market)
        terms = {"market": market, "side": side, "size": amount, "price": price}
        assert self.place(account, **terms, instruction="IOC").remaining == 0
        return account.fills[-1]
