"""What the account told, written down and judged as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from paradex_adapter.charts.facts import OrderFact, OrderUnresolved, SessionClosed
from paradex_adapter.terms import Adopted, Draft
from paradex_adapter.transport.limiter import Saturation
from paradex_adapter.wire.news import FundingPayment, TradeBust
from paradex_adapter.wire.rest import Account, Balance, Fill, Order
from tests.simulation.changes import Changes
from tests.simulation.story import Story

FOREIGN = "U-"
"""How the names begin that we give to orders without a client id, as Nautilus does."""


class Ledger:
    """An `AccountListener` that believes nothing. `violations` is empty after a good run."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}
        self.violations: list[str] = []
        self.troubles: list[str] = []
        self.balances: list[Balance] = []
        self.alerts = 0
        self.changes = Changes()
        self.orphans: dict[str, Fill] = {}  # executions of orders that are not known, by trade id
        self.payments: dict[str, FundingPayment] = {}
        self.busts: dict[str, TradeBust] = {}
        self.is_disarmed: bool | None = None  # as the last account was closed, if that was told
        self.counts_remaining = False  # what the venue takes the size of a change for
        self.take_up: Callable[[str], None] = lambda client_order_id: None
        self._told_here: set[str] = set()  # news that this process has told

    def expect(self, draft: Draft, valid_until: int) -> Story:
        """The strategy is about to submit this."""
        story = Story(draft, valid_until, counts_remaining=self.counts_remaining)
        self.stories[draft.client_order_id] = story
        return story

    def open_anew(self, orders: Iterable[Order], fills: Iterable[Fill]) -> None:
        """A new process has asked for what happened before it listened."""
        self._told_here.clear()
        for order in orders:
            if self._name_of(order) not in self.stories:
                self.foreign_order_told(order)
        for fill in fills:
            story = self.stories.get(fill.client_id or self.name_of(fill.order_id))
            if story is None:
                self.orphans[fill.trade_id] = fill

    @property
    def fills(self) -> list[Fill]:
        """Every execution that was told, once."""
        told = {id: fill for story in self.stories.values() for id, fill in story.fills.items()}
        return list((self.orphans | told).values())

    @property
    def position(self) -> Decimal:
        """What the executions that were told make, busted ones apart."""
        standing = (fill for fill in self.fills if fill.id not in self.busts)
        sizes = (Decimal(fill.size) * (1 if fill.side == "BUY" else -1) for fill in standing)
        return sum(sizes, Decimal(0))

    # What the account tells (`AccountListener`)

    def order_told(self, fact: OrderFact) -> None:
        wrong = self.stories[fact.client_order_id].tell(fact)
        if wrong:
            self.violations.append(f"{fact.client_order_id}: {wrong}")
        self.alerts += isinstance(fact, OrderUnresolved)
        self.changes.tell()

    def account_told(self, account: Account, balances: list[Balance]) -> None:
        self.balances = balances
        self.changes.tell()

    def session_told(self, fact: object) -> None:
        if isinstance(fact, SessionClosed):
            self.is_disarmed = fact.is_disarmed
        self.changes.tell()

    def foreign_order_told(self, order: Order) -> None:
        """Of ours, only an order that ended before the account was opened anew may get here. One
        placed elsewhere is taken up, as the platform does."""
        name = self._name_of(order)
        story = self.stories.get(name)
        if story is not None and not story.has_ended:
            self.violations.append(f"{name}: taken for a foreign order")
        if story is None and order.status != "NEW" and Decimal(order.size):
            self._import(name, order)
        self.changes.tell()

    def foreign_fill_told(self, fill: Fill) -> None:
        story = self.stories.get(fill.client_id or self.name_of(fill.order_id))
        if story is None:
            self.orphans[fill.trade_id] = fill
        elif fill.trade_id not in story.fills:
            name = story.draft.client_order_id
            self.violations.append(f"{name}: {fill.trade_id} taken for a foreign fill")
        self.changes.tell()

    def funding_paid(self, payment: FundingPayment) -> None:
        self._once(f"payment {payment.id}")
        self.payments[payment.id] = payment

    def trade_busted(self, bust: TradeBust) -> None:
        self._once(f"bust {bust.busted_fill_id}")
        self.busts[bust.busted_fill_id] = bust

    def name_of(self, venue_order_id: str) -> str:
        """Our own orders have client ids; of the others, those that were taken up have a name."""
        name = FOREIGN + venue_order_id
        return name if name in self.stories else ""

    def adoptable(self, client_order_id: str) -> Adopted | None:
        story = self.stories.get(client_order_id)
        return None if story is None or story.has_ended else story.adopted()

    def adoptables(self) -> list[Adopted]:
        return [story.adopted() for story in self.stories.values() if not story.has_ended]

    def troubled(self, what: str, error: Exception) -> None:
        self.troubles.append(f"{what}: {error}")

    def saturated(self, what: Saturation) -> None:
        self.troubles.append(str(what))

    def crashed(self, error: BaseException) -> None:
        self.violations.append(f"a task crashed: {error!r}")
        self.changes.tell()

    # Details

    def _name_of(self, order: Order) -> str:
        return order.client_id or FOREIGN + order.id

    def _import(self, name: str, order: Order) -> None:
        """An order is taken up as accepted, with nothing of it told yet."""
        story = _taken_up(name, order)
        self.stories[name] = story
        for trade_id in [id for id, fill in self.orphans.items() if fill.order_id == order.id]:
            del self.orphans[trade_id]
        if order.status == "CLOSED" or order.remaining_size != order.size:
            self.take_up(name)

    def _once(self, news: str) -> None:
        if news in self._told_here:
            self.violations.append(f"{news} was told twice")
        self._told_here.add(news)
        self.changes.tell()


def _taken_up(name: str, order: Order) -> Story:
    draft = Draft(
        client_order_id=name,
        market=order.market,
        side=order.side,
        type=order.type,
        size=order.size,
        price=order.price,
        instruction=order.instruction,
        trigger_price="" if order.type in ("MARKET", "LIMIT") else order.trigger_price,
    )
    story = Story(draft, 0, is_foreign=True, status="accepted", venue_order_id=order.id)
    story.shadow.accept(order.id)
    return story
