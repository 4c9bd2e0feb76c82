"""Holds what was told against what the venue wrote down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from paradex_adapter.wire.rest import Fill
from paradex_venue.records import Account, Order
from paradex_venue.records import Fill as VenueFill
from tests.simulation.ledger import Ledger
from tests.simulation.story import Prices, Story, terms_text

CANCELS = frozenset({"", "USER_CANCELED", "REMAINING_IOC_CANCEL"})
CLOSE = 1e-9
"""Nautilus's average prices are binary numbers."""

type Terms = tuple[Decimal, Decimal, Decimal, str, str]


def disagreements(ledger: Ledger, truth: Account, rested: set[str]) -> list[str]:
    """Every difference, in words. `rested` holds the venue ids of orders that waited there."""
    return [*_orders(ledger, truth, rested), *_executions(ledger, truth), *_money(ledger, truth)]


def _orders(ledger: Ledger, truth: Account, rested: set[str]) -> Iterator[str]:
    ours = [order for order in truth.orders if _name(order, ledger) in ledger.stories]
    repeated = [id for id, n in Counter(_name(order, ledger) for order in ours).items() if n > 1]
    yield from (f"{client_order_id} was placed more than once" for client_order_id in repeated)
    at_venue = {_name(order, ledger): order for order in ours}
    for client_order_id, story in ledger.stories.items():
        order = at_venue.get(client_order_id)
        if order is not None:
            fills = [fill for fill in truth.fills if fill.order_id == order.id]
            is_busted = any(fill.id in truth.busted for fill in fills)
            has_rested = order.id in rested or story.is_foreign
            yield from _compare(story, order, fills, has_rested, is_busted)
        elif story.status != "rejected":
            yield f"{_described(story)} is not at the venue and was told {story.status}"
    missed = [o for o in truth.live.values() if o.status != "NEW" and o not in ours and o.size]
    yield from (f"{order.id} by hand is not known" for order in missed)


def _name(order: Order, ledger: Ledger) -> str:
    return order.client_id or ledger.name_of(order.id)


def _compare(
    story: Story, order: Order, fills: list[VenueFill], has_rested: bool, is_busted: bool
) -> list[str]:
    allowed = _statuses(order, has_rested)
    found = list(_as_told(story, order, fills, set() if is_busted else allowed))
    if not found and not is_busted:
        found += _as_nautilus_has_it(story, order, allowed)
    return found


def _as_told(
    story: Story, order: Order, fills: list[VenueFill], allowed: set[str]
) -> Iterator[str]:
    """`allowed` is empty where the venue has undone what was told."""
    name = _described(story)
    if allowed and story.status not in allowed:
        yield f"{name} was told {story.status}, is {allowed} {order.cancel_reason}"
    if order.is_live and not _has_terms(story, order):
        was = terms_text(story.size, story.prices)
        yield f"{name} was told {was}, is {terms_text(order.size, _prices(order))}"
    if story.status != "rejected" and story.venue_order_id != order.id:
        yield f"{name} was told id {story.venue_order_id!r}, is {order.id}"
    told = {id: _told(fill) for id, fill in story.fills.items()}
    true = {trade_id(fill): _true(fill) for fill in fills}
    if told != true:
        yield f"{name} was told fills {told}, has {true}"


def _as_nautilus_has_it(story: Story, order: Order, allowed: set[str]) -> Iterator[str]:
    """What a strategy sees in the end: nothing that it asked for is left pending."""
    status = story.shadow.status.lower().replace("triggered", "accepted")
    if status not in allowed:
        yield f"{_described(story)} is {status} to Nautilus, is {allowed}"
    if order.filled:
        told, average = story.shadow.order.avg_px, float(order.filled_value / order.filled)
        if abs(told - average) > CLOSE * average:
            yield f"{_described(story)} averages {told} in Nautilus, is {average}"
    if story.is_conditional and order.status == "OPEN" and not story.has_triggered:
        yield f"{_described(story)} was not told triggered"


def _statuses(order: Order, has_rested: bool) -> set[str]:
    """What the order may be told to be: one thing, but for the ambiguity below."""
    if order.is_live:
        return {"partially_filled" if order.filled else "accepted"}
    if not order.remaining:
        return {"filled"}
    if order.cancel_reason == "EXPIRED":
        return {"expired"}
    if order.filled or order.cancel_reason in CANCELS:
        return {"canceled"}
    # Whoever missed that it waited there cannot tell the venue's cancel from a refusal.
    return {"canceled", "rejected"} if has_rested else {"rejected"}


def _has_terms(story: Story, order: Order) -> bool:
    """Whether the terms are the same; a market order has none that could change."""
    if order.type == "MARKET":
        return True
    return (story.size, story.prices) == (order.size or story.size, _prices(order))


def _prices(order: Order) -> Prices:
    return order.price or None, order.trigger_price or None


def trade_id(fill: VenueFill) -> str:
    """As we name an execution."""
    return fill.id if fill.fill_type == "FILL" else f"{fill.fill_type[:3]}-{fill.id}"


def _told(fill: Fill) -> Terms:
    fee = Decimal(fill.fee), fill.liquidity, fill.fee_currency
    return Decimal(fill.size), Decimal(fill.price), *fee


def _true(fill: VenueFill) -> Terms:
    return fill.size, fill.price, fill.fee, fill.liquidity, fill.fee_currency


def _executions(ledger: Ledger, truth: Account) -> Iterator[str]:
    """Of every order and of none: each was told, and together they make the positions."""
    told = {fill.trade_id for fill in ledger.fills}
    strangers = [f for f in truth.fills if (f.client_id or ledger.name_of(f.order_id)) == ""]
    missed = [trade_id(fill) for fill in strangers if trade_id(fill) not in told]
    if missed:
        yield f"executions {missed} were not told"
    held = sum((position.size for position in truth.positions.values()), Decimal(0))
    if ledger.position != held:
        yield f"the position was told {ledger.position}, is {held}"
    if set(ledger.busts) != truth.busted:
        yield f"busts told are {set(ledger.busts)}, are {truth.busted}"


def _money(ledger: Ledger, truth: Account) -> Iterator[str]:
    told = {balance.token: Decimal(balance.size) for balance in ledger.balances}
    if told.get("USDC") != truth.balance:
        yield f"the balance was told {told}, is {truth.balance}"
    if told.get("DIME", Decimal(0)) != truth.dime:
        yield f"the balance of DIME was told {told}, is {truth.dime}"
    paid = {payment.id: Decimal(payment.payment) for payment in ledger.payments.values()}
    due = {payment.id: payment.payment for payment in truth.payments}
    if paid != due:
        yield f"funding was told {paid}, is {due}"


def _described(story: Story) -> str:
    draft = story.draft
    return f"{draft.client_order_id} ({draft.type} {draft.instruction} {draft.side} {draft.size})"
