"""The control interface's commands about the life around orders; `control_http` serves them."""

from __future__ import annotations

from typing import Protocol

import msgspec

from paradex_venue import life_shapes, shapes
from paradex_venue.fees import Token
from paradex_venue.life_control import LifeControl
from paradex_venue.postings import TransferKind
from paradex_venue.records import Side


class LifeCommand(Protocol):
    """A request's body, and what it does; the answer is JSON."""

    def run(self, life: LifeControl) -> object: ...


class CheckHealth(msgspec.Struct, forbid_unknown_fields=True):
    account: str

    def run(self, life: LifeControl) -> object:
        life.check_health(self.account)
        return {}


class Liquidate(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    share: str = "1"

    def run(self, life: LifeControl) -> object:
        return {"fills": [shapes.fill(f) for f in life.liquidate(self.account, self.share)]}


class Deleverage(msgspec.Struct, forbid_unknown_fields=True):
    account: str

    def run(self, life: LifeControl) -> object:
        life.deleverage(self.account)
        return {}


class Unwind(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    market: str
    size: str = ""
    price: str = ""

    def run(self, life: LifeControl) -> object:
        return shapes.fill(life.unwind(self.account, self.market, self.size, self.price))


class Settle(msgspec.Struct, forbid_unknown_fields=True):
    market: str
    price: str = ""

    def run(self, life: LifeControl) -> object:
        return life_shapes.settlement_price(life.settle(self.market, self.price))


class Bust(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    fill_id: str = ""

    def run(self, life: LifeControl) -> object:
        busts = life.bust(self.account, self.fill_id)
        return {"busts": [life_shapes.trade_bust(bust) for bust in busts]}


class FundingRate(msgspec.Struct, forbid_unknown_fields=True):
    """Body of /funding: a rate to go on at, a step to take at once, or both."""

    market: str
    rate: str = ""
    step: str = ""

    def run(self, life: LifeControl) -> object:
        if self.rate:
            life.set_funding(self.market, self.rate)
        if self.step:
            life.move_funding(self.market, self.step)
        return {}


class Transfer(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    amount: str
    kind: TransferKind = "DEPOSIT"
    token: Token = "USDC"
    failure: str = ""

    def run(self, life: LifeControl) -> object:
        transfer = life.transfer(self.account, self.amount, self.kind, self.token, self.failure)
        return life_shapes.transfer(transfer)


class SetFees(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    maker: str | None = None
    taker: str | None = None
    in_dime: bool | None = None
    dime: str | None = None

    def run(self, life: LifeControl) -> object:
        life.set_fees(self.account, self.maker, self.taker, self.in_dime, self.dime)
        return {}


class Place(msgspec.Struct, forbid_unknown_fields=True):
    """An order by hand: `order` is an order request without signature."""

    account: str
    order: dict[str, object]

    def run(self, life: LifeControl) -> object:
        order = life.place(self.account, **self.order)
        return {"order_id": order.id, "status": order.status}


class Twap(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    market: str
    side: Side
    size: str
    count: int = 2
    frequency: float = 30.0

    def run(self, life: LifeControl) -> object:
        terms = (self.market, self.side, self.size, self.count, self.frequency)
        return {"algo_id": life.twap(self.account, *terms).id}


class RetailTrade(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    client_id: str = ""
    order_id: str = ""
    size: str = ""

    def run(self, life: LifeControl) -> object:
        order = life.retail_trade(self.account, self.order_id or self.client_id, self.size)
        return {"order_id": order.id, "status": order.status}


LIFE_COMMANDS: dict[str, type[LifeCommand]] = {
    "check_health": CheckHealth,
    "liquidate": Liquidate,
    "deleverage": Deleverage,
    "unwind": Unwind,
    "settle": Settle,
    "bust": Bust,
    "funding": FundingRate,
    "transfer": Transfer,
    "fees": SetFees,
    "place": Place,
    "twap": Twap,
    "retail_trade": RetailTrade,
}
